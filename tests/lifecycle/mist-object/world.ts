import { vi } from "vitest";
import { systemClock } from "../../../provider/clients/http/clock";
import { type Mist, mistOrgId, mistSiteIds } from "../../../simulators";
import { type HostKind, type Json, type JsonMap, type ResourceState, secret } from "../harness/host";
import { MistWorld, type MistWorldOptions } from "../harness/mist-world";
import type { Scenario } from "../harness/scenarios";
import type { Program } from "../harness/stack";

export { foreignMistOrgId, mistMspId, mistOrgId, mistReadOnlyToken } from "../../../simulators";
export { onlyFailure, until, warnings } from "../harness/mist-world";
export { ofType } from "../harness/stack";

export type ObjectScenario = Scenario<ObjectWorld, MistWorldOptions>;

export const [headquarters, warehouse] = mistSiteIds;

/** Texts that programs here mark, or that Mist's description calls, secret. */
export const secretTexts = ["first-secret-word", "second-secret-word", "third-secret-word"] as const;

/** Calls about a collection of the organization, and about the only new object in it. */
export const list = (collection: string) => `GET /orgs/{org}/${collection}`;
export const made = (collection: string) => `POST /orgs/{org}/${collection}`;

/** A stack of objects, and the simulated organization behind it, whose clock stands still. */
export class ObjectWorld extends MistWorld {
  static of(token: string) {
    return async (kind: HostKind, options: MistWorldOptions = {}): Promise<ObjectWorld> =>
      new ObjectWorld(...(await MistWorld.begin(kind, token, options)));
  }

  /** The calls since the last look, but for that about who calls; ids of objects are told as {id}. */
  override takeCalls(): string[] {
    return super
      .takeCalls()
      .filter((call) => call !== "GET /self")
      .map((call) => call.replace(/(?<=\/\w+\/[^/]+\/\w+\/)[0-9a-f-]{36}/, "{id}"));
  }

  override writes(): string[] {
    return super
      .writes()
      .map((call) => call.replace(mistOrgId, "{org}").replace(/(?<=\/\w+\/[^/]+\/\w+\/)[0-9a-f-]{36}/, "{id}"));
  }

  /** The bodies of the writes of a method since the last look. */
  bodies(method: "POST" | "PUT"): unknown[] {
    return this.simulators.requests.filter({ service: "mist", method }).map(({ body }) => body);
  }

  /** The objects of a collection, of the organization unless a site is named. */
  objects(collection: string, siteId?: string): Mist.Entry[] {
    const [scope, id] = siteId === undefined ? (["org", mistOrgId] as const) : (["site", siteId] as const);
    return [...this.mist.world.objects(scope, id, collection).values()];
  }

  /** The only one of a name. */
  object(collection: string, name: string, siteId?: string): Mist.Entry {
    const found = this.objects(collection, siteId).filter(({ data }) => [data.name, data.ssid].includes(name));
    if (found.length !== 1) throw new Error(`There are ${found.length} ${collection} ${name}.`);
    return found[0] as Mist.Entry;
  }

  /** The state of a resource of another type, which must be there. */
  stateOf(name: string, token: string): ResourceState {
    const state = this.stack.resources.get(this.stack.urn(name, token));
    if (!state) throw new Error(`There is no ${name} in the state.`);
    return state;
  }

  /** What somebody else has made. */
  add(collection: string, data: Mist.Body, siteId?: string): Mist.Entry {
    if (siteId === undefined) return this.mist.world.addObject({ scope: "org", collection, data });
    return this.mist.world.addObject({ scope: "site", scopeId: siteId, collection, data });
  }

  /** A secret as the state of this host holds it: the SDK of the dynamic one has the engine do it. */
  kept(value: string): Json {
    return this.stack.kind === "plugin" ? secret(value) : value;
  }

  override secrets(): readonly string[] {
    return [...super.secrets(), ...secretTexts];
  }

  /** Nothing is left to do: no drift, an empty preview, and an up that makes no call. */
  async expectSettled(program: Program): Promise<void> {
    await this.expectNoDrift(program);
    this.takeCalls();
    const run = await this.up(program);
    expectSame(run.operations, program);
    if (this.takeCalls().length > 0) throw new Error("An up without changes made calls.");
  }

  /** What an import of this id makes, which must succeed; the program that it writes has nothing left to do. */
  async imported(id: string, name = "imported"): Promise<JsonMap> {
    const { failures } = await this.stack.import(name, id);
    const failure = failures[name];
    if (failure) throw failure;
    return this.stack.state(name).inputs;
  }
}

function expectSame(operations: { [name: string]: string }, program: Program): void {
  const changed = Object.keys(program).filter((name) => operations[name] !== "same");
  if (changed.length > 0) throw new Error(`Not the same: ${changed.join(", ")}.`);
}

/** Looks at what is to come, and calls that are repeated, are seconds apart: here they are fifty times as fast. */
export function hurry(): void {
  vi.setConfig({ maxConcurrency: 16 });
  // The random part of the waits between repeated calls.
  vi.spyOn(Math, "random").mockReturnValue(0.02);
  const sleep = systemClock.sleep.bind(systemClock);
  vi.spyOn(systemClock, "sleep").mockImplementation((ms, signal) => sleep(ms >= 500 ? ms / 50 : ms, signal));
}
