import { expect } from "vitest";
import { mistReadOnlyToken } from "../../../simulators";
import {
  ap,
  changed,
  claimed,
  foreign,
  headquarters,
  type InventoryScenario,
  inventoryOf,
  list,
  mistOrgId,
  onlyFailure,
  placed,
  pooled,
  program,
  summaries,
  until,
  warehouse,
} from "./world";

const fifty = Object.fromEntries(Array.from({ length: 49 }, (_, index) => [`d${index + 1}`, ap(index + 1).claimCode]));
const three = { a: ap(1).claimCode, b: ap(2).claimCode, c: ap(3).claimCode };
const macs = [ap(1).mac, ap(2).mac, ap(3).mac];

export const faults: readonly InventoryScenario[] = [
  {
    name: "one foreign code among fifty fails alone, is named in Mist's words, and the next up claims nothing twice",
    options: { mist: { deviceCount: 100 } },
    async run(world) {
      const { message } = await world.failingUp(program({ ...fifty, stranger: foreign.claimCode }));
      expect(message).toBe(
        "1 of 50 devices failed; the other 49 are done:\n" +
          "stranger: Mist could not claim the device with code MISTA-…: the request was rejected: " +
          '"belongs to another org (Somebody Else)". The organization that has the device must release it first.',
      );
      expect(Object.keys(summaries(world))).toHaveLength(49);
      await world.refresh();
      world.takeCalls();
      const again = await world.failingUp(program({ ...fifty, stranger: foreign.claimCode }));
      expect(again.message).toMatch(/^stranger: Mist could not claim/);
      expect(world.takeWrites()).toEqual([]);
      await world.up(program(fifty));
      expect(world.takeWrites()).toEqual([]);
      await world.expectSettled(program(fifty));
    },
  },
  {
    name: "T#24, T#165: a reply with errors and no reasons names each device that failed",
    options: { variants: { bulkReasons: "none" } },
    async run(world) {
      const { message } = await world.failingUp(program({ ...three, x: foreign.claimCode, y: "NOSUCHCODE00001" }));
      expect(message).toContain("2 of 5 devices failed; the other 3 are done:");
      expect(message).toContain(
        "x: Mist could not claim the device with code MISTA-…: it was refused without a reason",
      );
      expect(message).toContain(
        "y: Mist could not claim the device with code NOSUC-…: it was refused without a reason",
      );
    },
  },
  {
    name: "a call that fails as a whole is told once for all of its devices, and the next up goes on",
    async run(world) {
      world.simulators.faults.add({ method: "PUT", action: { kind: "status", status: 403 } });
      const { message } = await world.failingUp(program(three));
      expect(message).toContain("Mist could not assign devices: access was denied");
      expect(message.split("\n")).toHaveLength(1);
      expect(Object.values(summaries(world)).map(({ siteId }) => siteId)).toEqual([undefined, undefined, undefined]);
      world.simulators.faults.clear();
      world.takeWrites();
      await world.up(program(three));
      expect(world.takeWrites()).toEqual([changed("assign", 3)]);
      await world.expectSettled(program(three));
    },
  },
  {
    name: "T#5, T#23: devices that show late are waited for together",
    options: { variants: { claimVisibilityDelayMs: 5_000, assignVisibilityDelayMs: 5_000 } },
    async run(world) {
      const asked = (count: number) =>
        until(() => world.simulators.requests.count({ method: "GET", path: /inventory$/ }) > count);
      await world.up(program(three), {
        async during() {
          await asked(2);
          world.simulators.clock.advance(5_000);
          await until(() => world.simulators.requests.count({ method: "PUT" }) > 0);
          const now = world.simulators.requests.count({ method: "GET" });
          await until(() => world.simulators.requests.count({ method: "GET" }) > now + 1);
          world.simulators.clock.advance(5_000);
        },
      });
      expect(world.writes()).toEqual([claimed(3), changed("assign", 3)]);
      await world.expectSettled(program(three));
    },
  },
  {
    name: "devices that do not show in time are kept, and the next up goes on",
    options: { variants: { claimVisibilityDelayMs: 60_000 } },
    async run(world) {
      const { message } = await world.failingUp(program(three, { timeoutSeconds: 1 }));
      expect(message).toContain(`Mist has taken device ${macs[0]}, but the inventory does not show it after 1 s`);
      expect(Object.values(summaries(world)).map(({ mac }) => mac)).toEqual(macs);
      world.simulators.clock.advance(60_000);
      world.takeWrites();
      await world.up(program(three));
      expect(world.takeWrites()).toEqual([changed("assign", 3)]);
      await world.expectSettled(program(three));
    },
  },
  ...(["resetAfterCommit", "resetBeforeCommit"] as const).flatMap((kind) =>
    ["POST", "PUT"].map(
      (method): InventoryScenario => ({
        name: `a ${method} that ends with ${kind} is repeated, and nothing is done twice`,
        async run(world) {
          world.simulators.faults.add({ method, times: 1, action: { kind } });
          await world.up(program(three, { noReassign: true }));
          expect(world.where(...macs)).toEqual([headquarters, headquarters, headquarters]);
          await world.expectSettled(program(three, { noReassign: true }));
        },
      }),
    ),
  ),
  {
    name: "a reply that names only what has changed is followed by a look",
    options: { variants: { bulkSuccess: "changed" } },
    async run(world) {
      const inputs = inventoryOf({ a: placed.claimCode }, { mistConfigured: true });
      await world.up({ set: inputs });
      expect(world.writes()).toEqual([changed("assign")]);
      await world.expectSettled({ set: inputs });
    },
  },
  {
    name: "a permission that was lost between two refreshes is no drift",
    async run(world) {
      await world.up(program(three));
      world.simulators.faults.add({ path: /inventory$/, action: { kind: "status", status: 403 } });
      expect(onlyFailure(await world.stack.refresh())).toContain("access was denied");
      world.simulators.faults.clear();
      await world.expectNoDrift(program(three));
    },
  },
  {
    name: "drift is told by device and put right: moved, unassigned, gone",
    async run(world) {
      await world.up(program(three));
      world.device(macs[0] ?? "").siteId = warehouse;
      world.device(macs[1] ?? "").siteId = null;
      Object.assign(world.device(macs[2] ?? ""), { orgId: null, siteId: null });
      const run = await world.refresh();
      if (world.stack.kind === "plugin") expect(run.paths.set).toEqual(["devices.a.siteId", "devices.b", "devices.c"]);
      world.takeWrites();
      await world.up(program(three));
      expect(world.takeWrites()).toEqual([claimed(1), changed("assign", 3)]);
      expect(world.where(...macs)).toEqual([headquarters, headquarters, headquarters]);
      await world.expectSettled(program(three));
    },
  },
  {
    name: "Ctrl-C keeps what Mist has taken, and the next up goes on",
    hosts: ["plugin"],
    options: { mist: { deviceCount: 200 } },
    async run(world) {
      world.simulators.faults.add({ method: "PUT", action: { kind: "delay", ms: 300 } });
      const { message } = await world.failingUp(program(fifty), {
        async during(host) {
          await until(() => world.simulators.requests.count({ method: "PUT" }) > 0);
          await host.cancel();
        },
      });
      expect(message).toMatch(/interrupted/);
      expect(Object.keys(summaries(world))).toHaveLength(49);
      world.simulators.faults.clear();
      world.takeWrites();
      await world.up(program(fifty));
      expect(world.takeWrites().filter((write) => write.startsWith("POST"))).toEqual([]);
      await world.expectSettled(program(fifty));
    },
  },
  {
    name: "a device that cannot be released stays in the state until it is",
    async run(world) {
      await world.up(program(three, { onDelete: "release" }));
      const replaced = program({ ...three, a: ap(9).claimCode }, { onDelete: "release" });
      const body = { op: "delete", success: [], error: [macs[0]], reason: ["busy"] };
      world.simulators.faults.add({ method: "PUT", after: 1, times: 1, action: { kind: "status", status: 400, body } });
      const { message } = await world.failingUp(replaced);
      expect(message).toContain(`Mist could not release device ${macs[0]}: the request was rejected: "busy"`);
      expect(Object.keys(summaries(world)).sort()).toEqual(["a", `a (${macs[0]})`, "b", "c"]);
      await world.refresh();
      world.takeWrites();
      await world.up(replaced);
      expect(world.takeWrites()).toEqual([changed("delete")]);
      await world.expectSettled(replaced);
    },
  },
  {
    name: "readOnly, and a token that may only read, change nothing",
    options: { config: { apiToken: mistReadOnlyToken } },
    async run(world) {
      expect((await world.failingUp(program(three))).message).toMatch(/only read/);
      world.configure({ apiToken: world.mist.apiToken, readOnly: true });
      expect((await world.failingUp(program(three))).message).toBe(
        `the inventory of organization ${mistOrgId} was not changed: ztp:mist.readOnly is set`,
      );
      expect(world.takeWrites()).toEqual([]);
    },
  },
  {
    name: "noReassign refuses the devices that are elsewhere, and no others",
    async run(world) {
      const inputs = inventoryOf({ a: placed.claimCode, b: pooled.claimCode }, { siteId: warehouse, noReassign: true });
      if (world.stack.kind === "plugin")
        expect(await world.refusal({ set: inputs })).toContain(`a: device ${placed.mac}`);
      world.takeCalls();
      const { message } = await world.failingUp({ set: inputs });
      expect(message).toContain(`device ${placed.mac} is at site ${headquarters} already`);
      expect(world.where(placed.mac, pooled.mac)).toEqual([headquarters, warehouse]);
    },
  },
  {
    name: "entries that name no device, several, or the same one, are refused before any call, without their codes",
    async run(world) {
      const devices = {
        none: {},
        both: { mac: placed.mac, claimCode: placed.claimCode },
        one: { claimCode: three.a },
        other: { claimCode: three.a.toLowerCase() },
        bad: { claimCode: `${three.b}9` },
      };
      const message = await world.refusal({ set: { devices } });
      expect(message).toContain("devices.bad.claimCode must be a claim code");
      const { bad: _, ...rest } = devices;
      const others = await world.refusal({ set: { devices: rest } });
      expect(others).toContain("devices.none needs a claimCode, a mac or a serial");
      expect(others).toContain("devices.both has claimCode and mac");
      expect(others).toContain('devices.other is the same device as "one"');
      expect(world.takeCalls()).toEqual([]);
    },
  },
  {
    name: "one device under two names is refused when Mist tells that they are the same",
    async run(world) {
      const devices = { one: { claimCode: placed.claimCode }, other: { serial: placed.serial } };
      const message = await world.refusal({ set: { devices, siteId: headquarters } });
      expect(message).toContain(`device ${placed.mac} is one already`);
    },
  },
  {
    name: "a device that is in no inventory is named with what to do",
    async run(world) {
      const { message } = await world.failingUp({
        set: { devices: { a: { mac: ap(1).mac }, b: { serial: ap(2).serial } }, timeoutSeconds: 1 },
      });
      expect(message).toContain(
        `device ${ap(1).mac} is not in the inventory of organization ${mistOrgId}: claim it first`,
      );
      expect(message).toContain(`device with serial ${ap(2).serial} is not in the inventory`);
    },
  },
  {
    name: "two inventories with one device are refused, and no code is told",
    hosts: ["plugin"],
    async run(world) {
      const message = await world.refusal({ one: inventoryOf(three), other: inventoryOf({ x: three.a }) });
      expect(message).toMatch(/^Mist claim code MISTA-… \([0-9a-f]{8}\) is managed by one/);
      expect(world.takeCalls().filter((call) => call !== list)).toEqual([]);
    },
  },
];
