import { randomUUID } from "node:crypto";
import type { Route, SimReply } from "../core/http";
import {
  type Call,
  done,
  forbidden,
  idParam,
  invalid,
  type MistContext,
  mistRoute,
  notFound,
  objectBody,
  ok,
  orgOf,
} from "./call";
import { merged } from "./merge";
import { shownOrg, shownOrgSetting } from "./present";
import { changeSetting } from "./settings";
import type { Org } from "./types";

/** Organisations and their settings, also as an MSP sees them. */
export function orgRoutes(context: MistContext): Route[] {
  const { world, variants } = context;
  const route = (method: string, path: string, handle: (call: Call) => SimReply): Route =>
    mistRoute(context, { method, path, handle });
  const show = (org: Org): SimReply => ok(shownOrg(org, world));
  return [
    route("POST", "/orgs", (call) => {
      const { caller } = call;
      if (caller.kind === "org") throw forbidden();
      const org = created(call, null);
      const { user } = caller;
      user.privileges = [...user.privileges, { scope: "org", role: "admin", org_id: org.id }];
      return show(org);
    }),
    route("GET", "/orgs/{org_id}", (call) => show(orgOf(call))),
    route("PUT", "/orgs/{org_id}", (call) => show(changed(call, orgOf(call)))),
    route("DELETE", "/orgs/{org_id}", (call) => removed(call, orgOf(call))),
    route("GET", "/orgs/{org_id}/setting", (call) => ok(shownOrgSetting(orgOf(call), variants))),
    route("PUT", "/orgs/{org_id}/setting", (call) => {
      const org = orgOf(call);
      changeSetting(call, org.setting);
      return ok(shownOrgSetting(org, variants));
    }),
    route("GET", "/msps/{msp_id}/orgs", ({ msp }) =>
      ok([...world.orgs.values()].filter(({ mspId }) => mspId === msp?.id).map((org) => shownOrg(org, world))),
    ),
    route("POST", "/msps/{msp_id}/orgs", (call) => show(created(call, call.msp?.id ?? null))),
    route("GET", "/msps/{msp_id}/orgs/{id}", (call) => show(mspOrg(call))),
    route("PUT", "/msps/{msp_id}/orgs/{id}", (call) => show(changed(call, mspOrg(call)))),
    route("DELETE", "/msps/{msp_id}/orgs/{id}", (call) => removed(call, mspOrg(call))),
  ];
}

function mspOrg(call: Call): Org {
  const id = idParam(call, "id");
  const org = call.context.world.orgs.get(id);
  if (!org || org.mspId !== call.msp?.id) throw notFound(id, call.context.variants);
  return org;
}

function created({ context, request }: Call, mspId: string | null): Org {
  const data = merged({}, objectBody(request));
  if (!data.name) throw invalid({ detail: "invalid field: name", reason: "name is required" });
  return context.world.addOrg({ id: randomUUID(), name: String(data.name), mspId, data });
}

function changed({ context, request }: Call, org: Org): Org {
  const data = merged(org.data, objectBody(request));
  if (!data.name) throw invalid({ detail: "invalid field: name", reason: "name is required" });
  org.data = data;
  org.modifiedAt = context.clock.now();
  return org;
}

function removed({ context }: Call, org: Org): SimReply {
  context.world.removeOrg(org.id);
  return done(context);
}
