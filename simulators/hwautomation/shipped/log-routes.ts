import type { Route, SimReply } from "../../core/http";
import type { HwAutomationContext } from "../call";
import { ok } from "./workflow-routes";

/** Logs: the same few lines for everybody. */
export function shippedLogRoutes({ clock }: HwAutomationContext): Route[] {
  const started = new Date(clock.now()).toISOString();
  const logs = [
    { timestamp: started, level: "INFO", component: "web", message: "HWAutomation web interface started" },
    { timestamp: started, level: "INFO", component: "database", message: "Database connection established" },
  ];
  const activities = (): SimReply => ok({ activities: [], total: 0 });
  const lines = logs.map(
    ({ timestamp, level, component, message }) => `[${timestamp}] [${level}] ${component}: ${message}\n`,
  );
  return [
    {
      method: "GET",
      path: "/api/logs/",
      handle: ({ query }) => {
        const [level, component] = [query.get("level"), query.get("component")];
        return ok({
          logs: logs.filter((log) => (!level || log.level === level) && (!component || log.component === component)),
        });
      },
    },
    {
      method: "GET",
      path: "/api/logs/search",
      handle: ({ query }) => ok({ results: logs.filter(({ message }) => message.includes(query.get("query") ?? "")) }),
    },
    {
      method: "GET",
      path: "/api/logs/download",
      handle: () => ({
        status: 200,
        headers: {
          "content-type": "text/plain; charset=utf-8",
          "content-disposition": "attachment; filename=hwautomation_logs.txt",
        },
        text: lines.join(""),
      }),
    },
    { method: "GET", path: "/api/logs/activities", handle: activities },
    { method: "GET", path: "/api/logs/activities/latest", handle: activities },
    {
      method: "POST",
      path: "/api/logs/clear",
      handle: () => ok({ success: true, message: "Logs cleared successfully" }),
    },
  ];
}
