import { z } from "zod";
import { normalizeUuid } from "../../clients/mist/normal";
import { type Context, defineFunction, type Func } from "../../core/resource";
import { type Field, type Fields, field } from "../../core/shape";
import type { ValueMap } from "../../core/values";
import { account, accountOf } from "./account";
import { bodyFields, type Spelling } from "./bodies/compile";
import { bodyFrom } from "./body";
import { kindOf, whatOf } from "./collection-kind";
import { type Collection, collections } from "./collections";
import { bodyOf, collectionByName, collectionField, wrongScope } from "./config-object";
import { inOrganization } from "./devices";
import { exactlyOne } from "./exactly-one";
import { commonOutputs, siteIdField, uuid } from "./object-resource";
import { type Found, searchObject } from "./object-search";

/** Objects that a program does not manage, by their names. */

const objectId = field(uuid.optional(), { doc: "The id of the object. One of objectId and name is needed." });
const name = (title: string) =>
  field(z.string().min(1).optional(), {
    doc: `Its ${title}, exactly as Mist has it. One of objectId and name is needed.`,
  });
const inPlace = (doc: string) => ({ ...siteIdField(doc), change: "update" }) as Field<string | undefined>;

interface Asked {
  orgId?: string;
  siteId?: string;
  mspId?: string;
  objectId?: string;
  name?: string;
}

async function search(context: Context, collection: Collection, spelling: Spelling, asked: Asked): Promise<Found> {
  const { orgId, siteId, mspId, objectId: id, name } = asked;
  const places = [
    ["site", siteId],
    ["msp", mspId],
    ["org", orgId],
  ] as const;
  const [scope, parent] = places.find(([, where]) => where !== undefined) ?? [];
  const found = await searchObject(
    await accountOf(context),
    {
      kind: kindOf(collection, spelling),
      // Where nobody says where it is, it is the organization's.
      scopes: scope === undefined && collection.scopes.includes("org") ? ["org"] : collection.scopes,
      scope,
      parent: parent === undefined ? undefined : normalizeUuid(parent),
      id: id === undefined ? undefined : normalizeUuid(id),
      name,
    },
    context,
  );
  if (found) return found;
  throw new Error(`there is no ${whatOf(collection)} ${id ?? name}: check it, and where it is looked for`);
}

function commonOf({ row, place }: Found) {
  return {
    objectId: String(row.id),
    organizationId: place.scope === "org" ? place.id : row.org_id,
    createdTime: row.created_time,
    modifiedTime: row.modified_time,
  };
}

const foundId = { objectId: field(z.string(), { doc: "Its id, by which others refer to it." }) };

/** A function for each collection that has a resource of its own. */
export const collectionFunctions: readonly Func[] = collections.flatMap((collection) => {
  const { type, doc, scopes, schema, title = "name" } = collection;
  if (type === undefined) return [];
  const isOfSites = scopes.includes("site");
  return [
    defineFunction<Fields, Fields>({
      token: `mist:get${type}`,
      doc:
        `One ${type}, by its id or its name, with all that it holds: ${doc} Fails when there is none, or when several have the ` +
        "name. The list is shared with everything else in a run that looks at it.",
      service: account,
      inputs: {
        orgId: inOrganization,
        ...(isOfSites && {
          siteId: inPlace(`The site, for a ${type} of one site. Default: it belongs to the organization.`),
        }),
        objectId,
        name: name(title),
      },
      rules: [exactlyOne("objectId", "name")],
      get outputs() {
        return { ...foundId, ...bodyFields(schema, "camel"), ...commonOutputs };
      },
      async run(context, asked) {
        const found = await search(context, collection, "camel", asked as Asked);
        return { ...bodyFrom(found.kind.fields, found.row as ValueMap), ...commonOf(found) };
      },
    }),
  ];
});

export const getConfigObject = defineFunction<Fields, Fields>({
  token: "mist:getConfigObject",
  doc:
    `One object of any of the ${collections.length} kinds that Mist keeps in collections, by its id or its name, with its body as ` +
    "the API has it. Fails when there is none, or when several have the name. The list is shared with everything else in a run " +
    "that looks at it.",
  service: account,
  inputs: {
    collection: { ...collectionField, change: "update" } as typeof collectionField,
    orgId: inOrganization,
    siteId: inPlace("The site, for an object of one site. Default: it belongs to the organization."),
    mspId: inPlace("The managed service provider, for orgs, orggroups and its ssos. Default: none."),
    objectId,
    name: name("name, or what else tells such objects apart"),
  },
  rules: [
    exactlyOne("objectId", "name"),
    {
      needs: ["collection", "siteId", "mspId"],
      check: ({ collection, siteId, mspId }) =>
        wrongScope(collectionByName(collection), siteId ? "site" : mspId ? "msp" : "org"),
    },
  ],
  outputs: {
    ...foundId,
    collection: collectionField,
    body: { ...bodyOf, doc: "What it holds, spelled as on the wire, without its id and what else Mist adds." },
    ...commonOutputs,
  },
  async run(context, { collection: named, ...asked }) {
    const collection = collectionByName(named);
    const found = await search(context, collection, "wire", asked as Asked);
    const body = bodyFrom(found.kind.fields, found.row as ValueMap);
    return { collection: named, body, ...commonOf(found) };
  },
});
