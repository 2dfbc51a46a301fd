import { problemText } from "../core/check";
import { fixedValues } from "../core/diff";
import {
  checkResource,
  createResource,
  deleteResource,
  diffResource,
  impactOf,
  invokeFunction,
  type Preview,
  planUpdate,
  previewCreate,
  previewUpdate,
  readResource,
  UnfinishedError,
  updateResource,
} from "../core/lifecycle";
import { Ownership } from "../core/ownership";
import type { Context, Func, Resource } from "../core/resource";
import { packageSchema } from "../core/schema";
import { Services } from "../core/services";
import { inputsFromOutputs, standingInputs, unfinishedKey, visible } from "../core/state";
import { type JsonMap, mapFromWire, mapsToCompare, mapToWire, type ValueMap } from "../core/values";
import type { Registry } from "../registry";
import {
  compareConfigurations,
  configurationProblems,
  configurationResolver,
  withSecretSections,
} from "./configuration";
import { Engine } from "./engine";
import { failureText, InitFailure } from "./failures";
import type * as messages from "./messages";
import type { MessageType } from "./messages";
import { cancelError, runOperation } from "./operation";
import { PreviewProblems } from "./preview-problems";
import { packageName, pluginToken, providerKey, providerSource, reportedKey } from "./tokens";

type Request<K extends keyof typeof messages> = MessageType<(typeof messages)[K]>;

const changes = { none: 1, some: 2 } as const;
const differenceKinds = {
  add: 0,
  "add-replace": 1,
  delete: 2,
  "delete-replace": 3,
  update: 4,
  "update-replace": 5,
} as const;
const capabilities = { acceptSecrets: true, acceptResources: false, acceptOutputs: false };

/** The provider protocol on a registry. Every method answers one request; nothing here knows gRPC or a vendor. */
export class PluginProvider {
  private readonly cancel = new AbortController();
  private readonly resources: Map<string, Resource>;
  private readonly functions: Map<string, Func>;
  /** Resources whose problems the SDK has told in this preview, and which it will fail. */
  private readonly reported = new Set<string>();
  private engine: Engine;
  private previewProblems: PreviewProblems;
  private services: Services;
  private ownership = new Ownership();
  /** Replacements by URN: the creation of the new object knows nothing of the old one, nor the deletion of the new. */
  private readonly replacements = new Map<string, Replacement>();

  constructor(
    private readonly registry: Registry,
    private readonly version: string,
    engineAddress: string | undefined,
    private readonly environment: NodeJS.ProcessEnv = process.env,
  ) {
    this.resources = new Map(registry.resources.map((resource) => [pluginToken(resource.token), resource]));
    this.functions = new Map(registry.functions.map((func) => [pluginToken(func.token), func]));
    this.engine = new Engine(engineAddress);
    this.previewProblems = new PreviewProblems(this.engine);
    this.services = this.servicesFor({}, true);
  }

  handshake(request: Request<"handshakeRequest">): Partial<Request<"handshakeResponse">> {
    this.connect(request.engineAddress);
    return capabilities;
  }

  attach(request: Request<"attachRequest">): Record<string, never> {
    this.connect(request.address);
    return {};
  }

  getPluginInfo(): Partial<Request<"pluginInfo">> {
    return { version: this.version };
  }

  getSchema(): Partial<Request<"schemaResponse">> {
    return { schema: JSON.stringify(packageSchema(this.registry, packageName, this.version)) };
  }

  getMapping(): Partial<Request<"mappingResponse">> {
    return {};
  }

  checkConfig(request: Request<"checkRequest">): Partial<Request<"checkResponse">> {
    const news = mapFromWire(request.news);
    return {
      inputs: mapToWire(withSecretSections(this.registry, news)),
      failures: failuresOf(configurationProblems(this.registry, news)),
    };
  }

  /** NONE would make the engine go on with the old credentials, so anything that differs is SOME. */
  diffConfig(request: Request<"diffRequest">): Partial<Request<"diffResponse">> {
    const from = mapFromWire(request.oldInputs ?? request.olds);
    const { changed, replaced } = compareConfigurations(this.registry, from, mapFromWire(request.news));
    return {
      changes: changed.length > 0 ? changes.some : changes.none,
      diffs: changed,
      replaces: replaced,
    };
  }

  configure(request: Request<"configureRequest">): Partial<Request<"configureResponse">> {
    // Without a name it is `pulumi do` or an old engine: both have one provider only, the default one.
    const isDefault = request.name === "" || /^default(_|$)/.test(request.name);
    this.services = this.servicesFor(mapFromWire(request.args), isDefault);
    // A plugin that the engine has attached to sees run after run.
    this.ownership = new Ownership();
    this.replacements.clear();
    return { ...capabilities, supportsPreview: true };
  }

