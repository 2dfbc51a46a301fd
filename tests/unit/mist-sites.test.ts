import { describe, expect, test } from "vitest";
import type { JsonMap } from "../../provider/core/values";
import { foreignMistOrgId, mistDevice, mistOrgId, mistSiteGroupId, mistSiteIds } from "../../simulators";
import { open } from "./mist-account";
import { failureOf, wireSecret } from "./support";

const [headquarters, warehouse] = mistSiteIds;
const list = "GET /orgs/{org}/sites";

describe.each(["plugin", "dynamic"] as const)("functions of Mist's sites in the %s host", (host) => {
  const hiddenIn = (value: JsonMap[string]) => (host === "plugin" ? wireSecret(value) : value);

  describe("getSites", () => {
    test("has all sites with what they hold, in one list for all who ask", async () => {
      const account = await open(host);
      const found = await account.call("getSites");
      expect(found).toMatchObject({ organizationId: mistOrgId, total: 2 });
      expect((found.sites as JsonMap[])[0]).toEqual({
        siteId: headquarters,
        organizationId: mistOrgId,
        name: "Headquarters",
        address: "1 Example Street, Copenhagen",
        countryCode: "DK",
        timezone: "Europe/Copenhagen",
        tzoffset: expect.any(Number),
        latlng: { lat: 55.676, lng: 12.568 },
        sitegroupIds: [mistSiteGroupId],
        createdTime: expect.any(Number),
        modifiedTime: expect.any(Number),
      });
      await account.call("getSite", { siteId: warehouse });
      expect(account.calls()).toEqual([list]);
    });

    test.each([
      [{ countryCode: "de" }, [warehouse]],
      [{ sitegroupId: mistSiteGroupId.toUpperCase() }, [headquarters]],
      [{ countryCode: "DE", sitegroupId: mistSiteGroupId }, []],
      [{ orgId: mistOrgId.toUpperCase() }, [headquarters, warehouse]],
    ])("has those that match %j", async (filter, siteIds) => {
      const account = await open(host);
      const { sites, total } = await account.call("getSites", filter);
      expect([(sites as JsonMap[]).map(({ siteId }) => siteId), total]).toEqual([siteIds, siteIds.length]);
    });
  });

  describe("getSite", () => {
    test("finds a site by its id, in any spelling, and by its name", async () => {
      const account = await open(host);
      const ways: JsonMap[] = [
        { siteId: warehouse.toUpperCase() },
        { name: "Warehouse" },
        { name: "Warehouse", orgId: mistOrgId },
      ];
      for (const named of ways)
        expect(await account.call("getSite", named)).toMatchObject({
          siteId: warehouse,
          name: "Warehouse",
          countryCode: "DE",
        });
      expect(account.calls()).toEqual([list]);
    });

    test("fails when there is none, when several have the name, and when it is told none or both", async () => {
      const account = await open(host);
      account.simulators.mist.world.addSite({ id: "a3000000-0000-4000-8000-000000000009", name: "Warehouse" });
      const failure = async (args: JsonMap) => (await failureOf(account.call("getSite", args))).message;
      expect(await failure({ name: "Nowhere" })).toContain("there is no site Nowhere: check it, and the organization");
      expect(await failure({ siteId: foreignMistOrgId })).toContain(`there is no site ${foreignMistOrgId}`);
      expect(await failure({ name: "Warehouse" })).toContain("has 2 sites named Warehouse; choose by id: ");
      const unclear: JsonMap[] = [{}, { siteId: warehouse, name: "Warehouse" }];
      for (const args of unclear) expect(await failure(args)).toContain("exactly one of siteId and name is needed");
    });
  });

  describe("getDerivedSiteSetting", () => {
    test("has what is in force, under the names of SiteSetting, its secrets as such", async () => {
      const account = await open(host);
      const { world } = account.simulators.mist;
      const template = {
        name: "t",
        networks: { office: { vlan_id: 20 } },
        switch_mgmt: { root_password: "template-word" },
      };
      const { id } = world.addObject({ scope: "org", collection: "networktemplates", data: template });
      const site = world.sites.get(warehouse);
      Object.assign(site?.data ?? {}, { networktemplate_id: id });
      Object.assign(site?.setting.data ?? {}, { vars: { office: "20" }, networks: { voice: { vlan_id: 30 } } });
      const { setting } = await account.call("getDerivedSiteSetting", { siteId: warehouse });
      expect(setting).toMatchObject({
        vars: { office: "20" },
        networks: { office: { vlanId: 20 }, voice: { vlanId: 30 } },
        switchMgmt: { rootPassword: hiddenIn("template-word") },
      });
      expect(JSON.stringify(setting)).not.toMatch(/jwt|_url/);
      expect(account.calls()).toEqual([`GET /sites/${warehouse}/setting/derived`]);
    });
  });

  describe("getApi", () => {
    test("has the answer of any path as it is, with secrets told by their names", async () => {
      const account = await open(host);
      const { id } = account.simulators.mist.world.addObject({
        scope: "org",
        collection: "wlans",
        data: { ssid: "x", auth: { type: "psk", psk: "some-passphrase" } },
      });
      const { result } = await account.call("getApi", { path: `/api/v1/orgs/{org_id}/wlans/${id}` });
      expect(result).toMatchObject({ id, ssid: "x", auth: { type: "psk", psk: hiddenIn("some-passphrase") } });
      const usage = await account.call("getApi", { path: "/self/usage" });
      expect(usage.result).toMatchObject({ request_limit: 5_000 });
      expect(account.calls()).toEqual([`GET /orgs/{org}/wlans/${id}`, "GET /self/usage"]);
    });

    test("reads lists to their end, in whatever way they are paged, and a short one in one call", async () => {
      const devices = Array.from({ length: 130 }, (_, index) =>
        mistDevice("ap", 1_000 + index, { orgId: mistOrgId, siteId: warehouse }),
      );
      const account = await open(host, { devices });
      const rows = async (path: string, query?: JsonMap) =>
        ((await account.call("getApi", { path, ...(query && { query }) })).result as JsonMap[]).length;
      expect(await rows("/orgs/{org_id}/inventory")).toBe(130);
      expect(await rows("/orgs/{org_id}/devices/search")).toBe(130);
      expect(await rows("/orgs/{org_id}/inventory", { limit: 7, page: 2 })).toBe(7);
      expect(await rows("/orgs/{org_id}/inventory", { mac: "5c5b350003e8" })).toBe(1);
      account.simulators.requests.clear();
      expect(await rows("/orgs/{org_id}/sites")).toBe(2);
      expect(account.calls()).toEqual([list]);
    });

    test("fails as Mist does, and takes no path that leaves the API", async () => {
      const account = await open(host);
      const failure = async (args: JsonMap) => (await failureOf(account.call("getApi", args))).message;
      expect(await failure({ path: "/orgs/{org_id}/nothing" })).toContain("could not read /orgs/");
      expect(await failure({ path: "orgs" })).toContain("path must begin with a slash");
      expect(await failure({ path: "/self?x=1" })).toContain("path must be a path alone: parameters go into query");
      for (const path of ["/../../login", "/orgs/%2e%2e/x", "/orgs/."])
        expect(await failure({ path })).toContain("path must not step out of the API with . or ..");
    });
  });
});
