import { controlCollection } from "../core/control-collection";
import { jsonBody, param, type Route, SimFailure, type SimReply } from "../core/http";
import { variantRoutes } from "../core/variants";
import {
  alertOrder,
  eventOrder,
  machineChange,
  machineSeeds,
  scriptChange,
  serverChange,
  serverSeeds,
} from "./control-schemas";
import type { HwAutomationSimulator } from "./simulator";
import { changeHwAutomationVariants, hwAutomationVariantSchema } from "./variants";

/** The part of the control endpoint that steers HWAutomation. */
export function hwAutomationControl(hwautomation: HwAutomationSimulator): Route[] {
  const { world, hub, variants } = hwautomation;
  return [
    ...variantRoutes({
      path: "/hwautomation/variants",
      service: "HWAutomation",
      example: '{"profile": "shipped"}',
      schema: hwAutomationVariantSchema,
      variants,
      change: (change) => changeHwAutomationVariants(variants, change),
    }),
    ...workRoutes(hwautomation),
    {
      method: "GET",
      path: "/hwautomation/sockets",
      doc: "Open Socket.IO connections, and the workflows that they subscribed to",
      handle: () => ok(hub.connections),
    },
    {
      method: "DELETE",
      path: "/hwautomation/sockets",
      doc: "Cut every connection",
      handle() {
        hub.cut();
        return none;
      },
    },
    {
      method: "POST",
      path: "/hwautomation/alerts",
      doc: 'Send a system_alert: {"level": "warning", "message": "High memory usage detected"}',
      handle(request) {
        const { level, message } = alertOrder.parse(jsonBody(request));
        hwautomation.alert(level, message);
        return none;
      },
    },
    {
      method: "POST",
      path: "/hwautomation/events",
      doc: 'Send any event: {"event": "workflow_status", "data": {"workflow_id": "no-such"}}',
      handle(request) {
        const { event, data } = eventOrder.parse(jsonBody(request));
        hub.tell(event, data);
        return none;
      },
    },
    ...controlCollection({
      path: "/hwautomation/servers",
      one: "server",
      least: "{serverId}",
      entries: () => world.servers,
      key: (id) => id,
      parse: (body) => serverSeeds.parse(body),
      add: (seed) => void world.addServer(seed),
    }),
    {
      method: "PATCH",
      path: "/hwautomation/servers/{id}",
      doc: 'Change a record or the hardware behind the service\'s back: {"firmware": {"bios": {"current": "1", "available": "2"}}}',
      handle(request) {
        const server = world.servers.get(param(request, "id"));
        if (!server) throw new SimFailure(404, `There is no server ${param(request, "id")}`);
        world.touch(server, serverChange.parse(jsonBody(request)));
        return ok(server);
      },
    },
    ...controlCollection({
      path: "/hwautomation/machines",
      one: "machine",
      least: "{systemId}",
      entries: () => world.machines,
      key: (id) => id,
      parse: (body) => machineSeeds.parse(body),
      add: (seed) => void world.addMachine(seed),
    }),
    {
      method: "PATCH",
      path: "/hwautomation/machines/{id}",
      doc: 'Change a machine of MaaS, for example {"commissioning": "fails"}',
      handle(request) {
        const machine = world.machines.get(param(request, "id"));
        if (!machine) throw new SimFailure(404, `There is no machine ${param(request, "id")}`);
        return ok(Object.assign(machine, machineChange.parse(jsonBody(request))));
      },
    },
  ];
}

/** What the service does, what it did to hardware, and what shall go wrong. */
function workRoutes(hwautomation: HwAutomationSimulator): Route[] {
  const { world } = hwautomation;
  return [
    {
      method: "GET",
      path: "/hwautomation/workflows",
      doc: "Every workflow so far, known to the service or not; ?server= selects",
      handle({ query }) {
        const server = query.get("server");
        const shown = hwautomation.workflows
          .filter(({ serverId }) => server === null || serverId === server)
          .map(({ id, serverId, status, step, createdAt, completedAt, error, order }) => ({
            id,
            serverId,
            status,
            step,
            createdAt,
            completedAt,
            error,
            order,
          }));
        return ok(shown);
      },
    },
    {
      method: "DELETE",
      path: "/hwautomation/workflows/{id}",
      doc: "The service forgets a workflow, which goes on all the same",
      handle(request) {
        hwautomation.forget(param(request, "id"));
        return none;
      },
    },
    {
      method: "POST",
      path: "/hwautomation/restart",
      doc: "Restart the service: what it had in memory is lost, connections are cut",
      handle() {
        hwautomation.restart();
        return none;
      },
    },
    {
      method: "GET",
      path: "/hwautomation/effects",
      doc: "What was really done to hardware, in order; ?server= and ?kind= select, such as kind=firmwareFlash",
      handle({ query }) {
        const [server, kind] = [query.get("server"), query.get("kind")];
        return ok(
          hwautomation.effects.filter(
            (effect) => (server === null || effect.serverId === server) && (kind === null || effect.kind === kind),
          ),
        );
      },
    },
    {
      method: "DELETE",
      path: "/hwautomation/effects",
      doc: "Forget these",
      handle() {
        world.effects.length = 0;
        return none;
      },
    },
    {
      method: "GET",
      path: "/hwautomation/scripts",
      doc: "What shall go wrong, by server",
      handle: () => ok(Object.fromEntries(world.scripts)),
    },
    {
      method: "DELETE",
      path: "/hwautomation/scripts",
      doc: "Nothing shall go wrong any more; what hangs goes on",
      handle() {
        for (const serverId of [...world.scripts.keys()]) {
          world.scripts.delete(serverId);
          hwautomation.setScript(serverId, {});
        }
        return none;
      },
    },
    {
      method: "PATCH",
      path: "/hwautomation/scripts/{id}",
      doc: 'What shall go wrong with a server: {"failAtStep": 3}, {"hangAtStep": 2}, {"cancelIgnored": true}, ...',
      handle(request) {
        const id = param(request, "id");
        hwautomation.setScript(id, scriptChange.parse(jsonBody(request)));
        return ok(world.script(id));
      },
    },
  ];
}

const none: SimReply = { status: 204 };

function ok(json: unknown): SimReply {
  return { status: 200, json };
}
