import { controlCollection } from "../core/control-collection";
import { jsonBody, param, type Route, SimFailure, type SimReply, type SimRequest } from "../core/http";
import { variantRoutes } from "../core/variants";
import { collections } from "./collections";
import {
  activationSeeds,
  bodyChange,
  deviceChange,
  deviceSeeds,
  mspSeeds,
  objectSeeds,
  orgSeeds,
  privilegeList,
  siteSeeds,
  tokenSeeds,
  userSeeds,
} from "./control-schemas";
import { normalMac } from "./ids";
import { merged } from "./merge";
import type { MistSimulator } from "./simulator";
import { streamControl } from "./stream/control";
import type { Body, Entry, Scope } from "./types";
import { upgradeControl } from "./upgrades/control";
import { changeMistVariants, mistVariantSchema } from "./variants";

const same = (text: string): string => text;

/** The part of the control endpoint that steers Mist. */
export function mistControl(mist: MistSimulator): Route[] {
  const { world, variants } = mist;
  const { accounts } = world;
  return [
    ...variantRoutes({
      path: "/mist/variants",
      service: "Mist",
      example: '{"pageMaximum": 2}',
      schema: mistVariantSchema,
      variants,
      change: (change) => changeMistVariants(variants, change),
    }),
    {
      method: "GET",
      path: "/mist/usage",
      doc: "Calls of this hour by token and by user, and the limit",
      handle: () => ok({ limit: variants.rateLimit, calls: Object.fromEntries(mist.usage()) }),
    },
    {
      method: "DELETE",
      path: "/mist/usage",
      doc: "Forget the calls so far",
      handle() {
        mist.forgetUsage();
        return { status: 204 };
      },
    },
    {
      method: "DELETE",
      path: "/mist/sessions",
      doc: "End every login",
      handle() {
        mist.endSessions();
        return { status: 204 };
      },
    },
    {
      method: "PUT",
      path: "/mist/privileges/{name}",
      doc: "Replace the privileges of a user (by email) or a token (by key)",
      handle(request) {
        const name = param(request, "name");
        if (!accounts.users.has(name) && !accounts.tokens.has(name))
          throw new SimFailure(404, `There is neither a user nor a token ${name}`);
        mist.setPrivileges(name, privilegeList.parse(jsonBody(request)));
        return { status: 204 };
      },
    },
    ...controlCollection({
      path: "/mist/msps",
      one: "MSP",
      least: "{id, name}",
      entries: () => world.msps,
      key: same,
      parse: (body) => mspSeeds.parse(body),
      add: (seed) => world.msps.set(seed.id, seed),
    }),
    ...controlCollection({
      path: "/mist/orgs",
      one: "organisation",
      least: "{id, name}",
      entries: () => world.orgs,
      key: same,
      parse: (body) => orgSeeds.parse(body),
      add: (seed) => world.addOrg(seed),
      remove: (id) => world.removeOrg(id),
    }),
    ...controlCollection({
      path: "/mist/sites",
      one: "site",
      least: "{id, name}",
      entries: () => world.sites,
      key: same,
      parse(body) {
        const seeds = siteSeeds.parse(body);
        for (const { orgId } of seeds)
          if (orgId !== undefined && !world.orgs.has(orgId))
            throw new SimFailure(404, `There is no organisation ${orgId}`);
        return seeds;
      },
      add: (seed) => world.addSite(seed),
      remove: (id) => world.removeSite(id),
    }),
    ...controlCollection({
      path: "/mist/devices",
      one: "device",
      least: "{mac, type}",
      entries: () => world.devices,
      key: normalMac,
      parse: (body) => deviceSeeds.parse(body),
      add: (seed) => world.addDevice(seed),
    }),
    {
      method: "PATCH",
      path: "/mist/devices/{id}",
      doc: 'Change a device behind the API\'s back, for example {"connected": false}; a config is replaced whole',
      handle(request) {
        const mac = normalMac(param(request, "id"));
        if (!world.devices.has(mac)) throw new SimFailure(404, `There is no device ${mac}`);
        return ok(Object.assign(mist.device(mac), deviceChange.parse(jsonBody(request))));
      },
    },
    ...controlCollection({
      path: "/mist/activations",
      one: "activation code",
      least: "{code}",
      entries: () => world.activations,
      key: same,
      parse: (body) => activationSeeds.parse(body),
      add: (seed) => world.addActivation(seed),
    }),
    ...controlCollection({
      path: "/mist/users",
      one: "user",
      least: "{email}",
      entries: () => accounts.users,
      key: same,
      parse: (body) => userSeeds.parse(body),
      add: (seed) => accounts.addUser(seed),
    }),
    ...controlCollection({
      path: "/mist/tokens",
      one: "token",
      least: "{key}",
      entries: () => accounts.tokens,
      key: same,
      parse: (body) => tokenSeeds.parse(body),
      add: (seed) => world.addToken(seed),
      remove: (key) => world.removeToken(key),
    }),
    ...entryRoutes(mist),
    ...upgradeControl(mist),
    ...streamControl(mist),
  ];
}

