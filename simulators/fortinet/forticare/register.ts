import { isObject } from "../../core/http";
import { batchAnswer, type UnitOutcome } from "./batch";
import { type Call, type EndpointRoute, endpointRoute, type ForticareContext } from "./endpoint";
import { refused } from "./envelope";
import { Fields, folded } from "./fields";
import { type LocationInput, readLocation } from "./locations";
import { presentFailedUnit, presentUnit } from "./present";
import { planUnit, type UnitPlan } from "./register-unit";
import type { ForticareVariants } from "./variants";

/** A unit of a registration. */
export interface UnitInput {
  serialNumber: string;
  contractNumber: string | null;
  description: string | null;
  isGovernment: boolean;
  cloudKey: string | null;
  folderId: number | null;
  assetGroupIds: number[];
  replacedSerialNumber: string | null;
  additionalInfo: string | null;
  location: LocationInput | null;
}

/** Registration of products, up to ten in a call, each with a result of its own. */
export function registerRoute(context: ForticareContext): EndpointRoute {
  const { world, variants } = context;
  return endpointRoute(context, {
    path: "/products/register",
    access: "write",
    takesAccount: true,
    withoutResult: { assets: null },
    read: readUnits,
    run(call, units) {
      refuseWrongKeys(call, units);
      // What earlier units of the batch use up, before any of it happens.
      const planned: UnitPlan[] = [];
      const outcomes = units.map((unit): UnitOutcome => {
        const plan = planUnit(call, unit, planned);
        if (typeof plan === "string") return { failed: presentFailedUnit(unit.serialNumber, plan, variants) };
        planned.push(plan);
        return {
          apply() {
            const product = plan.apply();
            return () => presentUnit(product, plan.result(product), world, variants);
          },
        };
      });
      return batchAnswer(outcomes, variants);
    },
  });
}

function readUnits(fields: Fields, variants: ForticareVariants): UnitInput[] {
  const units = fields.raw("registrationUnits");
  const locations = readPool(fields, variants);
  if (units === null || (Array.isArray(units) && units.length === 0)) {
    fields.missing("Registration units cannot be empty.");
    return [];
  }
  if (!Array.isArray(units) || !units.every(isObject)) {
    fields.invalid("registrationUnits");
    return [];
  }
  const maximum = variants.limits.unitsPerBatch;
  if (maximum > 0 && units.length > maximum) fields.bad(`At most ${maximum} registration units are allowed.`);
  return units.map((unit, index) => {
    const part = new Fields(unit, fields, `registration units[${index}]`);
    const cloudKey = part.text("cloudKey");
    if (cloudKey !== null && !/^[A-Z0-9]{8}$/.test(cloudKey)) fields.bad(badKey(index));
    return { ...readUnit(part, locations, variants), cloudKey };
  });
}

function readPool(fields: Fields, variants: ForticareVariants): LocationInput[] {
  const pool = fields.raw("locations");
  if (pool === null) return [];
  if (Array.isArray(pool) && pool.every(isObject))
    return pool.map((item, index) => readLocation(new Fields(item, fields, `locations[${index}]`), variants));
  fields.invalid("locations");
  return [];
}

function readUnit(
  fields: Fields,
  locations: LocationInput[],
  variants: ForticareVariants,
): Omit<UnitInput, "cloudKey"> {
  return {
    serialNumber: folded(fields.requiredText("serialNumber", "Serial number")),
    contractNumber: fields.text("contractNumber"),
    description: fields.text("description"),
    isGovernment: fields.boolean("isGovernment"),
    folderId: fields.integer("folderId"),
    assetGroupIds: readGroups(fields, variants),
    replacedSerialNumber: fields.text("replacedSerialNumber"),
    additionalInfo: fields.text("additionalInfo"),
    location: readReference(fields, locations),
  };
}

/** The location in the pool that a unit refers to, as `{"ref": "#/locations/0"}`. */
function readReference(fields: Fields, locations: LocationInput[]): LocationInput | null {
  const reference = fields.nested("location");
  if (!reference) return null;
  const ref = reference.raw("ref");
  const index = typeof ref === "string" ? /^#\/locations\/(\d+)$/.exec(ref)?.[1] : undefined;
  const location = index === undefined ? undefined : locations[Number(index)];
  if (!location) fields.invalid("location");
  return location ?? null;
}

function readGroups(fields: Fields, { assetGroupIds: form }: ForticareVariants): number[] {
  const given = fields.raw("assetGroupIds");
  if (given === null) return [];
  if (Array.isArray(given) && form !== "string" && given.every(Number.isInteger)) return given as number[];
  if (typeof given === "string" && form !== "array" && /^\s*(\d+\s*(,\s*\d+\s*)*)?$/.test(given))
    return given
      .split(",")
      .filter((item) => item.trim() !== "")
      .map(Number);
  fields.invalid("assetGroupIds");
  return [];
}

/** With the variant, a key of another product is as bad as a malformed one. */
function refuseWrongKeys({ context }: Call, units: UnitInput[]): void {
  if (context.variants.wrongCloudKey !== "batch") return;
  for (const [index, { serialNumber, cloudKey }] of units.entries()) {
    const key = context.world.warehouse.get(serialNumber)?.cloudKey ?? null;
    if (key !== null && cloudKey !== null && key !== cloudKey) throw refused(102, badKey(index));
  }
}

/** The text ends in a blank, as the service's does. */
function badKey(index: number): string {
  return `Invalid cloud key provided for registration units[${index}]. `;
}
