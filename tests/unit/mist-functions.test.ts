import { describe, expect, test } from "vitest";
import type { JsonMap } from "../../provider/core/values";
import {
  mistChassisMac,
  mistChassisMembers,
  mistDevice,
  mistOrgId,
  mistSiteIds,
  mistUserToken,
} from "../../simulators";
import { open } from "./mist-account";
import { failureOf } from "./support";

const [headquarters, warehouse] = mistSiteIds;
const placed = mistDevice("ap", 900_001);
const list = "GET /orgs/{org}/inventory";

describe.each(["plugin", "dynamic"] as const)("functions of Mist in the %s host", (host) => {
  describe("getInventory", () => {
    test("has all devices with the site of their chassis, without claim codes, in one list for all who ask", async () => {
      const account = await open(host);
      const found = await account.call("getInventory");
      expect(found).toMatchObject({ organizationId: mistOrgId, total: 7 });
      const devices = found.devices as JsonMap[];
      expect(devices.find(({ mac }) => mac === placed.mac)).toEqual({
        mac: placed.mac,
        deviceId: `00000000-0000-0000-1000-${placed.mac}`,
        serial: placed.serial,
        model: "AP45",
        sku: "AP45-US",
        hwRev: "A1",
        deviceType: "ap",
        name: "hq-ap-1",
        siteId: headquarters,
        connected: true,
        isMember: false,
      });
      expect(devices.filter(({ isMember }) => isMember).map(({ siteId }) => siteId)).toEqual([warehouse, warehouse]);
      expect(JSON.stringify(found)).not.toContain(placed.claimCode);
      await account.call("getInventory", { deviceType: "switch" });
      expect(account.calls()).toEqual([list]);
    });

    test("filters by site, type, model, assignment and membership", async () => {
      const account = await open(host);
      const macs = async (args: JsonMap) =>
        ((await account.call("getInventory", args)).devices as JsonMap[]).map(({ mac }) => mac);
      expect(await macs({ siteId: headquarters.toUpperCase() })).toHaveLength(3);
      expect(await macs({ siteId: warehouse, members: false })).toEqual([mistChassisMac]);
      expect(await macs({ assigned: false })).toEqual([mistDevice("ap", 900_004).mac]);
      expect(await macs({ model: "ex4100-48p", siteId: headquarters })).toEqual([mistDevice("switch", 900_003).mac]);
      expect(await macs({ deviceType: "gateway" })).toEqual([]);
    });
  });

  describe("getDevice", () => {
    test("finds a device by MAC, serial and claim code, however they are spelled, in one list", async () => {
      const account = await open(host);
      const spellings: JsonMap[] = [
        { mac: placed.mac.match(/../g)?.join("-").toUpperCase() ?? "" },
        { serial: placed.serial?.toLowerCase() ?? "" },
        { claimCode: placed.claimCode?.replace(/.{5}(?=.)/g, "$&-") ?? "" },
      ];
      for (const args of spellings) {
        expect(await account.call("getDevice", args)).toMatchObject({
          mac: placed.mac,
          siteId: headquarters,
          organizationId: mistOrgId,
          members: [],
        });
      }
      expect(account.calls()).toEqual([list]);
    });

    test("a member of a virtual chassis comes with the id, the site and the members of the chassis", async () => {
      const account = await open(host);
      const [first, second] = mistChassisMembers;
      for (const [mac, isMember] of [
        [first, true],
        [mistChassisMac, false],
      ] as const) {
        expect(await account.call("getDevice", { mac })).toMatchObject({
          mac,
          isMember,
          deviceId: `00000000-0000-0000-1000-${mistChassisMac}`,
          chassisMac: mistChassisMac,
          siteId: warehouse,
          members: [{ mac: first }, { mac: second }],
        });
      }
    });

    test("a device that the organization lacks is a failure that tells no code", async () => {
      const account = await open(host);
      const { message: missing } = await failureOf(account.call("getDevice", { mac: "5c5b35000001" }));
      expect(missing).toContain(`organization ${mistOrgId} has no device 5c5b35000001`);
      expect(account.calls()).toEqual([list, list]);
      const { claimCode = "" } = mistDevice("ap", 1) as { claimCode?: string };
      const { message: code } = await failureOf(account.call("getDevice", { claimCode }));
      expect(code).toContain(`has no device with claim code ${claimCode.slice(0, 5)}-…`);
      expect(code).not.toContain(claimCode);
    });

    test("one name is needed, and only one", async () => {
      const account = await open(host);
      const wrong: JsonMap[] = [{}, { mac: placed.mac, serial: placed.serial ?? "" }];
      for (const args of wrong) {
        const { message } = await failureOf(account.call("getDevice", args));
        expect(message).toContain("exactly one of mac, serial and claimCode is needed");
      }
      expect(account.calls()).toEqual([]);
    });
  });

  describe("getDeviceStats", () => {
    test("has what devices of an organization or a site do, page by page", async () => {
      const account = await open(host, { variants: { pageMaximum: 2 } });
      const all = await account.call("getDeviceStats");
      expect(all.total).toBe(4);
      expect(account.calls()).toEqual(["GET /orgs/{org}/stats/devices", "GET /orgs/{org}/stats/devices"]);
      expect((all.devices as JsonMap[])[0]).toMatchObject({
        mac: placed.mac,
        status: "connected",
        version: "0.14.29633",
        siteId: headquarters,
        details: { fwupdate: { status: null } },
      });
      const site = await account.call("getDeviceStats", { siteId: warehouse });
      expect((site.devices as JsonMap[]).map(({ mac }) => mac)).toEqual([mistChassisMac]);
      const offline = await account.call("getDeviceStats", { status: "disconnected", deviceType: "ap" });
      expect((offline.devices as JsonMap[]).map(({ name }) => name)).toEqual(["hq-ap-2"]);
      const one = await account.call("getDeviceStats", { mac: "5C:5B:35:0D:BB:A1", fields: ["version"] });
      expect((one.devices as JsonMap[]).map(({ mac, status }) => [mac, status])).toEqual([[placed.mac, undefined]]);
    });
  });

  describe("getSelf", () => {
    test("tells a token of an organization from a user", async () => {
      const account = await open(host);
      expect(await account.call("getSelf")).toEqual({
        kind: "organization token",
        name: "automation",
        privileges: [{ scope: "org", role: "admin", orgId: mistOrgId, orgName: "Example Retail" }],
        organizations: [{ orgId: mistOrgId, name: "Example Retail", access: "write" }],
      });
      const user = await open(host, { config: { apiToken: mistUserToken } });
      expect(await user.call("getSelf")).toMatchObject({ kind: "user", name: "admin@example.com" });
    });
  });

  describe("getApiUsage", () => {
    test("counts the calls of each token, and what is left", async () => {
      const second = "simSecond000000000000000000000000000000000000TWO";
      const account = await open(host, { tokens: [{ key: second }], config: { apiTokens: [second] } });
      const token = (requests: number) => ({ requests, limit: 5_000, left: 5_000 - requests });
      expect(await account.call("getApiUsage")).toEqual({
        requests: 2,
        limit: 10_000,
        left: 9_998,
        tokens: [token(1), token(1)],
      });
      expect(account.calls()).toEqual(["GET /self/usage", "GET /self/usage"]);
    });
  });
});
