import type { Row } from "../../clients/mist/mist";
import { zeroUuid } from "../../clients/mist/normal";
import type { Fields } from "../../core/shape";
import { isAbsent, isMap, type ValueMap } from "../../core/values";
import type { BodyRules, Wanted } from "./body";
import type { Query } from "./listing";
import type { Place } from "./places";

/** A kind of object that is listed, created, read, changed in part and deleted. */
export interface Kind extends BodyRules {
  /** As sentences name it: "network template". */
  what: string;
  /** The last part of its path. */
  collection: string;
  fields: Fields;
  /** The keys, as fields, by which people tell objects of this kind apart; none where Mist has no names for them. */
  names: readonly string[];
  /** Where one of them is; default: below its collection. */
  itemPath?(place: Place, id: string): string;
  /** Where they are listed, below the place; default: the collection. */
  list?: string;
  /** The queries that list all of them together; default: one without any. */
  queries?: readonly Query[];
  /** Whether a list tells all that an object holds. Default: true. */
  listsWhole?: boolean;
}

/** The object as sentences name it: `site Berlin`. */
export function textOf(kind: Kind, { body }: Wanted): string {
  return `${kind.what} ${nameOf(kind, body)}`.trimEnd();
}

/** What tells an object apart, as a sentence shows it. */
export function nameOf(kind: Kind, body: ValueMap): string {
  const name = body[kind.names[0] ?? "name"];
  return typeof name === "string" ? name : "";
}

/** The same for an object as Mist has it. */
export function nameIn(kind: Kind, row: Row): string {
  const name = row[wireName(kind, kind.names[0] ?? "name")];
  return typeof name === "string" ? name : "";
}

function wireName({ fields }: Kind, name: string): string {
  return fields[name]?.wire ?? name;
}

/** Whether a name tells it apart. */
export function isNamed({ names: [name] }: Kind, { body }: Wanted): boolean {
  return name !== undefined && !isAbsent(body[name]);
}

/** Whether an object has one of the names that a program wants. */
export function sameName(kind: Kind, row: Row, name: string, { body }: Wanted): boolean {
  const [found, wanted] = [row[wireName(kind, name)], body[name]];
  return isNone(found) ? isNone(wanted) : found === wanted;
}

function isNone(value: unknown): boolean {
  return isAbsent(value) || value === "" || value === zeroUuid;
}

/** The object in an answer, which some kinds give as a list of the one; undefined where it tells no id. */
export function rowOf(answer: unknown): Row | undefined {
  const row = Array.isArray(answer) ? answer[0] : answer;
  return isMap(row) && typeof row.id === "string" ? row : undefined;
}
