import type { Route, SimReply } from "../core/http";
import { type OrgToken, opaque } from "./accounts";
import {
  type Call,
  done,
  idParam,
  invalid,
  type MistContext,
  mistRoute,
  notFound,
  objectBody,
  ok,
  scopeIdOf,
} from "./call";
import { type Collection, collections, problemOf } from "./collections";
import { maskedKey } from "./ids";
import { merged } from "./merge";
import { headerPage } from "./paging";
import { shown } from "./present";
import type { Body, Entry, Scope } from "./types";

/** List, create, read, update and delete of every standard collection; organisations of an MSP have routes of their own. */
export function collectionRoutes(context: MistContext): Route[] {
  return collections
    .filter(({ name }) => name !== "orgs")
    .flatMap((collection) => collection.scopes.flatMap((scope) => routesOf(context, new Kind(collection, scope))));
}

function routesOf(context: MistContext, kind: Kind): Route[] {
  const { path } = kind;
  const route = (method: string, at: string, handle: (call: Call) => SimReply): Route =>
    mistRoute(context, { method, path: at, handle });
  const routes = [
    route("GET", path, (call) => kind.list(call)),
    route("POST", path, (call) => kind.create(call)),
    route("GET", `${path}/{id}`, (call) => kind.read(call)),
    route("PUT", `${path}/{id}`, (call) => kind.update(call)),
    route("DELETE", `${path}/{id}`, (call) => kind.remove(call)),
  ];
  // Endpoints of users' MACs are listed by a search in the vendor's documentation.
  if (kind.collection.name === "usermacs") routes.unshift(route("GET", `${path}/search`, (call) => kind.list(call)));
  return routes;
}

/** One collection in one scope. */
class Kind {
  readonly path: string;

  constructor(
    readonly collection: Collection,
    readonly scope: Scope,
  ) {
    this.path = `/${scope}s/{${scope}_id}/${collection.name}`;
  }

  list(call: Call): SimReply {
    const { world } = call.context;
    const { query } = call.request;
    const rows = [...this.#entries(call).values()]
      .filter((entry) => world.visible(entry))
      .map((entry) => this.#show(call, entry))
      .filter((row) =>
        (this.collection.filters ?? []).every((key) => query.get(key) === null || query.get(key) === String(row[key])),
      );
    return this.collection.unpaged ? ok(rows) : headerPage(call, rows);
  }

  create(call: Call): SimReply {
    const { world } = call.context;
    const data = this.#checked(call, {});
    const entry = world.entry({});
    world.storeObject(this.collection.name, entry, data);
    this.#entries(call).set(entry.id, entry);
    if (this.collection.name !== "apitokens") return ok(this.#show(call, entry));
    const orgId = scopeIdOf(call, this.scope);
    const token: OrgToken = { kind: "org", key: opaque(), orgId, object: entry, usedAt: call.context.clock.now() };
    world.accounts.tokens.set(token.key, token);
    return ok({ ...this.#show(call, entry), key: token.key });
  }

  read(call: Call): SimReply {
    const entry = this.#entry(call);
    if (!call.context.world.visible(entry)) throw notFound(entry.id, call.context.variants);
    return ok(this.#show(call, entry));
  }

  update(call: Call): SimReply {
    const entry = this.#entry(call);
    const data = this.#checked(call, entry.data);
    if (this.collection.name === "apitokens" && differ(data.src_ips, entry.data.src_ips))
      throw invalid({ detail: "invalid field: src_ips", reason: "src_ips cannot be changed" });
    call.context.world.storeObject(this.collection.name, entry, data);
    entry.modifiedAt = call.context.clock.now();
    return ok(this.#show(call, entry));
  }

  remove(call: Call): SimReply {
    const { id } = this.#entry(call);
    call.context.world.removeObject(this.scope, scopeIdOf(call, this.scope), this.collection.name, id);
    return done(call.context);
  }

  #entries(call: Call): Map<string, Entry> {
    return call.context.world.objects(this.scope, scopeIdOf(call, this.scope), this.collection.name);
  }

  #entry(call: Call): Entry {
    const id = idParam(call, "id");
    const entry = this.#entries(call).get(id);
    if (!entry) throw notFound(id, call.context.variants);
    return entry;
  }

  /** The object as it is after the request; 400 when it may not be so. */
  #checked(call: Call, before: Body): Body {
    const { clearedByZero = [], signedUrls } = this.collection;
    const body = Object.entries(objectBody(call.request)).filter(
      ([key, value]) => !clearedByZero.some((name) => key === `-${name}` || (key === name && value === null)),
    );
    const data = merged(before, Object.fromEntries(body), signedUrls);
    const problem = problemOf(this.collection, data, this.scope);
    if (problem) throw invalid(problem);
    return data;
  }

  #show(call: Call, entry: Entry): Body {
    const { world, variants } = call.context;
    const { name, defaults, nestedDefaults, signedUrls, forSite } = this.collection;
    const data = name === "sitegroups" ? { ...entry.data, site_ids: this.#siteIds(call, entry.id) } : entry.data;
    const token =
      name === "apitokens"
        ? [...world.accounts.tokens.values()].find((one) => one.kind === "org" && one.object === entry)
        : undefined;
    return shown({ ...entry, data }, variants, {
      defaults,
      nestedDefaults,
      signedUrls,
      decoration: {
        id: entry.id,
        ...(call.org ? { org_id: call.org.id } : {}),
        ...(call.site ? { site_id: call.site.id } : {}),
        ...(call.msp ? { msp_id: call.msp.id } : {}),
        ...(forSite ? { for_site: this.scope === "site" } : {}),
        ...(token ? { key: maskedKey(token.key), last_used: token.usedAt / 1_000, created_by: null } : {}),
      },
    });
  }

  #siteIds({ context }: Call, id: string): string[] {
    return [...context.world.group(id)].filter((site) => context.world.sites.has(site));
  }
}

function differ(first: unknown, second: unknown): boolean {
  return JSON.stringify(first ?? []) !== JSON.stringify(second ?? []);
}
