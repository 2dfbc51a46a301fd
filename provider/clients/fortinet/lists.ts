/** A serial as it is compared: trimmed, upper case. */
export function normalizeSerial(serial: string): string {
  return serial.trim().toUpperCase();
}

/** Splits a comma list into its trimmed, non-empty items. */
export function splitList(list: string | undefined): string[] {
  return (list ?? "")
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

/** Serials, addresses and host names: order counts, case does not. */
export function sameList(one: string | null | undefined, other: string | undefined): boolean {
  const normal = (list: string | null | undefined) => splitList(list ?? undefined).map(normalizeSerial);
  return normal(one).join() === normal(other).join();
}

/** The items in their order, at most `size` together. */
export function chunksOf<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let start = 0; start < items.length; start += size) chunks.push(items.slice(start, start + size));
  return chunks;
}
