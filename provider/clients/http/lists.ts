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

/** The items in their order, at most `size` together. */
export function chunksOf<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let start = 0; start < items.length; start += size) chunks.push(items.slice(start, start + size));
  return chunks;
}
