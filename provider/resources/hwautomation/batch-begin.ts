import { addressRuns } from "../../clients/hwautomation/address-runs";
import type { BatchResult, ProvisioningRequest, Workflow } from "../../clients/hwautomation/types";
import type { Context } from "../../core/resource";
import type { Assignments } from "./address-range";
import type { BatchInputs, BatchWorkflow } from "./batch-inputs";
import type { Automation } from "./service";
import { askedOf } from "./workflow-inputs";
import { type BegunWorkflow, begunFrom, cameToNothing, idsOf, lostIn, takenOver } from "./workflow-start";

/** Told of each server, as soon as that is known. */
export interface BatchEvents {
  begun(serverId: string, workflow: BatchWorkflow): void;
  failed(serverId: string, error: Error): void;
}

export function batchRequests(
  { deviceType, gateway, subnetMask }: BatchInputs,
  servers: readonly string[],
  assignments: Assignments,
): ProvisioningRequest[] {
  return servers.map((serverId) => ({
    serverId,
    deviceType,
    targetIpmiIp: assignments[serverId],
    gateway,
    subnetMask,
  }));
}

/**
 * Begins a workflow on each of these servers, or takes over the one that an earlier run has begun. One that cannot be begun stops
 * none of the others.
 */
export async function beginBatch(
  context: Context,
  automation: Automation,
  to: BatchInputs,
  servers: readonly string[],
  assignments: Assignments,
  events: BatchEvents,
): Promise<void> {
  automation.assertWritable(
    servers.length === 1 ? `a workflow for server ${servers[0]}` : `a batch of ${servers.length} servers`,
  );
  const { client } = automation;
  const { signal } = context;
  const asked = (request: ProvisioningRequest) => askedOf({ ...request, triggers: to.triggers });
  const begun = (workflow: BegunWorkflow) => events.begun(workflow.serverId, entryOf(workflow, assignments));
  await inTurns(automation, [...servers].sort(), signal, async () => {
    const workflows = await client.workflows(signal);
    const requests = batchRequests(to, servers, assignments).filter((request) => {
      const { serverId } = request;
      const lost = lostIn(workflows, automation, serverId, asked(request));
      try {
        const there = lost
          ? begunFrom(automation, lost, serverId)
          : takenOver(context, automation, workflows, serverId, to.onDuplicate);
        if (lost) context.warn(`took over workflow ${lost.id} of server ${serverId}, which an earlier run has begun`);
        if (there) {
          automation.notes.remove(serverId);
          begun(there);
        }
        return there === undefined;
      } catch (error) {
        events.failed(serverId, error as Error);
        return false;
      }
    });
    const calls = (await callsOf(automation, requests, signal)).map((call) =>
      send(automation, to, call, { ...{ asked, workflows, signal }, events: { ...events, begun } }),
    );
    await Promise.all(calls);
  });
}

/** What one call can begin: addresses that follow each other, by the reference; one server each where it is shipped. */
async function callsOf(
  { client }: Automation,
  requests: readonly ProvisioningRequest[],
  signal: AbortSignal,
): Promise<ProvisioningRequest[][]> {
  if ((await client.dialect(signal)) === "shipped") return requests.map((request) => [request]);
  const named = new Map(requests.map((request) => [request.serverId, request]));
  return addressRuns(requests).map(({ servers }) =>
    servers.map(({ serverId }) => named.get(serverId) as ProvisioningRequest),
  );
}

interface Sending {
  asked(request: ProvisioningRequest): object;
  /** Those that there were before. */
  workflows: readonly Workflow[];
  signal: AbortSignal;
  events: { begun(workflow: BegunWorkflow): void } & Pick<BatchEvents, "failed">;
}

/** One call, with a note of each of its servers until their answers are kept. */
async function send(
  automation: Automation,
  { deviceType, gateway, subnetMask }: BatchInputs,
  servers: readonly ProvisioningRequest[],
  { asked, workflows, signal, events }: Sending,
): Promise<void> {
  const { client, notes } = automation;
  for (const request of servers) {
    notes.write(request.serverId, asked(request), idsOf(workflows, request.serverId));
  }
  let results: BatchResult[];
  try {
    results = await client.commission({ deviceType, gateway, subnetMask, servers }, signal);
  } catch (error) {
    for (const { serverId } of servers) {
      if (cameToNothing(error)) notes.remove(serverId);
      events.failed(serverId, error as Error);
    }
    return;
  }
  for (const result of results) {
    if ("workflowId" in result) {
      automation.hasBegun(result);
      events.begun(result);
    } else events.failed(result.serverId, new Error(result.error));
    // Where the answer was lost the next run looks for the workflow.
    if ("workflowId" in result || !result.ambiguous) notes.remove(result.serverId);
  }
}

/** Runs the work when it is the turn of all these servers; always asked for in the same order, so that nobody waits in a circle. */
function inTurns(
  automation: Automation,
  [first, ...others]: readonly string[],
  signal: AbortSignal,
  work: () => Promise<void>,
): Promise<void> {
  if (first === undefined) return work();
  return automation.turnsOf(first).run(() => inTurns(automation, others, signal, work), signal);
}

function entryOf(
  { workflowId, serverId, submittedAt, ipmiIp, workflow }: BegunWorkflow,
  assignments: Assignments,
): BatchWorkflow {
  return {
    ...{ workflowId, submittedAt, ipmiIp: ipmiIp ?? assignments[serverId] },
    status: workflow?.status ?? "pending",
    startedAt: workflow?.createdAt,
    stepsCompleted: workflow?.stepsCompleted,
    error: workflow?.error,
  };
}
