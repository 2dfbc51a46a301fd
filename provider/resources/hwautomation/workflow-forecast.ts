import type { ProvisioningRequest } from "../../clients/hwautomation/types";
import type { Context } from "../../core/resource";
import { someOf } from "../../core/words";
import type { Automation } from "./service";
import { progressOf, workflowName } from "./workflow-fields";
import { unfinishedOf } from "./workflow-start";

/** What can be told of workflows before they are begun. */
export interface Forecast {
  problems: string[];
  warnings: string[];
}

export interface Forecasted {
  onDuplicate?: "fail" | "adopt";
  /** Whether an unfinished workflow of the server is one that an earlier run has begun and not kept. */
  isOwn(serverId: string): boolean;
}

/** What the dialect makes of the requests, which are alike but for server and address, and what is in their way. */
export async function forecast(
  context: Context,
  automation: Automation,
  requests: readonly ProvisioningRequest[],
  { onDuplicate, isOwn }: Forecasted,
): Promise<Forecast> {
  const [request] = requests;
  if (!request) return { problems: [], warnings: [] };
  const { client } = automation;
  const [dialect, problems, workflows, types] = await Promise.all([
    client.dialect(context.signal),
    automation.missing(request.firmwarePolicy ? ["firmwareFirst"] : [], context.signal),
    automation.recentWorkflows(context.signal),
    automation.knownDeviceTypes(context.signal),
  ]);
  const warnings: string[] = [];
  if (dialect === "shipped") {
    warnings.push(danger(requests));
    if (request.rackLocation) warnings.push("the shipped application drops rackLocation");
    const bare = requests.filter(({ targetIpmiIp }) => targetIpmiIp === undefined).map(({ serverId }) => serverId);
    if (bare.length > 0)
      warnings.push(`without an address the shipped application fails when it configures IPMI: ${someOf(bare)}`);
  } else if (request.subnetMask) warnings.push("the API of the reference (doc) takes no subnetMask: it is not sent");
  if (types && !types.includes(request.deviceType))
    warnings.push(
      `device type ${request.deviceType} is none of the ${types.length} that the service lists: it takes it all the same`,
    );
  for (const { serverId } of requests) {
    const open = unfinishedOf(workflows.values(), serverId);
    if (!open) continue;
    const own = isOwn(serverId);
    const then = own
      ? "an earlier run has begun it, and it is taken over"
      : onDuplicate === "adopt"
        ? "it is taken over"
        : "until it ends no other is begun";
    warnings.push(`${workflowName(open.id, serverId)} has not ended (${progressOf(open)}): ${then}`);
  }
  return { problems, warnings };
}

function danger(requests: readonly ProvisioningRequest[]): string {
  const servers = someOf(requests.map(({ serverId }) => serverId));
  return (
    `the shipped application does not look for the machine of ${servers}: it commissions the first one of MaaS that is free, ` +
    "gives management controllers well-known credentials, and no workflow of it ends successfully"
  );
}
