import { isVendorError, VendorError } from "../http/errors";
import type { HttpClient } from "../http/request";
import { type CallOptions, type ListPage, system } from "./calls";

/** An entry to create, and how to recognise it in the list. */
export interface Creation<Entry> extends CallOptions {
  path: string;
  json: Readonly<Record<string, unknown>>;
  /** As it follows "could not". */
  action: string;
  /** Creations with the same key could be mistaken for each other; they take turns. */
  key: string;
  matches: (entry: Entry) => boolean;
  /** The entries there were, if they have just been listed. */
  before?: readonly Entry[];
}

/**
 * Creates entries whose oid the service invents, each exactly once: where an answer leaves open whether or as what the
 * entry was created, the list tells, and only what is not in the list is sent again.
 */
export class Creator<Entry extends { oid: number }> {
  /** What this client created, which no other creation may take for its own. */
  private readonly claimed = new Set<number>();
  private readonly turns = new Map<string, Promise<unknown>>();

  constructor(
    private readonly http: HttpClient,
    private readonly list: (options: CallOptions) => Promise<ListPage<Entry>>,
  ) {}

  /** Creates the entry and answers with its oid. Throws `VendorError`. */
  async create(creation: Creation<Entry>): Promise<number> {
    const previous = this.turns.get(creation.key);
    const turn = Promise.resolve(previous)
      .catch(() => {})
      .then(() => this.createInTurn(creation));
    this.turns.set(creation.key, turn);
    try {
      return await turn;
    } finally {
      if (this.turns.get(creation.key) === turn) this.turns.delete(creation.key);
    }
  }

  /** The entry was deleted: the service may give its oid to another. */
  forget(oid: number): void {
    this.claimed.delete(oid);
  }

  private async createInTurn(creation: Creation<Entry>): Promise<number> {
    const { path, json, action, matches, signal } = creation;
    const before = creation.before ?? (await this.list({ signal })).items;
    const known = new Set(before.filter(matches).map((entry) => entry.oid));
    const named = await this.http.send<number | undefined>({
      method: "POST",
      path,
      json,
      action,
      signal,
      read: (reply) => oidOf(reply.text),
      // Nobody else knows the oid that the answer names.
      finishSent: true,
      // Not blindly: what may have been applied is looked for first.
      repeatable: true,
      beforeRepeat: async (failure) => {
        if (!failure.ambiguous) return undefined;
        const found = await this.find(creation, known);
        return found === undefined ? undefined : { value: found };
      },
    });
    const oid = named ?? (await this.findCreated({ ...creation, signal: undefined }, known));
    this.claimed.add(oid);
    return oid;
  }

  /** The oid of what was created, if it is in the list and nothing else could be meant. */
  private async find(creation: Creation<Entry>, known: ReadonlySet<number>): Promise<number | undefined> {
    const { items, total } = await this.list({ signal: creation.signal });
    const fresh = items
      .filter((entry) => creation.matches(entry) && !known.has(entry.oid) && !this.claimed.has(entry.oid))
      .map((entry) => entry.oid);
    if (fresh.length > 1)
      throw doubt(creation.action, `${fresh.length} new entries could be it, oids ${fresh.join(" and ")}`);
    if (fresh.length === 0 && total !== undefined && total > items.length)
      throw doubt(
        creation.action,
        `it is not among the ${items.length} entries that were listed, but there are ${total}`,
      );
    return fresh[0];
  }

  /** The same when the service said that it created the entry, but not as what. */
  private async findCreated(creation: Creation<Entry>, known: ReadonlySet<number>): Promise<number> {
    try {
      const oid = await this.find(creation, known);
      if (oid !== undefined) return oid;
    } catch (error) {
      if (!isVendorError(error)) throw error;
      throw error.with({ action: creation.action, ambiguous: true });
    }
    throw doubt(creation.action, "the answer names no oid, and no new entry is in the list");
  }
}

function doubt(action: string, reason: string): VendorError {
  const hint = "Look in the FortiZTP portal, and import or delete what is there, before trying again.";
  return new VendorError({ kind: "rejected", system, action, reason, ambiguous: true, hint });
}

/** The oid that an answer names; undefined if it names none or cannot be read. */
function oidOf(text: string): number | undefined {
  try {
    const body: unknown = JSON.parse(text);
    const oid = typeof body === "object" && body !== null && "oid" in body ? body.oid : undefined;
    const number = typeof oid === "string" && oid.trim() !== "" ? Number(oid) : oid;
    return typeof number === "number" && Number.isSafeInteger(number) && number > 0 ? number : undefined;
  } catch {
    return undefined;
  }
}
