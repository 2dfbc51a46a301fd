import { expect } from "vitest";
import { askedOf } from "../../../provider/resources/hwautomation/workflow-inputs";
import type { JsonMap } from "../harness/host";
import { HwAutomationWorld, type HwAutomationWorldOptions, warnings } from "../harness/hwautomation-world";
import type { Scenario } from "../harness/scenarios";
import { ofType } from "../harness/stack";
import { fault, leaveNote, shipped } from "../hwautomation-workflow/world";

type BatchScenario = Scenario<HwAutomationWorld, HwAutomationWorldOptions>;

export const openBatches = HwAutomationWorld.of("hwautomation:BatchCommission");

const [one, two, three, four] = ["server-001", "server-002", "server-003", "server-004"] as const;
const batch = {
  servers: [one, two, three],
  deviceType: "a1.c5.large",
  ipmiRange: "10.20.0.11-16",
  gateway: "10.20.0.1",
};
const addresses = { [one]: "10.20.0.11", [two]: "10.20.0.12", [three]: "10.20.0.13" };

const starts = (world: HwAutomationWorld) => world.service.workflows.map(({ serverId }) => serverId).sort();
const workflows = (world: HwAutomationWorld) => world.outputs("rack").workflows as { [server: string]: JsonMap };
const posts = (world: HwAutomationWorld) =>
  world.takeCalls().filter((call) => call === "POST /api/batch/commission").length;

/** A program with a batch that is there, and its completion. */
function following(world: HwAutomationWorld, policy: JsonMap = {}, rack: JsonMap = batch) {
  const ids = world.outputs("rack").workflowIds as JsonMap;
  return { rack, done: ofType("hwautomation:WorkflowCompletion", { workflows: ids, ...policy }) };
}

function completion(world: HwAutomationWorld): JsonMap {
  const state = world.stack.resources.get(world.stack.urn("done", "hwautomation:WorkflowCompletion"));
  if (!state) throw new Error("There is no completion in the state.");
  return state.outputs;
}

const asked = (serverId: string) => {
  const { servers: _, ipmiRange: __, ...same } = batch;
  return askedOf({ ...same, serverId, targetIpmiIp: addresses[serverId as typeof one] });
};

