import { expect } from "vitest";
import { foreignMistOrgId } from "../../../simulators";
import { visible } from "../harness/host";
import { berlin, berlinData, headquarters, list, mistOrgId, type SiteScenario, templateId, until } from "./world";

const program = { berlin };
const item = "/sites/{site}";

export const basics: readonly SiteScenario[] = [
  {
    name: "a site is created, left alone, refreshed, changed and deleted in exactly the calls that it takes",
    async run(world) {
      expect((await world.up(program)).operations).toEqual({ berlin: "create" });
      expect(world.takeCalls()).toEqual([list("sites"), "POST /orgs/{org}/sites"]);
      expect(world.site("Berlin").data).toEqual(berlinData);
      const { id, outputs } = world.stack.state("berlin");
      expect(id).toBe(world.site("Berlin").id);
      expect(visible(outputs)).toEqual({
        ...berlin,
        organizationId: mistOrgId,
        tzoffset: 60,
        createdTime: 1_738_324_800,
        modifiedTime: 1_738_324_800,
      });
      await world.expectSettled(program);
      world.takeCalls();
      const moved = { berlin: { ...berlin, timezone: "Europe/Lisbon", notes: "moved" } };
      await world.up(moved);
      expect(world.bodies("PUT")).toEqual([{ notes: "moved", timezone: "Europe/Lisbon" }]);
      expect(world.takeCalls()).toEqual([`PUT ${item}`]);
      expect(world.stack.state("berlin").outputs.tzoffset).toBe(0);
      await world.expectNoDrift(moved);
      expect(world.takeCalls()).toEqual([list("sites")]);
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.takeCalls()).toEqual(["GET /orgs/{org}/inventory?site_id", `DELETE ${item}`]);
      expect(world.sites()).toEqual(["Headquarters", "Warehouse"]);
    },
  },
  {
    name: "templates are taken from a site with null, every other key with a minus; its country and time zone too",
    async run(world) {
      const full = {
        ...berlin,
        networktemplateId: templateId,
        secpolicyId: templateId,
        notes: "x",
        latlng: { lat: 1, lng: 2 },
      };
      await world.up({ berlin: full });
      await world.expectSettled({ berlin: full });
      world.takeCalls();
      await world.up({ berlin: { name: "Berlin" } });
      expect(world.bodies("PUT")).toEqual([
        {
          "-country_code": "",
          "-latlng": "",
          "-notes": "",
          "-timezone": "",
          networktemplate_id: null,
          secpolicy_id: null,
        },
      ]);
      expect(world.site("Berlin").data).toEqual({ name: "Berlin", networktemplate_id: null, secpolicy_id: null });
      await world.expectSettled({ berlin: { name: "Berlin" } });
    },
  },
  {
    name: "T#10, T#118: only a name is required, and what Mist shows for itself is no drift",
    options: { variants: { defaults: "shown" } },
    async run(world) {
      await world.up({ berlin: { name: "Berlin" } });
      await world.expectSettled({ berlin: { name: "Berlin" } });
    },
  },
  {
    name: "a site of the same name that is as wanted is taken over, and one that differs is refused",
    async run(world) {
      const hq = { name: "Headquarters", countryCode: "DK", latlng: { lat: 55.676, lng: 12.568 } };
      await world.up({ hq });
      expect(world.takeWrites()).toEqual([]);
      expect(world.stack.state("hq").id).toBe(headquarters);
      expect(await world.refusal({ hq, warehouse: { name: "Warehouse", countryCode: "FR" } })).toContain(
        "differs in countryCode",
      );
      await world.up({ hq, warehouse: { name: "Warehouse", countryCode: "FR", adopt: "update" } });
      expect(world.bodies("PUT")).toEqual([{ country_code: "FR" }]);
    },
  },
  {
    name: "T#102: a site is imported by its id, with its organization or its name, whatever stands between",
    async run(world) {
      for (const key of [
        headquarters,
        headquarters.toUpperCase(),
        `${mistOrgId}/${headquarters}`,
        `${mistOrgId}.${headquarters}`,
        `${mistOrgId}:${headquarters}`,
        `${mistOrgId}/name:Headquarters`,
        "name:Headquarters",
      ]) {
        world.stack.resources.clear();
        const inputs = await world.imported(key, "hq");
        expect(visible(inputs), key).toEqual({
          address: "1 Example Street, Copenhagen",
          countryCode: "DK",
          latlng: { lat: 55.676, lng: 12.568 },
          name: "Headquarters",
          sitegroupIds: ["a4000000-0000-4000-8000-000000000001"],
          timezone: "Europe/Copenhagen",
        });
        expect((await world.stack.preview({ hq: visible(inputs) })).operations).toEqual({ hq: "same" });
      }
    },
  },
  {
    name: "a site of another organization is found by its id, also where several could be meant",
    options: {
      mist: {
        tokens: [
          {
            key: "both",
            privileges: [mistOrgId, foreignMistOrgId].map((org_id) => ({ scope: "org", role: "admin", org_id })),
          },
        ],
      },
      config: { apiToken: "both" },
    },
    async run(world) {
      const { id } = world.mist.world.addSite({
        id: "a3000000-0000-4000-8000-000000000009",
        orgId: foreignMistOrgId,
        name: "Far",
      });
      expect(visible(await world.imported(id, "far"))).toEqual({ name: "Far", orgId: foreignMistOrgId });
      await world.expectSettled({ far: { name: "Far", orgId: foreignMistOrgId } });
      const { failures } = await world.stack.import("near", "name:Far");
      expect(failures.near?.message).toContain("Name one as orgId, or set ztp:mist.orgId");
    },
  },
  {
    name: "a permission that was lost is an error of a refresh; a site that is gone is made anew",
    async run(world) {
      await world.up(program);
      const { id } = world.site("Berlin");
      world.simulators.faults.add({
        method: "GET",
        path: /sites/,
        action: { kind: "status", status: 403, body: { detail: "no" } },
      });
      const run = await world.stack.refresh();
      expect(run.failures.berlin?.message).toContain("HTTP 403");
      expect(world.stack.has("berlin")).toBe(true);
      world.simulators.faults.clear();
      world.mist.world.removeSite(id);
      expect((await world.refresh()).operations).toEqual({ berlin: "delete" });
      await world.up(program);
      expect(world.site("Berlin").id).not.toBe(id);
    },
  },
  {
    name: "sites are written one after the other, and their refresh is one list",
    async run(world) {
      const names = ["A", "B", "C", "D", "E"];
      const all = Object.fromEntries(names.map((name) => [name, { name }]));
      world.simulators.faults.add({ method: "POST", action: { kind: "delay", ms: 50 } });
      let most = 0;
      await world.up(all, {
        during: () =>
          until(() => {
            const posts = world.simulators.requests.filter({ service: "mist", method: "POST" });
            most = Math.max(most, posts.filter(({ status }) => status === 0).length);
            return posts.length === names.length;
          }),
      });
      expect(most).toBe(1);
      world.takeCalls();
      await world.expectNoDrift(all);
      expect(world.takeCalls()).toEqual([list("sites")]);
    },
  },
  {
    name: "a site that fails to be written does not keep the others from their turn",
    async run(world) {
      world.simulators.faults.add({
        method: "POST",
        times: 1,
        action: { kind: "status", status: 400, body: { detail: "no" } },
      });
      const run = await world.stack.up({ A: { name: "A" }, B: { name: "B" }, C: { name: "C" } });
      expect(Object.keys(run.failures)).toHaveLength(1);
      expect(world.sites()).toHaveLength(4);
    },
  },
];
