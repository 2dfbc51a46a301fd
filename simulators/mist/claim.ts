import type { SimReply } from "../core/http";
import { BulkResult } from "./bulk";
import { type Call, invalid, type MistContext, orgOf, parsedBody } from "./call";
import { normalClaimCode } from "./ids";
import type { Body, Device, Org } from "./types";

/** POST of an array of claim codes: devices come into the organisation, without a site. */
export function claim(call: Call): SimReply {
  const { variants } = call.context;
  const codes = parsedBody(call.request);
  if (!Array.isArray(codes) || !codes.every((code) => typeof code === "string"))
    throw invalid("Invalid data. Expected a list of claim codes.");
  const result = new BulkResult();
  const added: Array<{ echo: string; device: Device }> = [];
  const duplicated: typeof added = [];
  for (const sent of codes) {
    const code = normalClaimCode(sent);
    const echo = variants.claimEcho === "asSent" ? sent : code;
    const outcome = claimOne(call.context, orgOf(call), code);
    if ("reason" in outcome) result.fail(echo, outcome.reason);
    else (outcome.added ? added : duplicated).push({ echo, device: outcome.device });
  }
  const failed = result.errors.length > 0 && added.length + duplicated.length === 0;
  return {
    status: failed ? 400 : 200,
    json: {
      added: added.map(({ echo }) => echo),
      duplicated: duplicated.map(({ echo }) => echo),
      ...result.failures(variants),
      inventory_added: added.map(({ device }) => claimed(device)),
      inventory_duplicated: duplicated.map(({ device }) => claimed(device)),
    },
  };
}

/** Brings the device of a claim code into an organisation, where reads know it from `visibleAt` on. */
export function claimOne(
  { clock, variants, world }: MistContext,
  org: Org,
  code: string,
  visibleAt: number = clock.now() + variants.claimVisibilityDelayMs,
): { device: Device; added: boolean } | { reason: string } {
  const device = [...world.devices.values()].find(({ claimCode }) => claimCode === code);
  if (!device) return { reason: "invalid claim code" };
  if (device.orgId === org.id) return { device, added: false };
  if (device.orgId !== null) {
    const owner = world.orgs.get(device.orgId)?.data.name ?? device.orgId;
    return { reason: `belongs to another org (${owner})` };
  }
  const now = clock.now();
  Object.assign(device, { orgId: org.id, createdAt: now, modifiedAt: now, visibleAt });
  return { device, added: true };
}

/** A device in the reply to a claim. */
export function claimed({ mac, claimCode, model, serial, type }: Device): Body {
  return { mac, magic: claimCode, model, serial, type };
}
