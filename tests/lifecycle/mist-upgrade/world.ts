import type { MistVariants } from "../../../simulators";
import type { HostKind, JsonMap } from "../harness/host";
import { MistWorld, type MistWorldOptions } from "../harness/mist-world";
import type { Scenario } from "../harness/scenarios";
import { ofType as typed } from "../harness/stack";

export { mistDevice, mistOrgId, mistSiteIds } from "../../../simulators";
export { onlyFailure, until, warnings } from "../harness/mist-world";

export type UpgradeScenario = Scenario<UpgradeWorld, MistWorldOptions>;

export const headquarters = "a3000000-0000-4000-8000-000000000001";
export const warehouse = "a3000000-0000-4000-8000-000000000002";
/** At headquarters: an access point, one that is not connected, and a switch. */
export const [first, away, access] = ["5c5b350dbba1", "5c5b350dbba2", "d420b00dbba3"] as const;
export const deviceId = (mac: string): string => `00000000-0000-0000-1000-${mac}`;
/** The newest stable version of access points, the one before, and the newest of switches. */
export const [newest, older, junos] = ["0.14.30110", "0.14.29633", "23.4R2-S5.7"] as const;

export const ofType = (type: string, inputs: JsonMap): JsonMap => typed(`mist:${type}`, inputs);

/** A stack of upgrades, and the simulated organization behind it. Looks come at once, and time goes by with every call. */
export class UpgradeWorld extends MistWorld {
  static of(token: string) {
    return async (kind: HostKind, options: MistWorldOptions = {}): Promise<UpgradeWorld> => {
      const config = { pollSeconds: 0.01, ...options.config };
      return new UpgradeWorld(...(await MistWorld.begin(kind, token, { ...options, config })));
    };
  }

  /** Time until what is under way is over. */
  later(hours = 2): void {
    for (let minute = 0; minute < hours * 60; minute += 1) this.simulators.clock.advance(60_000);
  }

  device(mac: string) {
    return this.mist.device(mac);
  }

  version(mac: string): string {
    return this.device(mac).version;
  }

  /** What was really done: `reboot 5c5b350dbba1`. */
  actions(): string[] {
    return this.mist.firmwareActions().map(({ kind, device }) => `${kind} ${device}`);
  }

  change(variants: Partial<MistVariants>): void {
    Object.assign(this.mist.variants, variants);
  }

  /** The ids of the jobs of a kind at Mist. */
  jobs(kind: "site" | "org" | "ssr" | "edge" = "site"): string[] {
    return this.mist.jobs[kind].list().map(({ id }) => id);
  }
}
