import { controlCollection } from "../core/control-collection";
import { jsonBody, param, type Route, SimFailure, type SimReply } from "../core/http";
import { variantRoutes } from "../core/variants";
import { daemonConfig, daemonOrder, firewallChange, firewallSeeds, folderOrder, upgradePaths } from "./control-schemas";
import type { PanosSimulator } from "./simulator";
import { changePanosVariants, panosVariantSchema } from "./variants";

/** The part of the control endpoint that steers the PAN-OS upgrade daemon. */
export function panosControl(panos: PanosSimulator): Route[] {
  const daemon = (): SimReply => ok({ state: panos.daemon, baseDir: panos.baseDir });
  return [
    ...variantRoutes({
      path: "/panos/variants",
      service: "the PAN-OS upgrade daemon",
      example: '{"timeScale": 60}',
      schema: panosVariantSchema,
      variants: panos.variants,
      change: (change) => changePanosVariants(panos.variants, change),
    }),
    { method: "GET", path: "/panos/daemon", doc: "What the daemon is doing, and where", handle: daemon },
    {
      method: "POST",
      path: "/panos/daemon",
      doc: 'Start, stop (SIGTERM), kill or restart it: {"do": "kill", "agoSeconds": 60} as if it had died a minute ago',
      handle(request) {
        const { do: order, agoSeconds } = daemonOrder.parse(jsonBody(request));
        if (order === "kill") panos.kill({ agoSeconds });
        else panos[order]();
        return daemon();
      },
    },
    {
      method: "GET",
      path: "/panos/actions",
      doc: "Everything that the daemon asked of firewalls; ?serial= and ?kind= select, such as kind=reboot",
      handle({ query }) {
        const [serial, kind] = [query.get("serial"), query.get("kind")];
        return ok(
          panos.actions.filter(
            (action) => (serial === null || action.serial === serial) && (kind === null || action.kind === kind),
          ),
        );
      },
    },
    {
      method: "GET",
      path: "/panos/deliveries",
      doc: "Every job and command file that clients put in place, and what became of it",
      async handle() {
        await panos.settle();
        return ok(panos.deliveries);
      },
    },
    {
      method: "POST",
      path: "/panos/settle",
      doc: "Wait until the daemon has noticed every file that was put in place so far",
      async handle() {
        await panos.settle();
        return { status: 204 };
      },
    },
    {
      method: "POST",
      path: "/panos/discover",
      doc: "Write the inventory anew, with the versions that run now",
      handle() {
        panos.discover();
        return { status: 204 };
      },
    },
    {
      method: "PUT",
      path: "/panos/paths",
      doc: 'Replace upgrade_paths.json, {"10.2.9": ["11.1.0", "11.1.4"]}; the daemon reads it when it starts',
      handle(request) {
        panos.setPaths(upgradePaths.parse(jsonBody(request)));
        return { status: 204 };
      },
    },
    {
      method: "PUT",
      path: "/panos/config",
      doc: 'Replace config.json, {"workers": {"max": 2}}; the daemon reads it when it starts',
      handle(request) {
        panos.setConfig(daemonConfig.parse(jsonBody(request)));
        return { status: 204 };
      },
    },
    {
      method: "POST",
      path: "/panos/folders",
      doc: 'Make a folder unusable (missing, file, unreadable), or ok again: {"folder": "queue/pending", "state": "missing"}',
      handle(request) {
        const { folder, state } = folderOrder.parse(jsonBody(request));
        panos.setFolder(folder, state);
        return { status: 204 };
      },
    },
    ...controlCollection({
      path: "/panos/devices",
      one: "firewall",
      least: "{serial}",
      entries: () => panos.devices,
      key: (text) => text,
      parse: (body) => firewallSeeds.parse(body),
      add: (seed) => panos.seed([seed]),
      remove: (serial) => panos.remove(serial),
    }),
    {
      method: "PATCH",
      path: "/panos/devices/{id}",
      doc: 'Change a firewall behind the daemon\'s back, for example {"downloads": ["fails", "ok"]}',
      handle(request) {
        const serial = param(request, "id");
        if (!panos.devices.has(serial)) throw new SimFailure(404, `There is no firewall ${serial}`);
        return ok(Object.assign(panos.device(serial), firewallChange.parse(jsonBody(request))));
      },
    },
  ];
}

function ok(json: unknown): SimReply {
  return { status: 200, json };
}
