import { expect } from "vitest";
import type { MistVariants } from "../../../simulators";
import { inRounds, inventory, limits, mistBehaviours, signIn } from "../harness/mist-variants";
import { berlin, europe, mistDevice, ofType, type SiteScenario, templateId } from "./world";

/** A site with devices lives where every one of these holds: some are met only when it goes. */
function lives(variants: Partial<MistVariants>): SiteScenario {
  return {
    name: `a site, its setting and its devices live their whole life where ${JSON.stringify(variants)}`,
    options: { variants },
    async run(world) {
      const later = () => world.simulators.clock.advance(5_000);
      const first = { ...berlin, networktemplateId: templateId, sitegroupIds: [] };
      const second = { ...berlin, sitegroupIds: [europe], notes: "x", onDelete: "unassignDevices" };
      await world.asTimeGoes(world.up({ berlin: first }));
      later();
      await world.expectNoDrift({ berlin: first });
      const siteId = world.stack.state("berlin").id;
      const setting = (more: object) =>
        ofType("mist:SiteSetting", { siteId, vars: { office: "20" }, persistConfigOnDevice: false, ...more });
      const org = (apUpdownThreshold: number) => ofType("mist:OrgSetting", { apUpdownThreshold, disablePcap: false });
      const before = {
        berlin: second,
        setting: setting({ switchMgmt: { rootPassword: "x" }, dnsServers: [] }),
        org: org(0),
      };
      await world.asTimeGoes(world.up(before));
      later();
      await world.expectNoDrift(before);
      const after = { berlin: second, setting: setting({ apUpdownThreshold: 0 }), org: org(7) };
      await world.up(after);
      await world.expectNoDrift(after);
      expect(world.site("Berlin").setting.data).toEqual({
        ap_updown_threshold: 0,
        persist_config_on_device: false,
        vars: { office: "20" },
      });
      const devices = [1, 2].map((number) => mistDevice("ap", 700_000 + number, { orgId: world.mist.orgId, siteId }));
      world.mist.seed(devices);
      const ids = { berlin: siteId, setting: siteId };
      world.stack.resources.delete(world.stack.urn("berlin"));
      await world.imported(ids.berlin, "berlin");
      await world.expectNoDrift({ ...after, berlin: { ...second, onDelete: "delete" } });
      await world.up(after);
      expect((await world.asTimeGoes(world.stack.destroy())).failures).toEqual({});
      expect(world.sites()).not.toContain("Berlin");
      expect(devices.map(({ mac }) => world.mist.device(mac).siteId)).toEqual([null, null]);
    },
  };
}

/** All that they share with objects at once, since these meet each by itself. */
export const variants: readonly SiteScenario[] = inRounds(
  mistBehaviours(signIn, limits, without(inventory, "bulkReasons", "bulkSuccess")),
).map(lives);

function without<T>(all: ReadonlySet<T>, ...some: readonly T[]): ReadonlySet<T> {
  return new Set([...all].filter((each) => !some.includes(each)));
}
