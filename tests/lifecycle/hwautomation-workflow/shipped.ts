import { expect } from "vitest";
import { askedOf } from "../../../provider/resources/hwautomation/workflow-inputs";
import {
  completion,
  following,
  job,
  leaveNote,
  serverId,
  shipped,
  starts,
  type WorkflowScenario,
  warnings,
} from "./world";

/** Life with the application as it is shipped. */
export const shippedScenarios: readonly WorkflowScenario[] = [
  {
    name: "shipped: a single server goes by batch, and its completion tells that no workflow there succeeds",
    options: shipped,
    async run(world) {
      await world.up({ server: job });
      expect(world.outputs("server").workflowId).toBe(`provision_${serverId}`);
      expect(world.takeCalls()).toContain("POST /api/batch/commission");
      world.later();
      const { message } = await world.failInTime(following(world));
      expect(message).toContain(`workflow provision_${serverId} failed`);
      await world.upInTime(following(world, { failOn: "never" }));
      expect(completion(world)).toMatchObject({ status: "failed" });
      await world.refresh();
      world.expectOutputs("server", { phase: "failed" });
    },
  },
  {
    name: "shipped: the preview names the dialect for what it cannot do, and warns of what it does",
    options: shipped,
    hosts: ["plugin"],
    async run(world) {
      const run = await world.stack.preview({ server: { ...job, firmwareFirst: true } });
      expect(run.failures.server?.message).toContain("dialect shipped");
      expect(warnings(await world.stack.preview({ server: job }))).toContain(
        "commissions the first one of MaaS that is free",
      );
      expect(starts(world)).toBe(0);
    },
  },
  {
    name: "shipped: firmware first is refused before anything is begun",
    options: shipped,
    async run(world) {
      const { message } = await world.failingUp({ server: { ...job, firmwareFirst: true } });
      expect(message).toContain("dialect shipped");
      expect(starts(world)).toBe(0);
    },
  },
  {
    name: "shipped: cancel is not supported, which is a warning, and the workflow goes on",
    options: shipped,
    async run(world) {
      await world.up({ server: job });
      const run = await world.asTimeGoes(world.up({}));
      expect(warnings(run)).toContain("this service cannot cancel workflows");
      expect(world.takeCalls().filter((call) => call.endsWith("/cancel"))).toHaveLength(1);
    },
  },
  {
    name: "shipped: with onTimeout cancel the completion asks once, and says that the workflow goes on",
    options: shipped,
    async run(world) {
      world.service.setScript(serverId, { hangAtStep: 3 });
      await world.up({ server: job });
      const { message } = await world.failInTime(following(world, { timeoutSeconds: 0.2, onTimeout: "cancel" }));
      expect(message).toContain("goes on, since this service cannot cancel workflows");
      expect(world.takeCalls().filter((call) => call.endsWith("/cancel"))).toHaveLength(1);
      await world.refresh();
      world.expectOutputs("server", { phase: "running", cancelRequested: false });
    },
  },
  {
    name: "shipped: an id that somebody else was given since is not ours: expired with a reason, and no outcome",
    options: shipped,
    async run(world) {
      world.service.setScript(serverId, { hangAtStep: 3 });
      await world.up({ server: job });
      world.simulators.clock.advance(60_000);
      await world.refresh();
      const before = world.outputs("server").stepsCompleted as number;
      expect(before).toBeGreaterThan(0);
      await beginAsOther(world.service.url);
      world.simulators.clock.advance(1_000);
      const run = await world.refresh();
      expect(warnings(run)).toContain("somebody else has begun another workflow of the same id");
      world.expectOutputs("server", { phase: "expired" });
      world.later();
      await world.refresh();
      world.expectOutputs("server", { phase: "expired" });
    },
  },
  {
    name: "shipped: the service forgets with a restart, and nothing is begun again",
    options: shipped,
    async run(world) {
      await world.up({ server: job });
      world.simulators.clock.advance(60_000);
      await world.refresh();
      world.service.restart();
      const before = starts(world);
      const run = await world.refresh();
      expect(warnings(run) + JSON.stringify(world.outputs("server"))).toContain("the service was restarted");
      expect((await world.up({ server: job })).operations).toEqual({ server: "same" });
      expect(starts(world)).toBe(before);
    },
  },
  {
    name: "shipped: the second up after a killed one finds its own workflow under the id that comes again",
    options: shipped,
    async run(world) {
      await world.up({ server: job });
      world.stack.resources.clear();
      leaveNote(world, serverId, askedOf(job as never), [`provision_${serverId}`]);
      expect(warnings(await world.up({ server: job }))).toContain(`took over job provision_${serverId}`);
      expect(starts(world)).toBe(1);
    },
  },
];

/** Another client of the service begins a workflow on the same server. */
async function beginAsOther(url: string): Promise<void> {
  const body = JSON.stringify({ device_ids: [serverId], device_type: "a1.c5.large", target_ipmi_ip: "10.20.0.99" });
  const headers = { "content-type": "application/json" };
  const reply = await fetch(`${url}/api/batch/commission`, { method: "POST", headers, body });
  if (!reply.ok) throw new Error(await reply.text());
}
