import { z } from "zod";
import { Budget, sharedBudget } from "../http/budget";
import { isVendorError, type VendorError } from "../http/errors";
import { createRedactor } from "../http/redact";
import { HttpClient, type Reply } from "../http/request";
import { path } from "../http/url";
import { DeviceWriter, isMissingDevice, type WriteManyOptions, type WriteOptions } from "./device-writes";
import {
  type Device,
  type DeviceFilter,
  type DeviceList,
  type DeviceWrite,
  deviceSchema,
  type FortiManager,
  fortiManagerSchema,
  normalizeSerial,
  type Script,
  type SystemStatus,
  scriptSchema,
  systemSchema,
} from "./fortiztp-types";
import { createFortinetLogin, type FortinetLogin } from "./oauth";
import { accountKey, commonHttpOptions, type FortinetOptions, type FortinetSurroundings } from "./options";

export * from "./fortiztp-types";
export type { FortinetOptions } from "./options";
export { sameTarget } from "./same-target";

export const defaultFortiZtpUrl = "https://fortiztp.forticloud.com/public/api";

export interface CallOptions {
  signal?: AbortSignal;
}

/** FortiZTP, one function a call. All throw `VendorError`. */
export interface FortiZtp {
  devices: {
    /** The devices of the account that match all of the filter. */
    list(filter?: DeviceFilter, options?: CallOptions): Promise<DeviceList>;
    /** One device; undefined only if the service itself says that it is not in the account. */
    get(serial: string, options?: CallOptions & { useCache?: boolean }): Promise<Device | undefined>;
    /** Sets where one device goes. Succeeds if a repetition finds it as desired. */
    put(write: DeviceWrite, options?: WriteOptions): Promise<void>;
    /** The same for many. One outcome each, in order: undefined, or why this one failed. Throws only when canceled. */
    putMany(writes: readonly DeviceWrite[], options?: WriteManyOptions): Promise<(VendorError | undefined)[]>;
  };
  fortiManagers: { list(options?: CallOptions): Promise<FortiManager[]> };
  scripts: { list(options?: CallOptions): Promise<Script[]> };
  /** The service about itself; also the cheapest test of the credentials. */
  system: { get(options?: CallOptions): Promise<SystemStatus> };
  login: FortinetLogin;
}

/** Serials in one filtered list: keeps the address below 2 kB. */
const serialsPerList = 50;
const hour = 3_600_000;

