import { serialProblem } from "../../clients/fortinet/forticare-rules";
import { normalizeSerial } from "../../clients/fortinet/lists";
import type { Problem } from "../../core/check";
import { diffFields } from "../../core/diff";
import type { Fields, ValuesOf } from "../../core/shape";
import { isMap, isUnknown, joinPath, type ValueMap } from "../../core/values";
import { entriesOf } from "../sets";
import { productSettings, settingsProblems } from "./product-inputs";
import type { Wanted } from "./product-work";

/**
 * What a program says of a product that is one of many. What cannot be changed is refused by serial, and only for those
 * that are registered: a map of products must not be refused for one that never was.
 */
export const memberSettings = mutable(productSettings);

/** The same fields, in which every change is one. */
function mutable<F extends Fields>(fields: F): F {
  const changed = Object.entries(fields).map(([name, declared]) => {
    // What the set says for all stands in for what is absent.
    const change = declared.change === "immutable" ? "update" : declared.change;
    return [name, { ...declared, change, default: undefined }];
  });
  return Object.fromEntries(changed) as F;
}

export type Member = ValuesOf<typeof memberSettings>;

/** What a program says of all products of a set that do not say it themselves. */
export const { folderId, location, isGovernment } = productSettings;
const shared = { folderId, location, isGovernment };
type Shared = ValuesOf<typeof shared>;

/** What a program says about the products of a set. In a preview any part of it may be `Unknown`. */
export interface Members extends Shared {
  products: { [serial: string]: Member };
}

/** The products of a set as each of them is wanted, by serial in upper case. */
export function wantedOf({ products, folderId, location, isGovernment }: Partial<Members>): Map<string, Wanted> {
  const wanted = new Map<string, Wanted>();
  for (const [key, member] of entriesOf(products)) {
    const serialNumber = normalizeSerial(key);
    const own = isUnknown(member) ? {} : present(member as ValueMap);
    wanted.set(serialNumber, { ...present({ folderId, location, isGovernment } as ValueMap), ...own, serialNumber });
  }
  return wanted;
}

function present(values: ValueMap): ValueMap {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== null));
}

/** The problems of every product, as far as the values are known. */
export function memberProblems({ products, folderId, location }: Members): Problem[] {
  const problems = isUnknown(location) || isUnknown(folderId) ? [] : settingsProblems({ location, folderId });
  const spellings = new Map<string, string>();
  for (const [key, member] of entriesOf(products)) {
    const path = joinPath("products", key);
    const serial = normalizeSerial(key);
    const other = spellings.get(serial);
    const malformed = serialProblem(key);
    if (malformed) problems.push({ path, message: `is refused: ${malformed}` });
    else if (other !== undefined) problems.push({ path, message: `is the same product as ${JSON.stringify(other)}` });
    spellings.set(serial, key);
    if (!isMap(member) || isUnknown(member.location) || isUnknown(member.folderId)) continue;
    problems.push(...settingsProblems(member as Member, path));
  }
  return problems;
}

/** The settings in which a product of a set differs from what it was, by name. */
export function changedSettings(from: Wanted, to: Wanted): string[] {
  const differences = diffFields(productSettings, from as ValueMap, to as ValueMap);
  return [...new Set(differences.map(({ property }) => property))];
}
