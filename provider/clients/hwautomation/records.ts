import { z } from "zod";
import type { Redactor } from "../http/redact";
import type { BiosResult, DatabaseInfo, Firmware, FirmwareImage, MaasMachine, Server, ServerChanges } from "./types";
import { type Fields, flag, isFields, listOf, number, objectOf, rows, text, textMap, texts, time } from "./wire";

const serverSchema = z.looseObject({
  server_id: text,
  id: text,
  device_type: text,
  vendor: text,
  model: text,
  server_model: text,
  bios_version: text,
  bmc_version: text,
  ipmi_ip: text,
  ipmi_address: text,
  status: text,
  status_name: text,
  rack_location: text,
  notes: text,
  last_updated: time,
  updated_at: time,
});

/** A record of a server, by the names of the API or by those of the database behind it. Throws when it has no id. */
export function serverView(fields: Fields): Server {
  const row = serverSchema.parse(fields);
  const serverId = row.server_id ?? row.id;
  if (serverId === undefined) throw new Error("a server has no server_id");
  return {
    serverId,
    deviceType: row.device_type,
    vendor: row.vendor,
    model: row.model ?? row.server_model,
    biosVersion: row.bios_version,
    bmcVersion: row.bmc_version,
    ipmiIp: row.ipmi_ip ?? row.ipmi_address,
    status: row.status ?? row.status_name,
    rackLocation: row.rack_location,
    notes: row.notes,
    lastUpdated: row.last_updated ?? row.updated_at,
  };
}

/** What is written of a record, by the names of the API. */
export function serverBody(changes: ServerChanges): Record<string, string | undefined> {
  return {
    device_type: changes.deviceType,
    ipmi_ip: changes.ipmiIp,
    status: changes.status,
    bios_version: changes.biosVersion,
    bmc_version: changes.bmcVersion,
    rack_location: changes.rackLocation,
    notes: changes.notes,
  };
}

/** The rows of the table of servers in a dump of the database, and how many there are. */
export function serversOfDump(body: unknown): { servers: Server[]; count: number } {
  const { tables } = objectOf(body);
  const table = isFields(tables) ? tables.servers : undefined;
  if (isFields(table) && text.parse(table.error) !== undefined) throw new Error(`its table of servers: ${table.error}`);
  const servers = listOf(isFields(table) ? { servers: table.data ?? table.rows } : { servers: table }, "servers").map(
    serverView,
  );
  return { servers, count: (isFields(table) ? number.parse(table.count) : undefined) ?? servers.length };
}

const firmwareSchema = z.looseObject({
  current_version: text,
  available_version: text,
  latest_version: text,
  update_available: flag,
});

/** The firmware of a server, a component each. Throws when the answer has none. */
export function firmwareView(body: unknown): Firmware[] {
  const { firmware } = objectOf(body);
  if (!isFields(firmware)) throw new Error("there is no firmware in it");
  return Object.entries(firmware).map(([component, told]) => {
    const row = firmwareSchema.parse(isFields(told) ? told : { current_version: told });
    return {
      component,
      currentVersion: row.current_version,
      availableVersion: row.available_version ?? row.latest_version,
      updateAvailable: row.update_available,
    };
  });
}

const machineSchema = z.looseObject({
  system_id: text,
  hostname: text,
  status: text,
  status_name: text,
  ip_addresses: z.array(z.unknown()).pipe(texts).optional().catch(undefined),
  architecture: text,
  cpu_count: number,
  memory: number,
});

/** A machine of MaaS. Throws when it has no id. */
export function machineView(fields: Fields): MaasMachine {
  const row = machineSchema.parse(fields);
  if (row.system_id === undefined) throw new Error("a machine has no system_id");
  return {
    systemId: row.system_id,
    hostname: row.hostname,
    status: row.status_name ?? row.status,
    ipAddresses: row.ip_addresses,
    architecture: row.architecture,
    cpuCount: row.cpu_count,
    memory: row.memory,
  };
}

const biosSchema = z.looseObject({
  success: flag,
  method_used: text,
  settings_applied: textMap,
  settings_failed: textMap,
  validation_errors: texts,
  backup_file: text,
  reboot_required: flag,
});

/** What came of a BIOS configuration. That it was taken is all that must be told. */
export function biosView(body: unknown, redactor: Redactor): BiosResult {
  const row = biosSchema.parse(objectOf(body ?? {}));
  const clean = (map: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(map).map(([name, value]) => [name, redactor.redact(value)]));
  const isFine = Object.keys(row.settings_failed).length === 0 && row.validation_errors.length === 0;
  return {
    success: row.success ?? isFine,
    methodUsed: row.method_used,
    settingsApplied: clean(row.settings_applied),
    settingsFailed: clean(row.settings_failed),
    validationErrors: row.validation_errors.map((each) => redactor.redact(each)),
    backupFile: row.backup_file,
    rebootRequired: row.reboot_required,
  };
}

/** Whether an answer tells what came of a BIOS configuration, and not only that there was an error. */
export function isBiosResult(body: unknown): boolean {
  return isFields(body) && ["settings_applied", "settings_failed", "validation_errors"].some((key) => key in body);
}

const databaseSchema = z.looseObject({
  version: text,
  path: text,
  table_count: number,
  server_count: number,
  size: z.unknown().transform(bytesOf).optional(),
});

export function databaseView(body: unknown): DatabaseInfo {
  const fields = objectOf(body);
  const row = databaseSchema.parse(isFields(fields.info) ? fields.info : fields);
  const { version, path, size } = row;
  return { version, path, tableCount: row.table_count, serverCount: row.server_count, size };
}

const units: Readonly<Record<string, number>> = { "": 1, b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 };

/** A size is told in bytes, or as a text for people, such as "1.5 MB". */
function bytesOf(size: unknown): number | undefined {
  if (typeof size === "number") return Number.isFinite(size) ? size : undefined;
  const [, count, unit = ""] = typeof size === "string" ? (/^([\d.]+)\s*([kmg]?b)?$/i.exec(size.trim()) ?? []) : [];
  const factor = units[unit.toLowerCase()];
  return count === undefined || factor === undefined ? undefined : Math.round(Number(count) * factor);
}

/** The names in a list of device types, each a text or an object. Throws when there is no list. */
export function deviceTypesOf(body: unknown): string[] {
  const fields = objectOf(Array.isArray(body) ? { device_types: body } : body);
  const { device_types: types } = fields;
  if (!Array.isArray(types)) throw new Error("there is no list of device_types in it");
  return types.flatMap((type) => text.parse(isFields(type) ? (type.device_type ?? type.name ?? type.id) : type) ?? []);
}

const fileSchema = z.looseObject({
  filename: text,
  file: text,
  name: text,
  path: text,
  version: text,
  component: text,
  firmware_type: text,
  type: text,
  vendor: text,
  model: text,
});

/** The images in a list by device types, each of which has its files. Throws when there is no list. */
export function imagesOf(body: unknown): FirmwareImage[] {
  return listOf(body, "firmware_list", "firmware").flatMap((entry) => {
    const owner = z.looseObject({ vendor: text, device_type: text, firmware_files: rows }).parse(entry);
    const files = entry.firmware_files === undefined ? [entry] : owner.firmware_files;
    return files.map((each) => {
      const file = fileSchema.parse(each);
      return {
        vendor: file.vendor ?? owner.vendor,
        model: file.model ?? owner.device_type,
        component: file.component ?? file.firmware_type ?? file.type,
        version: file.version,
        file: file.filename ?? file.file ?? file.name ?? file.path,
      };
    });
  });
}
