import { describe, expect, test } from "vitest";
import type { Dialect, Workflow } from "../../provider/clients/hwautomation/types";
import type { Automation } from "../../provider/resources/hwautomation/service";
import { keyOf, keyText } from "../../provider/resources/hwautomation/workflow-ids";
import { sightOf } from "../../provider/resources/hwautomation/workflow-look";

const began = "2025-01-31T12:00:00.000Z";
const later = "2025-01-31T13:00:00.000Z";
const running: Workflow = {
  ...{ id: "provision_server-001", serverId: "server-001", status: "running", statusText: "RUNNING" },
  ...{ stepsCompleted: 5, totalSteps: 7, subTasks: [], createdAt: began },
};

/** A service that tells this of its only workflow. */
function telling(detail: Workflow | undefined, { dialect = "doc" as Dialect, listed = detail, now = later } = {}) {
  const list = listed ? [listed] : [];
  const service = {
    client: {
      workflow: async () => detail,
      workflows: async () => list,
      dialect: async () => dialect,
      serverNow: () => Date.parse(now),
    },
    recentWorkflows: async () => new Map(list.map((workflow) => [workflow.id, workflow])),
  };
  return service as unknown as Automation;
}

const { signal } = new AbortController();
const key = { workflowId: running.id, submittedAt: began };
const look = (automation: Automation, known: object = {}) => sightOf(automation, { ...key, ...known }, signal);
const another = { lost: expect.stringContaining("somebody else has begun another workflow of the same id") };

describe("the id of a workflow", () => {
  test("is the service's with the time, which may be missing", () => {
    expect(keyOf(keyText(key))).toEqual(key);
    expect(keyOf("a#b")).toEqual({ workflowId: "a#b" });
    expect(keyOf(keyText({ workflowId: "7" }))).toEqual({ workflowId: "7" });
  });
});

describe("a look at a workflow", () => {
  test("finds it while it is the one that is known", async () => {
    expect(await look(telling(running), { startedAt: began, stepsCompleted: 5 })).toEqual({ workflow: running });
    expect(await look(telling(running))).toEqual({ workflow: running });
  });

  test("tells one that began at another time from it, even when that one has ended", async () => {
    expect(await look(telling({ ...running, createdAt: later }), { startedAt: began })).toEqual(another);
    const ended = { ...running, status: "completed" as const, createdAt: later, completedAt: later };
    expect(await look(telling(ended), { startedAt: began })).toEqual(another);
    expect(await look(telling({ ...running, createdAt: later }))).toEqual(another);
  });

  test("tells one that has fewer steps behind it from it, where ids come again", async () => {
    const untimed = { ...running, createdAt: undefined };
    const shipped = { dialect: "shipped" as const };
    expect(await look(telling({ ...untimed, stepsCompleted: 1 }, shipped), { stepsCompleted: 5 })).toEqual(another);
    expect(await look(telling({ ...untimed, stepsCompleted: 5 }, shipped), { stepsCompleted: 5 })).toHaveProperty(
      "workflow",
    );
  });

  test("takes no offence at steps and percents that go backwards where ids are made for one workflow", async () => {
    const own = { ...running, id: "1f0e6d8c-0000-4000-8000-000000000001", stepsCompleted: 1, progress: 3 };
    const known = { workflowId: own.id, startedAt: began, stepsCompleted: 5 };
    expect(await look(telling(own), known)).toEqual({ workflow: own });
  });

  test("takes the times from the list, where the workflow itself does not tell them", async () => {
    const { createdAt: _, ...bare } = running;
    const ended = { ...bare, status: "completed" as const };
    const listed = { ...running, status: "completed" as const, completedAt: later };
    expect(await look(telling(ended, { listed }))).toMatchObject({
      workflow: { createdAt: began, completedAt: later },
    });
  });

  test("that finds none tells a new one, which need not show yet, from one that was forgotten", async () => {
    expect(await look(telling(undefined, { now: began }))).toEqual({ isNew: true });
    const lost = { lost: expect.stringContaining("the service was restarted") };
    expect(await look(telling(undefined, { now: later }))).toEqual(lost);
    expect(await look(telling(undefined, { now: began }), { startedAt: began })).toEqual(lost);
  });
});
