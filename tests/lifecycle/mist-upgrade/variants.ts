import { expect } from "vitest";
import type { MistVariants } from "../../../simulators";
import { streamVariants } from "../../../simulators/mist/stream/variants";
import { upgradeVariants } from "../../../simulators/mist/upgrades/variants";
import { defaultMistVariants } from "../../../simulators/mist/variants";
import { listed } from "../harness/fortinet-variants";
import { inRounds } from "../harness/mist-variants";
import { access, away, first, headquarters, junos, newest, ofType, type UpgradeScenario } from "./world";

/** Values to try of what takes any number. */
const samples: { readonly [Name in keyof MistVariants]?: readonly MistVariants[Name][] } = {
  jobVisibilityDelayMs: [5_000],
  upgradeRetries: [1],
  socketLifeSeconds: [60],
  socketChannels: [0],
  socketConnections: [0],
  socketAckSeconds: [5, null],
};

/** What only other kinds of jobs meet, or what is told elsewhere. */
const elsewhere = new Set<string>([
  "orgUpgradeTypes",
  "orgUpgradeModels",
  "ssrJobPath",
  "ssrJobDone",
  "jobRetentionSeconds",
]);

const shapes = { ...upgradeVariants, ...streamVariants } as unknown as Record<
  keyof MistVariants,
  Parameters<typeof listed>[0]
>;

/** Every other behaviour of upgrades and of the stream but durations. */
const behaviours = (Object.keys(shapes) as (keyof MistVariants)[])
  .filter((name) => !elsewhere.has(name))
  .flatMap((name) => {
    const values = samples[name] ?? listed(shapes[name]) ?? [];
    return values
      .filter((value) => value !== defaultMistVariants()[name])
      .map((value) => ({ name, value, variants: { [name]: value } as Partial<MistVariants> }));
  });

/** Devices that are upgraded while Mist behaves so. */
function lives(variants: Partial<MistVariants>): UpgradeScenario {
  return {
    name: `a site is upgraded where ${JSON.stringify(variants)}`,
    options: { variants },
    async run(world) {
      world.device(away).connected = true;
      const deviceIds = [first, away, access];
      const berlin = { siteId: headquarters, deviceIds, targetVersion: "stable", reboot: true, strategy: "serial" };
      await world.upInTime({ berlin });
      const { id } = world.stack.state("berlin");
      const program = { berlin, done: ofType("UpgradeCompletion", { jobId: id }) };
      await world.upInTime(program);
      expect([first, away, access].map((mac) => world.version(mac))).toEqual([newest, newest, junos]);
      await world.expectNoDrift(program);
      expect(world.actions().filter((action) => action.startsWith("reboot"))).toHaveLength(3);
      const again = { ...berlin, triggers: { round: "2" } };
      await world.upInTime({ berlin: again });
      expect(world.jobs()).toHaveLength(2);
      expect((await world.asTimeGoes(world.stack.destroy())).failures).toEqual({});
      world.later(1);
      expect(world.actions().filter((action) => action.startsWith("reboot"))).toHaveLength(3);
    },
  };
}

/** As few rounds as it takes to meet every behaviour. */
export const rounds: readonly Partial<MistVariants>[] = inRounds(behaviours);

export const variants: readonly UpgradeScenario[] = rounds.map(lives);
