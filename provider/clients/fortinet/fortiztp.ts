import { Budget, sharedBudget } from "../http/budget";
import { isVendorError, type VendorError } from "../http/errors";
import { commonHttpOptions } from "../http/options";
import { createRedactor } from "../http/redact";
import { HttpClient } from "../http/request";
import { path } from "../http/url";
import { type CallOptions, parse, readPage, system } from "./calls";
import { DeviceWriter, isMissingDevice, type WriteManyOptions, type WriteOptions } from "./device-writes";
import { type FirmwareProfile, readFirmwareProfiles } from "./firmware-profiles";
import { createFortiManagers, type FortiManagers } from "./fortimanagers";
import {
  type Device,
  type DeviceFilter,
  type DeviceList,
  type DeviceWrite,
  deviceSchema,
  normalizeSerial,
  type SystemStatus,
  systemSchema,
} from "./fortiztp-types";
import { createFortinetLogin, type FortinetLogin } from "./oauth";
import { budgetKey, type FortinetOptions, type FortinetSurroundings } from "./options";
import { createScripts, type Scripts } from "./scripts";

export type { CallOptions } from "./calls";
export type { FirmwareProfile } from "./firmware-profiles";
export type { FortiManagers, FortiManagerWrite } from "./fortimanagers";
export * from "./fortiztp-types";
export type { FortinetOptions } from "./options";
export { sameTarget } from "./same-target";
export type { ScriptUploadMode } from "./script-content";
export type { Scripts } from "./scripts";

export const defaultFortiZtpUrl = "https://fortiztp.forticloud.com/public/api";

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
    /** The firmware profiles to choose from for a device in one of its available regions. */
    firmwareProfiles(serial: string, region: string, options?: CallOptions): Promise<FirmwareProfile[]>;
  };
  fortiManagers: FortiManagers;
  scripts: Scripts;
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
    system,
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

  const fortiManagers = createFortiManagers(http, { warn });
  const scripts = createScripts(http, { uploadMode: options.scriptUploadMode, warn });
  const writer = new DeviceWriter(http, { get, list, fortiManagers: fortiManagers.list });

  return {
    devices: {
      list,
      get,
      put: (write, call) => writer.put(write, call),
      putMany: (writes, call) => writer.putMany(writes, call),
      firmwareProfiles: (serial, region, call) => readFirmwareProfiles(http, serial, region, call),
    },
    fortiManagers,
    scripts,
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
  return sharedBudget(budgetKey(baseUrl, options), limits, options);
}

function hintFor(failure: VendorError): string | undefined {
  if (failure.kind !== "forbidden") return undefined;
  const access = failure.method === "GET" ? "read" : "read and write";
  return `The permission profile of the API user in FortiCloud IAM lacks ${access} access to FortiZTP.`;
}