/** Routes for what has a body: organisations, sites, settings, objects of collections. */
function entryRoutes({ world, orgId }: MistSimulator): Route[] {
  const kindOf = (request: SimRequest): { scope: Scope; scopeId: string; collection: string } => {
    const [scope, scopeId, collection] = ["scope", "scopeId", "collection"].map((name) => param(request, name));
    const found = collections.find(({ name, scopes }) => name === collection && scopes.some((one) => one === scope));
    if (!found) throw new SimFailure(404, `There is no collection ${collection} of scope ${scope}`);
    return { scope: scope as Scope, scopeId: scopeId as string, collection: found.name };
  };
  const entriesOf = (request: SimRequest): Map<string, Entry> => {
    const { scope, scopeId, collection } = kindOf(request);
    return world.objects(scope, scopeId, collection);
  };
  const known = <Found>(entry: Found | undefined, request: SimRequest): Found => {
    if (!entry) throw new SimFailure(404, `There is nothing with the id ${request.params.id}`);
    return entry;
  };
  const patch = <Found extends Entry>(
    path: string,
    what: string,
    find: (request: SimRequest) => Found | undefined,
    store: (entry: Found, data: Body, request: SimRequest) => void = (entry, data) => {
      entry.data = data;
    },
  ): Route => ({
    method: "PATCH",
    path,
    doc: `Change ${what} behind the API's back, with a body as its PUT takes it`,
    handle(request) {
      const entry = known(find(request), request);
      store(entry, merged(entry.data, bodyChange.parse(jsonBody(request))), request);
      entry.modifiedAt = world.clock.now();
      return ok(entry);
    },
  });
  const object = "/mist/objects/{scope}/{scopeId}/{collection}";
  const id = (request: SimRequest): string => param(request, "id");
  return [
    patch("/mist/orgs/{id}", "an organisation", (request) => world.orgs.get(id(request))),
    patch("/mist/orgs/{id}/setting", "its setting", (request) => world.orgs.get(id(request))?.setting),
    patch(
      "/mist/sites/{id}",
      "a site",
      (request) => world.sites.get(id(request)),
      (site, data) => world.storeSite(site, data),
    ),
    patch("/mist/sites/{id}/setting", "its setting", (request) => world.sites.get(id(request))?.setting),
    {
      method: "POST",
      path: "/mist/objects",
      doc: `Add objects of collections: an array of at least {scope, collection, data}; scopeId is ${orgId} unless given`,
      handle(request) {
        const seeds = objectSeeds.parse(jsonBody(request));
        for (const { scope, collection } of seeds)
          if (!collections.some(({ name, scopes }) => name === collection && scopes.includes(scope)))
            throw new SimFailure(404, `There is no collection ${collection} of scope ${scope}`);
        return ok(seeds.map((seed) => world.addObject(seed)));
      },
    },
    {
      method: "GET",
      path: object,
      doc: "Objects of one collection as the simulator holds them; scope is org, site or msp",
      handle: (request) => ok([...entriesOf(request).values()]),
    },
    {
      method: "GET",
      path: `${object}/{id}`,
      doc: "One of them",
      handle: (request) => ok(known(entriesOf(request).get(id(request)), request)),
    },
    patch(
      `${object}/{id}`,
      "one of them",
      (request) => entriesOf(request).get(id(request)),
      (entry, data, request) => world.storeObject(kindOf(request).collection, entry, data),
    ),
    {
      method: "DELETE",
      path: `${object}/{id}`,
      doc: "Take one of them away",
      handle(request) {
        const { scope, scopeId, collection } = kindOf(request);
        known(entriesOf(request).get(id(request)), request);
        world.removeObject(scope, scopeId, collection, id(request));
        return { status: 204 };
      },
    },
  ];
}

function ok(json: unknown): SimReply {
  return { status: 200, json };
}
