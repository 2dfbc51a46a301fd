import { Budget } from "../http/budget";
import { isVendorError } from "../http/errors";
import { type ClientSurroundings, commonHttpOptions, connectionOf } from "../http/options";
import { HttpClient } from "../http/request";
import { path } from "../http/url";
import { authorizerOf } from "./authorization";
import { Calls, type Operation, operation } from "./calls";
import { findDialect, healthPath } from "./detection";
import { type Feature, unsupported } from "./dialects";
import { noEvents, SocketEvents } from "./events";
import type { HwAutomationOptions } from "./options";
import { databaseView, deviceTypesOf, imagesOf, machineView } from "./records";
import { scheduledFirmware } from "./scheduling";
import { ServerClock } from "./server-clock";
import { ServerRecords } from "./server-records";
import { Starts } from "./starts";
import type {
  BatchRequest,
  BatchResult,
  BiosRequest,
  BiosResult,
  CancelAnswer,
  DatabaseInfo,
  Dialect,
  Firmware,
  FirmwareImage,
  Health,
  MaasMachine,
  ProvisioningRequest,
  ScheduledFirmware,
  Server,
  ServerChanges,
  StartedWorkflow,
  Workflow,
  WorkflowEvents,
} from "./types";
import { listOf, objectOf, text } from "./wire";
import { createHwAutomationRedactor, hintFor, system, wordsOf } from "./words";
import { Workflows } from "./workflows";

export type { HwAutomationOptions } from "./options";

/** A client of the service at a base URL. Sends nothing before its first call. */
export function createHwAutomation(options: HwAutomationOptions & ClientSurroundings): HwAutomation {
  return new HwAutomation(options);
}

/**
 * HWAutomation, in either dialect. All functions throw `VendorError`: "not-found" is the service's own word that something is
 * gone, "rejected" with the code "unsupported" means that its dialect cannot do it, and "outcome-unknown" that a start may
 * have been one. What is listed is complete or an error.
 */
export class HwAutomation {
  readonly baseUrl: string;
  private readonly calls: Calls;
  private readonly jobs: Workflows;
  private readonly starts: Starts;
  private readonly records: ServerRecords;
  /** One for all who wait. */
  private readonly socket: SocketEvents | undefined;

  constructor(private readonly options: HwAutomationOptions & ClientSurroundings) {
    const redactor = options.redactor ?? createHwAutomationRedactor();
    this.baseUrl = options.baseUrl.replace(/\/+$/, "");
    const { clock, maxConcurrent = 8, onWarning = () => {} } = options;
    const authorizer = authorizerOf(options, redactor);
    const http = new HttpClient({
      ...commonHttpOptions(options),
      redactor,
      system,
      baseUrl: this.baseUrl,
      authorizer,
      budget: options.budget ?? new Budget({ windows: [], maxConcurrency: maxConcurrent, clock }),
      wordsOf,
      hintFor,
    });
    this.calls = new Calls(http, redactor, new ServerClock(), clock);
    this.jobs = new Workflows(this.calls, onWarning);
    this.starts = new Starts(this.calls, this.jobs, onWarning);
    this.records = new ServerRecords(this.calls, {
      dialect: (signal) => this.dialect(signal),
      needs: (feature, operation) => this.needs(feature, operation),
      warn: onWarning,
    });
    const { baseUrl } = this;
    if (options.useWebSocket) {
      this.socket = new SocketEvents({ baseUrl, authorizer, connection: connectionOf(options), redactor, onWarning });
    }
  }

  /** As configured, else found out: once a process and base URL. */
  async dialect(signal?: AbortSignal): Promise<Dialect> {
    const { profile = "auto" } = this.options;
    this.calls.dialect ??= profile === "auto" ? await findDialect(this.baseUrl, this.calls, signal) : profile;
    return this.calls.dialect;
  }

  /** Now by the service's clock, as far as its answers have told it: milliseconds since the epoch. */
  serverNow(): number {
    return this.calls.serverClock.at(this.calls.clock.now());
  }

  /** Starts a workflow for one server. Answers when it is accepted, not when it has ended. Never sent twice. */
  async provision(request: ProvisioningRequest, signal?: AbortSignal): Promise<StartedWorkflow> {
    const starting = operation(`start a workflow for ${request.serverId}`, signal);
    const dialect = request.firmwarePolicy ? await this.needs("firmwareFirst", starting) : await this.dialect(signal);
    return this.starts.one(request, dialect, starting);
  }

  /**
   * Starts a workflow for each server, and answers in their order. The addresses are those that are named here, whatever the
   * dialect makes of a batch. What fails of a server is its result; throws when a server or an address is named twice, or
   * nothing could be sent.
   */
  async commission(request: BatchRequest, signal?: AbortSignal): Promise<BatchResult[]> {
    const { servers } = request;
    const what = servers.length === 1 ? servers[0]?.serverId : `${servers.length} servers`;
    return this.starts.many(request, await this.dialect(signal), operation(`start workflows for ${what}`, signal));
  }

  /** Undefined only on the service's own word that it knows no such workflow, as after its restart. */
  workflow(id: string, signal?: AbortSignal): Promise<Workflow | undefined> {
    return this.jobs.find(id, operation(`read workflow ${id}`, signal));
  }

  /** All that the service knows; calls that arrive together share one request, which begins after the last of them. */
  workflows(signal?: AbortSignal): Promise<Workflow[]> {
    return this.jobs.all(signal);
  }

