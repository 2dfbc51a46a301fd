import { type Clock, systemClock } from "../http/clock";
import { Snapshot } from "../http/coalesce";
import { isVendorError } from "../http/errors";
import type { Mist, WriteOptions } from "./mist";
import type { Row } from "./pages";
import { type UpgradeKey, type UpgradeKind, upgradeKeyText, upgradesPath } from "./upgrade-keys";
import { type UpgradeView, upgradeView } from "./upgrade-view";

export { parseUpgradeKey, type UpgradeKey, type UpgradeKind, upgradeKeyText, upgradeKinds } from "./upgrade-keys";
export { isLastStage, type Stage, type StageCounts, stages, type UpgradeView } from "./upgrade-view";

/** What a look may come from. */
export interface LookOptions {
  signal: AbortSignal;
  /** How old a list that others have asked for may be, in milliseconds. Default 0. */
  maxAgeMs?: number;
}

type Calls = Pick<Mist, "find" | "list" | "post">;

/** Upgrade jobs of one account. All functions throw `VendorError`. */
export class Upgrades {
  private readonly lists = new Map<string, Snapshot<ReadonlyMap<string, UpgradeView>>>();

  constructor(
    private readonly client: Calls,
    private readonly clock: Clock = systemClock,
  ) {}

  /**
   * The jobs of a place by their ids, with numbers in place of devices; of an organization only the ids of their parts. Lists
   * are shared by all that look at the place.
   */
  list(
    kind: UpgradeKind,
    place: string,
    { signal, maxAgeMs = 0 }: LookOptions,
  ): Promise<ReadonlyMap<string, UpgradeView>> {
    const path = upgradesPath(kind, place);
    let list = this.lists.get(path);
    if (!list) {
      const load = (all: AbortSignal) => this.load(kind, place, all);
      list = new Snapshot({ maxAgeMs: Number.POSITIVE_INFINITY, load, clock: this.clock });
      this.lists.set(path, list);
    }
    return list.read({ signal, since: this.clock.now() - maxAgeMs });
  }

  /** A job with its devices; undefined on Mist's word that it has no record of it. Costs a call, of a router's job up to three. */
  async find(key: UpgradeKey, signal: AbortSignal): Promise<UpgradeView | undefined> {
    const path = `${upgradesPath(key.kind, key.place)}/${encodeURIComponent(key.id)}`;
    // Where the status of a router's job is, descriptions of the API do not agree.
    const paths = key.kind === "ssr" ? [path, `${path}/cancel`] : [path];
    const action = `read upgrade ${upgradeKeyText(key)}`;
    for (const each of paths) {
      const row = rowOf(await this.client.find(each, { signal, action }));
      if (row) return upgradeView(key, row);
    }
    return key.kind === "ssr" ? (await this.list(key.kind, key.place, { signal })).get(key.id) : undefined;
  }

  /**
   * A job as it is now, for somebody who waits for it: as long as it goes on from the list that all who wait at the place share,
   * and with its devices once it has ended. Lists of organizations tell no status, so that each of their jobs is a call.
   */
  async look(key: UpgradeKey, options: LookOptions): Promise<UpgradeView | undefined> {
    if (key.kind === "org") return this.find(key, options.signal);
    const listed = (await this.list(key.kind, key.place, options)).get(key.id);
    return listed?.outcome === "active" ? listed : this.find(key, options.signal);
  }

  /** Starts a job. Answers with what Mist says of it, which of Mist Edges is nothing. */
  async start(
    kind: UpgradeKind,
    place: string,
    body: object,
    options: Pick<WriteOptions<unknown>, "signal" | "action" | "look">,
  ): Promise<Row | undefined> {
    return rowOf(await this.client.post(upgradesPath(kind, place), body, options));
  }

  /**
   * What has not begun does not begin; what is under way goes on, and nothing is rolled back. A job that has ended, or is
   * gone, is as wanted.
   */
  async cancel(key: UpgradeKey, signal: AbortSignal): Promise<void> {
    const path = `${upgradesPath(key.kind, key.place)}/${encodeURIComponent(key.id)}/cancel`;
    try {
      // A second cancellation changes nothing.
      await this.client.post(path, {}, { signal, action: `cancel upgrade ${upgradeKeyText(key)}`, repeatable: true });
    } catch (error) {
      if (isVendorError(error, "not-found")) return;
      if (isVendorError(error, "rejected") && (await this.find(key, signal))?.outcome !== "active") return;
      throw error;
    }
  }

  private async load(kind: UpgradeKind, place: string, signal: AbortSignal): Promise<Map<string, UpgradeView>> {
    const action = `list the upgrades of ${kind === "site" ? "site" : "organization"} ${place}`;
    const views = new Map<string, UpgradeView>();
    for await (const row of this.client.list(upgradesPath(kind, place), { signal, action })) {
      const id = String(row.id).toLowerCase();
      views.set(id, upgradeView({ kind, place, id }, row));
    }
    return views;
  }
}

function rowOf(body: unknown): Row | undefined {
  const isObject = typeof body === "object" && body !== null && !Array.isArray(body);
  return isObject && Object.keys(body).length > 0 ? (body as Row) : undefined;
}
