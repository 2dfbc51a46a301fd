import { param, type Route, type SimRequest } from "../../core/http";
import {
  ApiFailure,
  addressField,
  type HwAutomationContext,
  type Json,
  needDatabase,
  objectBody,
  openSuccess,
  requiredText,
  success,
  textField,
} from "../call";
import type { Server } from "../types";
import { serverInformation, serverRecord } from "./present";

/** Servers: what is known of the hardware, and the records of the database. */
export function serverRoutes(context: HwAutomationContext): Route[] {
  const { world, variants } = context;
  const serverOf = (request: SimRequest): Server => {
    needDatabase(context);
    const id = param(request, "id");
    const server = world.servers.get(id);
    if (!server) throw new ApiFailure(404, `Server ${id} not found`, { server_id: id });
    return server;
  };
  return [
    {
      method: "GET",
      path: "/api/hardware/server/{id}",
      handle: (request) => success(context, serverInformation(serverOf(request))),
    },
    {
      method: "GET",
      path: "/api/hardware/server/{id}/firmware",
      handle(request) {
        const server = serverOf(request);
        // The only place where a record that was marked as deleted makes a difference.
        if (server.status === "Deleted") throw new ApiFailure(404, `Server ${server.serverId} not found`);
        const firmware = Object.entries(server.firmware).map(([name, { current, available }]) => [
          name,
          { current_version: current, available_version: available, update_available: current !== available },
        ]);
        return success(context, { server_id: server.serverId, firmware: Object.fromEntries(firmware) });
      },
    },
    {
      method: "GET",
      path: "/api/database/servers",
      handle() {
        needDatabase(context);
        const servers = [...world.servers.values()].map(serverRecord);
        return success(context, variants.serverListing === "array" ? servers : { servers, total: servers.length });
      },
    },
    {
      method: "POST",
      path: "/api/database/servers",
      handle(request) {
        const body = objectBody(request);
        const serverId = requiredText(body, "server_id");
        const change = { ...changeOf(body), deviceType: requiredText(body, "device_type") };
        needDatabase(context);
        if (world.servers.has(serverId))
          throw new ApiFailure(409, `Server ${serverId} already exists`, { server_id: serverId });
        const server = world.addServer({ serverId, ...change });
        return openSuccess(context, { server: serverRecord(server) }, `Server ${serverId} created`);
      },
    },
    {
      method: "PUT",
      path: "/api/database/servers/{id}",
      handle(request) {
        const body = objectBody(request);
        const change = changeOf(body);
        const server = serverOf(request);
        world.touch(server, change);
        return openSuccess(context, { server: serverRecord(server) }, `Server ${server.serverId} updated`);
      },
    },
  ];
}

const texts = {
  device_type: "deviceType",
  status: "status",
  vendor: "vendor",
  model: "model",
  bios_version: "biosVersion",
  bmc_version: "bmcVersion",
  rack_location: "rackLocation",
  notes: "notes",
} as const;

/** What a body says about a record. Fields that no record has are passed over; null clears one that may be empty. */
function changeOf(body: Json): Partial<Server> {
  const change: Json = {};
  for (const [name, field] of Object.entries(texts)) {
    if (!Object.hasOwn(body, name)) continue;
    if (name === "status") change[field] = requiredText(body, name);
    else change[field] = textField(body, name);
  }
  if (Object.hasOwn(body, "ipmi_ip")) change.ipmiIp = addressField(body, "ipmi_ip");
  if (Object.hasOwn(body, "gateway")) change.gateway = addressField(body, "gateway");
  return change as Partial<Server>;
}
