import { expect } from "vitest";
import { lastingFaults, type NamedFault, passingFaults } from "../harness/fortinet-faults";
import { headquarters, type SettingScenario } from "./world";

const path = "/sites/{site_id}/setting";
const inputs = { siteId: headquarters, vars: { office: "20" }, apUpdownThreshold: 5 };
const program = { hq: inputs };
const changed = { hq: { siteId: headquarters, vars: { office: "21" } } };
const data = { vars: { office: "20" }, ap_updown_threshold: 5 };
const impatience = { maxRetries: 0, requestTimeoutSeconds: 1 };
const patience = { maxRetries: undefined, requestTimeoutSeconds: undefined };

/** Mist has no tokens that expire; a page in place of an answer is told. */
const passing = passingFaults.filter(
  ({ action }) => action.kind !== "expireTokens" && !(action.kind === "html" && action.applied),
);

function survives({ name, action }: NamedFault): SettingScenario {
  return {
    name: `a setting is written, changed and cleared when ${name}`,
    options: { config: { requestTimeoutSeconds: 2 } },
    async run(world) {
      const strike = () => world.simulators.faults.add({ method: "PUT", path, times: 1, action });
      strike();
      await world.up(program);
      expect(world.setting(headquarters)).toEqual(data);
      strike();
      await world.up(changed);
      await world.expectNoDrift(changed);
      expect(world.setting(headquarters)).toEqual({ vars: { office: "21" } });
      strike();
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.setting(headquarters)).toEqual({});
    },
  };
}

function outlived({ name, action, words }: (typeof lastingFaults)[number]): SettingScenario {
  return {
    name: `a change of a setting that was ${name}, with nobody to ask, heals with either program`,
    async run(world) {
      for (const [healing, expected] of [[program, data] as const, [changed, { vars: { office: "21" } }] as const]) {
        await world.up(program);
        world.configure(impatience);
        world.simulators.faults.add({ method: "PUT", path, action });
        expect((await world.failingUp(changed)).message).toMatch(words);
        world.simulators.faults.clear();
        world.configure(patience);
        await world.up(healing);
        expect(world.setting(headquarters)).toEqual(expected);
        await world.expectNoDrift(healing);
      }
    },
  };
}

export const faults: readonly SettingScenario[] = [...passing.map(survives), ...lastingFaults.map(outlived)];
