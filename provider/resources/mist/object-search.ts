import type { Row } from "../../clients/mist/mist";
import type { Context } from "../../core/resource";
import type { Account } from "./account";
import type { Scope } from "./collections";
import { type Kind, nameIn } from "./kind";
import { type ObjectKey, type Place, placeText } from "./places";
import { siteKind } from "./site-kind";

export interface Found {
  row: Row;
  place: Place;
  kind: Kind;
}

/** What an import says about an object. */
export interface SearchKey extends ObjectKey {
  kind: Kind;
  /** Where such objects can be. */
  scopes: readonly Scope[];
}

/** Where such objects can be, as far as nobody says where: in the organization, then at its sites. */
export async function* placesOf(
  scopes: readonly Scope[],
  account: Account,
  { signal }: Context,
): AsyncGenerator<readonly Place[]> {
  if (!scopes.includes("org") && !scopes.includes("site")) return;
  const org: Place = { scope: "org", id: await account.client.organization(undefined, { signal }) };
  if (scopes.includes("org")) yield [org];
  if (!scopes.includes("site")) return;
  const sites = await account.objects.listing(siteKind(), org).all(signal);
  yield [...sites.keys()].map((id): Place => ({ scope: "site", id }));
}

/** An object by what an import says about it. */
export async function searchObject(account: Account, key: SearchKey, context: Context): Promise<Found | undefined> {
  const { kind, id, name = "" } = key;
  const place = await namedPlace(account, key, context);
  if (place) {
    const row =
      id === undefined
        ? await called(account, kind, place, name, context)
        : await account.objects.read(kind, place, id, context);
    return row && { row, place, kind };
  }
  if (id !== undefined && kind.itemPath) return anywhere(account, kind, id, context);
  const possible = key.scopes.filter((scope) => key.scope === undefined || scope === key.scope);
  // The lists are those that all imports share.
  for await (const places of placesOf(possible, account, context)) {
    const rows = await Promise.all(
      places.map((each) =>
        id === undefined
          ? called(account, kind, each, name, context)
          : account.objects.listing(kind, each).findIfListed(id, context.signal),
      ),
    );
    const index = rows.findIndex((row) => row !== undefined);
    if (rows.filter(Boolean).length > 1)
      throw new Error(`several sites have a ${kind.what} ${name}: put the id of one and a slash before it`);
    if (index >= 0) return whole(account, { row: rows[index] as Row, place: places[index] as Place, kind }, context);
  }
  return undefined;
}

/** Where a key says that the object is. */
async function namedPlace(
  account: Account,
  { scopes, scope, parent }: SearchKey,
  { signal }: Context,
): Promise<Place | undefined> {
  if (parent === undefined) return undefined;
  if (scope !== undefined) return { scope, id: parent };
  const isOrganization = scopes.includes("org") && (await account.client.organizations(signal)).has(parent);
  const other = scopes.find((each) => each !== "org");
  return { scope: isOrganization || other === undefined ? "org" : other, id: parent };
}

/** What has a path of its own is found there, whatever organization it is in. */
async function anywhere(account: Account, kind: Kind, id: string, context: Context): Promise<Found | undefined> {
  const own = await account.defaultOrganization(context.signal);
  const place: Place = { scope: "org", id: own ?? "" };
  const row = own
    ? await account.objects.read(kind, place, id, context)
    : await account.objects.find(kind, place, id, context.signal);
  const organization = typeof row?.org_id === "string" ? row.org_id : place.id;
  return row && { row, place: { scope: "org", id: organization }, kind };
}

/** The one of a name. */
async function called(
  account: Account,
  kind: Kind,
  place: Place,
  name: string,
  context: Context,
): Promise<Row | undefined> {
  const rows = [...(await account.objects.all(kind, place, context)).values()];
  const named = rows.filter((row) => nameIn(kind, row) === name);
  const [only] = named;
  if (named.length <= 1) return only && (await whole(account, { row: only, place, kind }, context))?.row;
  const ids = named.map((row) => row.id).join(" or ");
  throw new Error(`${placeText(place)} has ${named.length} ${kind.what}s named ${name}; choose by id: ${ids}`);
}

/** What a list shows may be only a part. */
async function whole(account: Account, found: Found, context: Context): Promise<Found | undefined> {
  const { kind, place, row } = found;
  if (kind.listsWhole !== false) return found;
  const all = await account.objects.find(kind, place, String(row.id), context.signal);
  return all && { kind, place, row: all };
}
