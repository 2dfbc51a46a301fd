import type { Rule } from "./check";
import type { ConfigSection, ConfigValues } from "./config";
import type { Fields, ValuesOf } from "./shape";
import type { ValueMap } from "./values";

/** What a verb may use besides its arguments. */
export interface Context {
  /** The URN of the resource, where the host knows it. */
  readonly urn: string | undefined;
  /** Fires when the user cancels or the operation's time is over; `signal.reason` is an Error that says which. */
  readonly signal: AbortSignal;
  /** The one instance of a service for the provider configuration at hand. */
  use<T>(service: Service<T>): T;
  /** The URN of the resource that the program has manage a thing, named as by `owns`, as far as the host knows yet. */
  ownerOf?(thing: string): string | undefined;
  /** A status text on the resource's row, gone when the operation ends. */
  progress(message: string): void;
  /** A lasting message on the resource's row. */
  warn(message: string): void;
}

/** The context of a verb that writes. */
export interface WriteContext<Outputs> extends Context {
  /**
   * Says that the vendor has taken the change: from here on a failure, a timeout or a cancel keeps the id and these
   * outputs in state as unfinished work, which the next `up` continues. They are looked at when that happens.
   * @param reached those inputs of which only a part has been taken, as far as it has; default: all as they were asked for
   */
  accepted(id: string, outputs: Outputs, reached?: ValueMap): void;
}

/** Something that verbs share within one provider configuration, such as a client with its batches and budgets. */
export interface Service<T> {
  readonly name: string;
  readonly config: ConfigSection;
  /** The services that it uses: their problems are its own. */
  readonly needs?: readonly Service<unknown>[];
  create(config: ConfigValues, environment: ServiceEnvironment): T;
  /** Sentences about a configuration that cannot work; no I/O. */
  problems?(config: ConfigValues): string[];
  /** The cheapest call that proves the credentials; answers with a sentence about who answered. */
  probe?(context: Context): Promise<string>;
}

export interface ServiceEnvironment {
  warn(message: string): void;
  use<T>(service: Service<T>): T;
}

/** A resource as the state holds it. */
export interface State<Inputs, Outputs> {
  inputs: Inputs;
  /** The outputs that no input has. May lack some after an unfinished operation or a switch of version. */
  outputs: Partial<Outputs>;
  /** Why the last operation did not end, when it did not. */
  unfinished: string | undefined;
  /** The inputs that the operation that did not end has reached: the engine keeps those before it beside them. */
  attempted: Inputs | undefined;
}

export interface ReadResult<Inputs, Outputs> {
  /** Every input that the vendor can tell; the machinery keeps those that the user manages. */
  inputs: Partial<Inputs>;
  /** Inputs that are already what the user manages, in the user's spelling: the machinery takes them as they are. */
  managed?: readonly (keyof Inputs & string)[];
  outputs: Outputs;
  /** The canonical id, when it differs from the one asked for. */
  id?: string;
  /** A full sentence about work that was begun and has still not ended. */
  unfinished?: string;
}

/** What the preview of a create or update may know beyond the inputs; costs at most one shared call per service. */
export interface Plan<Outputs> {
  outputs?: Partial<Outputs>;
  /** Full sentences about what would fail; all resources of a preview report theirs together. */
  problems?: string[];
  /** Full sentences about what the write will do to the real thing beyond what the inputs tell. */
  warnings?: string[];
  /** Of a create: in place of the impact that the inputs alone tell; empty when there is none after all. */
  impact?: string;
  /**
   * Problems of the run as a whole, such as a limit that it exceeds: each is told once, in the sentence that it gives
   * when the engine has asked for everything. The same function whoever tells it.
   */
  overall?: (() => string)[];
}

