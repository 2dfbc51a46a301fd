import { isVendorError } from "../clients/http/errors";
import type { Context } from "../core/resource";
import { isMap, type Value } from "../core/values";
import { someOf } from "../core/words";

/** What resources of many devices or products have in common. */

/** The status text changes so often at most. */
const steps = 20;
/** Serials that are named when the same happened to all of them: as many as a bulk call has. */
const namedTogether = 10;

/**
 * Does the same to many devices or products at once. What it is at, and what it warns of, is told for all of them together.
 * @param things what they are, such as `devices`
 * @throws Error that names those that failed, when all are done
 */
export async function forEachOf(
  context: Context,
  serials: readonly string[],
  things: string,
  work: (serial: string, quiet: Context) => Promise<void>,
): Promise<void> {
  const warnings: string[] = [];
  const quiet: Context = Object.create(context, {
    progress: { value: () => {} },
    warn: { value: (message: string) => warnings.push(message) },
  });
  const every = Math.ceil(serials.length / steps);
  const failures = new Map<string, Error>();
  let ended = 0;
  await Promise.all(
    serials.map(async (serial) => {
      try {
        await work(serial, quiet);
      } catch (error) {
        failures.set(serial, error instanceof Error ? error : new Error(String(error)));
      }
      if (++ended % every === 0) context.progress(`${ended} of ${serials.length} ${things}`);
    }),
  );
  if (warnings.length > 0) context.warn(shortened(warnings).join("\n"));
  if (failures.size === 0) return;
  // A cancel or a time limit ends all that had not begun, and is told once.
  context.signal.throwIfAborted();
  throw failureOf(failures, serials.length, things);
}

/** What became of many things of which some failed, in one error that names those. */
export function failureOf(failures: ReadonlyMap<string, Error>, total: number, things: string): Error {
  const [first, ...others] = new Set(failures.values());
  // What was one and the same for all of them, such as a list that did not come, needs no names.
  if (first && others.length === 0 && failures.size === total) return first;
  const bySentence = Map.groupBy(failures, ([serial, failure]) => sentenceFor(serial, failure));
  const sentences = [...bySentence].map(([sentence, failed]) => {
    const serials = failed.map(([serial]) => serial);
    const [[serial, { message }] = ["", first as Error], ...others] = failed;
    if (others.length === 0 && message.includes(serial)) return message;
    return `${someOf(serials, namedTogether)}: ${sentence}`;
  });
  const rest = total - failures.size;
  const done = rest > 1 ? `; the other ${rest} are done` : rest === 1 ? "; the other one is done" : "";
  return new Error([`${failures.size} of ${total} ${things} failed${done}:`, ...shortened(sentences)].join("\n"));
}

/** What was not even tried was so for the same reason: it differs in the serial alone. */
function sentenceFor(serial: string, failure: Error): string {
  const { message } = failure;
  return isVendorError(failure) && failure.notAttempted ? message.replaceAll(serial, "…") : message;
}

/** What a program says by key, in the order of the keys: the engine hands a map over in any. None while it is not known. */
export function entriesOf(said: unknown): [key: string, value: Value][] {
  const sortable = ([key]: [string, Value]) => key.trim().toUpperCase();
  return Object.entries(isMap(said) ? said : {}).sort((one, other) => compare(sortable(one), sortable(other)));
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

const shownSentences = 20;

/** The first of many sentences, and how many there are besides. */
export function shortened(sentences: readonly string[]): string[] {
  const more = sentences.length - shownSentences;
  return more > 1 ? [...sentences.slice(0, shownSentences), `… and ${more} more`] : [...sentences];
}

/** The name of the resource in the program, which is the id of a set. */
export function nameOf({ urn }: Context): string | undefined {
  return urn?.split("::").slice(3).join("::") || undefined;
}
