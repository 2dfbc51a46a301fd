import { isVendorError } from "../../clients/http/errors";
import type { Row } from "../../clients/mist/mist";
import { normalizeUuid } from "../../clients/mist/normal";
import { numberOf } from "../../clients/mist/wire";
import type { Context, Plan, ReadResult, State, WriteContext } from "../../core/resource";
import { hasUnknown, isAbsent, isUnknown, type ValueMap } from "../../core/values";
import { type Account, accountOf } from "./account";
import { type AdditionalKeys, additionalFrom, eitherOf, type Wanted } from "./body";
import type { Scope } from "./collections";
import { type Kind, nameIn, nameOf } from "./kind";
import { type Found, placesOf, type SearchKey, searchObject } from "./object-search";
import type { Adopt } from "./objects";
import type { Place } from "./places";

/** What every such resource has beside the keys of its object. */
export interface ObjectInputs {
  orgId?: string;
  siteId?: string;
  mspId?: string;
  adopt?: Adopt;
  onDelete?: string;
  additionalKeys?: AdditionalKeys;
  [key: string]: unknown;
}

export interface ObjectOutputs {
  organizationId?: string;
  createdTime?: number;
  modifiedTime?: number;
  [key: string]: unknown;
}

type ObjectState = State<ObjectInputs, ObjectOutputs>;

/** How the inputs of a resource hold an object. */
export interface ObjectForm {
  /** The kind of the object, undefined while the inputs do not tell it. */
  kind(inputs: Partial<ObjectInputs>): Kind | undefined;
  /** What the program wants of it. */
  wanted(kind: Kind, inputs: Partial<ObjectInputs>): Wanted;
  /** The inputs that say what the object holds. */
  inputs(kind: Kind, row: Row): ValueMap;
  /** The id in the state, made from where the object is and its own id, which can be told from it. */
  stateId(kind: Kind, place: Place, id: string): string;
  objectId(stateId: string): string;
  /** What the key of an import means. */
  parse(text: string): SearchKey;
  /** The kinds that `list` goes through, each with the scopes that it has. */
  listed(): Iterable<{ kind: Kind; scopes: readonly Scope[] }>;
}

/** What a kind of object needs beyond what all have in common. */
export interface ObjectHooks {
  /** Runs a write, in whatever order such objects must be written. */
  inTurn?<T>(account: Account, place: Place, work: () => Promise<T>, signal: AbortSignal): Promise<T>;
  /** Makes sure that the write has done all that it should have. */
  verify?(account: Account, place: Place, id: string, wanted: Wanted, context: Context): Promise<void>;
  /** Whether delete leaves the object there, where the program does not say so. Default: it does not. */
  staysUnasked?(inputs: ObjectInputs): boolean;
  /** What must be so before the object may be deleted. */
  beforeDelete?(account: Account, place: Place, id: string, inputs: ObjectInputs, context: Context): Promise<void>;
  outputsOf?(row: Row, before: Partial<ObjectOutputs>): object;
}

/** The verbs of a resource that is an object. */
export class ObjectVerbs {
  constructor(
    private readonly form: ObjectForm,
    private readonly hooks: ObjectHooks = {},
  ) {}

  /** The object that this resource alone manages, as far as its inputs name it. */
  owns(inputs: ObjectInputs): string[] {
    const kind = this.form.kind(inputs);
    if (!kind) return [];
    const { body } = this.form.wanted(kind, inputs);
    const names = kind.names.map((name) => body[name]);
    const parent = inputs.siteId || inputs.mspId || inputs.orgId;
    if (typeof names[0] !== "string" || [...names, parent].some(isUnknown)) return [];
    const where = typeof parent === "string" ? normalizeUuid(parent) : undefined;
    return [`Mist ${kind.what} ${[...names, where].filter((part) => !isAbsent(part) && part !== "").join(" ")}`];
  }

