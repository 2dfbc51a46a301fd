import { expect } from "vitest";
import { generateDevices } from "../../simulators";
import { FortinetWorld } from "./harness/fortinet-world";
import type { HostKind, Json, JsonMap } from "./harness/host";
import { runScenarios, type Scenario } from "./harness/scenarios";

const devices = generateDevices(12);
const serials = devices.map(({ deviceSN }) => deviceSN);

/** A stack of sets of devices, and the simulated account behind it. */
class SetWorld extends FortinetWorld {
  static async open(kind: HostKind): Promise<SetWorld> {
    return new SetWorld(...(await FortinetWorld.begin(kind, "fortiztp:DeviceSet", { fortinet: { devices } })));
  }

  /** The user's limits for the runs to come. */
  limit(limits: JsonMap): void {
    this.stack.config = { ...this.stack.config, limits };
  }

  /** Serials of devices that have been sent to a region. */
  sentTo(region: string): string[] {
    const sent = [...this.fortinet.devices.values()].filter(
      (device) => device.provisionStatus !== "unprovisioned" && device.region === region,
    );
    return sent.map(({ deviceSN }) => deviceSN);
  }
}

const setOf = (members: readonly string[], region: Json = "europe"): JsonMap => ({
  devices: Object.fromEntries(members.map((serial) => [serial, {}])),
  target: { provisionTarget: "FortiEdgeCloud", region },
});

const scenarios: readonly Scenario<SetWorld>[] = [
  {
    name: "a set that loses more devices than it may loses none, and says so once",
    async run(world) {
      await world.up({ fleet: setOf(serials.slice(0, 6)) });
      world.takeWrites();
      world.limit({ maxUnprovision: 2 });
      const { message } = await world.failingUp({ fleet: setOf(serials.slice(0, 2)) });
      expect(message.match(/would unprovision at least 4 devices/g)).toHaveLength(1);
      expect(world.takeWrites()).toEqual([]);
      expect(world.sentTo("europe")).toHaveLength(6);
      world.limit({ maxUnprovision: 4 });
      await world.up({ fleet: setOf(serials.slice(0, 2)) });
      expect(world.sentTo("europe")).toEqual(serials.slice(0, 2));
    },
  },
  {
    name: "two sets that move are judged together, and neither is written when both are too many",
    async run(world) {
      const both = (region: string) => ({
        one: setOf(serials.slice(0, 3), region),
        two: setOf(serials.slice(3, 6), region),
      });
      await world.up(both("europe"));
      world.takeWrites();
      world.limit({ maxReprovision: "60%" });
      const run = await world.stack.up(both("US"));
      expect(Object.keys(run.failures).sort()).toEqual(["one", "two"]);
      expect(run.failures.two?.message).toContain(
        "would reprovision at least 6 devices, and ztp:limits.maxReprovision allows 3 (60% of 6 provisioned devices)",
      );
      expect(world.takeWrites()).toEqual([]);
      await world.up({ ...both("europe"), one: setOf(serials.slice(0, 3), "US") });
      expect(world.sentTo("US")).toEqual(serials.slice(0, 3));
    },
  },
  {
    name: "a set that is deleted loses none of its devices when they are too many",
    async run(world) {
      await world.up({ fleet: setOf(serials.slice(0, 3)) });
      world.takeWrites();
      world.limit({ maxUnprovision: "50%" });
      const run = await world.stack.destroy();
      expect(run.failures.fleet?.message).toContain("would unprovision at least 3 devices");
      expect(world.takeWrites()).toEqual([]);
      expect(world.stack.has("fleet")).toBe(true);
    },
  },
  {
    name: "a preview counts what a set removes and moves, for the price of one list",
    hosts: ["plugin"],
    async run(world) {
      await world.up({ fleet: setOf(serials.slice(0, 6)) });
      world.takeCalls();
      world.limit({ maxUnprovision: 2, maxReprovision: 2 });
      const removed = await world.stack.preview({ fleet: setOf(serials.slice(0, 3)) });
      expect(removed.failures.fleet?.message).toContain("would unprovision at least 3 devices");
      const moved = await world.stack.preview({ fleet: setOf(serials.slice(0, 4), "US") });
      expect(moved.failures.fleet?.message).toContain("would reprovision at least 4 devices");
      expect(world.takeCalls()).toEqual(["GET /v2/devices", "GET /v2/devices"]);
      const some = await world.stack.preview({ fleet: setOf([...serials.slice(0, 4), ...serials.slice(8, 12)]) });
      expect(some.failures).toEqual({});
      world.limit({});
      world.takeCalls();
      expect((await world.stack.preview({ fleet: setOf([], "US") })).failures).toEqual({});
      expect(world.takeCalls()).toEqual([]);
    },
  },
];

for (const kind of ["plugin", "dynamic"] as const) {
  runScenarios("the limits of ztp:fortiztp:DeviceSet", kind, scenarios, SetWorld.open);
}
