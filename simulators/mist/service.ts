import type { ServiceDefinition } from "../core/service";
import { activationRoutes } from "./activationRoutes";
import type { MistContext } from "./call";
import { collectionRoutes } from "./collectionRoutes";
import { constRoutes } from "./constRoutes";
import { deviceRoutes } from "./deviceRoutes";
import { inventoryRoutes } from "./inventoryRoutes";
import { orgRoutes } from "./orgRoutes";
import { selfRoutes } from "./selfRoutes";
import { siteRoutes } from "./siteRoutes";
import { deviceUpgradeRoutes } from "./upgrades/deviceUpgradeRoutes";
import { edgeRoutes } from "./upgrades/edgeRoutes";
import { jobRoutes } from "./upgrades/jobRoutes";
import { ssrRoutes } from "./upgrades/ssrRoutes";
import { versionRoutes } from "./upgrades/versionRoutes";

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
