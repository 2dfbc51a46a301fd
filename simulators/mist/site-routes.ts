import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { isObject, type Route, type SimReply } from "../core/http";
import { type Call, done, invalid, type MistContext, mistRoute, objectBody, ok, orgOf, siteOf } from "./call";
import { merged } from "./merge";
import { headerPage, resultsPage, searchPage } from "./paging";
import { shownOrgSetting, shownSite, shownSiteSetting } from "./present";
import { changeSetting } from "./settings";
import type { Body, Org, Site } from "./types";

/** Sites and their settings. */
export function siteRoutes(context: MistContext): Route[] {
  const { variants } = context;
  const route = (method: string, path: string, handle: (call: Call) => SimReply | Promise<SimReply>): Route =>
    mistRoute(context, { method, path, handle });
  return [
    route("GET", "/orgs/{org_id}/sites", (call) =>
      headerPage(
        call,
        sitesOf(call).map((site) => show(call, site)),
      ),
    ),
    route("POST", "/orgs/{org_id}/sites", createSite),
    route("GET", "/orgs/{org_id}/sites/search", searchSites),
    route("GET", "/orgs/{org_id}/vars/search", searchVars),
    route("GET", "/sites/{site_id}", (call) => ok(show(call, siteOf(call)))),
    route("PUT", "/sites/{site_id}", updateSite),
    route("DELETE", "/sites/{site_id}", deleteSite),
    route("GET", "/sites/{site_id}/setting", (call) => ok(shownSiteSetting(siteOf(call), variants))),
    route("PUT", "/sites/{site_id}/setting", (call) => {
      const site = siteOf(call);
      changeSetting(call, site.setting);
      return ok(shownSiteSetting(site, variants));
    }),
    route("GET", "/sites/{site_id}/setting/derived", (call) => ok(derivedSetting(call, siteOf(call), orgOf(call)))),
  ];
}

/** Sites of the organisation that reads know already. */
function sitesOf(call: Call): Site[] {
  const { world } = call.context;
  const { id } = orgOf(call);
  return [...world.sites.values()].filter((site) => site.orgId === id && world.visible(site));
}

function show({ context }: Call, site: Site): Body {
  return shownSite(site, context.world);
}

async function createSite(call: Call): Promise<SimReply> {
  const { world } = call.context;
  const { sitegroup_ids: groups, ...data } = checked(call, {});
  const site = world.addSite({ id: randomUUID(), orgId: orgOf(call).id, name: String(data.name), data }, {});
  if (Array.isArray(groups)) await joinGroups(call, site, groups.map(String));
  return ok(show(call, site));
}

async function updateSite(call: Call): Promise<SimReply> {
  const site = siteOf(call);
  const unchanged = Symbol();
  // Membership is kept by the groups; the marker tells whether the body says anything about it.
  const { sitegroup_ids: groups, ...data } = checked(call, { ...site.data, sitegroup_ids: unchanged });
  site.data = data;
  site.modifiedAt = call.context.clock.now();
  if (groups !== unchanged) await joinGroups(call, site, Array.isArray(groups) ? groups.map(String) : []);
  return ok(show(call, site));
}

function checked({ request }: Call, data: Body): Body {
  const result = merged(data, objectBody(request));
  if (!result.name) throw invalid({ detail: "invalid field: name", reason: "name is required" });
  const { country_code: country } = result;
  if (typeof country === "string" && country !== "" && !/^[A-Z]{2}$/i.test(country))
    throw invalid({ detail: "invalid field: country_code", reason: "must be two letters" });
  return result;
}

/** Makes a site a member of just these groups. */
async function joinGroups({ context }: Call, site: Site, wanted: string[]): Promise<void> {
  const { variants, world } = context;
  const touched = [...new Set([...wanted, ...world.siteGroupIds(site.id)])];
  const snapshots = touched.map((id) => ({ id, members: new Set(world.group(id)) }));
  // What others write meanwhile is overwritten.
  if (variants.siteGroupWrites === "lostUpdates") await sleep(variants.siteGroupWindowMs);
  for (const { id, members } of snapshots) {
    if (wanted.includes(id)) members.add(site.id);
    else members.delete(site.id);
    world.members.set(id, members);
  }
}

function deleteSite(call: Call): SimReply {
  const { variants, world } = call.context;
  const { id } = siteOf(call);
  const devices = [...world.devices.values()].filter(({ siteId }) => siteId === id);
  if (devices.length > 0 && variants.deleteSiteWithDevices === "refuse")
    throw invalid(`Site has ${devices.length} device(s) assigned.`);
  world.removeSite(id);
  return done(call.context);
}

function searchSites(call: Call): SimReply {
  const { query } = call.request;
  const now = call.context.clock.now() / 1_000;
  const rows = sitesOf(call)
    .map((site): Body => {
      const { data, setting } = site;
      const upgrade = isObject(setting.data.auto_upgrade) ? setting.data.auto_upgrade : {};
      return {
        id: site.id,
        site_id: site.id,
        org_id: site.orgId,
        name: data.name,
        country_code: data.country_code ?? null,
        timezone: data.timezone ?? "UTC",
        auto_upgrade_enabled: upgrade.enabled ?? false,
        auto_upgrade_version: upgrade.version ?? "",
        wifi_enabled: true,
        honeypot_enabled: false,
        vna_enabled: false,
        timestamp: now,
      };
    })
    .filter((row) => {
      const name = query.get("name");
      if (name !== null && !String(row.name).toLowerCase().includes(name.toLowerCase())) return false;
      return ["id", "country_code", "auto_upgrade_version"].every((key) => {
        const wanted = query.get(key);
        return wanted === null || row[key] === wanted;
      });
    });
  return searchPage(call, rows, "id");
}

function searchVars(call: Call): SimReply {
  const { query } = call.request;
  const rows = sitesOf(call).flatMap(({ id, orgId, setting }) => {
    const vars = isObject(setting.data.vars) ? Object.keys(setting.data.vars) : [];
    return vars.map((name) => ({ org_id: orgId, site_id: id, src: "site", var: name }));
  });
  const wanted = (key: "site_id" | "var" | "src") => (row: Record<string, string>) =>
    query.get(key) === null || query.get(key) === row[key];
  return resultsPage(call, rows.filter(wanted("site_id")).filter(wanted("var")).filter(wanted("src")));
}

/** What is in force at a site: the organisation's setting, the site's templates, its own setting; the later wins. */
function derivedSetting({ context }: Call, site: Site, org: Org): Body {
  const { variants, world } = context;
  const template = (idKey: string, collection: string): Body => {
    const { name, ...data } = world.objects("org", org.id, collection).get(String(site.data[idKey]))?.data ?? {};
    return data;
  };
  const layers = [
    shownOrgSetting(org, variants),
    template("sitetemplate_id", "sitetemplates"),
    template("networktemplate_id", "networktemplates"),
    template("gatewaytemplate_id", "gatewaytemplates"),
    // Its defaults lie below everything; what was written lies on top.
    site.setting.data,
  ];
  const base = shownSiteSetting(site, variants);
  const decoration = Object.fromEntries(
    ["id", "org_id", "site_id", "for_site", "created_time", "modified_time"].map((key) => [key, base[key]]),
  );
  return { ...[base, ...layers].reduce(overlaid, {}), ...decoration };
}

/** Maps, such as networks and vars, are laid over each other name by name; everything else as a whole. */
function overlaid(below: Body, above: Body): Body {
  const result = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const under = result[key];
    result[key] = isObject(value) && isObject(under) ? { ...under, ...value } : value;
  }
  return result;
}
