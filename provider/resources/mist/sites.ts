import { z } from "zod";
import type { Row } from "../../clients/mist/mist";
import { normalizeUuid } from "../../clients/mist/normal";
import { defineFunction } from "../../core/resource";
import { type Field, type Fields, field, object } from "../../core/shape";
import type { ValueMap } from "../../core/values";
import { fromVendor } from "../../core/wire-names";
import { account, accountOf } from "./account";
import { bodyFields } from "./bodies/compile";
import { bodyFrom } from "./body";
import { inOrganization } from "./devices";
import { exactlyOne } from "./exactly-one";
import { uuid } from "./object-resource";
import { searchObject } from "./object-search";
import { placePath } from "./places";
import { siteKind } from "./site-kind";

const text = (doc: string, wire?: string) => field(z.string().optional(), { doc, wire });
const template = (what: string, wire: string) => text(`The ${what} of the site.`, wire);

/** A site as the functions tell of it, under the names of the resource. */
const siteFields = {
  siteId: field(z.string(), { doc: "The id of the site.", wire: "id" }),
  name: field(z.string(), { doc: "Its name." }),
  organizationId: text("The organization that it is in.", "org_id"),
  address: text("The postal address."),
  countryCode: text("The country, two letters.", "country_code"),
  timezone: text("The time zone, as the IANA database names it."),
  tzoffset: field(z.number().optional(), { doc: "How far its time zone is from UTC, in minutes." }),
  latlng: field(
    object("SitePosition", {
      lat: field(z.number(), { doc: "Degrees north of the equator." }),
      lng: field(z.number(), { doc: "Degrees east of Greenwich." }),
    }).optional(),
    { doc: "Where the site is on the map." },
  ),
  notes: text("Free text."),
  sitegroupIds: field(z.array(z.string()).optional(), { doc: "The groups that it belongs to.", wire: "sitegroup_ids" }),
  alarmtemplateId: template("alarm template", "alarmtemplate_id"),
  aptemplateId: template("access point template", "aptemplate_id"),
  gatewaytemplateId: template("gateway template", "gatewaytemplate_id"),
  networktemplateId: template("network template", "networktemplate_id"),
  rftemplateId: template("RF template", "rftemplate_id"),
  routertemplateId: template("router template", "routertemplate_id"),
  secpolicyId: template("security policy", "secpolicy_id"),
  sitetemplateId: template("site template", "sitetemplate_id"),
  createdTime: field(z.number().optional(), { doc: "When it was made, in seconds since 1970.", wire: "created_time" }),
  modifiedTime: field(z.number().optional(), {
    doc: "When it was last changed, in seconds since 1970.",
    wire: "modified_time",
  }),
};

// biome-ignore lint/suspicious/noExplicitAny: the values have the types of the fields.
function detailsOf(row: Row): any {
  return fromVendor(siteFields, row as ValueMap);
}

export const getSites = defineFunction({
  token: "mist:getSites",
  doc:
    "The sites of an organization that match all filters. The list is shared with everything else in a run that looks at " +
    "sites, and at most a minute old.",
  service: account,
  inputs: {
    orgId: inOrganization,
    countryCode: text("Only sites in this country, two letters. Default: all."),
    sitegroupId: text("Only sites in this group. Default: all."),
  },
  outputs: {
    organizationId: field(z.string(), { doc: "The organization." }),
    sites: field(z.array(object("SiteDetails", siteFields, "A site as Mist has it.")), {
      doc: "The sites, in the order of Mist.",
    }),
    total: field(z.int(), { doc: "How many they are." }),
  },
  async run(context, { orgId, countryCode, sitegroupId }) {
    const { client, objects } = await accountOf(context);
    const organizationId = await client.organization(orgId, context);
    const rows = await objects.all(siteKind(), { scope: "org", id: organizationId }, context);
    const country = countryCode?.toUpperCase();
    const group = sitegroupId === undefined ? undefined : normalizeUuid(sitegroupId);
    const sites = [...rows.values()]
      .map(detailsOf)
      .filter(
        (site) =>
          (country === undefined || site.countryCode?.toUpperCase() === country) &&
          (group === undefined || site.sitegroupIds?.includes(group)),
      );
    return { organizationId, sites, total: sites.length };
  },
});

export const getSite = defineFunction({
  token: "mist:getSite",
  doc:
    "One site, by its id or its name. Fails when there is none, or when several have the name. The list is shared with " +
    "everything else in a run that looks at sites; an id that it lacks costs a call of its own.",
  service: account,
  inputs: {
    orgId: inOrganization,
    siteId: field(uuid.optional(), {
      doc: "The id of the site, in whatever organization. One of siteId and name is needed.",
    }),
    name: text("Its name, exactly as Mist has it. One of siteId and name is needed."),
  },
  rules: [exactlyOne("siteId", "name")],
  outputs: siteFields,
  async run(context, { orgId, siteId, name }) {
    const own = await accountOf(context);
    const parent = orgId === undefined ? undefined : normalizeUuid(orgId);
    const id = siteId === undefined ? undefined : normalizeUuid(siteId);
    const found = await searchObject(own, { kind: siteKind(), scopes: ["org"], parent, id, name }, context);
    if (!found) throw new Error(`there is no site ${siteId ?? name}: check it, and the organization`);
    return detailsOf(found.row);
  },
});

/** The keys of a setting, compiled when they are first needed. */
const derived: Field<ValueMap> = {
  doc: "What is in force at the site, under the names of `SiteSetting`.",
  shape: {
    kind: "object",
    name: "DerivedSiteSetting",
    get fields(): Fields {
      return bodyFields("site_setting", "camel");
    },
  },
  required: true,
  change: "update",
};

export const getDerivedSiteSetting = defineFunction({
  token: "mist:getDerivedSiteSetting",
  doc:
    "What is in force at a site: its own setting over those of its templates and its organization. Keys that this version of the " +
    "provider does not know are left out; `getApi` has all. Costs a call.",
  service: account,
  inputs: { siteId: field(uuid, { doc: "The site." }) },
  outputs: { setting: derived },
  async run(context, { siteId }) {
    const { client } = await accountOf(context);
    const path = `${placePath({ scope: "site", id: normalizeUuid(siteId) })}/setting/derived`;
    const action = `read what is in force at site ${siteId}`;
    const row = (await client.get(path, { signal: context.signal, action })) as Row | undefined;
    return { setting: bodyFrom(bodyFields("site_setting", "camel"), (row ?? {}) as ValueMap) };
  },
});
