import type { Product, RegistrationUnit } from "../../clients/fortinet/forticare";
import { sameLocation } from "../../clients/fortinet/forticare-wire";
import { normalizeSerial } from "../../clients/fortinet/lists";
import { isVendorError } from "../../clients/http/errors";
import type { Context } from "../../core/resource";
import type { ValueMap } from "../../core/values";
import type { Account, Assets } from "./assets";
import { rootPath } from "./folder-tree";
import { type ProductSettings, productName } from "./product-inputs";
import type { ProductsFrom } from "./product-lane";
import { adoptionRefusal, type Changeable, contractsRefusal, decommissioned, stepsFor } from "./product-steps";

/** A product as a program wants it. */
export type Wanted = ProductSettings & { serialNumber: string };

export type Adopt = "never" | "identical" | "update";

export interface ProductWork {
  assets: Assets;
  account: Account;
  context: Context;
  wanted: Wanted;
  /** Default: the engine, one product a resource. */
  from?: ProductsFrom;
  /** Told each time that FortiCare has taken a part of it, with what the product is like and how far it has come. */
  accepted(product: Product, reached: Changeable): void;
}

/** The same for a product that may be registered already. */
export type Registering = Omit<ProductWork, "accepted"> & {
  accepted(product: Product, reached: Changeable, adopted: boolean): void;
};

/** What became of a product that a program names for the first time. */
export interface Registered {
  product: Product;
  /** It was registered before. */
  adopted: boolean;
}

/** Registers a product, or takes it over when the account has it, and brings it to what the program wants. */
export async function registerProduct(work: Registering, adopt: Adopt): Promise<Registered> {
  const { account, context, wanted, assets } = work;
  const serial = normalizeSerial(wanted.serialNumber);
  const found = await account.products.find(serial, context.signal);
  if (found) return adoptProduct(work, found, adopt);
  assets.assertWritable(serial);
  try {
    const registered = await account.lane(work.from).register(unitOf(wanted), context.signal);
    account.claims.share(serial);
    const accepted = (product: Product, reached: Changeable) => work.accepted(product, reached, false);
    const held = await heldAfter(work, registered);
    accepted(registered, held);
    return { product: await changeProduct({ ...work, accepted }, registered, held), adopted: false };
  } catch (error) {
    if (!isVendorError(error) || error.code !== "already-registered") throw error;
    // Lists leave out what has no entitlement.
    const hidden = await account.products.confirm(serial, context.signal);
    if (!hidden) throw error;
    return adoptProduct(work, hidden, adopt);
  }
}

async function adoptProduct(work: Registering, found: Product, adopt: Adopt): Promise<Registered> {
  const { account, context, wanted } = work;
  const held = await heldBefore(work, found, adopt);
  const refused = adoptionRefusal(found, stepsFor(found, held, wanted), adopt);
  if (refused !== undefined) throw new Error(refused);
  account.claims.share(found.serialNumber);
  const ignored = registrationOnly.filter((name) => wanted[name] !== undefined && wanted[name] !== false);
  if (ignored.length > 0) {
    context.warn(
      `${found.serialNumber} was registered before: ${ignored.join(", ")} counts at the registration only, and is not applied`,
    );
  }
  const accepted = (product: Product, reached: Changeable) => work.accepted(product, reached, true);
  accepted(found, held);
  return { product: await changeProduct({ ...work, accepted }, found, held), adopted: true };
}

/** What FortiCare takes at the registration and never after. */
const registrationOnly = ["isGovernment", "additionalInfo", "assetGroupIds", "replacedSerialNumber"] as const;

/** What is known to be as the program says before anything is done; only details tell the location. */
export async function heldBefore(
  { account, context, wanted }: Pick<ProductWork, "account" | "context" | "wanted">,
  found: Product,
  adopt: Adopt,
): Promise<Changeable> {
  if (adopt !== "identical" || !wanted.location) return {};
  const details = await account.client.products.get(found.serialNumber, { signal: context.signal });
  return sameLocation(wanted.location, details?.location) ? { location: wanted.location } : {};
}

