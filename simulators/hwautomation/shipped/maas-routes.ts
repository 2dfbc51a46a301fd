import type { Route } from "../../core/http";
import { ApiFailure, type HwAutomationContext } from "../call";
import type { Machine } from "../types";
import { ok } from "./workflow-routes";

/** Machines of MaaS. One that cannot be reached looks like one without machines. */
export function shippedMaasRoutes({ variants, world }: HwAutomationContext): Route[] {
  const machines = (): Machine[] => (variants.maas === "up" ? [...world.machines.values()] : []);
  return [
    {
      method: "GET",
      path: "/api/maas/discover",
      handle() {
        if (variants.maas === "unconfigured") throw new ApiFailure(400, "MaaS not properly configured");
        const devices = machines().map(({ systemId, hostname, status, architecture, cpuCount }) => ({
          system_id: systemId,
          hostname,
          status,
          architecture,
          cpu_count: cpuCount,
        }));
        const ready = devices.filter(({ status }) => status === "Ready");
        return ok({ devices, available_count: ready.length, total_discovered: devices.length });
      },
    },
    {
      method: "GET",
      path: "/api/maas/test",
      handle() {
        const config = {
          url: variants.maas === "unconfigured" ? null : "http://127.0.0.1:5240/MAAS",
          host: null,
          // The first ten characters of the real keys.
          consumer_key: variants.maas === "unconfigured" ? null : "simConsume...",
          token_key: variants.maas === "unconfigured" ? null : "simTokenKe...",
          has_token_secret: variants.maas !== "unconfigured",
          timeout: 30,
          verify_ssl: true,
        };
        if (variants.maas === "unconfigured")
          return ok({ success: false, error: "MaaS URL/host not configured", config });
        const rows = machines().map(({ hostname, systemId, status }) => ({ hostname, system_id: systemId, status }));
        const status_summary: Record<string, number> = {};
        for (const { status } of rows) status_summary[status] = (status_summary[status] ?? 0) + 1;
        return ok({ success: true, config, machine_count: rows.length, status_summary, machines: rows.slice(0, 10) });
      },
    },
  ];
}
