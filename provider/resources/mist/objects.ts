import { isVendorError } from "../../clients/http/errors";
import type { Mist, Row } from "../../clients/mist/mist";
import type { Context } from "../../core/resource";
import type { ValueMap } from "../../core/values";
import { Claims } from "../claims";
import { changedBody, changesInside, differing, standingAmong, type Wanted, wholeBody } from "./body";
import { isNamed, type Kind, nameOf, rowOf, sameName, textOf } from "./kind";
import { Listing } from "./listing";
import { Newcomers } from "./newcomers";
import { type Place, placePath, placeText } from "./places";

export type Adopt = "never" | "identical" | "update";

/** What stands in Mist under the name of an object that a program wants. */
export interface Twin {
  row: Row;
  /** The paths of what differs from the program. */
  differs: readonly string[];
}

/** The objects of one Mist account, whatever their kind, with the lists that all resources share. */
export class Objects {
  readonly newcomers = new Newcomers();
  private readonly listings = new Map<string, Listing>();
  private readonly claims = new Claims<string>();
  /** The names under which this run makes objects: those that it does not know of each other's. */
  private readonly names = new Claims<string>();

  constructor(
    readonly client: Mist,
    private readonly assertWritable: (what: string) => void = () => {},
  ) {}

  listing(kind: Kind, place: Place): Listing {
    const path = `${placePath(place)}/${kind.list ?? kind.collection}`;
    let listing = this.listings.get(path);
    if (!listing) {
      const what = `the ${kind.what}s of ${placeText(place)}`;
      listing = new Listing(this.client, path, what, ({ id }) => id, kind.queries);
      this.listings.set(path, listing);
    }
    return listing;
  }

  /** All of a place by their ids; with `since` (milliseconds since 1970) from a list that was begun then or later. */
  async all(kind: Kind, place: Place, context: Context, since?: number): Promise<Map<string, Row>> {
    const look = () => this.listing(kind, place).all(context.signal, since);
    return (await this.newcomers.shown(place.id, look, placeText(place), context)) ?? new Map();
  }

  private itemPath(kind: Kind, place: Place, id: string): string {
    return kind.itemPath?.(place, id) ?? `${placePath(place)}/${kind.collection}/${encodeURIComponent(id)}`;
  }

  /** The object; undefined only when Mist says of this very object that it is gone. */
  async read(kind: Kind, place: Place, id: string, { signal }: Context): Promise<Row | undefined> {
    const isListed = kind.listsWhole !== false;
    const listed = isListed ? await this.listing(kind, place).findIfListed(id, signal) : undefined;
    return listed ?? (await this.find(kind, place, id, signal));
  }

  async find(kind: Kind, place: Place, id: string, signal: AbortSignal): Promise<Row | undefined> {
    const action = `read ${kind.what} ${id}`;
    return rowOf(await this.client.find(this.itemPath(kind, place, id), { signal, action }));
  }

  /**
   * What a create would meet: an object of the same name.
   * @param wanted what is known of what the program wants
   * @throws Error when there are several of which none is as wanted
   */
  async twin(kind: Kind, place: Place, wanted: Wanted, context: Context, since?: number): Promise<Twin | undefined> {
    if (!isNamed(kind, wanted)) return undefined;
    const rows = await this.all(kind, place, context, since);
    const twins: Twin[] = [];
    for (const [id, listed] of rows) {
      if (this.claims.has(id) || !kind.names.every((name) => sameName(kind, listed, name, wanted))) continue;
      const row = kind.listsWhole === false ? await this.find(kind, place, id, context.signal) : listed;
      if (row) twins.push({ row, differs: differing(kind.fields, wanted, row as ValueMap) });
    }
    const identical = twins.find(({ differs }) => differs.length === 0);
    if (identical || twins.length <= 1) return identical ?? twins[0];
    const ids = twins.map(({ row }) => row.id).join(" or ");
    throw new Error(
      `there are ${twins.length} ${kind.what}s ${nameOf(kind, wanted.body)} in ${placeText(place)}, and none is as the program ` +
        `says; import the one that is meant: ${ids}`,
    );
  }

  /** Why a create that meets a twin must not go on; undefined when it may. */
  refusal(kind: Kind, { row, differs }: Twin, wanted: Wanted, adopt: Adopt): string | undefined {
    if (adopt === "update" || (adopt === "identical" && differs.length === 0)) return undefined;
    const name = nameOf(kind, wanted.body);
    const what = `${kind.what} ${name} exists already (${row.id})`;
    if (adopt === "never")
      return `${what}; import it, choose another name, or let create take it over with \`adopt: "identical"\``;
    const some = differs.length > 5 ? `${differs.slice(0, 5).join(", ")} and more` : differs.join(", ");
    return `${what} and differs in ${some}; import it, make the program say the same, or overwrite it with \`adopt: "update"\``;
  }