/** A client for FortiZTP. Sends nothing before its first call. */
export function createFortiZtp(options: FortinetOptions & FortinetSurroundings): FortiZtp {
  const redactor = options.redactor ?? createRedactor();
  const login = createFortinetLogin({ ...options, redactor });
  const baseUrl = options.fortiztpUrl ?? defaultFortiZtpUrl;
  const http = new HttpClient({
    ...commonHttpOptions(options),
    redactor,
    system: "FortiZTP",
    baseUrl,
    authorizer: login,
    budget: options.budget ?? budgetOf(options, baseUrl),
    hintFor,
  });
  const warn = options.onWarning;

  async function listOnce(filter: DeviceFilter, serials: readonly string[] | undefined, call: CallOptions) {
    const { provisionStatus, deviceType, useCache = false } = filter;
    // The count may be from before the filters, so that it says nothing about a filtered list.
    const filtered = serials !== undefined || provisionStatus !== undefined || deviceType !== undefined;
    return http.send({
      method: "GET",
      path: "/v2/devices",
      query: { provisionStatus, deviceType, deviceSN: serials?.join(","), useCache },
      read: (reply) => readPage(reply, deviceSchema, "devices", filtered ? undefined : warn),
      action: "list devices",
      batchSize: serials?.length,
      signal: call.signal,
    });
  }

  async function list(filter: DeviceFilter = {}, call: CallOptions = {}): Promise<DeviceList> {
    const serials = filter.serials && [...new Set(filter.serials.map(normalizeSerial))];
    // No serials would mean all devices to the service.
    if (serials?.length === 0) return { devices: [], total: 0, hasCache: undefined };
    if (!serials) {
      const { items, total, hasCache } = await listOnce(filter, undefined, call);
      return { devices: items, total, hasCache };
    }
    const starts = Array.from(
      { length: Math.ceil(serials.length / serialsPerList) },
      (_, index) => index * serialsPerList,
    );
    const pages = await Promise.all(
      starts.map((start) => listOnce(filter, serials.slice(start, start + serialsPerList), call)),
    );
    const wanted = new Set(serials);
    const devices = pages.flatMap((page) => page.items).filter((device) => wanted.has(device.deviceSN));
    return { devices, total: devices.length, hasCache: pages.some((page) => page.hasCache) };
  }

  async function get(serial: string, call: CallOptions & { useCache?: boolean } = {}): Promise<Device | undefined> {
    const deviceSN = normalizeSerial(serial);
    try {
      return await http.send({
        method: "GET",
        path: path`/v2/devices/${deviceSN}`,
        query: { useCache: call.useCache ?? false },
        read: (reply) => parse(deviceSchema, reply.json()),
        action: `read device ${deviceSN}`,
        signal: call.signal,
      });
    } catch (error) {
      if (isVendorError(error) && isMissingDevice(error)) return undefined;
      throw error;
    }
  }

  async function all<T>(what: string, listPath: string, key: string, schema: z.ZodType<T>, call: CallOptions) {
    const page = await http.send({
      method: "GET",
      path: listPath,
      read: (reply) => readPage(reply, schema, key, warn),
      action: `list ${what}`,
      signal: call.signal,
    });
    return page.items;
  }

  const fortiManagers = (call: CallOptions = {}) =>
    all("FortiManagers", "/v2/setting/fortimanagers", "fortiManagers", fortiManagerSchema, call);
  const scripts = (call: CallOptions = {}) => all("scripts", "/v2/setting/scripts", "scripts", scriptSchema, call);
  const writer = new DeviceWriter(http, { get, list, fortiManagers });

  return {
    devices: {
      list,
      get,
      put: (write, call) => writer.put(write, call),
      putMany: (writes, call) => writer.putMany(writes, call),
    },
    fortiManagers: { list: fortiManagers },
    scripts: { list: scripts },
    system: {
      get: (call = {}) =>
        http.send({
          method: "GET",
          path: "/v2/system",
          read: (reply) => parse(systemSchema, reply.json()),
          action: "read the status of the service",
          signal: call.signal,
        }),
    },
    login,
  };
}

function budgetOf(options: FortinetOptions & FortinetSurroundings, baseUrl: string): Budget {
  const limits = {
    windows: [{ counts: "calls" as const, limit: options.rateLimitPerHour ?? 2_000, perMs: hour }],
    maxConcurrency: options.maxConcurrency ?? 8,
  };
  // A budget that others share cannot run on this caller's own clock.
  if (options.clock) return new Budget({ ...limits, clock: options.clock });
  return sharedBudget(`${baseUrl} ${accountKey(options)}`, limits);
}

function hintFor(failure: VendorError): string | undefined {
  if (failure.kind !== "forbidden") return undefined;
  const access = failure.method === "GET" ? "read" : "read and write";
  return `The permission profile of the API user in FortiCloud IAM lacks ${access} access to FortiZTP.`;
}

interface ListPage<T> {
  items: T[];
  total: number | undefined;
  hasCache: boolean | undefined;
}

const pageSchema = z.looseObject({
  total: z.number().optional().catch(undefined),
  hasCache: z.boolean().optional().catch(undefined),
});

/** A list reply. No data is an empty list, but only if nothing in the reply says that it is an error. */
function readPage<T>(reply: Reply, schema: z.ZodType<T>, key: string, warn?: (message: string) => void): ListPage<T> {
  const page = parse(pageSchema, reply.json());
  const data = page.data ?? page[key] ?? [];
  if (page.error !== undefined && page.error !== null) throw new Error(`an error in place of a list: ${page.error}`);
  const items = parse(z.array(schema), data);
  if (page.total !== undefined && page.total > items.length) {
    warn?.(`FortiZTP counts ${page.total} ${key} but sent ${items.length}: the list may be incomplete.`);
  }
  return { items, total: page.total, hasCache: page.hasCache };
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`${issue?.path.join(".") || "the body"}: ${issue?.message}`);
}
