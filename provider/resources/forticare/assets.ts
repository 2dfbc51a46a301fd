import type { Folder, Forticare } from "../../clients/fortinet/forticare";
import { accountIdProblem } from "../../clients/fortinet/forticare-rules";
import { Snapshot } from "../../clients/http/coalesce";
import { Claims } from "../claims";
import { assertWritable } from "../fortinet/writable";
import { pathOf } from "./folder-tree";
import { LicensesView } from "./licenses-view";
import { ProductLane, type ProductsFrom } from "./product-lane";
import { maxAgeMs, ProductsView } from "./products-view";

export interface AssetsOptions {
  /** The account of whatever names none. */
  accountId?: number;
  /** The scope of the API user is an organization: FortiCare then wants an account in every call. */
  organization: boolean;
  /** Refuse every write. */
  readOnly: boolean;
}

/** All that one API user may see. */
export class Assets {
  private readonly accounts = new Map<number | undefined, Account>();

  constructor(
    readonly client: Forticare,
    private readonly options: AssetsOptions,
  ) {}

  /**
   * The account of a resource or function that names this one, or none.
   * @throws Error when none is named anywhere, and FortiCare needs one
   */
  account(accountId: number | undefined): Account {
    const id = accountId ?? this.options.accountId;
    if (accountIdProblem(id, this.options.organization)) throw new Error(missingAccount);
    const known = this.accounts.get(id);
    if (known) return known;
    const made = new Account(this.client, id);
    this.accounts.set(id, made);
    return made;
  }

  /** @throws Error when the configuration forbids writes. */
  assertWritable(what: string): void {
    assertWritable(this.options.readOnly, what);
  }
}

const missingAccount =
  "accountId is missing: the scope of the API user is an organization (ztp:fortinet.scope). Name the account in the " +
  "resource, or for all of them with `pulumi config set --path ztp:fortinet.accountId <number>`";

/** What one account holds, listed once for all who read it. */
export class Account {
  readonly products: ProductsView;
  readonly folders: FoldersView;
  readonly licenses: LicensesView;
  /** Products that resources of this run have made, changed or taken over, by their serials. */
  readonly claims = new Claims<string>();
  private readonly lanes: { readonly [from in ProductsFrom]: ProductLane };

  /** @param id as it goes into calls; undefined: the API user's own */
  constructor(
    readonly client: Forticare,
    readonly id: number | undefined,
  ) {
    this.products = new ProductsView(client, id);
    this.folders = new FoldersView(client, id);
    this.licenses = new LicensesView(client, id);
    this.lanes = { engine: new ProductLane(this, "engine"), resource: new ProductLane(this, "resource") };
  }

  /** Where writes of products become few calls. */
  lane(from: ProductsFrom = "engine"): ProductLane {
    return this.lanes[from];
  }
}

/** The folders of one account. */
export class FoldersView {
  /** Folders that resources of this run have made or taken over, by their ids. */
  readonly claims = new Claims<number>();
  private readonly snapshot: Snapshot<Folder[]>;
  private readonly paths = new Map<number, string>();

  constructor(client: Forticare, accountId: number | undefined) {
    this.snapshot = new Snapshot({
      maxAgeMs,
      load: async (signal) => {
        const folders = await client.folders.list({ accountId, signal });
        for (const folder of folders) this.paths.set(folder.folderId, pathOf(folder, folders));
        return folders;
      },
    });
  }

  /** Where a folder is, which never changes. */
  async pathOf(folderId: number, signal: AbortSignal): Promise<string | undefined> {
    if (!this.paths.has(folderId)) await this.all(signal);
    return this.paths.get(folderId);
  }

  /** All folders; whether the root is among them is up to FortiCare. */
  all(signal: AbortSignal): Promise<Folder[]> {
    return this.snapshot.read({ signal });
  }

  /** Something was made, deleted, or put into a folder: the next look is a new list. */
  changed(): void {
    this.snapshot.invalidate();
  }

  /** Runs a write, after which the next look is a new list. */
  write<T>(work: () => Promise<T>): Promise<T> {
    return this.snapshot.write(work);
  }
}
