import type { HostKind, JsonMap } from "../harness/host";
import { MistWorld, type MistWorldOptions } from "../harness/mist-world";
import type { Scenario } from "../harness/scenarios";
import { SiteWorld } from "../mist-site/world";

export { foreignMistOrgId, mistReadOnlyToken } from "../../../simulators";
export { headquarters, mistOrgId, ofType, onlyFailure, secretTexts, warehouse, warnings } from "../mist-object/world";

export type SettingScenario = Scenario<SettingWorld, MistWorldOptions>;

/** A stack of settings, and the simulated organization behind it. */
export class SettingWorld extends SiteWorld {
  static override of(token: string) {
    return async (kind: HostKind, options: MistWorldOptions = {}): Promise<SettingWorld> =>
      new SettingWorld(...(await MistWorld.begin(kind, token, options)));
  }

  /** What has been written to the setting of a site. */
  setting(siteId: string): JsonMap {
    return this.mist.world.sites.get(siteId)?.setting.data as JsonMap;
  }

  /** The same for the organization. */
  orgSetting(orgId = this.mist.orgId): JsonMap {
    return this.mist.world.orgs.get(orgId)?.setting.data as JsonMap;
  }
}