  /**
   * Makes the object, or takes over what is there under its name.
   * @param taken told as soon as Mist has it
   */
  async create(
    kind: Kind,
    place: Place,
    wanted: Wanted,
    adopt: Adopt,
    context: Context,
    taken: (row: Row) => void,
  ): Promise<Row> {
    const take = () => this.makeOrTake(kind, place, wanted, adopt, context, taken);
    if (!isNamed(kind, wanted)) return take();
    const names = kind.names.map((name) => wanted.body[name] ?? "").join(" ");
    const name = `${placePath(place)}/${kind.collection} ${names}`.trimEnd();
    this.names.claim(name, textOf(kind, wanted));
    try {
      return await take();
    } catch (error) {
      this.names.release(name);
      throw error;
    }
  }

  private async makeOrTake(
    kind: Kind,
    place: Place,
    wanted: Wanted,
    adopt: Adopt,
    context: Context,
    taken: (row: Row) => void,
  ): Promise<Row> {
    const { signal } = context;
    const what = textOf(kind, wanted);
    const twin = await this.twin(kind, place, wanted, context);
    if (twin) {
      const refused = this.refusal(kind, twin, wanted, adopt);
      if (refused) throw new Error(refused);
      const id = String(twin.row.id);
      this.claims.claim(id, what);
      return (await this.change(kind, place, id, [], wanted, context, twin.row)) ?? twin.row;
    }
    this.assertWritable(what);
    const known = isNamed(kind, wanted) ? undefined : new Set((await this.all(kind, place, context)).keys());
    const path = `${placePath(place)}/${kind.collection}`;
    const look = () => this.lost(kind, place, wanted, context, known);
    const action = `create ${what} in ${placeText(place)}`;
    const answer = await this.client.post(path, wholeBody(kind.fields, wanted), { signal, action, look });
    const made = rowOf(answer) ?? (await look());
    if (!made)
      throw new Error(`Mist made ${what} without telling its id; run \`pulumi up\` again to find it by its name`);
    const id = String(made.id);
    this.claims.claim(id, what);
    this.newcomers.add(id);
    this.listing(kind, place).wrote(id, made);
    taken(made);
    return made;
  }

  /** What an unanswered create has made, if anything: an object of its name, or for want of one a new one that is the same. */
  private async lost(
    kind: Kind,
    place: Place,
    wanted: Wanted,
    context: Context,
    known: ReadonlySet<string> | undefined,
  ): Promise<Row | undefined> {
    const since = Date.now();
    if (!known) return (await this.twin(kind, place, wanted, context, since))?.row;
    const rows = await this.all(kind, place, context, since);
    const made = [...rows].filter(
      ([id, row]) =>
        !known.has(id) && !this.claims.has(id) && differing(kind.fields, wanted, row as ValueMap).length === 0,
    );
    return made.length === 1 ? made[0]?.[1] : undefined;
  }

  /**
   * Sends what differs between the two; undefined when nothing does.
   * @param from what the program has said; several when nobody knows which of it Mist has heard
   */
  update(
    kind: Kind,
    place: Place,
    id: string,
    from: Wanted | readonly Wanted[],
    to: Wanted,
    context: Context,
  ): Promise<Row | undefined> {
    this.claims.claim(id, textOf(kind, to));
    return this.change(kind, place, id, from, to, context);
  }

  private async change(
    kind: Kind,
    place: Place,
    id: string,
    from: Wanted | readonly Wanted[],
    to: Wanted,
    { signal }: Context,
    has?: Row,
  ): Promise<Row | undefined> {
    const { fields } = kind;
    const what = textOf(kind, to);
    const gone = () =>
      new Error(`${what} (${id}) is gone; \`pulumi refresh\` notes that, and the next \`up\` makes a new one`);
    const look = "body" in from ? changesInside(fields, from, to) : true;
    const current = has ?? (look ? await this.find(kind, place, id, signal) : undefined);
    if (look && !current) throw gone();
    const found = (current ?? {}) as ValueMap;
    const before = "body" in from ? from : standingAmong(fields, [...from, to], found);
    const body = changedBody(fields, before, to, found, kind);
    if (Object.keys(body).length === 0) return undefined;
    this.assertWritable(what);
    const path = this.itemPath(kind, place, id);
    try {
      const changed = await this.client.put(path, body, { signal, action: `change ${what} (${id})` });
      const row = rowOf(changed) ?? (await this.find(kind, place, id, signal));
      if (row) this.listing(kind, place).wrote(id, row);
      return row;
    } catch (error) {
      throw isVendorError(error, "not-found") ? gone() : error;
    }
  }

  /** Whether a resource of this run has taken the object over. */
  isClaimed(id: string): boolean {
    return this.claims.has(id);
  }

  async remove(kind: Kind, place: Place, id: string, { signal }: Context): Promise<void> {
    this.assertWritable(`${kind.what} ${id}`);
    try {
      await this.client.remove(this.itemPath(kind, place, id), { signal, action: `delete ${kind.what} ${id}` });
    } catch (error) {
      if (!isVendorError(error, "rejected")) throw error;
      const hint = `What still uses it must change or go first; or leave it there with \`onDelete: "retain"\`.`;
      throw error.with({ hint: [error.hint, hint].filter(Boolean).join(" ") });
    }
    this.listing(kind, place).wrote(id, undefined);
  }
}