export const batchScenarios: readonly BatchScenario[] = [
  {
    name: "every server gets one workflow and the next address, by one call, and its completion waits for all",
    async run(world) {
      await world.up({ rack: batch });
      world.expectOutputs("rack", { assignments: addresses, startedCount: 3, notStartedCount: 0, openCount: 3 });
      expect(posts(world)).toBe(1);
      await world.upInTime(following(world));
      expect(completion(world)).toMatchObject({ status: "completed", totalCount: 3, completedCount: 3 });
      for (const server of batch.servers) expect(world.count("commission", server)).toBe(1);
      await world.expectNoDrift(following(world));
      world.expectOutputs("rack", { completedCount: 3, openCount: 0 });
    },
  },
  {
    name: "the preview shows which servers are begun, each with its address",
    hosts: ["plugin"],
    async run(world) {
      expect(warnings(await world.stack.preview({ rack: batch }))).toContain(
        `3 servers are commissioned anew and configured: ${one} with 10.20.0.11, ${two} with 10.20.0.12, ${three} with 10.20.0.13`,
      );
      await world.up({ rack: batch });
      const more = { ...batch, servers: [four, ...batch.servers] };
      const told = warnings(await world.stack.preview({ rack: more }));
      expect(told).toContain(`1 server is commissioned anew and configured: ${four}`);
      expect(told).toContain(`a workflow is begun for ${four} with 10.20.0.14`);
    },
  },
  {
    name: "a server more shifts no address and is all that is begun; one less is cancelled and leaves the others alone",
    async run(world) {
      await world.up({ rack: batch });
      const more = { ...batch, servers: [four, one, two, three] };
      expect((await world.up({ rack: more })).operations).toEqual({ rack: "update" });
      world.expectOutputs("rack", { assignments: { ...addresses, [four]: "10.20.0.14" } });
      expect(starts(world)).toEqual([one, two, three, four]);
      await world.asTimeGoes(world.up({ rack: { ...batch, servers: [four, three] } }));
      expect(world.outputs("rack").assignments).toEqual({ [four]: "10.20.0.14", [three]: "10.20.0.13" });
      for (const server of [one, two]) expect(world.workflowOf(server).status).toBe("CANCELLED");
      expect(world.workflowOf(three).status).not.toBe("CANCELLED");
      expect(starts(world)).toHaveLength(4);
    },
  },
  {
    name: "an address that became free is given away only when no other is left, and servers in another order are the same",
    async run(world) {
      const small = { ...batch, ipmiRange: "10.20.0.11-14" };
      await world.up({ rack: small });
      await world.asTimeGoes(world.up({ rack: { ...small, servers: [two, three] } }));
      await world.up({ rack: { ...small, servers: [three, two, "server-005", "server-006"] } });
      world.expectOutputs("rack", { assignments: { [two]: "10.20.0.12", [three]: "10.20.0.13" } });
      const given = world.outputs("rack").assignments as JsonMap;
      expect([given["server-005"], given["server-006"]]).toEqual(["10.20.0.11", "10.20.0.14"]);
      const same = { ...small, servers: ["server-006", "server-005", two, three] };
      expect((await world.stack.preview({ rack: same })).operations).toEqual({ rack: "same" });
    },
  },
  {
    name: "range too small: it is counted without a call, and so are duplicates and ranges that are none",
    async run(world) {
      const refused = (change: JsonMap) => world.refusal({ rack: { ...batch, ...change } });
      expect(await refused({ ipmiRange: "10.20.0.11-12" })).toContain(
        "ipmiRange 10.20.0.11-12 has 2 addresses for 3 servers: 1 is missing",
      );
      expect(await refused({ servers: [one, two, one] })).toContain(`servers has ${one} twice`);
      for (const ipmiRange of ["10.20.0.20-11", "10.20.0.250-256", "10.20.0.0/24", "server-1-3"])
        expect(await refused({ ipmiRange })).toContain("must be a range such as 10.20.0.11-40");
      expect(world.takeCalls()).toEqual([]);
    },
  },
  {
    name: "partial batch: one server that is refused stops no other, and the next up begins only that one, with its address",
    async run(world) {
      world.service.setScript(two, { refuse: "out of power" });
      const { message } = await world.failingUp({ rack: batch });
      expect(message).toContain("1 of 3 workflows failed; the other 2 are done");
      expect(message).toContain("out of power");
      world.expectOutputs("rack", { startedCount: 2, notStartedCount: 1, assignments: addresses });
      expect(workflows(world)[two]).toMatchObject({ status: "notStarted" });
      const before = workflows(world)[one]?.workflowId;
      world.service.setScript(two, { refuse: null });
      await world.up({ rack: batch });
      expect(starts(world)).toEqual([one, two, three]);
      world.expectOutputs("rack", { startedCount: 3, notStartedCount: 0, assignments: addresses });
      expect(workflows(world)[one]?.workflowId).toBe(before);
      expect(world.workflowOf(two).order.targetIpmiIp).toBe("10.20.0.12");
    },
  },
  {
    name: "a batch of which nothing could be begun is not kept",
    async run(world) {
      for (const server of batch.servers) world.service.setScript(server, { refuse: "out of power" });
      await world.failingUp({ rack: batch });
      expect(world.stack.has("rack")).toBe(false);
    },
  },
  {
    name: "a workflow that fails is told by the completion with its server, and begun again when a refresh has seen it",
    async run(world) {
      world.service.setScript(two, { failAtStep: 3, failure: "BIOS is locked" });
      await world.up({ rack: batch });
      const { message } = await world.failInTime(following(world));
      expect(message).toContain("1 of 3 workflows has not completed; 2 have completed");
      expect(message).toContain("BIOS is locked");
      await world.upInTime(following(world, { failOn: "threshold", maxFailures: 1 }));
      expect(completion(world)).toMatchObject({ status: "failed", completedCount: 2, failedCount: 1 });
      expect(starts(world)).toHaveLength(3);
      world.service.setScript(two, { failAtStep: null, failure: null });
      await world.stack.refresh();
      world.expectOutputs("rack", { failedCount: 1, completedCount: 2 });
      await world.up({ rack: batch });
      expect(starts(world)).toEqual([one, two, two, three]);
      await world.upInTime(following(world));
      expect(completion(world)).toMatchObject({ completedCount: 3 });
    },
  },
  {
    name: "lost POST response: the workflows of a batch whose acceptance nobody heard are found",
    async run(world) {
      fault(world, { kind: "resetAfterCommit" }, { method: "POST", path: "/api/batch/commission" });
      await world.up({ rack: batch });
      expect(starts(world)).toEqual([one, two, three]);
      world.expectOutputs("rack", { startedCount: 3 });
    },
  },
  {
    name: "second up after a killed one: its workflows are taken over, and only the rest is begun",
    async run(world) {
      await world.up({ rack: { ...batch, servers: [one, two] } });
      world.stack.resources.clear();
      for (const server of batch.servers) leaveNote(world, server, asked(server));
      const run = await world.up({ rack: batch });
      expect(warnings(run)).toContain(`of server ${one}, which an earlier run has begun`);
      expect(starts(world)).toEqual([one, two, three]);
      world.expectOutputs("rack", { startedCount: 3, assignments: addresses });
    },
  },
  {
    name: "a server with a workflow of somebody else is told, and the others are begun; with adopt it is taken over",
    async run(world) {
      await world.up({ rack: { ...batch, servers: [two] } });
      world.stack.resources.clear();
      const { message } = await world.failingUp({ rack: batch });
      expect(message).toContain(`server ${two} has workflow`);
      expect(starts(world)).toEqual([one, two, three]);
      await world.up({ rack: { ...batch, onDuplicate: "adopt" } });
      expect(starts(world)).toEqual([one, two, three]);
      world.expectOutputs("rack", { startedCount: 3 });
    },
  },
  {
    name: "another device type or gateway is another batch, when the old one is out of the way; the range changes nothing",
    async run(world) {
      await world.up({ rack: batch });
      const wider = { ...batch, ipmiRange: "10.20.0.8-90" };
      expect((await world.up({ rack: wider })).operations).toEqual({ rack: "update" });
      world.expectOutputs("rack", { assignments: addresses });
      expect(starts(world)).toHaveLength(3);
      const run = await world.upInTime({ rack: { ...batch, gateway: "10.20.0.2" } });
      expect(run.operations).toEqual({ rack: "replace" });
      expect(starts(world)).toHaveLength(6);
      const type = await world.upInTime({ rack: { ...batch, gateway: "10.20.0.2", deviceType: "s2.c2.medium" } });
      expect(type.operations).toEqual({ rack: "replace" });
    },
  },
  {
    name: "service restart: what was forgotten is lost and stays, and the next up begins none of it again",
    async run(world) {
      await world.up({ rack: batch });
      world.simulators.clock.advance(60_000);
      await world.refresh();
      world.service.restart();
      expect(warnings(await world.refresh())).toContain("the service was restarted");
      expect(workflows(world)[one]).toMatchObject({ status: "lost" });
      expect((await world.up({ rack: batch })).operations).toEqual({ rack: "same" });
      await world.up({ rack: { ...batch, servers: [...batch.servers, four] } });
      expect(starts(world)).toEqual([one, two, three, four]);
    },
  },
  {
    name: "delete cancels what has not ended, and with leave nothing",
    async run(world) {
      await world.up({ rack: batch });
      await world.asTimeGoes(world.up({}));
      for (const server of batch.servers) expect(world.workflowOf(server).status).toBe("CANCELLED");
      await world.up({ rack: { ...batch, onDelete: "leave" } });
      expect(warnings(await world.up({}))).toContain("3 workflows go on: onDelete is leave");
    },
  },
  {
    name: "many workflows that are waited for cost one list a look, and details only when they end",
    options: { hwautomation: { serverCount: 30 } },
    async run(world) {
      const servers = Array.from({ length: 30 }, (_, index) => `server-${String(index + 1).padStart(3, "0")}`);
      const big = { ...batch, servers, ipmiRange: "10.20.0.11-60" };
      await world.up({ rack: big });
      world.takeCalls();
      const { progress } = await world.asTimeGoes(world.up(following(world, {}, big)), 60);
      const calls = world.takeCalls();
      expect(calls.filter((call) => call.endsWith("/status"))).toHaveLength(30);
      expect(progress.join("\n")).toContain("0 of 30 completed");
      expect(completion(world)).toMatchObject({ completedCount: 30 });
    },
  },
  {
    name: "a batch is not imported, but its workflows are",
    async run(world) {
      const run = await world.stack.import("rack", "rack");
      expect(run.failures.rack?.message).toContain("import its workflows one by one");
    },
  },
  {
    name: "shipped: every server is a call of its own with an address of its own, and another device's failure stops none",
    options: shipped,
    async run(world) {
      await world.up({ rack: batch });
      expect(posts(world)).toBe(3);
      for (const server of batch.servers)
        expect(world.workflowOf(server).order.targetIpmiIp).toBe(addresses[server as typeof one]);
      world.later();
      const { message } = await world.failInTime(following(world));
      expect(message).toContain("3 of 3 workflows have not completed");
      await world.stack.refresh();
      world.expectOutputs("rack", { failedCount: 3 });
      const ids = world.outputs("rack").workflowIds;
      await world.up({ rack: batch });
      expect(starts(world)).toHaveLength(6);
      // The ids of the service come again, those of a completion do not.
      expect(world.outputs("rack").workflowIds).not.toEqual(ids);
    },
  },
  {
    name: "shipped: what is removed cannot be cancelled, which is a warning, once for each",
    options: shipped,
    async run(world) {
      await world.up({ rack: batch });
      const run = await world.asTimeGoes(world.up({ rack: { ...batch, servers: [one] } }));
      expect(warnings(run).match(/this service cannot cancel workflows/g)).toHaveLength(2);
      expect(world.outputs("rack").assignments).toEqual({ [one]: "10.20.0.11" });
    },
  },
];
