import { normalizeSerial, splitList } from "../http/lists";

export { chunksOf, normalizeSerial, splitList } from "../http/lists";

/** Serials, addresses and host names: order counts, case does not. */
export function sameList(one: string | null | undefined, other: string | undefined): boolean {
  const normal = (list: string | null | undefined) => splitList(list ?? undefined).map(normalizeSerial);
  return normal(one).join() === normal(other).join();
}
