import { param, type Route, type SimRequest } from "../core/http";
import { presentList, presentUnset } from "./present";
import type { ScriptRecord } from "./types";
import type { ZtpContext } from "./ztp";

/** Scripts and FortiManager entries. */
export function settingRoutes(context: ZtpContext): Route[] {
  const { variants, fail } = context;
  return [
    {
      method: "GET",
      path: "/v2/setting/scripts",
      handle(request) {
        const scripts = [...context.inventory(request).scripts.values()].map(scriptMeta);
        return { status: 200, json: presentList("scripts", scripts, scripts.length, variants) };
      },
    },
    {
      method: "GET",
      path: "/v2/setting/scripts/{oid}",
      handle(request) {
        const oid = oidParam(request);
        const script = oid === undefined ? undefined : context.inventory(request).scripts.get(oid);
        if (!script) return fail(404, `Script ${request.params.oid} doesn't exist in this account`);
        return { status: 200, json: scriptMeta(script) };
      },
    },
    {
      method: "GET",
      path: "/v2/setting/fortimanagers",
      handle(request) {
        const entries = [...context.inventory(request).fortiManagers.values()];
        const shown = entries.map((entry) => presentUnset({ ...entry }, variants));
        return { status: 200, json: presentList("fortiManagers", shown, shown.length, variants) };
      },
    },
    {
      method: "GET",
      path: "/v2/setting/fortimanagers/{oid}",
      handle(request) {
        const oid = oidParam(request);
        const entry = oid === undefined ? undefined : context.inventory(request).fortiManagers.get(oid);
        if (!entry) return fail(404, `FortiManager ${request.params.oid} doesn't exist in this account`);
        return { status: 200, json: presentUnset({ ...entry }, variants) };
      },
    },
  ];
}

/** A script without its text. */
function scriptMeta({ oid, name, updateTime }: ScriptRecord): Omit<ScriptRecord, "content"> {
  return { oid, name, updateTime };
}

/** The numeric object id in the path; undefined when it is none. */
function oidParam(request: SimRequest): number | undefined {
  const value = param(request, "oid");
  return /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}
