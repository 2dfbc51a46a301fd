import type { Clock } from "../../core/clock";
import { folded } from "./fields";
import { baseEntitlements, baseWarranty, contractSupport, endDate } from "./support";
import type {
  AppliedContract,
  AssetGroup,
  ContractRecord,
  ContractSeed,
  Folder,
  FolderSeed,
  ForticareSeed,
  LicenseRecord,
  LicenseSeed,
  Mint,
  Product,
  ProductSeed,
  WarehouseItem,
  WarehouseSeed,
} from "./types";
import type { ForticareVariants } from "./variants";

const firstAccountId = 100_001;
const firstFolderId = 5_001;

/** Name and path of folder 0. */
export const rootFolderName = "My Assets";

/** All that FortiCare knows, of every account. Serials, numbers and codes are keys, in capitals. */
export class ForticareWorld {
  /** Numbers of the accounts, by name. */
  readonly accountIds = new Map<string, number>();
  readonly warehouse = new Map<string, WarehouseItem>();
  readonly products = new Map<string, Product>();
  readonly contracts = new Map<string, ContractRecord>();
  /** By registration code. */
  readonly licenses = new Map<string, LicenseRecord>();
  readonly folders = new Map<number, Folder>();
  readonly assetGroups = new Map<number, string>();
  #minted = 0;
  #lastFolderId = 0;
  #lastLicense = 0;
  #lastAddress = 0;

  constructor(
    private readonly clock: Clock,
    private readonly variants: ForticareVariants,
    private readonly mainAccount: string,
  ) {}

  /** Forgets everything; `accounts` are the names of all there are, `ids` the numbers that some must have. */
  clear(accounts: Iterable<string>, ids: Record<string, number>): void {
    const maps = [this.accountIds, this.warehouse, this.products, this.contracts, this.licenses, this.folders];
    for (const map of maps) map.clear();
    this.assetGroups.clear();
    this.#minted = 0;
    this.#lastFolderId = firstFolderId - 1;
    this.#lastLicense = 0;
    this.#lastAddress = 0;
    let next = firstAccountId;
    for (const name of accounts) {
      this.accountIds.set(name, ids[name] ?? next);
      next += 1;
    }
  }

  /** What there is before products: those still to be registered, and where they can go. */
  stockUp(seed: Required<ForticareSeed>): void {
    for (const item of seed.warehouse) this.stock(item);
    for (const { assetGroupId, assetGroup } of seed.assetGroups) this.assetGroups.set(assetGroupId, assetGroup);
    for (const folder of seed.folders) this.addFolder(folder);
  }

  /** What products can have. */
  sell(seed: Required<ForticareSeed>): void {
    for (const contract of seed.contracts) this.addContract(contract);
    for (const license of seed.licenses) this.addLicense(license);
  }

  /** Puts an unregistered product into the warehouse. */
  stock(seed: WarehouseSeed): WarehouseItem {
    const item: WarehouseItem = {
      virtual: false,
      cloudKey: null,
      entitled: true,
      ownedElsewhere: false,
      ...seed,
      serialNumber: folded(seed.serialNumber),
    };
    this.warehouse.set(item.serialNumber, item);
    return item;
  }

  /** Adds a product, or replaces the one with the same serial. */
  addProduct(seed: ProductSeed): Product {
    const now = this.clock.now();
    const { virtual = false } = seed;
    const product: Product = {
      virtual,
      account: this.mainAccount,
      status: "Registered",
      description: null,
      isDecommissioned: false,
      registeredAt: now,
      visibleFrom: now,
      folderId: 0,
      productModelEoR: null,
      productModelEoS: null,
      entitlements: baseEntitlements(now, virtual),
      warrantySupports: baseWarranty(now, virtual),
      contracts: [],
      assetGroups: [],
      partner: "Simulated Partner",
      warrantyTypeName: "Standard Warranty",
      location: null,
      licenseKeys: [],
      isGovernment: false,
      additionalInfo: null,
      replacedSerialNumber: null,
      inFortiZtp: false,
      ...seed,
      serialNumber: folded(seed.serialNumber),
    };
    this.products.set(product.serialNumber, product);
    return product;
  }

