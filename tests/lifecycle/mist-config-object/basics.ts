import { expect } from "vitest";
import { mistMspId, mistUserToken } from "../../../simulators";
import type { JsonMap } from "../harness/host";
import {
  headquarters,
  list,
  made,
  mistOrgId,
  type ObjectScenario,
  ofType,
  onlyFailure,
  warnings,
} from "../mist-object/world";

const network = { name: "servers", subnet: "10.20.0.0/16", vlan_id: 20 };
const object = (body: JsonMap, more: JsonMap = {}) => ({ it: { collection: "networks", body, ...more } });
const refused = async (world: Parameters<ObjectScenario["run"]>[0], inputs: JsonMap) =>
  onlyFailure(await world.stack.preview({ it: inputs }));

export const basics: readonly ObjectScenario[] = [
  {
    name: "the body is spelled as on the wire, and is checked, compared and sent key by key",
    async run(world) {
      await world.up(object(network));
      expect(world.bodies("POST")).toEqual([network]);
      expect(world.takeCalls()).toEqual([list("networks"), made("networks")]);
      const run = await world.up(object({ ...network, vlan_id: 21 }));
      if (world.stack.kind === "plugin") expect(run.paths).toEqual({ it: ["body.vlan_id"] });
      expect(world.bodies("PUT")).toEqual([{ vlan_id: 21 }]);
      const { vlan_id, ...rest } = network;
      world.takeCalls();
      await world.up(object(rest));
      expect(world.bodies("PUT")).toEqual([{ "-vlan_id": "" }]);
      await world.expectSettled(object(rest));
    },
  },
  {
    name: "T#107: an unknown key is refused with the nearest name, at every depth, and camel case is no wire name",
    async run(world) {
      expect(await refused(world, { collection: "networks", body: { ...network, vlanId: 20 } })).toBe(
        'body.vlanId is not a known property; did you mean "vlan_id"?',
      );
      expect(
        await refused(world, { collection: "templates", body: { name: "x", applies: { group_ids: [] } } }),
      ).toContain("body.applies.group_ids is not a known property");
      expect(await refused(world, { collection: "networs", body: network })).toContain(
        "collection must be one of aamwprofiles, alarmtemplates,",
      );
      expect(await refused(world, { collection: "networs", body: network })).toContain('did you mean "networks"?');
      expect(await refused(world, { collection: "networks", body: {} })).toBe("body.name is required");
      expect(world.takeCalls()).toEqual([]);
    },
  },
  {
    name: "values beyond the description are warnings, and are sent",
    async run(world) {
      const wlan = { collection: "wlans", body: { ssid: "x", roam_mode: "11x", vlan_id: 5000 } };
      expect(
        warnings(await world.stack.preview({ it: wlan }))
          .split("\n")
          .slice(0, 2),
      ).toEqual([
        'body.roam_mode is not one of the values known to work; did you mean "11r"?',
        "body.vlan_id is 5000, and Mist knows 1 to 4094",
      ]);
      await world.up({ it: wlan });
      expect(world.object("wlans", "x").data).toEqual(wlan.body);
    },
  },
  {
    name: "a key that is newer than this version stands beside the body, and in one of the two only",
    async run(world) {
      const newer = object(network, { additionalKeys: { newer: { a: [1] } } });
      await world.up(newer);
      expect(world.object("networks", "servers").data).toEqual({ ...network, newer: { a: [1] } });
      await world.expectSettled(newer);
      expect(await refused(world, object(network, { additionalKeys: { vlan_id: 7 } }).it)).toBe(
        "additionalKeys.vlan_id is said by body already",
      );
      await world.up(object(network));
      expect(world.object("networks", "servers").data).toEqual(network);
    },
  },
  {
    name: "a collection that there is not in a scope is refused with the scope that it has",
    async run(world) {
      expect(await refused(world, object(network, { siteId: headquarters }).it)).toBe(
        "networks belong to org: give orgId and no siteId",
      );
      expect(await refused(world, { collection: "zones", body: { name: "x" } })).toBe(
        "zones belong to site: give siteId",
      );
      expect(await refused(world, { collection: "orggroups", body: { name: "x" }, siteId: headquarters })).toBe(
        "orggroups belong to msp: give mspId and no siteId",
      );
    },
  },
  {
    name: "another collection or scope is another object",
    async run(world) {
      await world.up({ it: { collection: "wxtags", body: { name: "x", type: "client" } } });
      const run = await world.up({
        it: { collection: "wxtags", siteId: headquarters, body: { name: "x", type: "client" } },
      });
      expect(run.operations).toEqual({ it: "replace" });
      expect([world.objects("wxtags").length, world.objects("wxtags", headquarters).length]).toEqual([0, 1]);
      expect((await world.up(object(network))).operations).toEqual({ it: "replace" });
      expect(world.objects("wxtags", headquarters)).toEqual([]);
    },
  },
  {
    name: "T#203: the cluster of a Mist Edge is cleared with an id of zeros, which also means none",
    async run(world) {
      const edge = (more: JsonMap = {}) => ({
        it: { collection: "mxedges", body: { name: "edge", model: "ME-X1", ...more } },
      });
      const cluster = "a6000000-0000-4000-8000-000000000001";
      await world.up(edge({ mxcluster_id: cluster }));
      await world.up(edge());
      expect(world.bodies("PUT")).toEqual([{ mxcluster_id: "00000000-0000-0000-0000-000000000000" }]);
      await world.expectSettled(edge());
      const none = edge({ mxcluster_id: "00000000-0000-0000-0000-000000000000" });
      await world.up(none);
      await world.expectSettled(none);
      const { id } = world.stack.state("it");
      world.stack.resources.clear();
      expect(await world.imported(id)).toMatchObject({ body: { name: "edge", model: "ME-X1" } });
      expect((world.stack.state("imported").inputs.body as JsonMap).mxcluster_id).toBeUndefined();
    },
  },
  {
    name: "T#218, T#222: for_site, which Mist alone says, is no key of a program",
    async run(world) {
      const edge = { collection: "mxedges", body: { name: "edge", model: "ME-X1", for_site: true } };
      expect(await refused(world, edge)).toContain("body.for_site is not a known property");
    },
  },
  {
    name: "the key of an API token is told once, kept as a secret, and never known of one that is taken over",
    async run(world) {
      const token = (name: string) => ({
        collection: "apitokens",
        body: { name, privileges: [{ scope: "org", role: "read" }] },
      });
      await world.up({ it: token("reader") });
      const [[key] = []] = [...world.mist.world.accounts.tokens].filter(
        ([, entry]) => entry.kind === "org" && entry.object.data.name === "reader",
      );
      expect(world.stack.state("it").outputs.key).toEqual(world.kept(String(key)));
      await world.expectNoDrift({ it: token("reader") });
      expect(world.stack.state("it").outputs.key).toEqual(world.kept(String(key)));
      const changed = {
        it: { ...token("reader"), body: { name: "reader-2", privileges: [{ scope: "org", role: "read" }] } },
      };
      await world.up(changed);
      expect(world.stack.state("it").outputs.key).toEqual(world.kept(String(key)));
      const bound = { ...changed.it, body: { ...changed.it.body, src_ips: ["192.0.2.0/24"] } };
      expect(await refused(world, bound)).toContain("body.src_ips cannot be changed once the object exists");
      const { id } = world.stack.state("it");
      await world.imported(id, "again");
      expect(world.stack.state("again").outputs).not.toHaveProperty("key");
    },
  },
  {
    name: "what a list tells only a part of is read by itself",
    async run(world) {
      const topology = {
        it: {
          collection: "evpn_topologies",
          body: { name: "campus", switches: [{ mac: "d420b0000001", role: "core" }] },
        },
      };
      await world.up(topology);
      world.takeCalls();
      await world.expectNoDrift(topology);
      expect(world.takeCalls()).toEqual(["GET /orgs/{org}/evpn_topologies/{id}"]);
      world.stack.resources.clear();
      await world.up(topology);
      expect(world.takeWrites()).toEqual([]);
    },
  },
  {
    name: "a whole organization is deleted only where the program says so",
    options: { config: { apiToken: mistUserToken } },
    async run(world) {
      const customer = (more: JsonMap) => ({
        it: { collection: "orgs", mspId: mistMspId, body: { name: "Customer" }, ...more },
      });
      const organization = () => world.mist.world.orgs.get(String(world.stack.state("it").outputs.objectId));
      await world.up(customer({}));
      const made = organization();
      expect(made).toBeDefined();
      world.takeCalls();
      await world.stack.destroy();
      expect(world.takeWrites()).toEqual([]);
      expect(world.mist.world.orgs.get(made?.id ?? "")).toBe(made);
      await world.up(customer({ adopt: "update", onDelete: "delete" }));
      await world.stack.destroy();
      expect(world.mist.world.orgs.get(made?.id ?? "")).toBeUndefined();
    },
  },
  {
    name: "an object without a name is never taken over",
    async run(world) {
      world.add("aptemplates", { ap_matching: { enabled: true } });
      await world.up({ it: { collection: "aptemplates", body: { ap_matching: { enabled: true } } } });
      expect(world.objects("aptemplates")).toHaveLength(2);
    },
  },
  {
    name: "an object that another resource makes by its own type is the same",
    async run(world) {
      await world.up({ hook: ofType("mist:Webhook", { name: "hook", url: "https://a.example", topics: ["audits"] }) });
      world.stack.resources.clear();
      const body = { name: "hook", url: "https://a.example", topics: ["audits"] };
      await world.up({ it: { collection: "webhooks", body } });
      expect(world.objects("webhooks")).toHaveLength(1);
    },
  },
  {
    name: "a key that is no key of an object is refused with what to give, and the nearest collection",
    async run(world) {
      const { id } = world.add("networks", network);
      const text = async (key: string) => (await world.stack.import("it", key)).failures.it?.message;
      expect(await text(`org:${mistOrgId}/network/${id}`)).toMatch(
        /names no object: .* such as org:<id>\/wlans\/<id>; did you mean "networks"\?$/,
      );
      for (const key of [id, "networks", `${mistOrgId}/${id}`]) expect(await text(key)).toContain("names no object");
      expect(await text(`site:${headquarters}/networks/${id}`)).toBe(
        "networks belong to org: give orgId and no siteId",
      );
      expect(await text(`org:${mistOrgId}/networks/name:nobody`)).toContain("does not exist");
    },
  },
];
