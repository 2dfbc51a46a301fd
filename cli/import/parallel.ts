/** How many objects are read at once; each vendor's own limits hold besides. */
const atOnce = 16;

/** Does the work for every item, a bounded number at a time. The first that fails ends it. */
export async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values();
  const worker = async (): Promise<void> => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
}
