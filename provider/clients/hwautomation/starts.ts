import { z } from "zod";
import { isVendorError, VendorError } from "../http/errors";
import type { Reply } from "../http/request";
import { type AddressRun, addressRuns, type BatchServer, duplicatesIn } from "./address-runs";
import type { Calls, Operation } from "./calls";
import { type Before, LostStarts, outcomeUnknown } from "./lost-starts";
import type { BatchRequest, BatchResult, Dialect, ProvisioningRequest, StartedWorkflow, Workflow } from "./types";
import { type Fields, isFields, listOf, objectOf, text } from "./wire";
import { system } from "./words";
import { workflowStatus } from "./workflow-view";

/** What starts need to know of the workflows that there are. */
export interface Listings {
  /** Begins after it was asked for, and is shared by those who ask together. */
  all(signal?: AbortSignal): Promise<Workflow[]>;
  /** The last complete list, of this age in milliseconds at most, if nothing was started since. */
  recent(maxAgeMs: number): ReadonlyMap<string, Workflow> | undefined;
  /** Something was started. */
  outdate(): void;
}

/** What became of each server of one call. */
type Outcomes = Map<string, StartedWorkflow | VendorError>;

/** A list from before a start may be so old where ids say nothing, and where times do besides, in milliseconds. */
const [freshMs, recentMs] = [5_000, 60_000];

/** Starts workflows. A start is never repeated: when its answer is lost, the workflow is looked for. */
export class Starts {
  private readonly lost: LostStarts;

  constructor(
    private readonly calls: Calls,
    private readonly listings: Listings,
    private readonly warn: (message: string) => void,
  ) {
    this.lost = new LostStarts(calls, () => listings.all());
  }

  /** One server, by the call that is made for it. Throws `VendorError`. */
  async one(request: ProvisioningRequest, dialect: Dialect, operation: Operation): Promise<StartedWorkflow> {
    const outcome =
      dialect === "doc"
        ? (await this.provision(request, operation)).get(request.serverId)
        : await this.alone(request, request, await this.before(dialect, operation), operation);
    return started(outcome, request.serverId);
  }

  /** Many servers. What fails of them is told in their places; throws only when nothing was sent. */
  async many(request: BatchRequest, dialect: Dialect, operation: Operation): Promise<BatchResult[]> {
    const { servers } = request;
    const duplicates = duplicatesIn(servers);
    if (duplicates) {
      const hint = "Name every server and every address once.";
      throw new VendorError({ kind: "rejected", system, action: operation.action, reason: duplicates, hint });
    }
    if (servers.length === 0) return [];
    const before = await this.before(dialect, operation);
    operation.signal?.throwIfAborted();
    const runs =
      dialect === "doc"
        ? addressRuns(servers).map((run) => this.run(run, request, before, operation))
        : servers.map(async (server) => {
            const outcome = await this.alone(server, request, before, operation);
            return new Map([[server.serverId, outcome]]);
          });
    const outcomes: Outcomes = new Map((await Promise.all(runs)).flatMap((run) => [...run]));
    const stopped = [...outcomes.values()].filter((outcome) => isVendorError(outcome, "canceled"));
    if (stopped[0] && stopped.length === servers.length) throw stopped[0];
    return servers.map(({ serverId }) => {
      const outcome = outcomes.get(serverId) ?? silence(serverId);
      if (!isVendorError(outcome)) return outcome;
      const { message: error, ambiguous } = outcome.with({ action: startOf(serverId) });
      return { serverId, error, ...(ambiguous && { ambiguous }) };
    });
  }

  private async before(dialect: Dialect, operation: Operation): Promise<Pick<Before, "workflows">> {
    const recent = this.listings.recent(dialect === "shipped" ? freshMs : recentMs);
    if (recent || dialect === "doc") return { workflows: recent };
    return { workflows: new Map((await this.listings.all(operation.signal)).map((each) => [each.id, each])) };
  }

  /** The reference's call for one server. */
  private async provision(request: ProvisioningRequest, operation: Operation): Promise<Outcomes> {
    const { serverId, firmwarePolicy } = request;
    const path = `/api/orchestration/provision${firmwarePolicy ? "-firmware-first" : ""}`;
    const json = {
      server_id: serverId,
      device_type: request.deviceType,
      target_ipmi_ip: request.targetIpmiIp,
      gateway: request.gateway,
      rack_location: request.rackLocation,
      firmware_policy: firmwarePolicy,
    };
    const read = (reply: Reply): Outcomes => {
      const row = { server_id: serverId, ...objectOf(reply.json()) };
      return new Map([[serverId, this.outcome(row, request, this.acceptedAt(reply))]]);
    };
    const before = await this.before("doc", operation);
    return this.send({ path, json, read }, [request], before, "doc", operation);
  }

  /** One call for servers whose addresses follow each other, or that have none. */
  private async run(
    run: AddressRun,
    request: BatchRequest,
    before: Pick<Before, "workflows">,
    operation: Operation,
  ): Promise<Outcomes> {
    const [first] = run.servers;
    const { deviceType, gateway } = request;
    // Only the call for a single server takes an address that is no range.
    if (first?.targetIpmiIp !== undefined && run.ipmiRange === undefined) {
      return this.provision({ ...first, deviceType, gateway }, operation);
    }
    const server_ids = run.servers.map(({ serverId }) => serverId);
    const json = { server_ids, device_type: deviceType, ipmi_range: run.ipmiRange, gateway };
    return this.send(this.batch(json, run.servers), run.servers, before, "doc", operation);
  }