  /** Asks a workflow to end. What it really comes to, only its status tells. */
  cancel(id: string, signal?: AbortSignal): Promise<CancelAnswer> {
    return this.jobs.cancel(id, operation(`cancel workflow ${id}`, signal));
  }

  /** What is known of a server; undefined on the service's own word that it does not know it. */
  server(id: string, signal?: AbortSignal): Promise<Server | undefined> {
    return this.records.server(id, signal);
  }

  /** All records. What is shipped shows no more than the first 100, which it warns of. */
  servers(signal?: AbortSignal): Promise<Server[]> {
    return this.records.servers(signal);
  }

  /** Makes the record of a server. Fails when there is one, unless it is the one that was to be made. */
  createServer(server: { serverId: string } & ServerChanges, signal?: AbortSignal): Promise<void> {
    return this.records.create(server, signal);
  }

  /** Writes fields of a record; the others stay. */
  updateServer(id: string, changes: ServerChanges, signal?: AbortSignal): Promise<void> {
    return this.records.update(id, changes, signal);
  }

  /**
   * Applies a template and settings, and answers when that is done; with `dryRun` they are only validated. Never repeated,
   * but for a dry run. Settings that could not be applied are a result, not an error.
   */
  applyBios(serverId: string, request: BiosRequest, signal?: AbortSignal): Promise<BiosResult> {
    return this.records.applyBios(serverId, request, signal);
  }

  /** The firmware of a server, a component each; undefined on the service's own word that it does not know the server. */
  firmware(serverId: string, signal?: AbortSignal): Promise<Firmware[] | undefined> {
    return this.records.firmware(serverId, signal);
  }

  /** Only in the shipped dialect, where nothing comes of it: see `ScheduledFirmware`. */
  async scheduleFirmware(
    serverId: string,
    components: readonly string[],
    signal?: AbortSignal,
  ): Promise<ScheduledFirmware> {
    const scheduling = operation(`schedule a firmware update of ${serverId}`, signal);
    await this.needs("scheduleFirmware", scheduling);
    const json = { server_ids: [serverId], components };
    const answer = await this.calls.post(
      "/firmware/api/schedule",
      json,
      (reply) => scheduledFirmware(reply.json(), serverId, this.calls.redactor),
      scheduling,
    );
    return "refused" in answer ? this.calls.refuse(answer.refused, scheduling) : answer;
  }

  /** The machines of MaaS. While MaaS cannot be reached the service may say that there are none. */
  machines(signal?: AbortSignal): Promise<MaasMachine[]> {
    const listing = operation("list the machines of MaaS", signal);
    return this.calls.get(
      "/api/maas/discover",
      (body) => listOf(body, "machines", "devices").map(machineView),
      listing,
    );
  }

  /** Has MaaS commission a machine. Answers when that has begun. */
  async commissionMachine(systemId: string, signal?: AbortSignal): Promise<void> {
    const commissioning = operation(`commission machine ${systemId}`, signal);
    await this.needs("commissionMachine", commissioning);
    await this.calls.post(path`/api/maas/commission/${systemId}`, {}, () => {}, commissioning, {
      finishSent: true,
      beforeRepeat: async ({ ambiguous }) => {
        const machine = ambiguous ? (await this.machines()).find((each) => each.systemId === systemId) : undefined;
        return /^commissioning$/i.test(machine?.status ?? "") ? { value: undefined } : undefined;
      },
    });
  }

  async deviceTypes(signal?: AbortSignal): Promise<string[]> {
    const listing = operation("list the device types", signal);
    await this.needs("deviceTypes", listing);
    return this.calls.get("/api/device-types", deviceTypesOf, listing);
  }

  /** How the service says it is. The reference has no such call: there it is well when it lists its workflows. */
  async health(signal?: AbortSignal): Promise<Health> {
    const asking = operation("read its health", signal);
    const dialect = await this.dialect(signal);
    const read = (body: unknown): Health => {
      const { status, service } = objectOf(body);
      return { status: text.parse(status) ?? "healthy", service: text.parse(service), dialect };
    };
    try {
      return await this.calls.get(healthPath, read, asking);
    } catch (error) {
      if (dialect !== "doc" || !isVendorError(error) || error.status !== 404) throw error;
      await this.workflows(signal);
      return { status: "healthy", dialect };
    }
  }

  async databaseInfo(signal?: AbortSignal): Promise<DatabaseInfo> {
    const reading = operation("read about its database", signal);
    await this.needs("databaseInfo", reading);
    return this.calls.get("/api/database/info", databaseView, reading);
  }

  async firmwareImages(signal?: AbortSignal): Promise<FirmwareImage[]> {
    const listing = operation("list the firmware images", signal);
    await this.needs("firmwareImages", listing);
    return this.calls.get("/firmware/api/firmware-list", imagesOf, listing);
  }

  /** Tells that a workflow may have changed; without `useWebSocket` it never does. */
  events(): WorkflowEvents {
    return this.socket ?? noEvents;
  }

  /** Ends the connection for events, if there is one. Calls may go on. */
  close(): void {
    this.socket?.close();
  }

  /** The dialect, where it can do this. Throws where it cannot, before any call. */
  private async needs(feature: Feature, operation: Operation): Promise<Dialect> {
    const dialect = await this.dialect(operation.signal);
    const reason = unsupported(dialect, feature);
    return reason === undefined ? dialect : this.calls.refuse(reason, operation);
  }
}
