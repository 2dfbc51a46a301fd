import { z } from "zod";
import { isVendorError } from "../../clients/http/errors";
import type { Row } from "../../clients/mist/mist";
import { type Context, defineResource, type Resource, type State } from "../../core/resource";
import { type Fields, field } from "../../core/shape";
import { hasUnknown, isMap, type ValueMap } from "../../core/values";
import { toVendor } from "../../core/wire-names";
import { type Account, account, accountOf } from "./account";
import {
  type AdditionalKeys,
  additionalFrom,
  type BodyRules,
  bodyFrom,
  changedBody,
  changesInside,
  clearedBody,
  eitherOf,
  standingAmong,
  type Wanted,
} from "./body";
import { rowOf } from "./kind";
import { additionalKeysField, additionalKeysRule } from "./object-resource";

/**
 * A resource that owns some keys of something that is there anyway, such as the setting of a site or the configuration of
 * a device: those that its program sets are compared, sent and cleared, and no others.
 */
export interface OwnedDefinition extends BodyRules {
  /** The name of the resource: `SiteSetting`. */
  type: string;
  doc: string;
  example?: string;
  /** As sentences name it: "setting of site". */
  what: string;
  /** The keys, compiled when they are first needed. */
  fields(): Fields;
  /** What tells where it is. */
  where: Fields;
  outputs?: Fields;
  /** What delete does by default. */
  onDelete: "clear" | "retain";
  onDeleteDoc: string;
  rules?: Resource["rules"];
  impact?: Resource["impact"];
  /** The id of what these inputs mean, where they alone tell it. */
  idOf?(inputs: OwnedInputs): string | undefined;
  /** Where the thing is that these inputs mean. */
  locate(account: Account, inputs: OwnedInputs, context: Context): Promise<Located>;
  /** The same for an id, of the state or of an import. */
  find(account: Account, id: string, context: Context): Promise<Located>;
  /** The thing as it is before it is first written, if need be after a while; throws when it does not come. */
  arrive(account: Account, located: Located, context: Context): Promise<Row>;
  /** The thing from a list that is shared by all that look; default: by itself. */
  readListed?(account: Account, located: Located, context: Context): Promise<Row | undefined>;
  /** What every write carries. */
  constant?: { readonly [key: string]: string };
  /** What a write has made of it. */
  wrote?(account: Account, located: Located, row: Row): void;
  outputsOf?(row: Row): object;
  list?(account: Account, context: Context): AsyncIterable<{ id: string; name: string }>;
}

export interface OwnedInputs {
  additionalKeys?: AdditionalKeys;
  onDelete?: "clear" | "retain";
  [key: string]: unknown;
}

export interface Located {
  id: string;
  path: string;
  /** The inputs that say where it is. */
  where: { readonly [key: string]: string | undefined };
  /** Those that a program would write; default: all. */
  written?: readonly string[];
  /** As sentences name it: "setting of site 1f2e…". */
  what: string;
}

type OwnedState = State<OwnedInputs, object>;

/** The thing as it is now; undefined when Mist says that it is gone. */
export function readOwned(account: Account, { path, what }: Located, { signal }: Context): Promise<Row | undefined> {
  return account.client.find(path, { signal, action: `read the ${what}` }) as Promise<Row | undefined>;
}

