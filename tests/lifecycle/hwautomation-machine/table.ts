import { expect } from "vitest";
import type { HwAutomationWorld } from "../harness/hwautomation-world";
import { fault, shipped, until, type WorkflowScenario, warnings } from "../hwautomation-workflow/world";

const machineId = "new001";
const machine = { machineId };
const ready = { machineId: "aaa001" };
const path = `/api/maas/commission/${machineId}`;

const set = (world: HwAutomationWorld, id: string, change: object) =>
  Object.assign(world.service.machines.get(id) as object, change);

/** A machine of MaaS is brought to Ready. */
export const machineScenarios: readonly WorkflowScenario[] = [
  {
    name: "a new machine is commissioned once and waited for; what becomes of it later is no drift",
    async run(world) {
      const preview = await world.stack.preview({ node: machine });
      if (world.stack.kind === "plugin") expect(warnings(preview)).toContain(`machine ${machineId} is commissioned`);
      expect(world.takeWrites()).toEqual([]);
      const run = await world.upInTime({ node: machine });
      expect(run.progress).toContain("Commissioning");
      expect(world.stack.state("node")).toMatchObject({
        id: machineId,
        outputs: { hostname: "lively-otter", status: "Ready", cpuCount: 16, memory: 32_768 },
      });
      expect(world.takeWrites()).toEqual([`POST ${path}`]);
      await world.expectNoDrift({ node: machine });
      set(world, machineId, { status: "Deployed" });
      await world.expectNoDrift({ node: machine });
      world.expectOutputs("node", { status: "Deployed" });
      await world.up({});
      expect(world.takeWrites()).toEqual([]);
    },
  },
  {
    name: "a machine that is Ready is taken as it is, until the triggers change",
    async run(world) {
      const preview = await world.stack.preview({ node: ready });
      expect(warnings(preview)).toBe("");
      await world.up({ node: ready });
      expect(world.takeWrites()).toEqual([]);
      const again = { ...ready, triggers: { board: "2" } };
      if (world.stack.kind === "plugin")
        expect(warnings(await world.stack.preview({ node: again }))).toContain("machine aaa001 is commissioned");
      const run = await world.upInTime({ node: again });
      expect(run.operations).toEqual({ node: "update" });
      expect(world.takeWrites()).toEqual(["POST /api/maas/commission/aaa001"]);
      await world.expectNoDrift({ node: again });
      set(world, "aaa001", { status: "Deployed" });
      const other = { ...ready, triggers: { board: "3" } };
      expect((await world.stack.up({ node: other })).failures.node?.message).toContain("machine aaa001 is Deployed");
      expect(world.takeWrites()).toEqual([]);
    },
  },
  ...(["Deployed", "Allocated", "Rescue mode"] as const).map(
    (status): WorkflowScenario => ({
      name: `a machine that is ${status} is refused before anything is asked for`,
      async run(world) {
        set(world, machineId, { status });
        const message = await world.refusal({ node: machine });
        expect(message).toContain(
          `machine ${machineId} is ${status}: to commission it would take it from whoever uses it`,
        );
        expect(world.takeWrites()).toEqual([]);
      },
    }),
  ),
  {
    name: "a machine that fails commissioning stays as unfinished, and the next up tries again",
    async run(world) {
      set(world, machineId, { commissioning: "fails" });
      const { message } = await world.failInTime({ node: machine });
      expect(message).toContain(`machine ${machineId} (lively-otter) is Failed commissioning, not Ready`);
      expect(world.stack.has("node")).toBe(true);
      expect((await world.stack.refresh()).failures.node?.message).toContain("`pulumi up` goes on with it");
      set(world, machineId, { commissioning: "ready" });
      const run = await world.upInTime({ node: machine });
      expect(run.operations).toEqual({ node: "update" });
      expect(world.takeWrites()).toEqual([`POST ${path}`, `POST ${path}`]);
      await world.expectNoDrift({ node: machine });
    },
  },
  {
    name: "one that takes too long goes on, and the next up waits for it without asking again",
    async run(world) {
      set(world, machineId, { commissioning: "hangs" });
      const { message } = await world.failingUp({ node: { ...machine, timeoutSeconds: 0.05 } });
      expect(message).toContain("has not ended within");
      set(world, machineId, { status: "Ready" });
      await world.up({ node: { ...machine, timeoutSeconds: 0.05 } });
      world.expectOutputs("node", { status: "Ready" });
      expect(world.takeWrites()).toEqual([`POST ${path}`]);
    },
  },
  {
    name: "Ctrl-C lets the commissioning go on, and the next up waits for it",
    hosts: ["plugin"],
    async run(world) {
      const run = await world.stack.up(
        { node: machine },
        {
          during: async (host) => {
            await until(() => world.stack.messages().some(({ text }) => text === "Commissioning"));
            await host.cancel();
          },
        },
      );
      expect(run.failures.node).toBeDefined();
      await world.upInTime({ node: machine });
      expect(world.takeWrites()).toEqual([`POST ${path}`]);
    },
  },
  {
    name: "one that somebody else has commissioned is waited for",
    async run(world) {
      world.service.world.commission(world.service.machines.get(machineId) as never);
      await world.upInTime({ node: machine });
      expect(world.takeWrites()).toEqual([]);
    },
  },
  {
    name: "lost POST response: the machine tells that it was taken, and it is not commissioned twice",
    async run(world) {
      fault(world, { kind: "resetAfterCommit" }, { method: "POST", path });
      await world.upInTime({ node: machine });
      expect(world.takeWrites()).toEqual([`POST ${path}`]);
    },
  },
  {
    name: "MaaS empty: a machine is never taken for gone, and a create says what it may mean",
    async run(world) {
      await world.upInTime({ node: machine });
      world.change({ maas: "down" });
      expect((await world.stack.refresh()).failures.node?.message).toContain("when it cannot reach MaaS");
      expect(world.stack.has("node")).toBe(true);
      expect(
        await world.stack.up({ node: machine, other: ready }).then(({ failures }) => failures.other?.message),
      ).toContain("lists no machine of MaaS at all");
      world.change({ maas: "up" });
      await world.expectNoDrift({ node: machine });
    },
  },
  {
    name: "MaaS empty while a commissioning is waited for only makes it wait",
    async run(world) {
      let isOver = false;
      const outage = async () => {
        await until(() => world.stack.messages().some(({ text }) => text === "Commissioning"));
        world.change({ maas: "down" });
        const before = world.simulators.requests.count({ service: "hwautomation" });
        await until(() => world.simulators.requests.count({ service: "hwautomation" }) > before + 2);
        world.change({ maas: "up" });
        isOver = true;
      };
      await world.upInTime({ node: machine }, { during: outage });
      expect(isOver).toBe(true);
      expect(world.takeWrites()).toEqual([`POST ${path}`]);
    },
  },
  {
    name: "a machine that MaaS lists no more is kept with a warning, and not commissioned by itself",
    async run(world) {
      await world.upInTime({ node: machine });
      world.service.machines.delete(machineId);
      const run = await world.refresh();
      expect(run.operations).toEqual({ node: "same" });
      expect(warnings(run)).toContain("if the machine is gone, take it out of the program");
      expect((await world.failingUp({ other: { machineId: "nobody" } })).message).toContain(
        "MaaS lists no machine nobody: correct machineId",
      );
    },
  },
  {
    name: "imported by its system id, whatever its status",
    async run(world) {
      set(world, "aaa001", { status: "Deployed" });
      expect((await world.stack.import("node", "aaa001")).failures).toEqual({});
      expect((await world.stack.preview({ node: ready })).operations).toEqual({ node: "same" });
      expect((await world.stack.import("none", "nobody")).failures.none?.message).toContain("does not exist");
    },
  },
  ...(
    [
      ["an HTML page", { kind: "html" }],
      ["a 401", { kind: "status", status: 401, body: { error: "Unauthorized" } }],
      ["a 500", { kind: "status", status: 500, body: { error: "database is locked" } }],
    ] as const
  ).map(
    ([what, action]): WorkflowScenario => ({
      name: `${what} is an error, and nothing is begun`,
      options: { config: { maxRetries: 0, profile: "doc" } },
      async run(world) {
        fault(world, action, { method: "GET" });
        expect((await world.failingUp({ node: machine })).message).toContain(
          "HWAutomation could not list the machines of MaaS",
        );
        expect(world.takeWrites()).toEqual([]);
      },
    }),
  ),
  {
    name: "shipped: commissioning is refused with the dialect's name, a machine that is Ready is taken as it is",
    options: shipped,
    async run(world) {
      expect(await world.refusal({ node: machine })).toContain("dialect shipped");
      await world.up({ node: ready });
      expect(world.takeWrites()).toEqual([]);
      await world.expectNoDrift({ node: ready });
    },
  },
];
