import { isVendorError } from "../../clients/http/errors";
import { Turns } from "../../clients/http/turns";
import type { Mist } from "../../clients/mist/mist";
import type { Context, Service } from "../../core/resource";
import { Claims } from "../claims";
import { mistConfig } from "./config";
import type { Listing } from "./listing";
import { Objects } from "./objects";
import { OrgInventory } from "./org-inventory";
import { mist } from "./service";

/** One account of Mist, with what all its resources share. */
export class Account {
  readonly objects: Objects;
  /** The keys of settings and configurations that resources of this run have set, by path and key. */
  readonly keys = new Claims<string>();
  private readonly turns = new Map<string, Turns>();
  private readonly listings = new Map<string, Listing>();
  private readonly inventories = new Map<string, OrgInventory>();

  constructor(
    readonly client: Mist,
    private readonly readOnly: boolean,
    /** Time between two looks at an upgrade, in milliseconds. */
    readonly pollMs: number,
  ) {
    this.objects = new Objects(client, (what) => this.assertWritable(what));
  }

  /** The organization where none is named; undefined where only a name can tell. */
  async defaultOrganization(signal: AbortSignal): Promise<string | undefined> {
    try {
      return await this.client.organization(undefined, { signal });
    } catch (error) {
      if (isVendorError(error, "rejected")) return undefined;
      throw error;
    }
  }

  /** A list that all resources share, by its path. */
  shared(path: string, make: () => Listing): Listing {
    const listing = this.listings.get(path) ?? make();
    this.listings.set(path, listing);
    return listing;
  }

  /** The devices of the organization that is named, else of the configured one, else of the only one there is. */
  async inventory(named: string | undefined, options: { signal: AbortSignal; write?: boolean }): Promise<OrgInventory> {
    const id = await this.client.organization(named, options);
    const inventory = this.inventories.get(id) ?? new OrgInventory(id, this.client);
    this.inventories.set(id, inventory);
    return inventory;
  }

  /** Sites of an organization are written one after the other: Mist loses memberships of site groups otherwise. */
  siteWrites(organization: string): Turns {
    return this.turnsOf(`sites of ${organization}`);
  }

  /** What of this name is done one after the other. */
  turnsOf(what: string): Turns {
    const turns = this.turns.get(what) ?? new Turns();
    this.turns.set(what, turns);
    return turns;
  }

  /** @throws Error when the configuration forbids writes */
  assertWritable(what: string): void {
    if (this.readOnly) throw new Error(`${what} was not changed: ztp:mist.readOnly is set`);
  }
}

export const account: Service<Promise<Account>> = {
  name: mist.name,
  config: mistConfig,
  needs: [mist],
  async create(config, { use }) {
    const { readOnly, pollSeconds = 15 } = config as { readOnly?: boolean; pollSeconds?: number };
    return new Account(await use(mist), readOnly === true, pollSeconds * 1000);
  },
  probe: mist.probe,
};

export function accountOf(context: Context): Promise<Account> {
  return context.use(account);
}
