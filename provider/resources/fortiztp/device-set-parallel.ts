import type { Context } from "../../core/resource";
import { forEachOf } from "../sets";

/** Does the same to many devices at once; see `forEachOf`. */
export function forEachDevice(
  context: Context,
  serials: readonly string[],
  work: (serial: string, quiet: Context) => Promise<void>,
): Promise<void> {
  return forEachOf(context, serials, "devices", work);
}
