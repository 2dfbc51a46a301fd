import { isVendorError } from "../http/errors";
import { path } from "../http/url";
import { type Calls, type Operation, operation } from "./calls";
import type { Feature } from "./dialects";
import { biosView, firmwareView, isBiosResult, serverBody, serversOfDump, serverView } from "./records";
import type { BiosRequest, BiosResult, Dialect, Firmware, Server, ServerChanges } from "./types";
import { type Fields, listOf, objectOf } from "./wire";
import { system } from "./words";

/** So long a BIOS may take, in milliseconds: the service answers when it is done. */
const biosMs = 1_800_000;
/** What is shipped shows so many rows of a table. */
const dumpRows = 100;

/** What records depend on besides the calls. */
export interface RecordTerms {
  dialect(signal?: AbortSignal): Promise<Dialect>;
  /** Throws where the dialect cannot do this, before any call. */
  needs(feature: Feature, operation: Operation): Promise<Dialect>;
  warn(message: string): void;
}

/** Single servers: their records, their BIOS and their firmware. All functions throw `VendorError`; see `HwAutomation`. */
export class ServerRecords {
  constructor(
    private readonly calls: Calls,
    private readonly terms: RecordTerms,
  ) {}

  async server(id: string, signal?: AbortSignal): Promise<Server | undefined> {
    const reading = operation(`read server ${id}`, signal);
    await this.terms.needs("serverInformation", reading);
    return this.calls.find(path`/api/hardware/server/${id}`, (body) => serverView(serverOf(body)), reading);
  }

  async servers(signal?: AbortSignal): Promise<Server[]> {
    const listing = operation("list the servers", signal);
    if ((await this.terms.dialect(signal)) === "doc") {
      return this.calls.get("/api/database/servers", (body) => listOf(body, "servers").map(serverView), listing);
    }
    const { servers, count } = await this.calls.get("/api/database/tables", serversOfDump, listing);
    if (count > servers.length || servers.length >= dumpRows) {
      this.terms.warn(`${system} shows ${servers.length} records of servers at most: the list may be incomplete.`);
    }
    return servers;
  }

  async create(server: { serverId: string } & ServerChanges, signal?: AbortSignal): Promise<void> {
    const { serverId, ...changes } = server;
    const creating = operation(`create the record of server ${serverId}`, signal);
    await this.terms.needs("serverRecords", creating);
    const json = { server_id: serverId, ...serverBody(changes) };
    await this.calls.post("/api/database/servers", json, () => {}, creating, {
      beforeRepeat: async ({ ambiguous }) => {
        const record = ambiguous ? await this.server(serverId) : undefined;
        return record && holds(record, changes) ? { value: undefined } : undefined;
      },
    });
  }

  async update(id: string, changes: ServerChanges, signal?: AbortSignal): Promise<void> {
    const updating = operation(`update the record of server ${id}`, signal);
    await this.terms.needs("serverRecords", updating);
    await this.calls.put(path`/api/database/servers/${id}`, serverBody(changes), updating);
  }

  async applyBios(serverId: string, request: BiosRequest, signal?: AbortSignal): Promise<BiosResult> {
    const { template, settings, dryRun, timeoutMs = biosMs } = request;
    const applying = operation(`${dryRun ? "validate" : "apply"} the BIOS configuration of ${serverId}`, signal);
    await this.terms.needs("bios", applying);
    for (const [name, value] of Object.entries(settings ?? {})) {
      if (/passw|secret/i.test(name)) this.calls.redactor.secret(value);
    }
    const json = { template, settings, dry_run: dryRun };
    try {
      return await this.calls.post(
        path`/api/hardware/server/${serverId}/bios`,
        json,
        (reply) => biosView(reply.json(), this.calls.redactor),
        applying,
        { isResult: isBiosResult, repeatable: dryRun === true, timeoutMs },
      );
    } catch (error) {
      if (!isVendorError(error) || !error.ambiguous || dryRun) throw error;
      const hint = `It is not known whether the settings were applied. Look at the BIOS of ${serverId} before they are applied again.`;
      throw error.with({ code: "outcome-unknown", hint: [error.hint, hint].filter(Boolean).join(" ") });
    }
  }

  async firmware(serverId: string, signal?: AbortSignal): Promise<Firmware[] | undefined> {
    const reading = operation(`read the firmware of ${serverId}`, signal);
    await this.terms.needs("firmwareStatus", reading);
    return this.calls.find(path`/api/hardware/server/${serverId}/firmware`, firmwareView, reading);
  }
}

/** The server may be told by itself or within an object. */
function serverOf(body: unknown): Fields {
  const fields = objectOf(body);
  return "server" in fields ? objectOf(fields.server) : fields;
}

/** Whether a record has what was to be written, as far as it is told. */
function holds(record: Server, changes: ServerChanges): boolean {
  return Object.entries(changes).every(([name, value]) => {
    const told = record[name as keyof ServerChanges];
    return value === undefined || told === undefined || told === value;
  });
}