  check(request: Request<"checkRequest">): Partial<Request<"checkResponse">> {
    this.previewProblems.touch();
    const resource = this.resource(request);
    const { [reportedKey]: reported, ...news } = mapFromWire(request.news);
    const olds = mapFromWire(fixedValues(resource.inputs, request.olds ?? {}));
    const checked = checkResource(resource, olds, news);
    for (const warning of checked.warnings) void this.engine.log("warning", problemText(warning), request.urn);
    const problems = this.services.problems(resource.service);
    if (reported === true) this.reported.add(request.urn);
    else problems.push(...checked.problems.map(problemText));
    if (checked.problems.length === 0) problems.push(...this.ownership.problems(resource, request.urn, checked.values));
    return { inputs: mapToWire(visible(checked.values)), failures: failuresOf(problems) };
  }

  diff(request: Request<"diffRequest">): Partial<Request<"diffResponse">> {
    this.previewProblems.touch();
    const resource = this.resource(request);
    const { oldInputs, olds = {}, news = {} } = request;
    // A diff asks the outputs only for unfinished work, and they are as big as the inputs.
    const isOpen = unfinishedKey in olds;
    const outputs = isOpen ? mapFromWire(olds) : {};
    const before = oldInputs ?? olds;
    const [from, to] = isOpen ? [mapFromWire(before), mapFromWire(news)] : mapsToCompare(before, news);
    const inputs = oldInputs ? from : inputsFromOutputs(resource, from);
    const { differences, replaces, unfinished } = diffResource(resource, inputs, outputs, to);
    if (replaces) {
      this.replacements.set(request.urn, { old: oldState(resource, oldInputs, olds), news: mapFromWire(news) });
    }
    const detailedDiff: Request<"diffResponse">["detailedDiff"] = {};
    for (const { path, kind, change } of differences) {
      detailedDiff[path] = {
        kind: differenceKinds[change === "replace" ? (`${kind}-replace` as const) : kind],
        inputDiff: true,
      };
    }
    return {
      changes: differences.length > 0 || unfinished ? changes.some : changes.none,
      diffs: [...new Set(differences.map(({ property }) => property))],
      replaces: [...new Set(differences.filter(({ change }) => change === "replace").map(({ property }) => property))],
      deleteBeforeReplace: replaces && resource.deleteBeforeReplace === true,
      detailedDiff,
      hasDetailedDiff: true,
    };
  }

  async create(request: Request<"createRequest">): Promise<Partial<Request<"createResponse">>> {
    const resource = this.resource(request);
    const inputs = mapFromWire(request.properties);
    if (request.preview) return this.previewOfCreate(resource, request.urn, inputs);
    const created = await this.run(resource, request, (context) => createResource(resource, context, inputs));
    return { id: created.id, properties: mapToWire({ ...created.outputs, ...hiddenOutputs(resource) }) };
  }

  async read(request: Request<"readRequest">): Promise<Partial<Request<"readResponse">>> {
    const resource = this.resource(request);
    const inputs = mapFromWire(request.inputs);
    const outputs = mapFromWire(request.properties);
    // An import sends neither, a `.get()` or `pulumi do` sends both empty: nothing is managed yet.
    const known = Object.keys(inputs).length > 0 && Object.keys(outputs).length > 0;
    const read = await this.run(resource, request, (context) =>
      readResource(resource, context, request.id, known ? { inputs, outputs } : undefined),
    );
    if (!read) return {};
    const state = { ...read.outputs, ...hiddenOutputs(resource) };
    if (read.unfinished) throw new InitFailure(read.id, state, read.unfinished, visible(read.inputs));
    return { id: read.id, inputs: mapToWire(visible(read.inputs)), properties: mapToWire(state) };
  }

  async update(request: Request<"updateRequest">): Promise<Partial<Request<"updateResponse">>> {
    const resource = this.resource(request);
    const old = oldState(resource, request.oldInputs, request.olds);
    const news = mapFromWire(request.news);
    if (request.preview) {
      this.previewProblems.touch();
      this.warnOfImpact(resource, request.urn, standingInputs(resource, old.inputs, old.outputs), news);
      if (resource.planUpdate) {
        const { urn } = request;
        const look = () => this.operate({ urn }, (context) => planUpdate(resource, context, old, news));
        await this.previewProblems.tell(look, urn, this.cancel.signal);
      }
      return { properties: mapToWire({ ...previewUpdate(resource, old, news), ...hiddenOutputs(resource) }) };
    }
    const updated = await this.run(resource, request, (context) =>
      updateResource(resource, context, request.id, old, news),
    );
    return { properties: mapToWire({ ...updated.outputs, ...hiddenOutputs(resource) }) };
  }

  async delete(request: Request<"deleteRequest">): Promise<Record<string, never>> {
    const resource = this.resource(request);
    const old = oldState(resource, request.oldInputs, request.properties);
    const replacedBy = this.replacements.get(request.urn)?.news;
    await this.run(resource, request, (context) => deleteResource(resource, context, request.id, old, replacedBy));
    return {};
  }

  async invoke(request: Request<"invokeRequest">): Promise<Partial<Request<"invokeResponse">>> {
    const func = this.functions.get(request.token);
    if (!func) throw new InvalidRequest(`pulumi-ztp ${this.version} has no function ${request.token}`);
    // The CLI swallows Invoke failures (an empty result, exit code 0), so every problem is an error.
    const result = await this.operate({ urn: "" }, (context) =>
      invokeFunction(func, context, mapFromWire(request.args)),
    );
    return { return: mapToWire(result) };
  }

