import { z } from "zod";
import { jsonBody, param, type Route, SimFailure, type SimReply, type SimRequest } from "../core/http";
import type { Inventory } from "./inventory";
import type { FortiManagerSeed, ScriptSeed } from "./types";

const oid = z.number().int().positive();
const updateTime = z.number().int().min(0);

const scriptFields = z.strictObject({ name: z.string().min(1), content: z.string(), updateTime });
const scriptSeeds: z.ZodType<ScriptSeed[]> = z.array(
  scriptFields.partial().extend({ name: z.string().min(1), oid: oid.optional() }),
);
const scriptChange: z.ZodType<Partial<ScriptSeed>> = scriptFields.partial();

const managerFields = z.strictObject({
  sn: z.string().min(1),
  ip: z.string().min(1),
  scriptOid: oid.nullable(),
  updateTime,
});
const managerSeeds: z.ZodType<FortiManagerSeed[]> = z.array(
  managerFields.partial().extend({ sn: z.string().min(1), ip: z.string().min(1), oid: oid.optional() }),
);
const managerChange: z.ZodType<Partial<FortiManagerSeed>> = managerFields.partial();

const profiles = z.record(z.string().min(1), z.array(z.string().min(1)));

interface Kind<Seed> {
  path: string;
  /** One of them, and several, as a sentence names them. */
  one: string;
  many: string;
  least: string;
  seeds: z.ZodType<Seed[]>;
  change: z.ZodType<Partial<Seed>>;
  entries(inventory: Inventory): Map<number, unknown>;
  add(inventory: Inventory, seed: Seed): unknown;
  patch(inventory: Inventory, oid: number, change: Partial<Seed>): unknown;
}

/** The part of the control endpoint for what devices refer to: scripts, FortiManager entries, firmware profiles. */
export function controlSettings(inventory: (request: SimRequest) => Inventory): Route[] {
  return [
    ...entryRoutes(inventory, {
      path: "/fortinet/scripts",
      one: "script",
      many: "Scripts, with their content,",
      least: "{name}",
      seeds: scriptSeeds,
      change: scriptChange,
      entries: ({ scripts }) => scripts,
      add: (account, seed) => account.addScript(seed),
      patch: (account, number, change) => account.patchScript(number, change),
    }),
    ...entryRoutes(inventory, {
      path: "/fortinet/fortimanagers",
      one: "FortiManager entry",
      many: "FortiManager entries",
      least: "{sn, ip}",
      seeds: managerSeeds,
      change: managerChange,
      entries: ({ fortiManagers }) => fortiManagers,
      add: (account, seed) => account.addFortiManager(seed),
      patch: (account, number, change) => account.patchFortiManager(number, change),
    }),
    {
      method: "GET",
      path: "/fortinet/firmwareprofiles",
      doc: "Names of the firmware profiles of FortiGate Cloud, by region",
      handle: (request) => ok(inventory(request).firmwareProfiles),
    },
    {
      method: "PUT",
      path: "/fortinet/firmwareprofiles",
      doc: 'Replace all firmware profiles, for example {"europe": ["branch"]}',
      handle(request) {
        inventory(request).firmwareProfiles = profiles.parse(jsonBody(request));
        return ok(inventory(request).firmwareProfiles);
      },
    },
  ];
}

function entryRoutes<Seed>(inventory: (request: SimRequest) => Inventory, kind: Kind<Seed>): Route[] {
  const all = (request: SimRequest): SimReply => ok([...kind.entries(inventory(request)).values()]);
  const known = (request: SimRequest): number => {
    const number = Number(param(request, "oid"));
    if (!kind.entries(inventory(request)).has(number))
      throw new SimFailure(404, `There is no ${kind.one} ${request.params.oid}`);
    return number;
  };
  const add = (request: SimRequest, seeds: Seed[]): SimReply => {
    for (const seed of seeds) kind.add(inventory(request), seed);
    return all(request);
  };
  return [
    { method: "GET", path: kind.path, doc: `${kind.many} as the simulator holds them`, handle: all },
    {
      method: "PUT",
      path: kind.path,
      doc: `Replace them all: an array of at least ${kind.least}`,
      handle(request) {
        const seeds = kind.seeds.parse(jsonBody(request));
        kind.entries(inventory(request)).clear();
        return add(request, seeds);
      },
    },
    {
      method: "POST",
      path: kind.path,
      doc: "Add some, or replace those with the same oid",
      handle: (request) => add(request, kind.seeds.parse(jsonBody(request))),
    },
    {
      method: "GET",
      path: `${kind.path}/{oid}`,
      doc: `One ${kind.one} as the simulator holds it`,
      handle: (request) => ok(kind.entries(inventory(request)).get(known(request))),
    },
    {
      method: "PATCH",
      path: `${kind.path}/{oid}`,
      doc: `Change a ${kind.one} behind the API's back`,
      handle: (request) => ok(kind.patch(inventory(request), known(request), kind.change.parse(jsonBody(request)))),
    },
    {
      method: "DELETE",
      path: `${kind.path}/{oid}`,
      doc: `Take a ${kind.one} out of the account, whatever refers to it`,
      handle(request) {
        kind.entries(inventory(request)).delete(known(request));
        return { status: 204 };
      },
    },
  ];
}

function ok(json: unknown): SimReply {
  return { status: 200, json };
}
