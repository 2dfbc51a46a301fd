import type { Location, Product } from "../../clients/fortinet/forticare";
import { normalizeFolderId } from "../../clients/fortinet/forticare-rules";
import { sameLocation } from "../../clients/fortinet/forticare-wire";
import { normalizeSerial } from "../../clients/fortinet/lists";
import type { ProductSettings } from "./product-inputs";

/** What a program can change of a registered product. */
export type Changeable = Pick<ProductSettings, "description" | "folderId" | "location" | "contractNumbers">;

/** What has to be done to a product; what is undefined is as it should be. */
export interface Steps {
  /** To be registered, one after the other. */
  contracts: string[];
  /** 0 is the root. */
  folderId?: number;
  /** "" clears it. */
  description?: string;
  /** Null removes it. */
  location?: Location | null;
}

/**
 * What has to be done so that a product is as the program wants it.
 * @param held what the program has said of it before: what it no longer says is undone; of a location it is all that is known
 */
export function stepsFor(product: Product, held: Changeable, wanted: Changeable): Steps {
  const steps: Steps = { contracts: missingContracts(product, held, wanted) };
  const folderId = wanted.folderId ?? (held.folderId === undefined ? undefined : 0);
  const moved = folderId !== undefined && folderId !== held.folderId;
  if (moved && normalizeFolderId(folderId) !== product.folderId) steps.folderId = folderId;
  const description = wanted.description ?? (held.description === undefined ? undefined : "");
  const described = description !== undefined && description.trim() !== held.description?.trim();
  if (described && description.trim() !== (product.description ?? "")) steps.description = description;
  if (wanted.location && !equal(wanted.location, held.location)) steps.location = wanted.location;
  if (!wanted.location && held.location) steps.location = null;
  return steps;
}

/** `description, folder and location`: what the steps change, in words; empty for none. */
export function describeSteps({ contracts, folderId, description, location }: Steps): string {
  const words = [
    description !== undefined && "description",
    folderId !== undefined && "folder",
    location !== undefined && "location",
    contracts.length > 0 && (contracts.length === 1 ? "a contract" : `${contracts.length} contracts`),
  ].filter((word) => word !== false);
  return words.length > 1 ? `${words.slice(0, -1).join(", ")} and ${words.at(-1)}` : (words[0] ?? "");
}

/** The contracts that the program no longer says, of which FortiCare cannot rid the product. */
export function removedContracts(held: Changeable, wanted: Changeable): string[] {
  const kept = new Set((wanted.contractNumbers ?? []).map(normalizeSerial));
  return (held.contractNumbers ?? []).filter((number) => !kept.has(normalizeSerial(number)));
}

export function contractsRefusal(serial: string, held: Changeable, wanted: Changeable): string | undefined {
  const removed = removedContracts(held, wanted).length;
  if (removed === 0) return undefined;
  const [are, them] = removed === 1 ? ["1 contract is", "it"] : [`${removed} contracts are`, "them"];
  return `${are} no longer in contractNumbers of ${serial}, but FortiCare cannot take a contract off a product; put ${them} back`;
}

function missingContracts(product: Product, held: Changeable, wanted: Changeable): string[] {
  const has = new Set(
    [...(held.contractNumbers ?? []), ...product.contracts.map(({ contractNumber }) => contractNumber ?? "")].map(
      normalizeSerial,
    ),
  );
  const missing = (wanted.contractNumbers ?? []).filter((number) => !has.has(normalizeSerial(number)));
  return [...new Map(missing.map((number) => [normalizeSerial(number), number])).values()];
}

function equal(one: Location, other: Location | undefined): boolean {
  return other !== undefined && sameLocation(one, other) && sameLocation(other, one);
}

/** Why a program may not take a product over that the account has already; undefined if it may. */
export function adoptionRefusal(
  product: Product,
  steps: Steps,
  adopt: "never" | "identical" | "update",
): string | undefined {
  const serial = product.serialNumber;
  if (product.isDecommissioned) return decommissioned(serial);
  if (adopt === "never") {
    return `${serial} is registered already, and adopt is "never"; import it, or set adopt to "update"`;
  }
  const different = describeSteps(steps);
  if (adopt === "update" || different === "") return undefined;
  return (
    `${serial} is registered already, and differs from the program (${different}), while adopt is "identical". ` +
    'Correct the program, or set adopt to "update" to change the product'
  );
}

export function decommissioned(serial: string): string {
  return `${serial} is decommissioned: restore it in the portal first, since FortiCare's API has no call for that`;
}
