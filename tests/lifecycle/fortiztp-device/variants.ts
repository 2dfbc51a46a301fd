import { expect } from "vitest";
import type { FortinetVariants } from "../../../simulators";
import { type DeviceScenario, gate, toCloud, toManager } from "./world";

type Values = { [Name in keyof FortinetVariants]?: readonly FortinetVariants[Name][] };

/**
 * Every behaviour of the service that one healthy device meets, beside the default one. Bulk writes, limits and errors
 * have scenarios of their own.
 */
const deviceVariants: Values = {
  tokenLifetimeSeconds: [1],
  refreshToken: ["kept", "absent"],
  refreshGrant: ["needsCredentials", "refused"],
  newTokenInvalidatesOlder: [true],
  onlineAfterSeconds: [0],
  provisioningSeconds: [0],
  tooLongAfterSeconds: [1],
  reprovision: ["lenient"],
  writeSemantics: ["merge"],
  unprovisionBody: ["echo"],
  deviceTypeMismatch: ["ignored"],
  irrelevantFields: ["rejected"],
  regionCheck: ["any"],
  letterCase: ["insensitive"],
  putStatus: [201, 204],
  putBody: ["device", "message"],
  unsetFields: ["absent"],
  listKey: ["devices"],
  total: ["all"],
  listCap: [1],
  timestampUnit: ["s"],
  subStatusField: ["provisionStatus"],
  controllerReport: ["oid", "address", "both"],
  hardwarePlatform: ["model"],
  cache: ["frozen", "none"],
  cacheDefault: ["cached"],
  unknownSerialOnGet: [400],
  unknownSerialOnPut: [404],
  errorBody: ["html", "empty"],
};

function lives(name: string, value: unknown): DeviceScenario {
  return {
    name: `a device lives its whole life where ${name} is ${value}`,
    options: { variants: { [name]: value } },
    async run(world) {
      await world.up({ gate: toManager });
      await world.expectNoDrift({ gate: toManager });
      world.simulators.clock.advance(1_000);
      world.comesOnline();
      await world.expectNoDrift({ gate: toManager });
      await world.up({ gate: toCloud });
      expect(world.takeWrites().slice(-2)).toEqual([`${gate} unprovisioned`, `${gate} to FortiGateCloud`]);
      await world.expectNoDrift({ gate: toCloud });
      world.comesOnline();
      world.stack.resources.clear();
      const imported = await world.stack.import("gate", gate);
      expect(imported.failures).toEqual({});
      expect((await world.stack.preview({ gate: toCloud })).operations).toEqual({ gate: "same" });
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.takeWrites()).toEqual([`${gate} unprovisioned`]);
      expect(world.device()).toMatchObject({ provisionStatus: "unprovisioned", provisionTarget: null });
      expect(world.stack.resources.size).toBe(0);
    },
  };
}

export const variants: readonly DeviceScenario[] = Object.entries(deviceVariants).flatMap(([name, values]) =>
  values.map((value) => lives(name, value)),
);
