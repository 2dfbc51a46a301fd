import type { ServiceDefinition } from "../core/service";
import { activationRoutes } from "./activation-routes";
import type { MistContext } from "./call";
import { collectionRoutes } from "./collection-routes";
import { constRoutes } from "./const-routes";
import { deviceRoutes } from "./device-routes";
import { inventoryRoutes } from "./inventory-routes";
import { orgRoutes } from "./org-routes";
import { selfRoutes } from "./self-routes";
import { siteRoutes } from "./site-routes";
import { deviceUpgradeRoutes } from "./upgrades/device-upgrade-routes";
import { edgeRoutes } from "./upgrades/edge-routes";
import { jobRoutes } from "./upgrades/job-routes";
import { ssrRoutes } from "./upgrades/ssr-routes";
import { versionRoutes } from "./upgrades/version-routes";

/** Every endpoint of the simulated Mist. */
export function mistService(context: MistContext): ServiceDefinition {
  return {
    name: "mist",
    basePath: "/api/v1",
    routes: [
      ...selfRoutes(context),
      ...orgRoutes(context),
      ...siteRoutes(context),
      ...inventoryRoutes(context),
      ...activationRoutes(context),
      // Before what has an id in the place of their names.
      ...jobRoutes(context),
      ...deviceUpgradeRoutes(context),
      ...ssrRoutes(context),
      ...edgeRoutes(context),
      ...versionRoutes(context),
      ...deviceRoutes(context),
      ...constRoutes(context),
      ...collectionRoutes(context),
    ],
    handshakes: context.hub.routes(context),
    failure: (status, message) => ({ status, json: { detail: message } }),
  };
}
