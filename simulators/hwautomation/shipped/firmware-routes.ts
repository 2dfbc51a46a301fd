import { param, type Route } from "../../core/http";
import { ApiFailure, type HwAutomationContext, type Json } from "../call";
import { shippedDeviceTypes } from "./database-routes";
import { ok, shippedBody } from "./workflow-routes";

/** Images that the application keeps. */
const images = [
  { vendor: "hpe", type: "bios", filename: "U32_1.2.4.fwpkg", version: "U32.1.2.4", size: 33_554_432 },
  { vendor: "hpe", type: "bmc", filename: "ilo5_285.bin", version: "2.85.0", size: 16_777_216 },
  { vendor: "supermicro", type: "bios", filename: "BIOS_X11_3.6.rom", version: "3.6", size: 16_777_216 },
];
const imageTime = "2025-01-01T00:00:00";

/** Firmware: what is scheduled is stored nowhere, and its progress is always the same. */
export function shippedFirmwareRoutes({ clock, world }: HwAutomationContext): Route[] {
  const now = (): string => new Date(clock.now()).toISOString().slice(0, -1);
  const files = images.map((image) => ({ ...image, modified: imageTime }));
  const entry = (device_type: string): Json => ({
    device_type,
    vendor: "hpe",
    description: `${device_type} server`,
    motherboard: ["RL300 Gen11"],
    firmware_files: files.filter(({ vendor }) => vendor === "hpe"),
    bios_version: "U32.1.2.4",
    bmc_version: "2.85.0",
    cpu_name: "Unknown",
    cpu_cores: 0,
    ram_gb: 0,
    last_updated: imageTime,
  });
  return [
    {
      method: "GET",
      path: "/firmware/api/inventory",
      handle() {
        const servers = [...world.servers.values()]
          .filter(({ status }) => status !== "Deleted")
          .map(({ serverId, status, deviceType, ipmiIp }) => {
            const detected = ipmiIp !== null && (status === "Ready" || status === "Deployed");
            return {
              id: serverId,
              hostname: serverId,
              status,
              device_type: deviceType,
              ipmi_ip: ipmiIp,
              firmware_status: detected ? "detected" : "unknown",
              // The same for every server: nothing is read.
              bios_version: detected ? "Simulated-v1.0" : "Unknown",
              bmc_version: detected ? "Simulated-BMC-v2.0" : "Unknown",
              updates_available: detected && (deviceType ?? "").includes("large"),
              last_checked: detected ? now() : null,
            };
          });
        const updates = servers.filter(({ updates_available }) => updates_available).length;
        const unknown = servers.filter(({ firmware_status }) => firmware_status === "unknown").length;
        return ok({
          servers,
          update_summary: {
            total_servers: servers.length,
            updates_available: updates,
            up_to_date: servers.length - updates - unknown,
            unknown_status: unknown,
          },
          firmware_repository: { total_files: images.length, vendors: ["hpe", "supermicro"], latest_versions: {} },
        });
      },
    },
    {
      method: "GET",
      path: "/firmware/api/device-types",
      handle: () => ok({ device_types: shippedDeviceTypes.map(entry) }),
    },
    {
      method: "GET",
      path: "/firmware/api/firmware-list",
      handle() {
        const list = [entry("a1.c5.large")];
        const summary = { total_entries: list.length, total_firmware_files: 2, vendors: ["hpe"] };
        return ok({ firmware_list: list, summary });
      },
    },
    {
      method: "GET",
      path: "/firmware/api/download/{vendor}/{type}/{filename}",
      handle(request) {
        const [vendor, type, filename] = ["vendor", "type", "filename"].map((name) => param(request, name));
        if (vendor !== "hpe" && vendor !== "supermicro") throw new ApiFailure(400, "Invalid vendor");
        if (type !== "bios" && type !== "bmc") throw new ApiFailure(400, "Invalid firmware type");
        if (!images.some((image) => image.vendor === vendor && image.type === type && image.filename === filename))
          throw new ApiFailure(404, "Firmware file not found");
        const headers = {
          "content-type": "application/octet-stream",
          "content-disposition": `attachment; filename=${filename}`,
        };
        return { status: 200, headers, text: `simulated firmware ${filename}` };
      },
    },
    {
      method: "POST",
      path: "/firmware/api/schedule",
      handle(request) {
        const body = shippedBody(request);
        if (Object.keys(body).length === 0) throw new ApiFailure(400, "No data provided");
        const ids = Array.isArray(body.server_ids) ? body.server_ids : [];
        if (ids.length === 0) throw new ApiFailure(400, "No servers specified");
        const stamp = now().slice(0, 19).replace(/\D/g, "");
        const scheduled_updates = ids.map((id) => ({
          server_id: id,
          workflow_id: `fw-update-${id}-${stamp}`,
          scheduled_time: body.scheduled_time ?? null,
          status: "scheduled",
        }));
        return ok({
          success: true,
          scheduled_updates,
          failed_schedules: [],
          total_scheduled: scheduled_updates.length,
        });
      },
    },
    {
      method: "GET",
      path: "/firmware/api/progress/{id}",
      handle: (request) => {
        const phase = (status: string, duration: number | null = null): Json => ({ status, duration });
        return ok({
          workflow_id: param(request, "id"),
          status: "running",
          current_phase: "firmware_analysis",
          progress_percentage: 25,
          steps_completed: 2,
          total_steps: 8,
          current_step: "Analyzing current firmware versions",
          estimated_remaining: "15 minutes",
          started_at: now(),
          phases: {
            hardware_discovery: phase("completed", 120),
            firmware_analysis: phase("running"),
            bios_configuration: phase("pending"),
            firmware_updates: phase("pending"),
            validation: phase("pending"),
            documentation: phase("pending"),
          },
        });
      },
    },
    {
      method: "POST",
      path: "/firmware/api/cancel/{id}",
      handle: (request) =>
        ok({
          success: true,
          workflow_id: param(request, "id"),
          status: "cancelled",
          message: "Firmware update cancelled successfully",
        }),
    },
    {
      method: "POST",
      path: "/firmware/api/check-new",
      handle: () =>
        ok({
          success: true,
          new_firmware_count: 0,
          checked_vendors: ["HPE", "Supermicro", "Dell"],
          device_types_checked: shippedDeviceTypes.length,
          last_checked: now(),
          new_firmware: [],
          existing_firmware_count: images.length,
          message: `No new firmware found. Checked ${shippedDeviceTypes.length} device types - all firmware is up to date`,
        }),
    },
    {
      method: "GET",
      path: "/firmware/api/download-queue",
      handle: () => ok({ active_downloads: [], completed_downloads: [], queue_length: 0 }),
    },
    {
      method: "GET",
      path: "/firmware/api/repository-details",
      handle() {
        const of = (vendor: string, type: string): Json[] =>
          files
            .filter((file) => file.vendor === vendor && file.type === type)
            .map(({ filename, size, modified }) => ({
              filename,
              size: megabytes(size),
              modified,
              path: `${vendor}/${type}/${filename}`,
            }));
        const vendors = Object.fromEntries(
          ["hpe", "supermicro"].map((vendor) => [vendor, { bios: of(vendor, "bios"), bmc: of(vendor, "bmc") }]),
        );
        return ok({
          success: true,
          repository_path: "/app/firmware",
          total_files: images.length,
          total_size: megabytes(images.reduce((sum, { size }) => sum + size, 0)),
          vendors,
          vendor_count: Object.keys(vendors).length,
          file_types: { bios: 2, bmc: 1 },
          last_scan: now(),
        });
      },
    },
  ];
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_048_576).toFixed(1)} MB`;
}
