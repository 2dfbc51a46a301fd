import { z } from "zod";

/** Tolerant reading of what either dialect sends: what is missing, empty or of another kind is undefined. */

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A text as it came, if it is not blank, or a number as one. Not trimmed: some names of device types end in a space. */
export const text = z
  .preprocess((value) => (typeof value === "number" ? String(value) : value), z.string().regex(/\S/))
  .optional()
  .catch(undefined);

/** A number, or a text that is one. */
export const number = z
  .preprocess(
    (value) => (typeof value === "string" && value.trim() !== "" ? Number(value.trim().replace(/%$/, "")) : value),
    z.number(),
  )
  .optional()
  .catch(undefined);

export const flag = z.boolean().optional().catch(undefined);

/** The texts of a list; none of anything else. */
export const texts = z
  .array(text)
  .catch([])
  .transform((items) => items.filter((item) => item !== undefined));

/** Objects of a list; none of anything else. */
export const rows = z
  .array(z.unknown())
  .catch([])
  .transform((items) => items.filter(isFields));

/** The names and texts of an object; none of anything else. */
export const textMap = z
  .record(z.string(), z.unknown())
  .catch({})
  .transform((map) => Object.fromEntries(Object.entries(map).map(([name, value]) => [name, plain(value)])));

function plain(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

const envelope: ReadonlySet<string> = new Set(["success", "data", "message", "timestamp", "error"]);

/** What an answer is about: what its envelope holds, if it has one. */
export function payloadOf(body: unknown): unknown {
  if (!isFields(body) || body.data === undefined || body.data === null) return body;
  return Object.keys(body).every((key) => envelope.has(key)) ? body.data : body;
}

/** The object that an answer is. Throws when it is none: what cannot be read is never "nothing". */
export function objectOf(body: unknown): Fields {
  const payload = payloadOf(body);
  if (isFields(payload)) return payload;
  throw new Error(`it is ${kindOf(payload)} in place of an object`);
}

/**
 * The objects of the list in an answer, under the first of the keys that is there, or the answer itself. Throws when there is
 * no list, or something in it is no object.
 */
export function listOf(body: unknown, ...keys: readonly string[]): Fields[] {
  const payload = payloadOf(body);
  const key = isFields(payload) ? keys.find((name) => payload[name] !== undefined) : undefined;
  const list = isFields(payload) && key !== undefined ? payload[key] : payload;
  if (!Array.isArray(list)) throw new Error(`there is no list of ${keys[0]} in it`);
  const odd = list.findIndex((item) => !isFields(item));
  if (odd >= 0) throw new Error(`entry ${odd + 1} of its ${keys[0]} is ${kindOf(list[odd])} in place of an object`);
  return list;
}

function kindOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  return Array.isArray(value) ? "a list" : `a ${typeof value}`;
}

/**
 * A time as ISO 8601: in UTC where it names a zone or counts seconds since the epoch, else as it came, for nobody knows in which
 * zone. Undefined if it is no time.
 */
export const time = z.unknown().transform(isoTime).optional().catch(undefined);

function isoTime(value: unknown): string | undefined {
  if (typeof value === "number")
    return Number.isFinite(value) ? isoOf(value < 1e11 ? value * 1_000 : value) : undefined;
  if (typeof value !== "string" || Number.isNaN(Date.parse(value))) return undefined;
  const local = /^\d{4}-\d\d-\d\d[T ][\d:.]+$/.test(value.trim());
  return local ? value.trim().replace(" ", "T") : isoOf(Date.parse(value));
}

function isoOf(ms: number): string | undefined {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
