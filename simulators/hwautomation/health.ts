import type { Route } from "../core/http";
import type { HwAutomationContext } from "./call";

/** A sign of life, which nobody has to log in for. Its time has no zone. */
export function healthRoute({ clock }: HwAutomationContext): Route {
  return {
    method: "GET",
    path: "/health",
    handle: () => ({
      status: 200,
      json: {
        status: "healthy",
        service: "hwautomation-web",
        timestamp: new Date(clock.now()).toISOString().slice(0, -1),
      },
    }),
  };
}
