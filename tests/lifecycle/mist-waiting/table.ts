import { expect, vi } from "vitest";
import { limits, mistBehaviours, type OtherMistBehaviour } from "../harness/mist-variants";
import { type DeviceScenario, headquarters, pooled } from "../mist-device-config/world";
import { life } from "../mist-object/variants";
import type { ObjectScenario } from "../mist-object/world";
import { skippedMs } from "./world";

/** A life with so few calls an hour that every run meets the limit, while the hours go by. */
function livesLimited({ name, value, variants }: OtherMistBehaviour): ObjectScenario {
  return {
    name: `objects live their whole life where ${name} is ${value}`,
    options: { variants: { rateLimit: 12, retryAfterSeconds: 1, ...variants } },
    async run(world) {
      const refused = () => world.simulators.requests.count({ service: "mist", status: 429 });
      let told = 0;
      let over = false;
      const hours = async (): Promise<void> => {
        while (!over) {
          await vi.waitUntil(() => over || refused() > told, { interval: 5, timeout: 60_000 });
          told = refused();
          world.simulators.clock.advance(3_600_000);
        }
      };
      const end = () => {
        over = true;
      };
      await Promise.all([hours(), life(world).finally(end)]);
      expect(told).toBeGreaterThan(0);
    },
  };
}

/** What objects go through when they have used up the calls of an hour. */
export const limitedScenarios: readonly ObjectScenario[] = mistBehaviours()
  .filter(({ name }) => limits.has(name))
  .map(livesLimited);

/** What is waited for until it is too long. */
export const patientScenarios: readonly DeviceScenario[] = [
  {
    name: "a device that does not come within 30 seconds is told, and what to check",
    async run(world) {
      const before = skippedMs();
      const { message } = await world.failingUp({ lobby: { siteId: headquarters, mac: pooled, name: "lobby" } });
      expect(message).toBe(
        `access point ${pooled} at site ${headquarters} is not there: check that the device is claimed and assigned to this ` +
          "site, such as with a DeviceAssignment that the program refers to",
      );
      expect(skippedMs() - before).toBeGreaterThan(25_000);
      expect(skippedMs() - before).toBeLessThanOrEqual(30_000);
      expect(world.takeWrites()).toEqual([]);
    },
  },
];
