import type { Route } from "../../core/http";
import type { HwAutomationContext } from "../call";
import { shippedDatabaseRoutes } from "./database-routes";
import { shippedFirmwareRoutes } from "./firmware-routes";
import { shippedLogRoutes } from "./log-routes";
import { shippedMaasRoutes } from "./maas-routes";
import { shippedWorkflowRoutes } from "./workflow-routes";

/** Every endpoint of the shipped application that a client may want, its health apart. */
export function shippedRoutes(context: HwAutomationContext): Route[] {
  return [
    ...shippedWorkflowRoutes(context),
    ...shippedMaasRoutes(context),
    ...shippedDatabaseRoutes(context),
    ...shippedFirmwareRoutes(context),
    ...shippedLogRoutes(context),
  ];
}
