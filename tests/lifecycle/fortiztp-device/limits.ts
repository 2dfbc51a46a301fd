import { expect } from "vitest";
import { generateDevices } from "../../../simulators";
import { type JsonMap, unknownSentinels } from "../harness/host";
import type { Program, Run } from "../harness/stack";
import {
  byAddress,
  type DeviceScenario,
  type DeviceWorld,
  gate,
  otherGate,
  toCloud,
  toManager,
  until,
  virtualGate,
  warnings,
} from "./world";

const devices = generateDevices(25);
const serials = devices.map(({ deviceSN }) => deviceSN);
const fleet = { fortinet: { devices } };

/** So many devices of the fleet, sent to one region. */
function programOf(count: number, region = "europe"): Program {
  return Object.fromEntries(
    serials.slice(0, count).map((serial, index) => {
      return [`device-${index}`, { serial, provisionTarget: "FortiEdgeCloud", region }] as const;
    }),
  );
}

/** The user's limits for the runs to come. */
function limit(world: DeviceWorld, limits: JsonMap): void {
  world.stack.config = { ...world.stack.config, limits };
}

/** What every resource that failed said, which must be the same. */
function refusal(run: Run, count: number): string {
  const messages = Object.values(run.failures).map(({ message }) => message);
  expect(messages).toHaveLength(count);
  expect(new Set(messages).size).toBe(1);
  return messages[0] ?? "";
}

const provisioned = (world: DeviceWorld): number =>
  [...world.fortinet.devices.values()].filter(({ provisionStatus }) => provisionStatus !== "unprovisioned").length;

const newcomer: Program = {
  newcomer: { serial: serials[20] ?? "", provisionTarget: "FortiEdgeCloud", region: "europe" },
};

