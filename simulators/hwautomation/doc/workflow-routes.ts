import type { Route, SimReply, SimRequest } from "../../core/http";
import { param } from "../../core/http";
import {
  ApiFailure,
  addressField,
  type HwAutomationContext,
  type Json,
  needDatabase,
  objectBody,
  requiredText,
  success,
  textField,
} from "../call";
import type { Order, Workflow } from "../workflow";
import { rowOf, shownState, statusOf } from "./present";

export const firmwarePolicies = ["recommended", "latest", "security_only"];

/** Workflows: start, status, list, cancel. */
export function workflowRoutes(context: HwAutomationContext): Route[] {
  const { engine } = context;
  const start = (order: Order): SimReply => {
    const refused = refusal(context, order);
    if (refused) throw refused;
    const { id, status, serverId } = engine.start(order);
    return success(context, {
      success: true,
      id,
      status: shownState(context, status),
      server_id: serverId,
      target_ipmi_ip: order.targetIpmiIp,
    });
  };
  return [
    {
      method: "POST",
      path: "/api/orchestration/provision",
      handle: (request) => start(orderOf(objectBody(request))),
    },
    {
      method: "POST",
      path: "/api/orchestration/provision-firmware-first",
      handle(request) {
        const body = objectBody(request);
        const firmwarePolicy = textField(body, "firmware_policy") ?? "recommended";
        if (!firmwarePolicies.includes(firmwarePolicy))
          throw new ApiFailure(400, `Invalid firmware_policy. Must be one of: ${firmwarePolicies.join(", ")}`, {
            field: "firmware_policy",
          });
        return start({ ...orderOf(body), firmwarePolicy });
      },
    },
    {
      method: "GET",
      path: "/api/orchestration/workflow/{id}/status",
      handle: (request) => success(context, statusOf(context, workflowOf(context, request))),
    },
    {
      method: "GET",
      path: "/api/orchestration/workflows",
      handle() {
        const workflows = engine.list().map((workflow) => rowOf(context, workflow));
        return success(context, { workflows, total: workflows.length });
      },
    },
    {
      method: "POST",
      path: "/api/orchestration/workflow/{id}/cancel",
      handle(request) {
        const workflow = workflowOf(context, request);
        if (workflow.terminal && context.variants.cancelFinished === "refused")
          throw new ApiFailure(409, `Workflow ${workflow.id} has already ended: ${workflow.status}`, {
            status: shownState(context, workflow.status),
          });
        engine.cancel(workflow);
        return success(context, { success: true }, "Workflow cancelled successfully");
      },
    },
  ];
}

/** Why no workflow may start; undefined when one may. */
export function refusal(context: HwAutomationContext, order: Order): ApiFailure | undefined {
  const { variants, world, engine } = context;
  const { serverId, targetIpmiIp } = order;
  needDatabase(context);
  const { refuse } = world.script(serverId);
  if (refuse) return new ApiFailure(400, refuse, { server_id: serverId });
  if (variants.unknownServers === "refused" && !world.servers.has(serverId))
    return new ApiFailure(404, `Server ${serverId} not found`, { server_id: serverId });
  if (variants.concurrentWorkflows === "refused" && engine.busy(serverId))
    return new ApiFailure(409, `A workflow is already running for ${serverId}`, { server_id: serverId });
  if (variants.occupiedIps === "refused" && targetIpmiIp !== null && world.occupied(targetIpmiIp, serverId))
    return new ApiFailure(409, `${targetIpmiIp} is already in use`, { target_ipmi_ip: targetIpmiIp });
  return undefined;
}

function orderOf(body: Json): Order {
  return {
    serverId: requiredText(body, "server_id"),
    deviceType: requiredText(body, "device_type"),
    targetIpmiIp: addressField(body, "target_ipmi_ip"),
    gateway: addressField(body, "gateway"),
    rackLocation: textField(body, "rack_location"),
    firmwarePolicy: null,
  };
}

function workflowOf({ engine }: HwAutomationContext, request: SimRequest): Workflow {
  const id = param(request, "id");
  const workflow = engine.find(id);
  if (!workflow) throw new ApiFailure(404, `Workflow ${id} not found`, { workflow_id: id });
  return workflow;
}
