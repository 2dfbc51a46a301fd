import { isObject, jsonBody, param, SimFailure, type SimReply, type SimRequest } from "../core/http";
import type { FortinetVariants } from "./variants";
import type { ZtpContext } from "./ztp";

// What scripts and FortiManager entries have in common.

/** The entry that the path names; throws the failure when there is none. */
export function namedEntry<T>(
  context: ZtpContext,
  request: SimRequest,
  what: string,
  entries: ReadonlyMap<number, T>,
): { oid: number; entry: T } {
  const wanted = param(request, "oid");
  const oid = /^\d{1,15}$/.test(wanted) ? Number(wanted) : -1;
  const entry = entries.get(oid);
  if (entry === undefined)
    throw new SimFailure(context.variants.unknownOid, `${what} ${wanted} doesn't exist in this account`);
  return { oid, entry };
}

/** The JSON object in the body of a POST (no `oid`) or PUT; throws a 400. */
export function entryBody(request: SimRequest, variants: FortinetVariants, oid?: number): Record<string, unknown> {
  const body = jsonBody(request);
  if (!isObject(body)) throw new SimFailure(400, "The request body must be an object");
  const given = body.oid ?? undefined;
  if (given !== undefined && !Number.isInteger(given)) throw new SimFailure(400, "oid must be an integer");
  if (oid === undefined && given === undefined && variants.createOid === "required")
    throw new SimFailure(400, "oid is required");
  if (oid !== undefined && given !== undefined && given !== oid)
    throw new SimFailure(400, `oid ${given} differs from the path (${oid})`);
  return body;
}

/** A text that the body must hold; throws a 400. */
export function requiredText(body: Record<string, unknown>, field: string): string {
  const value = body[field];
  if (value === undefined || value === null || value === "") throw new SimFailure(400, `${field} is required`);
  if (typeof value !== "string") throw new SimFailure(400, `${field} must be a string`);
  return value;
}

/** The success of a POST. */
export function createdReply(oid: number, entry: object, variants: FortinetVariants): SimReply {
  const status = variants.createStatus;
  if (variants.createBody === "oid") return { status, json: { oid } };
  return { status, ...body(variants.createBody, entry) };
}

/** The success of a PUT. */
export function updatedReply(entry: object, variants: FortinetVariants): SimReply {
  const status = variants.settingPutStatus;
  return status === 204 ? { status } : { status, ...body(variants.settingPutBody, entry) };
}

/** Whether something refers to what is to be deleted, and that is refused. */
export function refuseReferenced(what: string, users: string[], variants: FortinetVariants): void {
  if (users.length === 0 || variants.deleteReferenced === "allowed") return;
  const status = variants.deleteReferenced === "conflict" ? 409 : 400;
  throw new SimFailure(status, `${what} is in use by ${users.join(", ")}`);
}

function body(form: "full" | "message" | "empty", entry: object): Pick<SimReply, "json"> {
  if (form === "empty") return {};
  return { json: form === "full" ? entry : { status: "success", message: "ok" } };
}