const inBothHosts: readonly DeviceScenario[] = [
  {
    name: "six devices are removed where two may be: nothing is written, all stay in state, and the way to allow it is told",
    options: fleet,
    async run(world) {
      await world.up(programOf(6));
      world.takeWrites();
      limit(world, { maxUnprovision: 2 });
      const run = await world.stack.destroy();
      expect(refusal(run, 6)).toBe(
        "this run would unprovision at least 6 devices, and ztp:limits.maxUnprovision allows 2: none was written. If that " +
          "is what you want, allow it for one run with the environment variable ZTP_LIMITS_MAX_UNPROVISION=6",
      );
      expect(world.takeCalls()).toEqual(["GET /v2/devices"]);
      expect(world.stack.resources.size).toBe(6);
      limit(world, { maxUnprovision: "6" });
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.takeWrites()).toHaveLength(6);
      expect(world.stack.resources.size).toBe(0);
    },
  },
  {
    name: "four devices change their target where one may: nothing is written, and the state is as it was",
    options: fleet,
    async run(world) {
      await world.up(programOf(4));
      world.takeWrites();
      limit(world, { maxReprovision: 1, maxUnprovision: 0 });
      const before = structuredClone([...world.stack.resources.values()]);
      const run = await world.stack.up(programOf(4, "US"));
      expect(refusal(run, 4)).toMatch(
        /^this run would reprovision at least 4 devices, and ztp:limits\.maxReprovision allows 1: none was written\. .* ZTP_LIMITS_MAX_REPROVISION=4$/,
      );
      expect(world.takeCalls()).toEqual(["GET /v2/devices"]);
      expect([...world.stack.resources.values()]).toEqual(before);
      limit(world, { maxReprovision: 4 });
      await world.up(programOf(4, "US"));
      expect(world.takeWrites()).toHaveLength(8);
      await world.expectNoDrift(programOf(4, "US"));
    },
  },
  {
    name: "a limit stops neither new devices nor those that are within it, in the same run",
    options: fleet,
    async run(world) {
      await world.up(programOf(4));
      limit(world, { maxReprovision: 1, maxUnprovision: 1 });
      const program: Program = { ...programOf(6), "device-0": programOf(1, "US")["device-0"] ?? {} };
      delete program["device-1"];
      await world.up(program);
      expect(world.fortinet.device(serials[0] ?? "").region).toBe("US");
      expect(provisioned(world)).toBe(5);
    },
  },
  {
    name: "a percentage is one of the devices that were provisioned before the run",
    options: fleet,
    async run(world) {
      await world.up(programOf(9));
      world.takeWrites();
      limit(world, { maxUnprovision: "30%" });
      const text = refusal(await world.stack.up(programOf(6)), 3);
      expect(text).toContain("ztp:limits.maxUnprovision allows 2 (30% of 9 provisioned devices): none was written");
      expect(world.takeCalls()).toEqual(["GET /v2/devices"]);
      await world.up({ ...programOf(7), ...newcomer });
      expect(world.takeWrites()).toHaveLength(3);
    },
  },
  {
    name: "another serial takes the first device from its target; a corrected type only sends the same one anew",
    async run(world) {
      const machine = { serial: virtualGate, provisionTarget: "FortiManagerCloud", platform: "FortiGate-VM64-KVM" };
      await world.up({ gate: toCloud, machine: { ...machine, deviceType: "FortiGate" } });
      world.fortinet.variants.vmDeviceType = "FortiGate-VM";
      world.takeWrites();
      limit(world, { maxUnprovision: 0 });
      const program = {
        gate: { ...toCloud, serial: otherGate },
        machine: { ...machine, deviceType: "FortiGate-VM" },
      };
      const run = await world.stack.up(program);
      expect(run.operations).toEqual({ gate: "replace", machine: "replace" });
      expect(Object.keys(run.failures)).toEqual(["gate"]);
      expect(refusal(run, 1)).toContain("would unprovision at least 1 device, and ztp:limits.maxUnprovision allows 0");
      expect(world.takeWrites()).toEqual([`${virtualGate} unprovisioned`, `${virtualGate} to FortiManagerCloud`]);
      expect(world.stack.state("gate").id).toBe(gate);
      limit(world, { maxReprovision: 0 });
      await world.up(program);
      expect(world.device().provisionStatus).toBe("unprovisioned");
      expect(world.device(otherGate).provisionStatus).toBe("incomplete");
    },
  },
  {
    name: "devices that need no write are not counted",
    options: fleet,
    async run(world) {
      const program = programOf(6);
      program.retained = { ...program["device-5"], onDelete: "retain" };
      delete program["device-5"];
      await world.up(program);
      const [gone, unprovisioned, elsewhere] = serials as [string, string, string];
      world.fortinet.account().removeDevice(gone);
      world.fortinet.unprovision(unprovisioned);
      world.fortinet.patch(elsewhere, { provisionTarget: "FortiManager", fortiManagerOid: 202, region: null });
      limit(world, { maxUnprovision: 1, maxReprovision: 0 });
      const renamed = { ...programOf(5)["device-3"] };
      world.takeWrites();
      const run = await world.up({ renamed });
      expect(warnings(run)).toContain("another resource of this program has taken it over");
      expect(world.takeWrites()).toEqual([`${serials[4]} unprovisioned`]);
    },
  },
  {
    name: "a device that is where it should go by now is not counted as reprovisioned",
    async run(world) {
      await world.up({ gate: toManager });
      limit(world, { maxReprovision: 0 });
      const renamed = { gate: { serial: gate, provisionTarget: "FortiManager", ...byAddress } };
      expect((await world.stack.preview(renamed)).failures).toEqual({});
      await world.up(renamed);
    },
  },
  {
    name: "adopt: update sends a device anew, and counts",
    async run(world) {
      const elsewhere = {
        provisionStatus: "provisioned",
        provisionTarget: "FortiManager",
        fortiManagerOid: 202,
      } as const;
      world.fortinet.patch(gate, elsewhere);
      limit(world, { maxReprovision: 0 });
      const program = { gate: { ...toManager, adopt: "update" } };
      expect(await world.refusal(program)).toContain("would reprovision at least 1 device");
      expect(world.stack.has("gate")).toBe(false);
      limit(world, { maxReprovision: 1 });
      expect((await world.stack.preview(program)).failures).toEqual({});
      await world.up(program);
    },
  },
  {
    name: "a second wave of a run is judged together with the first",
    options: fleet,
    async run(world) {
      await world.up(programOf(4));
      world.takeWrites();
      limit(world, { maxUnprovision: 2 });
      // The replacement runs among the changes, the removals after all of them.
      const replaced = { "device-0": { ...programOf(1)["device-0"], serial: serials[10] ?? "" } };
      const run = await world.stack.up({ ...replaced, "device-1": programOf(2)["device-1"] ?? {} });
      expect(Object.keys(run.failures)).toEqual(["device-2", "device-3"]);
      expect(refusal(run, 2)).toContain(
        "would unprovision at least 3 devices, and ztp:limits.maxUnprovision allows 2: 1 was let through before, the " +
          "other 2 were not written",
      );
      expect(world.takeWrites()).toEqual([`${serials[0]} unprovisioned`, `${serials[10]} to FortiEdgeCloud`]);
    },
  },
  {
    name: "a cancel ends the wait for the judgement, and nothing is written",
    options: fleet,
    async run(world) {
      await world.up(programOf(3));
      world.takeWrites();
      limit(world, { maxUnprovision: "100%" });
      const run = await world.stack.destroy({
        async during(host) {
          await until(() => world.simulators.requests.count({ method: "GET" }) > 0);
          await host.cancel();
        },
      });
      expect(refusal(run, 3)).toBe("interrupted; run `pulumi up` again to continue");
      expect(world.writes()).toEqual([]);
      expect(world.stack.resources.size).toBe(3);
    },
  },
  {
    name: "readOnly is told before a limit is",
    options: fleet,
    async run(world) {
      await world.up(programOf(2));
      limit(world, { maxUnprovision: 0 });
      world.stack.config.fortinet = { ...world.stack.config.fortinet, readOnly: true };
      const run = await world.stack.destroy();
      const messages = Object.values(run.failures).map(({ message }) => message);
      expect(messages).toEqual(
        serials.slice(0, 2).map((serial) => `${serial} was not changed: ztp:fortinet.readOnly is set`),
      );
    },
  },
  {
    name: "a limit that is kept costs no call: as many bulk writes and looks as without one",
    options: fleet,
    async run(world) {
      limit(world, { maxUnprovision: "100%", maxReprovision: 25 });
      await world.up(programOf(25));
      world.takeCalls();
      await world.up(programOf(25, "US"));
      const changed = world.takeCalls();
      expect(changed.filter((call) => call === "PUT /v2/devices").length).toBeLessThanOrEqual(6);
      expect(changed.length).toBeLessThanOrEqual(1 + 6 + 4);
      expect((await world.stack.destroy()).failures).toEqual({});
      const destroyed = world.takeCalls();
      expect(destroyed.filter((call) => call === "PUT /v2/devices")).toHaveLength(3);
      expect(destroyed.length).toBeLessThanOrEqual(1 + 3 + 2);
    },
  },
  {
    name: "a limit that is none is refused before anything is sent",
    async run(world) {
      limit(world, { maxUnprovision: "ten", maxReprovision: -1 });
      const { message } = await world.failingUp({ gate: toCloud });
      const form = "must be a number of devices, such as 5, or a percentage from 0% to 100%";
      expect(message.split("\n")).toEqual([`ztp:limits.maxUnprovision ${form}`, `ztp:limits.maxReprovision ${form}`]);
      expect(world.takeCalls()).toEqual([]);
    },
  },
];

