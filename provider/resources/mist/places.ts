import { normalizeUuid } from "../../clients/mist/normal";
import type { Scope } from "./collections";

/** Where an object is: in an organization, at a site, or with a managed service provider. */
export interface Place {
  scope: Scope;
  id: string;
}

const segments: { [scope in Scope]: string } = { org: "orgs", site: "sites", msp: "msps" };

export function placePath({ scope, id }: Place): string {
  return `/${segments[scope]}/${encodeURIComponent(id)}`;
}

export function placeText({ scope, id }: Place): string {
  return scope === "org" ? `organization ${id}` : `${scope} ${id}`;
}

/** The key of an object for an import, taken apart. */
export interface ObjectKey {
  scope?: Scope;
  /** The organization or site it is in, where the key says so. */
  parent?: string;
  /** The id of the object itself. */
  id?: string;
  /** Its name, where the key has one in place of the id: `orgId/name:Berlin`. */
  name?: string;
}

const uuid = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";

/**
 * Reads a key as people write it: an id, or `name:` and a name, alone or with what it is in before it, with `/`, `:` or the
 * `.` of other tools between them, and `org:`, `site:` or `msp:` in front where it matters.
 * @param collection an expression for a part between the two, which then is no option
 * @returns undefined when the text is no such key
 */
export function parseObjectKey(text: string, collection?: string): (ObjectKey & { collection?: string }) | undefined {
  const middle = collection === undefined ? "" : `(?<collection>${collection})[/:.]`;
  const parent = `(?:(?<scope>org|site|msp)[:/])?(?<parent>${uuid})[/:.]${middle}`;
  const optional = collection === undefined ? `(?:${parent})?` : parent;
  const key = new RegExp(`^${optional}(?:(?<id>${uuid})|name:(?<name>.+))$`, "s").exec(text.trim())?.groups;
  if (!key) return undefined;
  return {
    scope: key.scope as Scope | undefined,
    parent: key.parent && normalizeUuid(key.parent),
    collection: key.collection,
    id: key.id && normalizeUuid(key.id),
    name: key.name,
  };
}

/** The site or organization that a text names by its id, alone or after that of what it is in. */
export function parsePlaceId(text: string, what: string): string {
  const id = parseObjectKey(text)?.id;
  if (id === undefined) throw new Error(`${JSON.stringify(text.trim())} names no ${what}: give its id`);
  return id;
}
