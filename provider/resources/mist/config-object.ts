import { z } from "zod";
import type { Row } from "../../clients/mist/mist";
import { nearestHint } from "../../core/check";
import { defineResource } from "../../core/resource";
import { type Field, type Fields, field, type Shape } from "../../core/shape";
import { isMap, joinPath, type ValueMap } from "../../core/values";
import { account } from "./account";
import { bodyFields } from "./bodies/compile";
import { bodyFrom } from "./body";
import { kindOf } from "./collection-kind";
import { type Collection, collections, type Scope } from "./collections";
import { behaviour, commonOutputs, orgIdField, siteIdField, verbsOf } from "./object-resource";
import { type ObjectForm, type ObjectInputs, type ObjectOutputs, ObjectVerbs } from "./object-verbs";
import { parseObjectKey } from "./places";
import { defaultRuleLast } from "./switch-rules";

const byName = new Map(collections.map((collection) => [collection.name, collection]));

function shapeOf({ schema }: Collection): Shape {
  return {
    kind: "object",
    name: schema,
    get fields() {
      return bodyFields(schema, "wire");
    },
  };
}

const shapes: { readonly [name: string]: Shape } = Object.fromEntries(
  collections.map((each) => [each.name, shapeOf(each)]),
);

export const bodyOf: Field<ValueMap> = {
  doc:
    "What the object holds, spelled as on the wire (`vlan_id`), without its id and what else Mist adds. It is checked, compared " +
    "and kept secret key by key, as the description of Mist's API has it.",
  shape: { kind: "chosen", by: "collection", choices: () => shapes, opaque: true },
  required: true,
  change: "update",
};

export const collectionField = field(z.enum([...byName.keys()]), {
  doc: "The last part of the collection's path in Mist's API. Another collection is another object.",
  change: "replace",
});

/** @param name one that has been checked */
export function collectionByName(name: string): Collection {
  return byName.get(name) as Collection;
}

function collectionOf(inputs: Partial<ObjectInputs>): Collection | undefined {
  return typeof inputs.collection === "string" ? byName.get(inputs.collection) : undefined;
}

const form: ObjectForm = {
  kind(inputs) {
    const collection = collectionOf(inputs);
    return collection && kindOf(collection, "wire");
  },
  wanted: (_, inputs) => ({
    body: isMap(inputs.body) ? inputs.body : {},
    additionalKeys: inputs.additionalKeys,
  }),
  inputs: ({ collection, fields }, row) => ({ collection, body: bodyFrom(fields, row as ValueMap) }),
  stateId: ({ collection }, place, id) => `${place.scope}:${place.id}/${collection}/${id}`,
  objectId: (stateId) => stateId.slice(stateId.lastIndexOf("/") + 1),
  parse(text) {
    const { collection: name, ...key } = parseObjectKey(text, "[a-z_]+") ?? {};
    const collection = byName.get(name ?? "");
    const wrong = collection && key.scope && wrongScope(collection, key.scope);
    if (wrong) throw new Error(wrong);
    if (collection) return { kind: kindOf(collection, "wire"), scopes: collection.scopes, ...key };
    const hint = name === undefined ? "" : nearestHint(name, [...byName.keys()], "");
    throw new Error(
      `${JSON.stringify(text.trim())} names no object: give what it is in, its collection and its id, or name: and its name, ` +
        `such as org:<id>/wlans/<id>${hint}`,
    );
  },
  *listed() {
    // Those with a resource of their own are imported as such.
    for (const collection of collections) {
      if (collection.type === undefined) yield { kind: kindOf(collection, "wire"), scopes: collection.scopes };
    }
  },
};

/** Why there is no such collection of a scope; undefined when there is. */
export function wrongScope({ name, scopes }: Collection, scope: Scope): string | undefined {
  if (scopes.includes(scope)) return undefined;
  const other = scope === "org" ? "" : ` and no ${scope}Id`;
  return `${name} belong to ${scopes.join(" or ")}: give ${scopes.map((each) => `${each}Id`).join(" or ")}${other}`;
}

/** Mist tells the key of an API token once, and later only how it begins and ends. */
function outputsOf({ id, key }: Row, before: Partial<ObjectOutputs>) {
  return { objectId: String(id), key: typeof key === "string" && !key.includes("...") ? key : before.key };
}

export const configObject = defineResource({
  token: "mist:ConfigObject",
  doc: [
    `An object of any of the ${collections.length} kinds that Mist keeps in collections, such as networks, services, vpns,`,
    "nacrules or zones, with its body as the API has it.",
    "Create makes it, or takes over the object of the same name that holds all that the program says. Update changes the",
    "keys that differ, in place; what a program never said stays as it is, and a key that it no longer says is cleared.",
    "Delete removes it, or leaves it there with `onDelete: retain`; an object of orgs, a whole organization, is removed only",
    "with `onDelete: delete`. Imported as",
    "`org:<orgId>/<collection>/<id>`, with `site:<siteId>` or `msp:<mspId>` in place of the organization, and `name:<name>` in",
    "place of the id where it has a name.",
  ].join(" "),
  example: `new ztp.mist.ConfigObject("servers", {
  collection: "networks",
  body: { name: "servers", subnet: "10.20.0.0/16", vlan_id: 20 },
});`,
  service: account,
  inputs: {
    collection: collectionField,
    orgId: orgIdField,
    // The defaults make a change of the scope another object.
    siteId: {
      ...siteIdField("The site, for an object of one site. Default: it belongs to the organization."),
      default: "",
    },
    mspId: {
      ...siteIdField("The managed service provider, for orgs, orggroups and its ssos. Default: none."),
      references: undefined,
      default: "",
    },
    body: bodyOf,
    ...behaviour,
    onDelete: {
      ...(behaviour.onDelete as Field),
      default: undefined,
      doc:
        "What delete does: delete removes it from Mist, retain leaves it there. Default: delete; of `orgs` retain, since such an " +
        "object is a whole organization.",
    },
  } as Fields,
  outputs: {
    ...commonOutputs,
    objectId: field(z.string(), { doc: "The id of the object, by which others refer to it.", stable: true }),
    key: field(z.string().optional(), {
      doc: "The key of an API token (apitokens) that this resource has made: Mist tells it only then.",
      secret: true,
      stable: true,
    }),
  } as Fields,
  rules: [
    {
      needs: ["collection", "siteId", "mspId"],
      check(inputs) {
        const collection = collectionOf(inputs);
        return collection && wrongScope(collection, inputs.siteId ? "site" : inputs.mspId ? "msp" : "org");
      },
    },
    {
      needs: ["body", "additionalKeys"],
      check({ body, additionalKeys = {} }) {
        const twice = Object.keys(additionalKeys).filter((key) => isMap(body) && key in body);
        return twice.map((key) => ({ path: joinPath("additionalKeys", key), message: "is said by body already" }));
      },
    },
    defaultRuleLast("body.switch_matching"),
  ],
  ...verbsOf(new ObjectVerbs(form, { outputsOf, staysUnasked: ({ collection }) => collection === "orgs" })),
  importOnRequest: true,
});