const inPreviews: readonly DeviceScenario[] = [
  {
    name: "a preview of too many changes fails once, with their number, for the price of one list",
    hosts: ["plugin"],
    options: fleet,
    async run(world) {
      await world.up(programOf(4));
      world.takeCalls();
      limit(world, { maxReprovision: 1 });
      const run = await world.stack.preview(programOf(4, "US"));
      expect(refusal(run, 1)).toContain("would reprovision at least 4 devices, and ztp:limits.maxReprovision allows 1");
      expect(run.messages.filter(({ severity }) => severity === "error")).toEqual([]);
      expect(world.takeCalls()).toEqual(["GET /v2/devices"]);
    },
  },
  {
    name: "a preview within a limit, or without any, costs no call; one of a percentage costs one",
    hosts: ["plugin"],
    options: fleet,
    async run(world) {
      await world.up(programOf(4));
      world.takeCalls();
      const preview = async () => expect((await world.stack.preview(programOf(4, "US"))).failures).toEqual({});
      await preview();
      limit(world, { maxReprovision: 4, maxUnprovision: 0 });
      await preview();
      expect(world.takeCalls()).toEqual([]);
      limit(world, { maxReprovision: "100%" });
      await preview();
      expect(world.takeCalls()).toEqual(["GET /v2/devices"]);
    },
  },
  {
    name: "a preview counts what another serial takes from its target, unless it is retained",
    hosts: ["plugin"],
    async run(world) {
      const replaced = { ...toCloud, serial: otherGate };
      await world.up({ gate: toCloud });
      limit(world, { maxUnprovision: 0, maxReprovision: 0 });
      const run = await world.stack.preview({ gate: replaced });
      expect(refusal(run, 1)).toContain("would unprovision at least 1 device, and ztp:limits.maxUnprovision allows 0");
      await world.up({ gate: { ...toCloud, onDelete: "retain" } });
      expect((await world.stack.preview({ gate: replaced })).failures).toEqual({});
    },
  },
  {
    name: "a preview with read-only credentials judges the limits as well",
    hosts: ["plugin"],
    async run(world) {
      await world.up({ gate: toCloud });
      limit(world, { maxReprovision: 0 });
      world.stack.config.fortinet = { ...world.stack.config.fortinet, readOnly: true };
      expect(refusal(await world.stack.preview({ gate: toManager }), 1)).toContain("maxReprovision allows 0");
    },
  },
  {
    name: "a preview counts a target that is made in the same run, but not a device that is nowhere",
    hosts: ["plugin"],
    async run(world) {
      await world.up({ gate: toManager, other: { ...toManager, serial: otherGate } });
      world.fortinet.unprovision(otherGate);
      limit(world, { maxReprovision: 0 });
      const unknown = { provisionTarget: "FortiManager", fortiManagerOid: unknownSentinels.number };
      const other = { gate: toManager, other: { serial: otherGate, ...unknown } };
      expect((await world.stack.preview(other)).failures).toEqual({});
      const run = await world.stack.preview({ gate: { serial: gate, ...unknown } });
      expect(refusal(run, 1)).toContain("would reprovision at least 1 device");
    },
  },
];

/** What the user allows a run to do to the devices of an account. */
export const limits: readonly DeviceScenario[] = [...inBothHosts, ...inPreviews];