  /** What is shipped gives every server of a call the same address, hence a call for each. */
  private async alone(
    server: BatchServer,
    request: Pick<BatchRequest, "deviceType" | "gateway" | "subnetMask">,
    before: Pick<Before, "workflows">,
    operation: Operation,
  ): Promise<StartedWorkflow | VendorError> {
    const json = {
      server_ids: [server.serverId],
      device_type: request.deviceType,
      target_ipmi_ip: server.targetIpmiIp,
      gateway: request.gateway,
      subnet_mask: request.subnetMask,
    };
    const outcomes = await this.send(this.batch(json, [server]), [server], before, "shipped", operation);
    return outcomes.get(server.serverId) ?? silence(server.serverId);
  }

  private batch(json: object, servers: readonly BatchServer[]) {
    const read = (reply: Reply): Outcomes => {
      const rows = listOf(reply.json(), "workflows", "results");
      return new Map(
        servers.flatMap((server) => {
          const row = rows.find((each) => idOf(each) === server.serverId);
          return row ? [[server.serverId, this.outcome(row, server, this.acceptedAt(reply))]] : [];
        }),
      );
    };
    return { path: "/api/batch/commission", json, read };
  }

  /** Sends a start. Whatever goes wrong is the outcome of each of its servers. */
  private async send(
    call: { path: string; json: object; read: (reply: Reply) => Outcomes },
    servers: readonly BatchServer[],
    { workflows }: Pick<Before, "workflows">,
    dialect: Dialect,
    operation: Operation,
  ): Promise<Outcomes> {
    const ids = servers.map(({ serverId }) => serverId);
    const before = { sentAt: this.calls.clock.now(), workflows };
    const look = async (wanted: readonly string[]): Promise<Outcomes> => {
      const found = await this.lost.find(wanted, before, dialect);
      return new Map([...found].map(([serverId, workflow]) => [serverId, this.found(workflow, serverId, before)]));
    };
    const unknown = (failure: VendorError, wanted: readonly string[]) =>
      outcomeUnknown(failure, wanted, this.serverTime(before.sentAt));
    let outcomes: Outcomes;
    try {
      outcomes = await this.calls.post(call.path, call.json, call.read, operation, {
        batchSize: servers.length,
        // What has been sent may have started something whose id only the answer tells.
        finishSent: true,
        beforeRepeat: async (failure) => {
          if (!failure.ambiguous) return undefined;
          const found = await look(ids);
          return found.size > 0 ? { value: found } : undefined;
        },
      });
    } catch (error) {
      if (!isVendorError(error)) throw error;
      return new Map(ids.map((id) => [id, error.ambiguous ? unknown(error, [id]) : error]));
    } finally {
      this.listings.outdate();
    }
    const silent = ids.filter((id) => !outcomes.has(id));
    if (silent.length === 0) return outcomes;
    const found = await look(silent).catch(() => new Map() as Outcomes);
    const rest = silent.map((id) => [id, found.get(id) ?? unknown(silence(id), [id])] as const);
    return new Map([...outcomes, ...rest]);
  }

  /** What an answer says of one server. */
  private outcome(row: Fields, server: BatchServer, submittedAt: string): StartedWorkflow | VendorError {
    const { serverId, targetIpmiIp } = server;
    const said = startedRow.parse(row);
    const { redactor } = this.calls;
    const workflowId = said.workflow_id ?? said.id;
    const hasFailed = workflowId === undefined && workflowStatus(said.status ?? "") === "failed";
    if (said.error !== undefined || hasFailed) {
      const vendorMessage = redactor.redact(said.error ?? said.message ?? "failed");
      return new VendorError({ kind: "rejected", system, action: startOf(serverId), vendorMessage });
    }
    if (workflowId === undefined) throw new Error(`there is no workflow id for ${serverId} in it`);
    const ipmiIp = said.ipmi_ip ?? said.target_ipmi_ip;
    if (ipmiIp !== undefined && targetIpmiIp !== undefined && ipmiIp !== targetIpmiIp) {
      this.warn(
        `${system} gives ${serverId} the address ${ipmiIp}, although ${targetIpmiIp} was asked for. ` +
          "Check the workflow before the server is used.",
      );
    }
    return { workflowId, serverId, submittedAt, ipmiIp };
  }

  private found(workflow: Workflow, serverId: string, { sentAt }: Before): StartedWorkflow {
    const { createdAt } = workflow;
    const submittedAt = createdAt?.endsWith("Z") ? createdAt : this.serverTime(sentAt);
    return { workflowId: workflow.id, serverId, submittedAt, found: true };
  }

  private acceptedAt(reply: Reply): string {
    const told = Date.parse(reply.headers.date ?? "");
    return new Date(Number.isNaN(told) ? this.calls.clock.now() : told).toISOString();
  }

  private serverTime(time: number): string {
    return new Date(this.calls.serverClock.at(time)).toISOString();
  }
}

const startedRow = z.looseObject({
  id: text,
  workflow_id: text,
  status: text,
  ipmi_ip: text,
  target_ipmi_ip: text,
  message: text,
  error: z
    .unknown()
    .transform((error) => text.parse(isFields(error) ? (error.message ?? error.type) : error))
    .optional(),
});

function startOf(serverId: string): string {
  return `start a workflow for ${serverId}`;
}

function idOf(row: Fields): string | undefined {
  return text.parse(row.server_id ?? row.device_id);
}

function started(outcome: StartedWorkflow | VendorError | undefined, serverId: string): StartedWorkflow {
  if (outcome === undefined) throw silence(serverId);
  if (isVendorError(outcome)) throw outcome;
  return outcome;
}

function silence(serverId: string): VendorError {
  const action = startOf(serverId);
  const reason = `the answer says nothing of ${serverId}`;
  return new VendorError({ kind: "not-json", system, action, reason, ambiguous: true });
}
