/** How the engine sees a provider, whichever way our resources are hosted. */

export type HostKind = "plugin" | "dynamic";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonMap = { [key: string]: Json };

/** A resource as the engine keeps it. */
export interface ResourceState {
  urn: string;
  id: string;
  inputs: JsonMap;
  outputs: JsonMap;
  /** Why it is not healthy; the next `up` then updates it even if nothing has changed. */
  initErrors: string[];
}

export interface Checked {
  inputs: JsonMap;
  failures: { property: string; reason: string }[];
}

export interface Diffed {
  /** `unknown` makes the engine compare the inputs itself. */
  changes: "none" | "some" | "unknown";
  /** Property paths, where the host tells them. */
  paths: string[];
  replaces: string[];
  deleteBeforeReplace: boolean;
}

export interface Written {
  id: string;
  outputs: JsonMap;
}

export interface ReadBack {
  id: string;
  inputs: JsonMap;
  outputs: JsonMap;
}

export interface OperationOptions {
  preview?: boolean;
  /** The user's customTimeouts; only the plugin is told. */
  timeoutSeconds?: number;
}

/** A message that the provider sent to the engine. */
export interface EngineMessage {
  severity: "debug" | "info" | "warning" | "error";
  text: string;
  urn: string;
  ephemeral: boolean;
}

/** What a provider said when an operation failed; `partial` keeps an object in state although it did. */
export class HostFailure extends Error {
  constructor(
    message: string,
    readonly code: number | undefined,
    readonly partial?: { id: string; outputs: JsonMap; inputs: JsonMap | undefined; reasons: string[] },
  ) {
    super(message);
  }
}

/** One provider process of one run of the CLI, configured. */
export interface Host {
  readonly kind: HostKind;
  /** What the SDK adds to the arguments that a program gives. */
  programInputs(urn: string, inputs: JsonMap, preview: boolean): JsonMap;
  check(urn: string, olds: JsonMap, news: JsonMap): Promise<Checked>;
  diff(state: ResourceState, news: JsonMap): Promise<Diffed>;
  /** @throws HostFailure; so do all below */
  create(urn: string, inputs: JsonMap, options?: OperationOptions): Promise<Written>;
  update(state: ResourceState, news: JsonMap, options?: OperationOptions): Promise<JsonMap>;
  delete(state: ResourceState, options?: OperationOptions): Promise<void>;
  /** Undefined when the object is gone. */
  read(state: ResourceState): Promise<ReadBack | undefined>;
  /** Reads an object that is not in state. */
  importRead(urn: string, id: string): Promise<ReadBack | undefined>;
  /** Ctrl-C. */
  cancel(): Promise<void>;
  /** Everything that came out of the provider so far, as text. */
  received(): string;
  close(): Promise<void>;
}

/** Where the engine listens for messages, and the configuration that it hands over. */
export interface HostOptions {
  /** `service:Type` */
  token: string;
  engineAddress: string;
  /** Sections of the stack's configuration: `{ fortinet: {...} }`. */
  config: { [section: string]: JsonMap };
}

export const signatureKey = "4dabf18193072939515e22adb298388d";
export const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** A secret as the engine sends it to a provider that takes secrets. */
export function secret(value: Json): JsonMap {
  return { [signatureKey]: secretSignature, value };
}

/** Every text in a value, down to its leaves, but for what is marked as secret and thus no leak. */
export function openTexts(value: unknown, isMarked: (value: unknown, key: string) => boolean, key = ""): string {
  if (isMarked(value, key)) return key;
  if (typeof value !== "object" || value === null) return `${key}\n${value}`;
  const inside = Object.entries(value).map(([name, item]) => openTexts(item, isMarked, name));
  return [key, ...inside].join("\n");
}

/** The texts that stand for a value that is not known yet, by the type that the value will have. */
export const unknownSentinels = {
  string: "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  bool: "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  number: "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  list: "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  asset: "030794c1-ac77-496b-92df-f27374a8bd58",
  archive: "e48ece36-62e2-4504-bad9-02848725956a",
  object: "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
} as const;

/** The properties that a program or a user sees. */
export function visible(properties: JsonMap): JsonMap {
  return Object.fromEntries(Object.entries(properties).filter(([key]) => !key.startsWith("__")));
}