/** A definition, for the plain types of its inputs and outputs. */
interface ResourceOf<I extends Fields, O extends Fields, Inputs, Outputs> {
  /** `service:Type`; the Pulumi token adds the package in front. */
  token: `${string}:${string}`;
  /** What it is, and what create, update and delete really do to the device. */
  doc: string;
  /** A program that uses it, in TypeScript, shown in the documentation. */
  example?: string;
  service: Service<unknown>;
  inputs: I;
  outputs: O;
  rules?: readonly Rule<Inputs>[];
  /**
   * Its part in a maintenance window, for `npx ztp report`: a job that somebody else's worker does, the completion that waits for
   * one, or both in one. Set by `defineJob` and `defineCompletion`.
   */
  work?: "job" | "completion" | "both";
  /** The old object must go before the new one is made, because both would claim the same thing. */
  deleteBeforeReplace?: boolean;
  /** The id, where the inputs alone tell it: known in a preview. */
  idOf?(inputs: Inputs): string | undefined;
  /** One sentence about what a change does to the real thing, shown in the preview; undefined when it is harmless. */
  impact?: {
    create?(inputs: Inputs): string | undefined;
    /** `changed` holds the top-level inputs that differ. */
    update?(from: Inputs, to: Inputs, changed: ReadonlySet<string>): string | undefined;
    replace?(from: Inputs, to: Inputs): string | undefined;
  };
  /**
   * Called in previews of a create, with the inputs that are known as a whole, and with all of them, where values that
   * are not known yet are `Unknown`, whatever their type says.
   */
  plan?(context: Context, known: Partial<Inputs>, inputs: Inputs): Promise<Plan<Outputs>>;
  /**
   * Called in previews of an update that is more than `local`, and of a replacement. Values of `to` that are not known
   * yet are `Unknown`, whatever their type says. Outputs are not looked at.
   */
  planUpdate?(
    context: Context,
    from: State<Inputs, Outputs>,
    to: Inputs,
    replaces: boolean,
  ): Promise<Omit<Plan<Outputs>, "outputs">>;
  create(context: WriteContext<Outputs>, inputs: Inputs): Promise<{ id: string; outputs: Outputs }>;
  /** Undefined only on the vendor's own word that this one object is gone. */
  read(
    context: Context,
    id: string,
    prior: State<Inputs, Outputs> | undefined,
  ): Promise<ReadResult<Inputs, Outputs> | undefined>;
  update(context: WriteContext<Outputs>, id: string, from: State<Inputs, Outputs>, to: Inputs): Promise<Outputs>;
  /** `replacedBy`: the inputs of what takes its place in this run, where something does and the host knows it. */
  delete(context: Context, id: string, state: State<Inputs, Outputs>, replacedBy?: Inputs): Promise<void>;
  /**
   * What it is the only one to manage, as `kind name`, as far as the inputs tell: two resources of a program that own the
   * same are refused. Of what stands in a state the outputs may tell more. Pure.
   */
  owns?(inputs: Inputs, outputs?: Partial<Outputs>): readonly string[];
  /** Every object that could be imported; absent where the vendor lists none such. */
  list?(context: Context): AsyncIterable<{ id: string; name: string }>;
  /** Its objects show in others, whose import is enough: `npx ztp import` takes them only when their type is named. */
  importOnRequest?: true;
}

// biome-ignore lint/suspicious/noExplicitAny: the machinery handles resources of every type alike.
export type Resource = ResourceOf<Fields, Fields, any, any> & { kind: "resource" };
export type ResourceSpec<I extends Fields, O extends Fields> = ResourceOf<I, O, ValuesOf<I>, ValuesOf<O>>;

/**
 * Defines a resource once; hosts, schema, SDK and documentation are derived from it. `inputs` may be a getter, for fields
 * that are compiled when they are first asked for.
 */
export function defineResource<const I extends Fields, const O extends Fields>(spec: ResourceSpec<I, O>): Resource {
  const properties = Object.getOwnPropertyDescriptors(spec);
  const resource = Object.defineProperties({ kind: "resource" }, properties) as unknown as Resource;
  if (!properties.inputs?.get) assertNames(resource);
  return resource;
}

/** @throws Error when a resource has a name that it cannot have. */
export function assertNames({ token, inputs, outputs }: Resource): void {
  for (const name of Object.keys(outputs)) {
    // The dynamic host is given old outputs only and finds the old inputs among them by name.
    if (name in inputs)
      throw new Error(`${token}: "${name}" is an input and an output; give the output a name of its own`);
  }
  for (const name of [...Object.keys(inputs), ...Object.keys(outputs)]) {
    if (reserved.has(name) || name.startsWith("__")) throw new Error(`${token}: "${name}" is a reserved name`);
  }
}

const reserved = new Set(["id", "urn", "provider", "parent", "version", "pluginDownloadURL"]);

interface FunctionOf<I extends Fields, O extends Fields, Inputs, Outputs> {
  token: `${string}:${string}`;
  doc: string;
  service: Service<unknown>;
  inputs: I;
  outputs: O;
  rules?: readonly Rule<Inputs>[];
  run(context: Context, inputs: Inputs): Promise<Outputs>;
}

// biome-ignore lint/suspicious/noExplicitAny: the machinery handles functions of every type alike.
export type Func = FunctionOf<Fields, Fields, any, any> & { kind: "function" };
export type FunctionSpec<I extends Fields, O extends Fields> = FunctionOf<I, O, ValuesOf<I>, ValuesOf<O>>;

/**
 * Defines a function that reads: available as Invoke in the plugin and in the program's own process in the dynamic host.
 * `outputs` may be a getter, for fields that are compiled when they are first asked for.
 */
export function defineFunction<const I extends Fields, const O extends Fields>(spec: FunctionSpec<I, O>): Func {
  return Object.defineProperties({ kind: "function" }, Object.getOwnPropertyDescriptors(spec)) as unknown as Func;
}
