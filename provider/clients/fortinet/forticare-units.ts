import { z } from "zod";
import { VendorError } from "../http/errors";
import { parse } from "./calls";
import { type Body, type ForticareCalls, system } from "./forticare-calls";
import { causeOf, hintFor } from "./forticare-causes";
import { itemsOf } from "./forticare-list";
import { type Unit, unitSchema } from "./forticare-types";

/** Units or serials that FortiCare takes in one call. */
export const batchLimit = 10;
/** It gives up a batch in which more of them fail. */
export const mostFailures = 5;

/** How many units may travel together now: all of them may fail, and no more than errors are left. */
export async function unitsTogether(calls: ForticareCalls): Promise<number> {
  const errorsLeft = await calls.errorsLeft();
  return errorsLeft >= mostFailures ? batchLimit : Math.max(1, errorsLeft);
}

/** What became of the products of a batch, as far as the answer tells. */
export interface UnitResults {
  /** By serial: the product, or why it failed. */
  results: ReadonlyMap<string, Unit | VendorError>;
  /** How many errors FortiCare may count for the call, by the worst reading. */
  errors: number;
}

const well = /^(?:0|registered|success|ok)$/i;
const statusSchema = z.object({ status: z.coerce.number().catch(0) });

/** The results in an answer about a batch, whatever the status of the whole. */
export function readUnits(
  calls: ForticareCalls,
  body: Body,
  { path, actionOf }: { path: string; actionOf: (serial: string) => string },
): UnitResults {
  const told = itemsOf(body, "assets", unitSchema).filter(({ status }) => status !== undefined);
  const results = told.map((unit): [string, Unit | VendorError] => {
    const { serialNumber, status = "", message } = unit;
    if (well.test(status)) return [serialNumber, { ...unit, status: "Registered" }];
    const vendorMessage = message && calls.quote(message);
    const facts = { kind: "rejected", system, method: "POST", path, action: actionOf(serialNumber) } as const;
    const failure = new VendorError({ ...facts, vendorMessage, code: causeOf(message) });
    return [serialNumber, failure.with({ hint: hintFor(failure) })];
  });
  const failed = results.filter(([, result]) => result instanceof VendorError).length;
  const refused = parse(statusSchema, body).status !== 0 ? 1 : 0;
  return { results: new Map(results), errors: Math.max(failed, refused) };
}
