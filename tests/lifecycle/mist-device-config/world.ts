import type { HostKind, JsonMap } from "../harness/host";
import { MistWorld, type MistWorldOptions } from "../harness/mist-world";
import type { Scenario } from "../harness/scenarios";
import { SiteWorld } from "../mist-site/world";

export { mistChassisMac, mistDevice } from "../../../simulators";
export { headquarters, mistOrgId, ofType, onlyFailure, secretTexts, until, warehouse } from "../mist-object/world";

export type DeviceScenario = Scenario<DeviceConfigWorld, MistWorldOptions>;

/** Devices at headquarters: an access point and a switch; one of the organization's that has no site. */
export const [lobby, access, pooled] = ["5c5b350dbba1", "d420b00dbba3", "5c5b350dbba4"] as const;
export const idOf = (mac: string) => `00000000-0000-0000-1000-${mac}`;

/** A stack of configurations of devices, and the simulated organization behind it. */
export class DeviceConfigWorld extends SiteWorld {
  static override of(token: string) {
    return async (kind: HostKind, options: MistWorldOptions = {}): Promise<DeviceConfigWorld> =>
      new DeviceConfigWorld(...(await MistWorld.begin(kind, token, options)));
  }

  /** What has been written to a device. */
  config(mac: string): JsonMap {
    return this.mist.device(mac).config as JsonMap;
  }
}
