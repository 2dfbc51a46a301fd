import { mistSiteGroupId } from "../../../simulators";
import type { HostKind, JsonMap } from "../harness/host";
import { MistWorld, type MistWorldOptions } from "../harness/mist-world";
import type { Scenario } from "../harness/scenarios";
import { ObjectWorld } from "../mist-object/world";

export { mistDevice, mistSiteGroupId } from "../../../simulators";
export { headquarters, list, mistOrgId, ofType, onlyFailure, until, warehouse, warnings } from "../mist-object/world";

export type SiteScenario = Scenario<SiteWorld, MistWorldOptions>;

export const berlin: JsonMap = { name: "Berlin", countryCode: "DE", timezone: "Europe/Berlin" };
export const berlinData = { name: "Berlin", country_code: "DE", timezone: "Europe/Berlin" };
export const europe = mistSiteGroupId;
export const templateId = "a5000000-0000-4000-8000-000000000001";

/** A stack of sites, and the simulated organization behind it, whose clock stands still. */
export class SiteWorld extends ObjectWorld {
  static override of(token: string) {
    return async (kind: HostKind, options: MistWorldOptions = {}): Promise<SiteWorld> =>
      new SiteWorld(...(await MistWorld.begin(kind, token, options)));
  }

  /** The site of a name. */
  site(name: string) {
    const found = [...this.mist.world.sites.values()].filter(({ data }) => data.name === name);
    if (found.length !== 1 || !found[0]) throw new Error(`There are ${found.length} sites ${name}.`);
    return found[0];
  }

  sites(): string[] {
    return [...this.mist.world.sites.values()].map(({ data }) => String(data.name)).sort();
  }

  /** The calls since the last look; a site that is none of the usual ones is told as {site}. */
  override takeCalls(): string[] {
    return super.takeCalls().map((call) => call.replace(/(?<=\/sites\/)(?!a3)[0-9a-f-]{36}/, "{site}"));
  }

  /** The clock goes on a second with every request. */
  override asTimeGoes<T>(work: Promise<T>, seconds = 1): Promise<T> {
    return super.asTimeGoes(work, seconds);
  }

  /** The groups that a site is in. */
  groups(name: string): string[] {
    return this.mist.world.siteGroupIds(this.site(name).id).sort();
  }

  /** Groups that somebody has made. */
  addGroups(...names: readonly string[]): string[] {
    return names.map((name) => this.add("sitegroups", { name }).id);
  }
}
