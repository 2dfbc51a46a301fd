import type { Route, SimReply } from "../core/http";
import { type Call, invalid, type MistContext, mistRoute, notFound, objectBody, ok, orgOf } from "./call";
import { claimed, claimOne } from "./claim";
import { seconds } from "./merge";
import type { Body, Device } from "./types";

/** Activation codes: what they bring comes at once, or device by device in the background. */
export function activationRoutes(context: MistContext): Route[] {
  return [
    mistRoute(context, { method: "POST", path: "/orgs/{org_id}/claim", handle: activate }),
    mistRoute(context, { method: "GET", path: "/orgs/{org_id}/claim/status", handle: status }),
  ];
}

function activate(call: Call): SimReply {
  const { world } = call.context;
  const { code, type, async: later } = objectBody(call.request);
  if (typeof type !== "string" || !["all", "inventory", "license"].includes(type))
    throw invalid({ detail: "invalid field: type", reason: "type must be all, inventory or license" });
  const activation = world.activations.get(String(code));
  if (!activation) throw invalid({ detail: "invalid field: code", reason: "there is no such activation code" });
  const { id } = orgOf(call);
  const reply: Body = { inventory_added: [], inventory_duplicated: [], inventory_pending: [] };
  if (type !== "license") Object.assign(reply, bring(call, activation.claimCodes, later === true));
  const free = activation.licensedBy === null;
  const licenses = type === "inventory" ? [] : activation.licenses;
  if (free && licenses.length > 0) activation.licensedBy = id;
  const known = activation.licensedBy === id;
  const reason = "belongs to another org";
  return ok({
    ...reply,
    license_added: free ? licenses : [],
    license_duplicated: !free && known ? licenses : [],
    license_error: free || known ? [] : licenses.map(() => ({ order: activation.code, reason })),
  });
}

function bring(call: Call, codes: readonly string[], later: boolean): Body {
  const { world, variants, clock } = call.context;
  const now = clock.now();
  const added: Device[] = [];
  const duplicated: Device[] = [];
  const failed: string[] = [];
  for (const code of codes) {
    const visibleAt = later ? now + (added.length + 1) * variants.activationSeconds * 1_000 : undefined;
    const outcome = claimOne(call.context, orgOf(call), code, visibleAt);
    if (!("reason" in outcome)) (outcome.added ? added : duplicated).push(outcome.device);
    else failed.push(macOf(call.context, code));
  }
  const reply = { inventory_duplicated: duplicated.map(claimed) };
  if (!later) return { ...reply, inventory_added: added.map(claimed) };
  const arrivals = added.map(({ mac, visibleAt: at }) => ({ mac, at }));
  world.claims.set(orgOf(call).id, { scheduledAt: now, arrivals, failed });
  return { ...reply, inventory_pending: added.map(({ mac }) => ({ mac })) };
}

function macOf({ world }: MistContext, code: string): string {
  return [...world.devices.values()].find(({ claimCode }) => claimCode === code)?.mac ?? "";
}

/** How far the last activation in the background is. */
function status(call: Call): SimReply {
  const { world, variants, clock } = call.context;
  const { id } = orgOf(call);
  const claim = world.claims.get(id);
  if (!claim) throw notFound(id, variants);
  const now = clock.now();
  const { arrivals, failed, scheduledAt } = claim;
  const there = arrivals.filter(({ at }) => at <= now);
  const missing = arrivals.filter(({ at }) => at > now);
  const started = now >= scheduledAt + variants.activationSeconds * 1_000;
  const details = [
    ...there.map(({ mac, at }) => ({ mac, status: "claimed", timestamp: seconds(at) })),
    ...missing.map(({ mac }) => ({ mac, status: "pending", timestamp: seconds(scheduledAt) })),
    ...failed.map((mac) => ({ mac, status: "failed", timestamp: seconds(scheduledAt) })),
  ];
  return ok({
    status: missing.length === 0 ? "done" : started ? "ongoing" : "prepared",
    total: details.length,
    processed: there.length + failed.length,
    succeed: there.length,
    failed: failed.length,
    completed: there.map(({ mac }) => mac),
    incompleted: missing.map(({ mac }) => mac),
    scheduled_at: Math.floor(seconds(scheduledAt)),
    timestamp: seconds(now),
    ...(call.request.query.get("detail") === "true" ? { details } : {}),
  });
}
