import { expect } from "vitest";
import { askedOf } from "../../../provider/resources/hwautomation/workflow-inputs";
import {
  completion,
  fault,
  following,
  job,
  leaveNote,
  serverId,
  starts,
  until,
  type WorkflowScenario,
  warnings,
} from "./world";

const post = { method: "POST", path: "/api/orchestration/provision" };
const asked = askedOf(job as never);

/** What goes wrong on the way, after which no server is provisioned twice. */
export const faultScenarios: readonly WorkflowScenario[] = [
  {
    name: "lost POST response: a workflow whose acceptance nobody heard is found, not asked for again",
    async run(world) {
      fault(world, { kind: "resetAfterCommit" }, post);
      await world.up({ server: job });
      expect(starts(world)).toBe(1);
      await world.upInTime(following(world));
      expect(world.count("commission", serverId)).toBe(1);
    },
  },
  {
    name: "a refused start leaves nothing behind",
    async run(world) {
      world.service.setScript(serverId, { refuse: "out of power" });
      const { message } = await world.failingUp({ server: job });
      expect(message).toContain("out of power");
      expect(world.stack.has("server")).toBe(false);
      world.service.setScript(serverId, { refuse: null });
      await world.up({ server: job });
      expect(starts(world)).toBe(1);
    },
  },
  {
    name: "second up after a killed one: the workflow of a run that did not get to keep it is its own, by the note it left",
    async run(world) {
      await world.up({ server: job });
      const workflowId = world.outputs("server").workflowId as string;
      world.stack.resources.clear();
      leaveNote(world, serverId, asked);
      expect(warnings(await world.up({ server: job }))).toContain(`took over job ${workflowId}`);
      expect(world.outputs("server").workflowId).toBe(workflowId);
      expect(starts(world)).toBe(1);
      // The note is gone: the next one who finds it has another's before him.
      world.stack.resources.clear();
      expect((await world.failingUp({ server: job })).message).toContain("gets no second one");
    },
  },
  {
    name: "but not one that was there before the note, nor one that was to do something else",
    async run(world) {
      await world.up({ server: job });
      const workflowId = world.outputs("server").workflowId as string;
      world.stack.resources.clear();
      leaveNote(world, serverId, asked, [workflowId]);
      expect((await world.failingUp({ server: job })).message).toContain("gets no second one");
      leaveNote(world, serverId, { ...asked, deviceType: "s2.c2.medium" });
      expect((await world.failingUp({ server: job })).message).toContain("gets no second one");
    },
  },
  {
    name: "one that has ended since is not taken for the outcome of what is asked for now",
    async run(world) {
      await world.up({ server: job });
      world.stack.resources.clear();
      leaveNote(world, serverId, asked);
      world.later();
      await world.up({ server: job });
      expect(starts(world)).toBe(2);
    },
  },
  {
    name: "service restart mid-run: the workflow is expired with a warning, stays in the state, and is not begun again",
    async run(world) {
      await world.up({ server: job });
      world.simulators.clock.advance(60_000);
      await world.refresh();
      world.service.restart();
      const run = await world.refresh();
      expect(warnings(run)).toContain("the service was restarted");
      expect(run.operations).toEqual({ server: "same" });
      world.expectOutputs("server", { phase: "expired" });
      const { workflowId } = world.outputs("server");
      expect((await world.up({ server: job })).operations).toEqual({ server: "same" });
      expect(starts(world)).toBe(1);
      const failed = await world.stack.up(following(world));
      expect(failed.failures.done?.message).toContain(`no record of workflow ${workflowId}`);
      await world.up(following(world, { failOn: "never" }));
      expect(completion(world)).toMatchObject({ status: "lost", lostCount: 1 });
      await world.up({ server: { ...job, triggers: { round: "2" } } });
      expect(starts(world)).toBe(2);
    },
  },
  {
    name: "service restart while it is waited for: the completion says that nobody can tell",
    async run(world) {
      await world.up({ server: job });
      const restart = async () => {
        world.simulators.clock.advance(60_000);
        world.service.restart();
      };
      const run = await world.asTimeGoes(world.stack.up(following(world), { during: restart }));
      expect(run.failures.done?.message).toContain("How far the machine came nobody can tell");
      expect(run.failures.done?.message).toContain("Whatever depends on this completion is left as it is");
    },
  },
  {
    name: "a service that shows new workflows late does not make them lost",
    options: { hwautomation: { variants: { visibilityDelayMs: 20_000 } } },
    async run(world) {
      await world.up({ server: job });
      await world.refresh();
      world.expectOutputs("server", { phase: "waiting" });
      await world.upInTime(following(world));
      expect(completion(world)).toMatchObject({ status: "completed" });
    },
  },
  {
    name: "cancel ignored: delete waits for what the workflow really becomes, and tells",
    async run(world) {
      world.service.setScript(serverId, { cancelIgnored: true });
      await world.up({ server: job });
      world.simulators.clock.advance(60_000);
      const run = await world.asTimeGoes(world.up({}));
      expect(warnings(run)).toContain("was too far to be cancelled: it has completed");
      expect(world.workflowOf(serverId).status).toBe("COMPLETED");
    },
  },
  {
    name: "cancel late: a workflow that is called cancelled while its last step runs is looked at until it has ended",
    // Its patience is counted in looks: with longer pauses the simulated time is sure to go by beside them.
    options: { hwautomation: { variants: { cancelShows: "atOnce" } }, config: { pollSeconds: 0.1 } },
    async run(world) {
      world.service.setScript(serverId, { finishAfterCancel: true });
      await world.up({ server: job });
      world.simulators.clock.advance(60_000);
      const run = await world.asTimeGoes(world.up({}), 60);
      expect(warnings(run)).toContain("was too far to be cancelled: it has completed");
    },
  },
  {
    name: "with onTimeout cancel a completion cancels, waits for the end, and says so",
    async run(world) {
      world.service.setScript(serverId, { hangAtStep: 3 });
      await world.up({ server: job });
      world.simulators.clock.advance(600_000);
      const policy = { timeoutSeconds: 0.2, onTimeout: "cancel" };
      const release = async () => {
        await until(() => world.writes().some((call) => call.endsWith("/cancel")));
        world.service.setScript(serverId, { hangAtStep: null });
      };
      const run = await world.asTimeGoes(world.stack.up(following(world, policy), { during: release }));
      expect(run.failures.done?.message).toContain("It has been cancelled, as onTimeout says");
      await world.refresh();
      world.expectOutputs("server", { phase: "cancelled", cancelRequested: true });
    },
  },
  {
    name: "a failed workflow fails its completion with the service's reason, and passes where the program says so",
    async run(world) {
      world.service.setScript(serverId, { failAtStep: 3, failure: "BIOS is locked" });
      await world.up({ server: job });
      const { message } = await world.failInTime(following(world));
      expect(message).toContain("BIOS is locked");
      expect(message).toContain("another value of `triggers`");
      await world.upInTime(following(world, { failOn: "never" }));
      expect(completion(world)).toMatchObject({ status: "failed", failedCount: 1 });
      await world.refresh();
      world.expectOutputs("server", { phase: "failed", reason: "BIOS is locked", error: "BIOS is locked" });
      expect((await world.up({ server: job })).operations.server).toBe("same");
      expect(starts(world)).toBe(1);
    },
  },
  {
    name: "HTML error: looks that answer with a page of a proxy do not end the wait",
    async run(world) {
      await world.up({ server: job });
      fault(world, { kind: "html" }, { method: "GET", times: 3, after: 2 });
      await world.upInTime(following(world));
      expect(completion(world)).toMatchObject({ status: "completed" });
    },
  },
  {
    name: "HTML error: a page where the workflow should be is no word about it",
    async run(world) {
      await world.up({ server: job });
      fault(world, { kind: "html", status: 404 }, { method: "GET", path: /\/status$/, times: 99 });
      const run = await world.stack.refresh();
      expect(run.failures.server?.message).toContain("does not have the endpoint");
      world.expectOutputs("server", { phase: "waiting" });
    },
  },
  {
    name: "401: a login that is not accepted is told at once, and nothing is begun",
    options: { config: { password: "wrong-password" } },
    async run(world) {
      const { message } = await world.failingUp({ server: job });
      expect(message).toContain("the login was not accepted");
      expect(starts(world)).toBe(0);
    },
  },
  {
    name: "401: a login that stops working while a workflow is waited for ends the wait, not the workflow",
    async run(world) {
      await world.up({ server: job });
      world.configure({ password: "wrong-password" });
      const { message } = await world.failingUp(following(world));
      expect(message).toContain("the login was not accepted");
      world.configure({ password: world.service.password });
      await world.upInTime(following(world));
    },
  },
  {
    name: "socket down: with events configured and no Socket.IO there, the completion looks by itself",
    options: { config: { useWebSocket: true }, hwautomation: { variants: { sockets: "none" } } },
    async run(world) {
      await world.up({ server: job });
      await world.upInTime(following(world));
      expect(completion(world)).toMatchObject({ status: "completed" });
    },
  },
  {
    name: "socket down: with a connection that is cut while a workflow is waited for, the completion looks by itself",
    options: { config: { useWebSocket: true, pollSeconds: 0.2 } },
    async run(world) {
      await world.up({ server: job });
      const cut = async () => {
        await until(() => world.service.hub.connections.length > 0);
        world.change({ sockets: "none" });
        world.service.hub.cut();
        world.later();
      };
      await world.up(following(world), { during: cut });
      expect(completion(world)).toMatchObject({ status: "completed" });
    },
  },
  {
    name: "socket up: an event makes the next look come sooner, and the end is told by the API alone",
    options: { config: { useWebSocket: true, pollSeconds: 2.5 } },
    async run(world) {
      await world.up({ server: job });
      let since = 0;
      const end = async () => {
        await until(() => world.service.hub.connections.some(({ workflows }) => workflows.length > 0));
        since = performance.now();
        world.later();
      };
      await world.up(following(world), { during: end });
      // Ten seconds without events, at the least.
      expect(performance.now() - since).toBeLessThan(6_000);
      expect(completion(world)).toMatchObject({ status: "completed" });
    },
  },
  ...(["backwards", "absent", "float"] as const).map(
    (progress): WorkflowScenario => ({
      name: `progress ${progress}: it says nothing about the end`,
      options: { hwautomation: { variants: { progress } } },
      async run(world) {
        await world.up({ server: job });
        await world.upInTime(following(world));
        expect(completion(world)).toMatchObject({ status: "completed" });
      },
    }),
  ),
  ...(["lower", "engine"] as const).map(
    (statusCase): WorkflowScenario => ({
      name: `status casing ${statusCase}: words of any spelling are understood`,
      options: { hwautomation: { variants: { statusCase } } },
      async run(world) {
        await world.up({ server: job });
        await world.upInTime(following(world));
        expect(completion(world)).toMatchObject({ status: "completed" });
        await world.expectNoDrift(following(world));
        world.expectOutputs("server", { phase: "succeeded" });
      },
    }),
  ),
  {
    name: "the status of the older engine is understood",
    options: { hwautomation: { variants: { statusShape: "legacy", envelope: "wrapped" } } },
    async run(world) {
      await world.up({ server: job });
      await world.upInTime(following(world));
      expect(completion(world)).toMatchObject({ status: "completed" });
    },
  },
  {
    name: "database locked: looks that answer with it do not end the wait",
    async run(world) {
      await world.up({ server: job });
      const locked = { kind: "status", status: 500, body: { error: "database is locked" } } as const;
      fault(world, locked, { method: "GET", times: 3, after: 2 });
      await world.upInTime(following(world));
      expect(completion(world)).toMatchObject({ status: "completed" });
    },
  },
  {
    name: "database locked: a start that fails with it is not sent again by itself, nor begun twice by the next up",
    async run(world) {
      const locked = { kind: "status", status: 500, body: { error: "database is locked" }, applied: true } as const;
      fault(world, locked, post);
      await world.stack.up({ server: job });
      await world.up({ server: job });
      expect(starts(world)).toBe(1);
    },
  },
];
