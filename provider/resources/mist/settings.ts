import type { Row } from "../../clients/mist/mist";
import { normalizeUuid } from "../../clients/mist/normal";
import type { Context } from "../../core/resource";
import type { Account } from "./account";
import { bodyFields } from "./bodies/compile";
import { orgIdField, siteIdField } from "./object-resource";
import { type Located, ownedResource, readOwned } from "./owned-resource";
import { parsePlaceId, placePath } from "./places";
import { siteKind } from "./site-kind";
import { defaultRuleLast } from "./switch-rules";

const life = (what: string) =>
  `It is there as long as the ${what}. This resource owns the keys that the program sets, and no others: create sends them, ` +
  "update changes or clears those that differ, delete clears them. What a program never said is neither compared nor " +
  "touched, so several resources, the portal and other tools can each have keys of their own. Devices take a change as soon as " +
  `they are connected. Imported by the id of the ${what}, which takes every key that says something.`;

const onDeleteDoc =
  "What delete does: clear takes the keys that the program has set from Mist, which then goes by its defaults and templates; " +
  "retain leaves them. Default: clear.";

/** It is there as long as what it is of, which this run may just have made. */
async function arrive(account: Account, located: Located, context: Context): Promise<Row> {
  const { siteId = "" } = located.where;
  const look = () => readOwned(account, located, context);
  const found = await account.objects.newcomers.shown(siteId, look, `the ${located.what}`, context);
  if (!found)
    throw new Error(`there is no ${located.what}: check the id, and the organization of the API token or user`);
  return found;
}

function siteSettingOf(siteId: string): Located {
  return {
    id: siteId,
    path: `${placePath({ scope: "site", id: siteId })}/setting`,
    where: { siteId },
    what: `setting of site ${siteId}`,
  };
}

export const siteSetting = ownedResource({
  type: "SiteSetting",
  doc: `The setting of a site. ${life("site")}`,
  example: `new ztp.mist.SiteSetting("berlin", {
  siteId: berlin.id,
  vars: { officeVlan: "20" },
  persistConfigOnDevice: true,
});`,
  what: "setting of site",
  where: { siteId: { ...siteIdField("The site."), required: true } },
  fields: () => bodyFields("site_setting", "camel"),
  rules: [defaultRuleLast("switchMatching"), defaultRuleLast("switch.switchMatching")],
  onDelete: "clear",
  onDeleteDoc,
  idOf: ({ siteId }) => (typeof siteId === "string" ? normalizeUuid(siteId) : undefined),
  locate: async (_, { siteId }) => siteSettingOf(normalizeUuid(String(siteId))),
  find: async (_, id) => siteSettingOf(parsePlaceId(id, "site")),
  arrive,
  async *list(account, { signal }) {
    const organization = await account.client.organization(undefined, { signal });
    const sites = await account.objects.listing(siteKind(), { scope: "org", id: organization }).all(signal);
    for (const [id, { name }] of sites) yield { id, name: typeof name === "string" ? name : id };
  },
});

function orgSettingOf(orgId: string, isNamed: boolean): Located {
  return {
    id: orgId,
    path: `${placePath({ scope: "org", id: orgId })}/setting`,
    where: { orgId },
    written: isNamed ? ["orgId"] : [],
    what: `setting of organization ${orgId}`,
  };
}

export const orgSetting = ownedResource({
  type: "OrgSetting",
  doc: `The setting of an organization. ${life("organization")}`,
  what: "setting of organization",
  where: { orgId: orgIdField },
  fields: () => bodyFields("org_setting", "camel"),
  onDelete: "clear",
  onDeleteDoc,
  idOf: ({ orgId }) => (typeof orgId === "string" ? normalizeUuid(orgId) : undefined),
  async locate(account, { orgId }, context) {
    const id = await account.client.organization(orgId as string | undefined, context);
    return orgSettingOf(id, orgId !== undefined);
  },
  async find(account, id, { signal }) {
    const organization = parsePlaceId(id, "organization");
    return orgSettingOf(organization, organization !== (await account.defaultOrganization(signal)));
  },
  arrive,
  async *list(account, { signal }) {
    const id = await account.client.organization(undefined, { signal });
    yield { id, name: "organization" };
  },
});