  /** Streams the objects that could be imported: one page when a size is asked for, else all. */
  async list(request: Request<"listRequest">, send: (reply: Partial<Request<"listResponse">>) => void): Promise<void> {
    const resource = this.resource({ type: request.token, urn: "" });
    await this.run(resource, { urn: "" }, async (context) => {
      const start = Number(request.continuationToken || 0);
      if (!Number.isSafeInteger(start)) throw new InvalidRequest("the continuation token is not one of this provider");
      const size = Math.min(request.pageSize || Number.POSITIVE_INFINITY, request.limit || Number.POSITIVE_INFINITY);
      let index = 0;
      for await (const { id, name } of resource.list?.(context) ?? []) {
        if (index >= start + size) {
          if (size !== request.limit) send({ continuation: { token: String(index) } });
          return;
        }
        if (index++ >= start) send({ result: { id, name } });
      }
    });
  }

  /** Ends every wait: what was accepted is kept as unfinished. Sent on Ctrl-C and at every normal end. */
  cancelAll(): void {
    this.cancel.abort(cancelError());
  }

  /** All messages to the user have arrived. */
  told(): Promise<void> {
    return this.engine.delivered();
  }

  private connect(address: string): void {
    if (!address) return;
    this.engine.close();
    this.engine = new Engine(address);
    this.previewProblems = new PreviewProblems(this.engine);
  }

  private servicesFor(args: ValueMap, isDefault: boolean): Services {
    const resolve = configurationResolver(args, isDefault, this.environment);
    return new Services(resolve, (message) => void this.engine.log("warning", message, undefined));
  }

  /** @throws when the type is not ours: an import of a misspelled type must not succeed. */
  private resource(request: { type: string; urn: string }): Resource {
    const token = request.type || request.urn.split("::")[2]?.split("$").pop() || "";
    const resource = this.resources.get(token);
    if (!resource) throw new InvalidRequest(`pulumi-ztp ${this.version} has no resource type ${token}`);
    return resource;
  }

  private async previewOfCreate(
    resource: Resource,
    urn: string,
    inputs: ValueMap,
  ): Promise<Partial<Request<"createResponse">>> {
    this.previewProblems.touch();
    if (this.reported.has(urn)) return { properties: mapToWire({ ...inputs, ...hiddenOutputs(resource) }) };
    const replaced = this.replacements.get(urn);
    const look = () => this.operate({ urn }, (context) => previewCreate(resource, context, inputs, replaced?.old));
    const preview = await this.previewProblems.tell(look, urn, this.cancel.signal);
    // What is refused will have none.
    if (preview?.problems.length === 0) {
      const told = replaced && impactOf(resource, replaced.old.inputs, replaced.news);
      const impact = told ?? preview.impact ?? impactOf(resource, undefined, inputs);
      if (impact) void this.engine.log("warning", impact, urn);
    }
    const { id, outputs = inputs }: Partial<Preview> = preview ?? {};
    return { id, properties: mapToWire({ ...outputs, ...hiddenOutputs(resource) }) };
  }

  private warnOfImpact(resource: Resource, urn: string, old: ValueMap | undefined, news: ValueMap): void {
    const impact = impactOf(resource, old, news);
    if (impact) void this.engine.log("warning", impact, urn);
  }

  private async run<T>(
    resource: Resource,
    request: { urn: string; timeout?: number },
    verb: (context: Context) => Promise<T>,
  ): Promise<T> {
    try {
      return await this.operate(request, verb);
    } catch (error) {
      if (!(error instanceof UnfinishedError)) throw error;
      throw new InitFailure(error.id, { ...error.outputs, ...hiddenOutputs(resource) }, failureText(error));
    }
  }

  private operate<T>(request: { urn: string; timeout?: number }, verb: (context: Context) => Promise<T>): Promise<T> {
    const { engine, services, ownership } = this;
    const { urn, timeout: timeoutSeconds } = request;
    return runOperation({ urn, services, ownership, engine, cancel: this.cancel.signal, timeoutSeconds }, verb);
  }
}

interface Replacement {
  old: { inputs: ValueMap; outputs: ValueMap };
  news: ValueMap;
}

/** A request for a type, function or page that this version does not have. */
class InvalidRequest extends Error {
  readonly kind = "invalid";
}

/** `property` stays empty: the engine prints the value beside it, secrets in clear. */
function failuresOf(problems: readonly string[]): { property: string; reason: string }[] {
  return problems.map((reason) => ({ property: "", reason }));
}

/** A stack may go back to the dynamic host only if the state holds the source text that this host needs. */
function hiddenOutputs(resource: Resource): ValueMap {
  return { [providerKey]: providerSource(resource.token) };
}

function oldState(
  resource: Resource,
  oldInputs: JsonMap | undefined,
  oldOutputs: JsonMap | undefined,
): { inputs: ValueMap; outputs: ValueMap } {
  const outputs = mapFromWire(oldOutputs);
  const inputs = oldInputs ? mapFromWire(oldInputs) : inputsFromOutputs(resource, outputs);
  return { inputs, outputs };
}