  async plan(context: Context, known: Partial<ObjectInputs>, inputs: ObjectInputs): Promise<Plan<ObjectOutputs>> {
    if ([inputs.orgId, inputs.siteId, inputs.mspId].some(isUnknown) || known.adopt === undefined) return {};
    const kind = this.form.kind(known);
    if (!kind) return {};
    // A name that is not known yet may be anybody's.
    if (kind.names.some((name) => hasUnknown(this.form.wanted(kind, inputs).body[name]))) return {};
    const wanted = this.form.wanted(kind, known);
    const { account, place } = await this.locate(context, known);
    const twin = await account.objects.twin(kind, place, wanted, context);
    if (!twin) return {};
    const refused = account.objects.refusal(kind, twin, wanted, known.adopt);
    if (refused) return { problems: [refused] };
    const what = `${kind.what} ${nameOf(kind, wanted.body)} (${twin.row.id})`;
    const warnings =
      twin.differs.length > 0 ? [`${what} exists already and is changed: ${twin.differs.join(", ")}`] : [];
    return { outputs: this.outputs(twin.row, place), warnings };
  }

  /** An update changes the object where it is: what the program has come to say must not be another place. */
  async planUpdate(context: Context, from: ObjectState, to: ObjectInputs): Promise<{ problems?: string[] }> {
    if (isUnknown(to.orgId)) return {};
    const elsewhere = await this.elsewhere(await accountOf(context), from, to, context);
    return elsewhere === undefined ? {} : { problems: [elsewhere] };
  }

  async create(
    context: WriteContext<ObjectOutputs>,
    inputs: ObjectInputs,
  ): Promise<{ id: string; outputs: ObjectOutputs }> {
    const kind = this.kindOf(inputs);
    const { account, place } = await this.locate(context, inputs);
    const wanted = this.form.wanted(kind, inputs);
    const idOf = (row: Row) => this.form.stateId(kind, place, String(row.id));
    const accepted = (row: Row) => context.accepted(idOf(row), this.outputs(row, place));
    const row = await this.inTurn(account, place, context, () =>
      account.objects.create(kind, place, wanted, inputs.adopt ?? "identical", context, accepted),
    );
    accepted(row);
    await this.hooks.verify?.(account, place, String(row.id), wanted, context);
    return { id: idOf(row), outputs: this.outputs(row, place) };
  }

  async read(
    context: Context,
    id: string,
    prior: ObjectState | undefined,
  ): Promise<ReadResult<ObjectInputs, ObjectOutputs> | undefined> {
    const account = await accountOf(context);
    const found = prior
      ? await this.readKnown(account, id, prior, context)
      : await searchObject(account, this.form.parse(id), context);
    if (!found) return undefined;
    const { row, place, kind } = found;
    const organizationId = organizationOf(row, place);
    const isDefault = organizationId === (await account.defaultOrganization(context.signal));
    return {
      id: this.form.stateId(kind, place, String(row.id)),
      inputs: {
        ...this.form.inputs(kind, row),
        // A program names the organization only where it is not the configured one.
        orgId: prior || (place.scope === "org" && !isDefault) ? organizationId : undefined,
        siteId: place.scope === "site" ? place.id : undefined,
        mspId: place.scope === "msp" ? place.id : undefined,
        additionalKeys: additionalFrom(prior?.inputs.additionalKeys, row as ValueMap),
      },
      outputs: this.outputs(row, place, prior?.outputs),
    };
  }

  async update(
    context: WriteContext<ObjectOutputs>,
    id: string,
    from: ObjectState,
    to: ObjectInputs,
  ): Promise<ObjectOutputs> {
    const { account, place } = await this.locateKnown(context, from);
    const elsewhere = await this.elsewhere(account, from, to, context);
    if (elsewhere !== undefined) throw new Error(elsewhere);
    const kind = this.kindOf(from.inputs);
    const wanted = this.form.wanted(kind, to);
    const before = this.form.wanted(kind, from.inputs);
    const attempted = from.attempted && this.form.wanted(kind, from.attempted);
    const own = this.form.objectId(id);
    const now = (row: Row | undefined) => (row ? this.outputs(row, place, from.outputs) : from.outputs);
    try {
      const row = await this.inTurn(account, place, context, () =>
        account.objects.update(kind, place, own, attempted ? [before, attempted] : before, wanted, context),
      );
      context.accepted(id, now(row));
      await this.hooks.verify?.(account, place, own, wanted, context);
      return now(row);
    } catch (error) {
      // Nobody knows whether Mist has taken it; the next `up` looks.
      if (isVendorError(error) && error.ambiguous)
        context.accepted(id, from.outputs, eitherOf(from.inputs as ValueMap, to as ValueMap));
      throw error;
    }
  }

