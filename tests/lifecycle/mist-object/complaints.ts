import { expect } from "vitest";
import type { MistVariants } from "../../../simulators";
import type { Program } from "../harness/stack";
import { wlan } from "./fixtures";
import { headquarters, type ObjectScenario, ofType } from "./world";

/** An access point and a switch at headquarters. */
const [lobby, access] = ["5c5b350dbba1", "d420b00dbba3"] as const;

/** Everything that Mist was seen to force, to normalise or to tell in another way. */
const normalised: Program = {
  office: ofType("mist:Wlan", {
    ...wlan,
    ...{ l2Isolation: false, allowSsdp: false, hideSsid: false, apIds: [], portal: { enabled: false, privacy: false } },
  }),
  branch: {
    name: "branch",
    switchMgmt: { dhcpOptionFqdn: false, protectRe: { enabled: false, trustedHosts: [] } },
    dnsServers: [],
  },
  radio: ofType("mist:RfTemplate", { name: "radio", band24: { channels: [] }, band5: { channels: [36] } }),
  setting: ofType("mist:SiteSetting", {
    siteId: headquarters,
    uplinkPortConfig: { keepWlansUpIfDown: false },
    persistConfigOnDevice: false,
    dnsServers: [],
  }),
};

const ways: readonly Partial<MistVariants>[] = [
  { defaults: "shown", nestedDefaults: "shown", falses: "null", emptyLists: "null", vlanIds: "text" },
  { defaults: "hidden", nestedDefaults: "hidden", falses: "absent", emptyLists: "absent", nulls: "absent" },
];

/** What users of other tools have met and told of, where no other scenario of these tables covers it. */
export const complaints: readonly ObjectScenario[] = [
  ...ways.map(
    (variants): ObjectScenario => ({
      name:
        "T#10, T#12, T#14, T#17, T#18, T#27, T#38, T#39, T#66, T#105: what Mist normalises or fills in is no drift, where " +
        `it shows ${Object.entries(variants).flat().join(" ")}`,
      options: { variants },
      async run(world) {
        await world.up(normalised);
        await world.expectSettled(normalised);
      },
    }),
  ),
  {
    name: "T#62, T#106, T#119, T#123, T#127, T#130, T#152, T#157, T#223: what others lack can be said, and reaches Mist",
    async run(world) {
      const program: Program = {
        branch: {
          name: "branch",
          portUsages: { off: { mode: "access", disabled: true, stormControl: { percentage: 5, disablePort: true } } },
          ospfAreas: { "0.0.0.0": { type: "default", networks: { office: { metric: 10 } } } },
        },
        lobby: ofType("mist:AccessPoint", {
          siteId: headquarters,
          mac: lobby,
          portConfig: { eth1: { disabled: true } },
        }),
        access: ofType("mist:Switch", { siteId: headquarters, mac: access, ospfConfig: { enabled: true } }),
        wan: ofType("mist:GatewayTemplate", {
          name: "wan",
          additionalConfigCmds: ["set applications x"],
          portConfig: { "ge-0/0/0.10": { usage: "wan", vlanId: 10 } },
        }),
        edge: ofType("mist:ConfigObject", { collection: "mxedges", body: { name: "edge", model: "ME-X1" } }),
        tunnel: ofType("mist:ConfigObject", { collection: "mxtunnels", body: { name: "tunnel", vlan_ids: [10] } }),
        login: ofType("mist:ConfigObject", {
          collection: "ssos",
          body: { name: "login" },
          additionalKeys: { scope: "openid" },
        }),
      };
      await world.up(program);
      await world.expectSettled(program);
      expect(world.object("networktemplates", "branch").data).toEqual({
        name: "branch",
        port_usages: { off: { mode: "access", disabled: true, storm_control: { percentage: 5, disable_port: true } } },
        ospf_areas: { "0.0.0.0": { type: "default", networks: { office: { metric: 10 } } } },
      });
      expect(world.mist.device(lobby).config).toMatchObject({ port_config: { eth1: { disabled: true } } });
      expect(world.mist.device(access).config).toMatchObject({ ospf_config: { enabled: true } });
      expect(world.object("gatewaytemplates", "wan").data).toMatchObject({
        additional_config_cmds: ["set applications x"],
        port_config: { "ge-0/0/0.10": { usage: "wan", vlan_id: 10 } },
      });
      expect(world.object("mxtunnels", "tunnel").data).toEqual({ name: "tunnel", vlan_ids: [10] });
      expect(world.object("ssos", "login").data).toEqual({ name: "login", scope: "openid" });
    },
  },
  {
    name: "T#117: objects whose parts are null or missing are read, imported and changed",
    async run(world) {
      const rule = { order: 1, action: "allow", apply_tags: null, src_wxtags: null, dst_allow_wxtags: ["a"] };
      const wan = {
        name: "wan",
        bgp_config: { isp: { type: "external", neighbors: { "192.0.2.1": null }, networks: null }, spare: null },
        path_preferences: null,
      };
      const ids = {
        rule: `org:${world.mist.orgId}/wxrules/${world.add("wxrules", rule).id}`,
        wan: `org:${world.mist.orgId}/gatewaytemplates/${world.add("gatewaytemplates", wan).id}`,
      };
      const imports = Object.entries(ids).map(([name, id]) => ({ name, id, token: "mist:ConfigObject" }));
      expect((await world.stack.importAll(imports)).failures).toEqual({});
      const program = Object.fromEntries(
        imports.map(({ name, token }) => [name, ofType(token, world.stateOf(name, token).inputs)]),
      );
      expect(program.wan?.body).toEqual({ name: "wan", bgp_config: { isp: { type: "external" } } });
      await world.expectSettled(program);
      const bgp_config = { isp: { type: "external", neighbors: { "192.0.2.1": { neighbor_as: 65_001 } } } };
      const changed = ofType("mist:ConfigObject", {
        collection: "gatewaytemplates",
        body: { name: "wan", bgp_config },
      });
      await world.up({ ...program, wan: changed });
      await world.expectSettled({ ...program, wan: changed });
    },
  },
];