/** What a registration has brought about. */
async function heldAfter(
  { account, context, wanted }: Registering,
  registered: Product & { knownFrom: "answer" | "look" },
): Promise<Changeable> {
  const { description, folderId, location, contractNumbers = [] } = wanted;
  const first = contractNumbers.slice(0, 1);
  if (registered.knownFrom === "answer") {
    // With a contract FortiCare also takes what was registered before, and then maybe nothing but the contract.
    if (first.length > 0) return { location, contractNumbers: first };
    return { description, folderId, location };
  }
  const details = location && (await account.client.products.get(registered.serialNumber, { signal: context.signal }));
  return location && sameLocation(location, details?.location) ? { location } : {};
}

function unitOf(wanted: Wanted): RegistrationUnit {
  const { contractNumbers = [], ...unit } = wanted;
  return { ...unit, serialNumber: normalizeSerial(wanted.serialNumber), contractNumber: contractNumbers[0] };
}

/**
 * Brings a registered product to what the program wants.
 * @param held what the program has said of it before, as far as it has come
 */
export async function changeProduct(work: ProductWork, found: Product, held: Changeable): Promise<Product> {
  const { assets, account, context, wanted, accepted } = work;
  const { signal } = context;
  const serial = found.serialNumber;
  if (found.isDecommissioned) throw new Error(decommissioned(serial));
  const refused = contractsRefusal(serial, held, wanted);
  if (refused !== undefined) throw new Error(refused);
  const steps = stepsFor(found, held, wanted);
  const lane = account.lane(work.from);
  let product = found;
  // What needs no step is as the program wants it.
  let reached: Changeable = {
    description: steps.description === undefined ? wanted.description : held.description,
    folderId: steps.folderId === undefined ? wanted.folderId : held.folderId,
    location: steps.location === undefined ? wanted.location : held.location,
    contractNumbers: (wanted.contractNumbers ?? []).filter((number) => !steps.contracts.includes(number)),
  };
  const step = async (done: Changeable, work: () => Promise<Partial<Product>>) => {
    assets.assertWritable(serial);
    signal.throwIfAborted();
    product = { ...product, ...(await work()) };
    account.products.learned(product);
    reached = { ...reached, ...done };
    accepted(product, reached);
  };
  // What travels with others first: what follows comes back one by one.
  for (const contractNumber of steps.contracts) {
    const contractNumbers = [...(reached.contractNumbers ?? []), contractNumber];
    await step({ contractNumbers }, async () => {
      const unit = { serialNumber: serial, contractNumber, isGovernment: wanted.isGovernment };
      const { contracts, entitlements } = await lane.register(unit, signal);
      return { contracts, entitlements };
    });
  }
  const { folderId, description, location } = steps;
  if (folderId !== undefined) {
    await step({ folderId: wanted.folderId }, async () => {
      await lane.move(serial, folderId, signal);
      const folderPath = folderId === 0 ? rootPath : await account.folders.pathOf(folderId, signal);
      return { folderId: folderId || undefined, folderPath };
    });
  }
  if (description !== undefined) {
    await step({ description: wanted.description }, async () => {
      await account.client.products.describe(serial, description, { signal });
      return { description: description.trim() || undefined };
    });
  }
  if (location !== undefined) {
    await step({ location: wanted.location }, async () => {
      await account.client.products.locate(serial, location, { signal });
      return {};
    });
  }
  return product;
}

/** The form in which the state keeps how far a product has come. */
export function reachedInputs({ description, folderId, location, contractNumbers = [] }: Changeable): ValueMap {
  return {
    description,
    folderId,
    location: location as ValueMap | undefined,
    contractNumbers: contractNumbers.length > 0 ? contractNumbers : undefined,
  };
}

/** Takes a product out of service that a program no longer wants, unless another resource of the program has it by now. */
export async function decommissionProduct(work: {
  assets: Assets;
  account: Account;
  context: Context;
  serial: string;
  from?: ProductsFrom;
}): Promise<void> {
  const { assets, account, context, from } = work;
  const serial = normalizeSerial(work.serial);
  const owner = context.ownerOf?.(productName(serial));
  if (account.claims.has(serial) || (owner !== undefined && owner !== context.urn)) {
    context.warn(`${serial} stays in service: another resource of this program has taken it over`);
    return;
  }
  const found = await account.products.find(serial, context.signal);
  if (found?.isDecommissioned) return;
  assets.assertWritable(serial);
  await account.lane(from).decommission(serial, context.signal);
  context.warn(outOfService(serial));
}

/** What a delete has done for good: no preview can tell, since the engine asks no provider about deletes then. */
export function outOfService(serial: string): string {
  return `${serial} is decommissioned now: only the portal can restore it`;
}