  /** Adds a contract, or replaces the one with the same number; a product that it names has it from now on. */
  addContract(seed: ContractSeed): ContractRecord {
    const contract: ContractRecord = {
      sku: "FC-10-0060F-247-02-12",
      supports: [
        { type: 11, level: 20 },
        { type: 2, level: 6 },
      ],
      days: 365,
      mints: null,
      account: null,
      consumedBy: null,
      ...seed,
      contractNumber: folded(seed.contractNumber),
    };
    this.contracts.set(contract.contractNumber, contract);
    const product = this.products.get(folded(contract.consumedBy ?? ""));
    if (product) this.consume(contract, product);
    return contract;
  }

  /** The same for a licence. */
  addLicense(seed: LicenseSeed): LicenseRecord {
    this.#lastLicense += 1;
    const license: LicenseRecord = {
      licenseNumber: `FGVM${String(this.#lastLicense).padStart(8, "0")}`,
      licenseSKU: "FG-VM02",
      licenseType: "Perpetual",
      days: 3_650,
      mints: null,
      account: null,
      serialNumber: null,
      expirationDate: null,
      ...seed,
      licenseRegistrationCode: folded(seed.licenseRegistrationCode),
    };
    this.licenses.set(license.licenseRegistrationCode, license);
    const product = this.products.get(folded(license.serialNumber ?? ""));
    if (product) this.activate(license, product);
    return license;
  }

  addFolder(seed: FolderSeed): Folder {
    const folderId = seed.folderId ?? this.#lastFolderId + 1;
    this.#lastFolderId = Math.max(this.#lastFolderId, folderId);
    const folder: Folder = { parentFolderId: 0, account: this.mainAccount, ...seed, folderId };
    this.folders.set(folderId, folder);
    return folder;
  }

  /** The name of the account with this number. */
  accountName(accountId: number): string | undefined {
    for (const [name, id] of this.accountIds) if (id === accountId) return name;
    return undefined;
  }

  /** A folder of an account; the root has none. */
  folder(folderId: number, account: string): Folder | undefined {
    const folder = this.folders.get(folderId);
    return folder?.account === account ? folder : undefined;
  }

  /** `/My Assets` and the names of the folders down to this one. */
  folderPath(folderId: number): string {
    const folder = this.folders.get(folderId);
    return folder ? `${this.folderPath(folder.parentFolderId)}/${folder.folderName}` : `/${rootFolderName}`;
  }

  /** How many products lie in the folder itself. */
  assetCount(folderId: number, account: string): number {
    let count = 0;
    for (const product of this.products.values())
      if (product.folderId === folderId && product.account === account) count += 1;
    return count;
  }

  licensesOf(serialNumber: string): LicenseRecord[] {
    return [...this.licenses.values()].filter((license) => license.serialNumber === serialNumber);
  }

  groups(ids: number[]): AssetGroup[] {
    return ids.map((assetGroupId) => ({ assetGroupId, assetGroup: this.assetGroups.get(assetGroupId) ?? "" }));
  }

  /** A product that is new in an account now; reads know it after the delay of the variant. */
  register(seed: ProductSeed): Product {
    const product = this.addProduct(seed);
    product.visibleFrom = this.clock.now() + this.variants.visibilityDelayMs;
    return product;
  }

  /** Uses a contract up; its terms start today. */
  consume(contract: ContractRecord, product: Product): AppliedContract {
    const had = product.contracts.find(({ contractNumber }) => contractNumber === contract.contractNumber);
    if (had) return had;
    const { entitlements, terms } = contractSupport(contract, this.clock.now());
    contract.consumedBy = product.serialNumber;
    contract.account = product.account;
    const applied = { contractNumber: contract.contractNumber, sku: contract.sku, terms };
    product.contracts.push(applied);
    product.entitlements.push(...entitlements);
    return applied;
  }

  /** Uses a licence up. */
  activate(license: LicenseRecord, product: Product): void {
    license.serialNumber = product.serialNumber;
    license.account = product.account;
    license.expirationDate = endDate(this.clock.now(), license.days);
  }

  /** A serial that nothing has. */
  mint({ serialPrefix }: Mint): string {
    for (;;) {
      this.#minted += 1;
      const serial = folded(serialPrefix) + String(this.#minted).padStart(Math.max(4, 16 - serialPrefix.length), "0");
      if (!this.products.has(serial) && !this.warehouse.has(serial)) return serial;
    }
  }

  addressId(): string {
    this.#lastAddress += 1;
    return String(900_000 + this.#lastAddress);
  }
}
