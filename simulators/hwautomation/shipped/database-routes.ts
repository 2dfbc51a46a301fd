import type { Route, SimReply } from "../../core/http";
import type { HwAutomationContext, Json } from "../call";
import type { Server } from "../types";
import { ok } from "./workflow-routes";

/** How many rows of each table the dump shows. */
const shownRows = 100;
/** What an empty database and a row of it take, in bytes. */
const emptyBytes = 57_344;
const rowBytes = 512;

/** The database: a few facts, and a dump of every table, which is the only way to the records. */
export function shippedDatabaseRoutes(context: HwAutomationContext): Route[] {
  const { variants, world, shipped } = context;
  const tables = (): Record<string, Json[]> => ({
    power_state_history: [],
    schema_migrations: migrations.map((name, index) => ({
      id: index + 1,
      version: index + 1,
      name,
      applied_at: "2025-01-01 00:00:00",
      checksum: null,
    })),
    servers: [...world.servers.values()].map(rowOf),
    sqlite_sequence: [
      { name: "schema_migrations", seq: migrations.length },
      { name: "workflow_history", seq: shipped.history.rows.length },
    ],
    workflow_history: shipped.history.rows.map((row) => ({ ...row })),
  });
  const reading = (work: () => SimReply): SimReply =>
    variants.database === "locked" ? { status: 500, json: { success: false, error: "database is locked" } } : work();
  return [
    {
      method: "GET",
      path: "/api/database/info",
      handle: () =>
        reading(() => {
          const all = Object.values(tables());
          const bytes = emptyBytes + rowBytes * all.reduce((sum, rows) => sum + rows.length, 0);
          const info = {
            version: "3.40.1",
            size: `${(bytes / 1_024).toFixed(1)} KB`,
            path: "data/hw_automation.db",
            table_count: all.length,
            server_count: world.servers.size,
          };
          return ok({ success: true, info });
        }),
    },
    {
      method: "GET",
      path: "/api/database/tables",
      handle: () =>
        reading(() => {
          const dump = Object.entries(tables()).map(([name, rows]) => {
            const data = rows.slice(0, shownRows);
            return [name, { count: rows.length, showing: data.length, data }];
          });
          return ok({ success: true, tables: Object.fromEntries(dump) });
        }),
    },
    {
      method: "GET",
      path: "/api/device-types",
      handle: () => ok({ device_types: shippedDeviceTypes, count: shippedDeviceTypes.length }),
    },
  ];
}

const migrations = [
  "Initial schema",
  "Add IPMI fields",
  "Add timestamps",
  "Add server metadata",
  "Add power state tracking",
  "Add device type and workflow fields",
];

/** The 44 device types of one of the application's two catalogues. */
export const shippedDeviceTypes: readonly string[] = [
  "a1.c5.large",
  "flex-6258R.c.small",
  ...["d1", "d2", "s1", "s2", "s3", "s5", "x1"].flatMap((family) =>
    ["c1", "c2"].flatMap((processor) => ["small", "medium", "large"].map((size) => `${family}.${processor}.${size}`)),
  ),
];

/** A row of the table servers. Versions of BIOS and BMC have no column. */
function rowOf(server: Server): Json {
  const at = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace("T", " ");
  return {
    server_id: server.serverId,
    status_name: server.status,
    is_ready: server.status === "Ready" ? "TRUE" : "FALSE",
    server_model: server.model,
    ip_address: null,
    ip_address_works: "FALSE",
    ipmi_address: server.ipmiIp,
    ipmi_address_works: "FALSE",
    kcs_status: null,
    host_interface_status: null,
    ipmi_username: "ADMIN",
    ipmi_password_set: "FALSE",
    bios_password_set: "FALSE",
    redfish_available: "UNKNOWN",
    created_at: at(server.createdAt),
    updated_at: at(server.updatedAt),
    last_seen: null,
    cpu_model: null,
    memory_gb: null,
    storage_info: null,
    network_interfaces: null,
    firmware_version: null,
    rack_location: server.rackLocation,
    tags: null,
    power_state: "UNKNOWN",
    last_power_change: null,
    device_type: server.deviceType,
    server_type: null,
    commissioning_status: null,
    workflow_id: null,
    workflow_status: null,
    last_workflow_run: null,
    bios_config_applied: null,
    bios_config_version: null,
    ipmi_configured: 0,
    ssh_accessible: 0,
    hardware_validated: 0,
    provisioning_target: null,
    assigned_role: null,
    deployment_status: null,
    notes: server.notes,
  };
}
