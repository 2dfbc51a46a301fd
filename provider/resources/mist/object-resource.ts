import { z } from "zod";
import { isUuid, normalizeUuid } from "../../clients/mist/normal";
import { secretName } from "../../clients/mist/secrets";
import type { Rule } from "../../core/check";
import { defineResource, type Resource } from "../../core/resource";
import { type Field, type Fields, field } from "../../core/shape";
import { isAbsent, joinPath, type ValueMap } from "../../core/values";
import { account } from "./account";
import { type AdditionalKeys, bodyFrom } from "./body";
import type { Scope } from "./collections";
import type { Kind } from "./kind";
import { type ObjectForm, type ObjectHooks, type ObjectInputs, ObjectVerbs } from "./object-verbs";
import { parseObjectKey } from "./places";

/** A resource whose inputs are the keys of an object of Mist, in camel case. */
export interface ObjectDefinition extends ObjectHooks {
  /** The name of the resource: `NetworkTemplate`. */
  type: string;
  doc: string;
  example?: string;
  scopes: readonly Scope[];
  /** Compiled when it is first needed. */
  kind(): Kind;
  rules?: Resource["rules"];
  impact?: Resource["impact"];
  /** What else it has. */
  inputs?: Fields;
  outputs?: Fields;
}

export const uuid = z.string().refine(isUuid, "must be an id such as 1f2e3d4c-0000-4000-8000-000000000001");

export const orgIdField: Field<string | undefined> = field(uuid.optional(), {
  doc: "The organization. Default: the configured one, else the only one that the token or user may use.",
  change: "replace",
  canonical: normalizeUuid,
});

export function siteIdField(doc: string): Field<string | undefined> {
  return field(uuid.optional(), { doc, change: "replace", canonical: normalizeUuid, references: "mist:Site.id" });
}

export const additionalKeysField: Field<AdditionalKeys | undefined> = {
  doc:
    "Keys of the API that this version of the provider does not know, spelled as on the wire: sent, compared and cleared " +
    "like all others. What is under a name such as password or psk is secret.",
  required: false,
  change: "update",
  shape: { kind: "map", value: { kind: "any", secretNames: secretName }, secretNames: secretName },
  // Of each of them.
  assumed: false,
};

/** What is said in two ways could mean either. */
export function additionalKeysRule(fields: () => Fields): Rule<ObjectInputs> {
  return {
    needs: ["additionalKeys"],
    check(inputs) {
      const known = new Map(Object.entries(fields()).map(([key, { wire }]) => [wire ?? key, key]));
      return Object.keys(inputs.additionalKeys ?? {}).flatMap((wire) => {
        const key = known.get(wire);
        if (key === undefined || isAbsent(inputs[key])) return [];
        return [{ path: joinPath("additionalKeys", wire), message: `is said by ${key} already; keep one of the two` }];
      });
    },
  };
}

function ownFields({ scopes, type }: ObjectDefinition): Fields {
  return {
    ...(scopes.includes("org") && { orgId: orgIdField }),
    ...(scopes.includes("site") && {
      // The default makes a change between organization and site another object.
      siteId: {
        ...siteIdField(`The site, for a ${type} of one site. Default: it belongs to the organization.`),
        default: "",
      },
    }),
  };
}

export const behaviour: Fields = {
  additionalKeys: additionalKeysField,
  adopt: field(z.enum(["never", "identical", "update"]).optional(), {
    doc:
      "What create does with an object of the same name. identical: take it over when it holds all that the program says, " +
      "else refuse. update: take it over and change what differs. never: refuse. Default: identical.",
    change: "local",
    default: "identical",
  }),
  onDelete: field(z.enum(["delete", "retain"]).optional(), {
    doc: "What delete does: delete removes it from Mist, retain leaves it there. Default: delete.",
    change: "local",
    default: "delete",
  }),
};

export const commonOutputs: Fields = {
  organizationId: field(z.string().optional(), { doc: "The organization that it is in.", stable: true }),
  createdTime: field(z.number().optional(), { doc: "When it was made, in seconds since 1970.", stable: true }),
  modifiedTime: field(z.number().optional(), { doc: "When it was last changed, in seconds since 1970." }),
};

/** The keys stand among the inputs, and the id is that of the object, by which others refer to it. */
function flatForm({ scopes, kind: compile }: ObjectDefinition): ObjectForm {
  let compiled: Kind | undefined;
  const kind = (): Kind => {
    compiled ??= compile();
    return compiled;
  };
  return {
    kind,
    wanted({ fields }, inputs) {
      const body: ValueMap = {};
      for (const [key, value] of Object.entries(inputs)) if (key in fields) body[key] = value as ValueMap[string];
      return { body, additionalKeys: inputs.additionalKeys };
    },
    inputs: ({ fields }, row) => bodyFrom(fields, row as ValueMap),
    stateId: (_, __, id) => id,
    objectId: (id) => id,
    parse(text) {
      const { what } = kind();
      const key = parseObjectKey(text);
      if (key) return { kind: kind(), scopes, ...key };
      throw new Error(
        `${JSON.stringify(text.trim())} names no ${what}: give its id, or name: and its name, perhaps after the id of what it ` +
          "is in and a slash",
      );
    },
    listed: () => [{ kind: kind(), scopes }],
  };
}

/** Defines the resource. Its fields are compiled on first use: a program of other vendors pays nothing for them. */
export function objectResource(definition: ObjectDefinition): Resource {
  const { type, doc, example, rules = [], impact } = definition;
  let inputs: Fields | undefined;
  return defineResource({
    token: `mist:${type}`,
    doc,
    example,
    service: account,
    get inputs(): Fields {
      inputs ??= { ...ownFields(definition), ...definition.kind().fields, ...behaviour, ...definition.inputs };
      return inputs;
    },
    outputs: { ...commonOutputs, ...definition.outputs },
    rules: [additionalKeysRule(() => definition.kind().fields), ...rules],
    impact,
    ...verbsOf(new ObjectVerbs(flatForm(definition), definition)),
  });
}

/** The verbs as a definition has them. */
export function verbsOf(verbs: ObjectVerbs) {
  return {
    owns: (inputs) => verbs.owns(inputs),
    plan: (context, known, inputs) => verbs.plan(context, known, inputs),
    planUpdate: async (context, from, to, replaces) => (replaces ? {} : verbs.planUpdate(context, from, to)),
    create: (context, inputs) => verbs.create(context, inputs),
    read: (context, id, prior) => verbs.read(context, id, prior),
    update: (context, id, from, to) => verbs.update(context, id, from, to),
    delete: (context, id, state) => verbs.delete(context, id, state),
    list: (context) => verbs.list(context),
  } satisfies Partial<Resource>;
}