/** Defines the resource. Its fields are compiled on first use: a program of other vendors pays nothing for them. */
export function ownedResource(definition: OwnedDefinition): Resource {
  const { outputs = {}, onDelete } = definition;
  let inputs: Fields | undefined;
  const behaviour: Fields = {
    additionalKeys: additionalKeysField,
    onDelete: field(z.enum(onDelete === "clear" ? ["clear", "retain"] : ["retain", "clear"]).optional(), {
      doc: definition.onDeleteDoc,
      change: "local",
      default: onDelete,
    }),
  };
  const wanted = (values: OwnedInputs): Wanted => {
    const fields = definition.fields();
    const body: ValueMap = {};
    for (const [key, value] of Object.entries(values)) if (key in fields) body[key] = value as ValueMap[string];
    return { body, additionalKeys: values.additionalKeys };
  };
  /** Why it is not what the program has come to name; undefined when it is. */
  const elsewhereOf = (located: Located, to: OwnedInputs): string | undefined => {
    for (const [key, { canonical = String }] of Object.entries(definition.where)) {
      const [has, named] = [located.where[key], to[key]];
      if (has === undefined || typeof named !== "string" || canonical(named) === has) continue;
      return `this resource is about ${key} ${has}, not ${named}: correct it, or make another resource`;
    }
    return undefined;
  };
  /** The keys, as on the wire, by which a run tells whose they are. */
  const keysOf = ({ path }: Located, { body, additionalKeys }: Wanted) =>
    [...Object.keys(toVendor(definition.fields(), body)), ...Object.keys(additionalKeys ?? {})].map((key) => ({
      key,
      claim: `${path} ${key}`,
    }));

  /** Sends what differs between the two; undefined when nothing does. */
  async function write(
    own: Account,
    located: Located,
    from: Wanted | readonly Wanted[],
    to: Wanted,
    context: Context,
    has?: Row,
  ): Promise<Row | undefined> {
    for (const { claim } of keysOf(located, to)) own.keys.share(claim);
    const fields = definition.fields();
    const look = "body" in from ? changesInside(fields, from, to) : true;
    const current = has ?? (look ? await readOwned(own, located, context) : undefined);
    if (look && !current) throw gone(located);
    const found = (current ?? {}) as ValueMap;
    const before = "body" in from ? from : standingAmong(fields, [...from, to], found);
    return send(own, located, changedBody(fields, before, to, found, definition), context);
  }

  async function send(own: Account, located: Located, body: ValueMap, context: Context): Promise<Row | undefined> {
    if (Object.keys(body).length === 0) return undefined;
    own.assertWritable(located.what);
    const sent = { ...definition.constant, ...body };
    try {
      const action = `change the ${located.what}`;
      const changed = await own.client.put(located.path, sent, { signal: context.signal, action });
      const row = rowOf(changed) ?? (await readOwned(own, located, context));
      if (row) definition.wrote?.(own, located, row);
      return row;
    } catch (error) {
      throw isVendorError(error, "not-found") ? gone(located) : error;
    }
  }

  return defineResource({
    token: `mist:${definition.type}`,
    doc: definition.doc,
    example: definition.example,
    service: account,
    get inputs(): Fields {
      inputs ??= { ...definition.where, ...definition.fields(), ...behaviour };
      return inputs;
    },
    outputs,
    rules: [additionalKeysRule(() => definition.fields()), ...(definition.rules ?? [])],
    impact: definition.impact,
    idOf: definition.idOf as Resource["idOf"],
    owns(values: OwnedInputs) {
      if (Object.keys(definition.where).some((key) => hasUnknown(values[key] as ValueMap[string]))) return [];
      const place = definition.idOf?.(values) ?? "";
      // Two resources may share a thing as long as each has keys of its own.
      const { body, additionalKeys } = wanted(values);
      const keys = [...Object.keys(body), ...(isMap(additionalKeys) ? Object.keys(additionalKeys) : [])];
      return keys.map((key) => `key ${key} of the Mist ${definition.what} ${place}`.trimEnd());
    },
    async planUpdate(context, from: OwnedState, to: OwnedInputs, replaces) {
      if (replaces) return {};
      const own = await accountOf(context);
      const id = definition.idOf?.(from.inputs) ?? (await definition.locate(own, from.inputs, context)).id;
      const elsewhere = elsewhereOf(await definition.find(own, id, context), to);
      return elsewhere === undefined ? {} : { problems: [elsewhere] };
    },
    async create(context, values: OwnedInputs) {
      const own = await accountOf(context);
      const located = await definition.locate(own, values, context);
      const current = await definition.arrive(own, located, context);
      // What Mist shows already may be a default or come from a template: the program's keys are written all the same.
      const row = (await write(own, located, { body: {} }, wanted(values), context, current)) ?? current;
      return { id: located.id, outputs: definition.outputsOf?.(row) ?? {} };
    },
    async read(context, id, prior) {
      const own = await accountOf(context);
      const located = await definition.find(own, id, context);
      const row = await (definition.readListed ?? readOwned)(own, located, context);
      if (!row) return undefined;
      const before = prior?.inputs as OwnedInputs | undefined;
      const told = Object.entries(located.where).filter(([key]) => prior || (located.written?.includes(key) ?? true));
      return {
        id: located.id,
        inputs: {
          ...bodyFrom(definition.fields(), row as ValueMap),
          ...Object.fromEntries(told),
          additionalKeys: additionalFrom(before?.additionalKeys, row as ValueMap),
        },
        outputs: definition.outputsOf?.(row) ?? {},
      };
    },
    async update(context, id, from: OwnedState, to: OwnedInputs) {
      const own = await accountOf(context);
      const located = await definition.find(own, id, context);
      const elsewhere = elsewhereOf(located, to);
      if (elsewhere !== undefined) throw new Error(elsewhere);
      const said = from.attempted ? [wanted(from.inputs), wanted(from.attempted)] : wanted(from.inputs);
      try {
        const row = await write(own, located, said, wanted(to), context);
        return row ? (definition.outputsOf?.(row) ?? {}) : from.outputs;
      } catch (error) {
        // Nobody knows whether Mist has taken it; the next `up` looks.
        if (isVendorError(error) && error.ambiguous)
          context.accepted(id, from.outputs, eitherOf(from.inputs as ValueMap, to as ValueMap));
        throw error;
      }
    },
    async delete(context, id, state) {
      if (state.inputs.onDelete === "retain") return;
      const own = await accountOf(context);
      const located = await definition.find(own, id, context);
      const said = wanted(state.inputs);
      // What another resource of this run has set stays.
      const lost = new Set(keysOf(located, said).flatMap(({ key, claim }) => (own.keys.has(claim) ? [] : [key])));
      const cleared = clearedBody(definition.fields(), said, definition);
      const body = Object.fromEntries(Object.entries(cleared).filter(([key]) => lost.has(key.replace(/^-/, ""))));
      try {
        await send(own, located, body, context);
      } catch (error) {
        // What is gone has no keys left.
        if (!(error instanceof GoneError)) throw error;
      }
    },
    list:
      definition.list &&
      async function* (context) {
        const own = await accountOf(context);
        yield* definition.list?.(own, context) ?? [];
      },
  });
}

class GoneError extends Error {}

function gone({ what }: Located): Error {
  return new GoneError(`${what} is gone; \`pulumi refresh\` notes that, and the next \`up\` begins anew`);
}