  async delete(context: Context, id: string, state: ObjectState): Promise<void> {
    const { onDelete = this.hooks.staysUnasked?.(state.inputs) ? "retain" : "delete" } = state.inputs;
    if (onDelete === "retain") return;
    const { account, place } = await this.locateKnown(context, state);
    const kind = this.kindOf(state.inputs);
    const own = this.form.objectId(id);
    if (account.objects.isClaimed(own)) {
      context.warn(`${kind.what} ${own} stays: another resource of this program has taken it over`);
      return;
    }
    await this.hooks.beforeDelete?.(account, place, own, state.inputs, context);
    await this.inTurn(account, place, context, () => account.objects.remove(kind, place, own, context));
  }

  async *list(context: Context): AsyncGenerator<{ id: string; name: string }> {
    const account = await accountOf(context);
    for (const { kind, scopes } of this.form.listed()) {
      for await (const places of placesOf(scopes, account, context)) {
        for (const place of places) {
          for (const [id, row] of await account.objects.all(kind, place, context))
            yield { id: this.form.stateId(kind, place, id), name: nameIn(kind, row) || id };
        }
      }
    }
  }

  private kindOf(inputs: ObjectInputs): Kind {
    const kind = this.form.kind(inputs);
    if (!kind) throw new Error("the inputs do not tell what kind of object it is");
    return kind;
  }

  private async locate(context: Context, inputs: Partial<ObjectInputs>): Promise<{ account: Account; place: Place }> {
    const account = await accountOf(context);
    if (inputs.siteId) return { account, place: { scope: "site", id: normalizeUuid(inputs.siteId) } };
    if (inputs.mspId) return { account, place: { scope: "msp", id: normalizeUuid(inputs.mspId) } };
    return { account, place: { scope: "org", id: await account.client.organization(inputs.orgId, context) } };
  }

  /** Where an object of the state is, whatever the program has come to say. */
  private locateKnown(context: Context, { inputs, outputs }: ObjectState): Promise<{ account: Account; place: Place }> {
    return this.locate(context, { ...inputs, orgId: inputs.orgId ?? outputs.organizationId });
  }

  /** Why the object is not where the program says; undefined when it is. */
  private async elsewhere(
    account: Account,
    { inputs, outputs }: ObjectState,
    to: ObjectInputs,
    { signal }: Context,
  ): Promise<string | undefined> {
    const has = outputs.organizationId;
    if (has === undefined || to.siteId || to.mspId) return undefined;
    const named = to.orgId ?? (inputs.orgId === undefined ? undefined : await account.defaultOrganization(signal));
    if (named === undefined || normalizeUuid(named) === has) return undefined;
    return `it is in organization ${has}, not in ${named}: correct orgId, or make another resource of another name`;
  }

  private async readKnown(
    account: Account,
    id: string,
    prior: ObjectState,
    context: Context,
  ): Promise<Found | undefined> {
    const { place } = await this.locateKnown(context, prior);
    const kind = this.kindOf(prior.inputs);
    const row = await account.objects.read(kind, place, this.form.objectId(id), context);
    return row && { row, place, kind };
  }

  private inTurn<T>(account: Account, place: Place, { signal }: Context, work: () => Promise<T>): Promise<T> {
    return this.hooks.inTurn?.(account, place, work, signal) ?? work();
  }

  private outputs(row: Row, place: Place, before: Partial<ObjectOutputs> = {}): ObjectOutputs {
    return {
      organizationId: organizationOf(row, place) ?? before.organizationId,
      createdTime: numberOf(row.created_time),
      modifiedTime: numberOf(row.modified_time),
      ...this.hooks.outputsOf?.(row, before),
    };
  }
}

function organizationOf(row: Row, place: Place): string | undefined {
  return typeof row.org_id === "string" ? row.org_id : place.scope === "org" ? place.id : undefined;
}
