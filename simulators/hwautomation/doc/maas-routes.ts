import { param, type Route } from "../../core/http";
import { ApiFailure, type HwAutomationContext, openSuccess, success } from "../call";

/** Machines of MaaS. */
export function maasRoutes(context: HwAutomationContext): Route[] {
  const { world, variants } = context;
  return [
    {
      method: "GET",
      path: "/api/maas/discover",
      handle() {
        needMaas(context, variants.maasDownListing === "error");
        const machines = variants.maas === "up" ? [...world.machines.values()] : [];
        const rows = machines.map((machine) => ({
          system_id: machine.systemId,
          hostname: machine.hostname,
          status: machine.status,
          ip_addresses: machine.ipAddresses,
          architecture: machine.architecture,
          cpu_count: machine.cpuCount,
          memory: machine.memory,
        }));
        return success(context, { machines: rows, total: rows.length });
      },
    },
    {
      method: "POST",
      path: "/api/maas/commission/{id}",
      handle(request) {
        needMaas(context, true);
        const id = param(request, "id");
        const machine = world.machines.get(id);
        if (!machine) throw new ApiFailure(404, `Machine ${id} not found`, { system_id: id });
        if (machine.status === "Commissioning")
          throw new ApiFailure(409, `Machine ${id} is being commissioned already`, { status: machine.status });
        world.record("commission", machine.hostname, { systemId: id });
        world.commission(machine);
        return openSuccess(context, { system_id: id, status: machine.status }, `Commissioning of ${id} started`, 202);
      },
    },
  ];
}

function needMaas({ variants }: HwAutomationContext, up: boolean): void {
  if (variants.maas === "unconfigured") throw new ApiFailure(400, "MaaS not properly configured");
  if (variants.maas === "down" && up) throw new ApiFailure(503, "MaaS is not reachable");
}
