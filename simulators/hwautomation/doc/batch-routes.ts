import type { Route } from "../../core/http";
import {
  ApiFailure,
  addressField,
  type HwAutomationContext,
  type Json,
  objectBody,
  requiredText,
  success,
  textField,
} from "../call";
import { refusal } from "./workflow-routes";

/** Many servers at once. */
export function batchRoutes(context: HwAutomationContext): Route[] {
  return [
    {
      method: "POST",
      path: "/api/batch/commission",
      handle(request) {
        const body = objectBody(request);
        const serverIds = serverList(body);
        const deviceType = requiredText(body, "device_type");
        const gateway = addressField(body, "gateway");
        const range = textField(body, "ipmi_range");
        const addresses = range === null ? [] : addressesOf(range);
        if (range !== null && addresses.length < serverIds.length)
          throw new ApiFailure(
            400,
            `ipmi_range ${range} has ${addresses.length} addresses for ${serverIds.length} servers`,
            { field: "ipmi_range" },
          );
        const workflows = serverIds.map((serverId, index): Json => {
          const targetIpmiIp = addresses[index] ?? null;
          const order = { serverId, deviceType, targetIpmiIp, gateway, rackLocation: null, firmwarePolicy: null };
          const repeated = serverIds.indexOf(serverId) < index;
          const error = repeated ? `${serverId} is in the list twice` : refusal(context, order)?.message;
          if (error !== undefined)
            return { server_id: serverId, workflow_id: null, ipmi_ip: targetIpmiIp, status: "failed", error };
          const { id } = context.engine.start(order);
          return { server_id: serverId, workflow_id: id, ipmi_ip: targetIpmiIp };
        });
        return success(context, { success: true, workflows });
      },
    },
  ];
}

function serverList(body: Json): string[] {
  const list = body.server_ids;
  const details = { field: "server_ids" };
  if (list === undefined) throw new ApiFailure(400, "Missing required field: server_ids", details);
  if (!Array.isArray(list) || list.length === 0 || list.some((id) => typeof id !== "string" || id.trim() === ""))
    throw new ApiFailure(400, "server_ids must be a non-empty list of strings", details);
  return list;
}

/** The addresses of a range such as 192.168.1.100-120, in order; 400 for anything else. */
function addressesOf(range: string): string[] {
  const [, prefix, first, last] = /^(\d{1,3}\.\d{1,3}\.\d{1,3}\.)(\d{1,3})-(\d{1,3})$/.exec(range) ?? [];
  const octets = [...(prefix?.split(".").slice(0, 3) ?? []), first, last].map(Number);
  if (prefix === undefined || octets.some((octet) => octet > 255) || Number(first) > Number(last))
    throw new ApiFailure(400, `ipmi_range must look like 192.168.1.100-120, not ${range}`, { field: "ipmi_range" });
  return Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => `${prefix}${Number(first) + index}`);
}
