import { isObject, param, type Route, type SimReply, type SimRequest } from "../../core/http";
import { ApiFailure, type HwAutomationContext, type Json } from "../call";
import { firmwarePolicies } from "../doc/workflow-routes";
import type { ShippedRun } from "./engine";

/** Workflows of the shipped application. */
export function shippedWorkflowRoutes(context: HwAutomationContext): Route[] {
  const { shipped, variants } = context;
  const start = (body: Json, firmwarePolicy: string | null): SimReply => {
    const { server_id, device_type, target_ipmi_ip, gateway } = body;
    const run = shipped.start({
      serverId: String(server_id),
      deviceType: String(device_type),
      targetIpmiIp: textOf(target_ipmi_ip),
      gateway: textOf(gateway),
      firmwareFirst: firmwarePolicy !== null,
      tracked: false,
    });
    const what = firmwarePolicy === null ? "Provisioning" : "Firmware-first provisioning";
    return ok({
      success: true,
      id: run.id,
      message: `${what} workflow started for ${server_id}`,
      ...(firmwarePolicy === null ? {} : { firmware_policy: firmwarePolicy }),
      steps: run.steps,
      ...(target_ipmi_ip ? { target_ipmi_ip } : {}),
      ...(gateway ? { gateway } : {}),
    });
  };
  const runOf = (request: SimRequest): ShippedRun | undefined => shipped.registry.get(param(request, "id"));
  return [
    {
      method: "POST",
      path: "/api/orchestration/provision",
      handle: (request) => start(needed(shippedBody(request)), null),
    },
    {
      method: "POST",
      path: "/api/orchestration/provision-firmware-first",
      handle(request) {
        const body = needed(shippedBody(request));
        const policy = body.firmware_policy ?? "recommended";
        if (typeof policy !== "string" || !firmwarePolicies.includes(policy)) {
          const list = firmwarePolicies.map((name) => `'${name}'`).join(", ");
          throw new ApiFailure(400, `Invalid firmware_policy. Must be one of: [${list}]`);
        }
        return start(body, policy);
      },
    },
    {
      method: "GET",
      path: "/api/orchestration/workflow/{id}/status",
      handle(request) {
        const run = runOf(request);
        if (!run) throw new ApiFailure(404, "Workflow not found");
        return ok(shownRun(run));
      },
    },
    {
      method: "GET",
      path: "/api/orchestration/workflows",
      handle: () => ok({ workflows: [...shipped.registry.values()].map(shownRun) }),
    },
    // Compares states of two kinds, so that it never finds one.
    { method: "GET", path: "/api/workflows/status", handle: () => ok({ workflows: [] }) },
    {
      method: "POST",
      path: "/api/orchestration/workflow/{id}/cancel",
      handle(request) {
        if (!runOf(request)) throw new ApiFailure(404, "Workflow not found or cannot be cancelled");
        throw new ApiFailure(500, "'Workflow' object has no attribute 'cancel'");
      },
    },
    {
      method: "POST",
      path: "/api/batch/commission",
      handle(request) {
        const body = shippedBody(request);
        const { device_type, target_ipmi_ip, gateway } = body;
        const ids = listOf(body.device_ids) ?? listOf(body.server_ids) ?? [];
        if (!device_type) throw new ApiFailure(400, "Device type is required");
        if (ids.length === 0) throw new ApiFailure(400, "At least one device must be selected");
        const results = ids.map((id): Json => {
          const serverId = String(id);
          const { refuse } = context.world.script(serverId);
          const error = refuse ?? (variants.database === "locked" ? "database is locked" : undefined);
          if (error !== undefined) return { status: "failed", device_id: id, workflow_id: null, error };
          const run = shipped.start({
            serverId,
            deviceType: String(device_type),
            targetIpmiIp: textOf(target_ipmi_ip),
            gateway: textOf(gateway),
            firmwareFirst: false,
            tracked: true,
          });
          return {
            status: "started",
            device_id: id,
            workflow_id: run.id,
            ...(target_ipmi_ip ? { target_ipmi_ip } : {}),
            ...(gateway ? { gateway } : {}),
          };
        });
        const started = results.filter(({ status }) => status === "started").length;
        const batchId = `batch_${Math.floor(context.clock.now() / 1_000)}`;
        const message = `Started commissioning ${started} of ${ids.length} devices`;
        return ok({ success: true, message, batch_id: batchId, results });
      },
    },
  ];
}

/** The body, as far as the application looks at it: what is no JSON becomes a failure of its own code. */
export function shippedBody(request: SimRequest): Json {
  const type = String(request.headers["content-type"] ?? "");
  if (!/^application\/(.+\+)?json\b/i.test(type))
    throw new ApiFailure(
      500,
      "415 Unsupported Media Type: Did not attempt to load JSON data because the request Content-Type was not 'application/json'.",
    );
  const broken = "The browser (or proxy) sent a request that this server could not understand.";
  let body: unknown;
  try {
    body = JSON.parse(request.body.toString("utf8"));
  } catch {
    throw new ApiFailure(500, `400 Bad Request: ${broken}`);
  }
  if (!isObject(body))
    throw new ApiFailure(500, `'${Array.isArray(body) ? "list" : typeof body}' object has no attribute 'get'`);
  return body;
}

export function ok(json: unknown): SimReply {
  return { status: 200, json };
}

function needed(body: Json): Json {
  for (const field of ["server_id", "device_type"])
    if (!Object.hasOwn(body, field)) throw new ApiFailure(400, `Missing required field: ${field}`);
  return body;
}

function listOf(value: unknown): unknown[] | undefined {
  return Array.isArray(value) && value.length > 0 ? value : undefined;
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/** A run as status and list show it: no server, no times, and progress that counts the step at work. */
function shownRun({ id, order, steps, status, step }: ShippedRun): Json {
  return {
    id,
    name: `Server Provisioning: ${order.serverId}`,
    description: `Complete server provisioning workflow for ${order.serverId} (${order.deviceType})`,
    status,
    current_step_index: step,
    current_step_name: steps[step - 1]?.name,
    total_steps: steps.length,
    progress: Math.round((step / steps.length) * 10_000) / 100,
  };
}
