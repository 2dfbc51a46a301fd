import type { Context } from "../../core/resource";
import { shortened, someOf } from "./device-set-members";

/** The status text changes so often at most. */
const steps = 20;
/** Devices that are named when the same happened to all of them: as many as a bulk call has. */
const namedTogether = 10;

/**
 * Does the same to many devices at once. What it is at, and what it warns of, is told for all of them together.
 * @throws Error that names the devices that failed, when all are done
 */
export async function forEachDevice(
  context: Context,
  serials: readonly string[],
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
      if (++ended % every === 0) context.progress(`${ended} of ${serials.length} devices`);
    }),
  );
  if (warnings.length > 0) context.warn(shortened(warnings).join("\n"));
  if (failures.size === 0) return;
  // A cancel or a time limit ends all that had not begun, and is told once.
  context.signal.throwIfAborted();
  throw failureOf(failures, serials.length);
}

function failureOf(failures: ReadonlyMap<string, Error>, total: number): Error {
  const [first, ...others] = new Set(failures.values());
  // What was one and the same for all of them, such as a list that did not come, needs no names.
  if (first && others.length === 0 && failures.size === total) return first;
  const bySentence = Map.groupBy(failures, ([, { message }]) => message);
  const sentences = [...bySentence].map(([message, failed]) => {
    const serials = failed.map(([serial]) => serial);
    const isNamed = serials.length === 1 && message.includes(serials[0] as string);
    return isNamed ? message : `${someOf(serials, namedTogether)}: ${message}`;
  });
  const rest = total - failures.size;
  const done = rest > 1 ? `; the other ${rest} are done` : rest === 1 ? "; the other one is done" : "";
  return new Error([`${failures.size} of ${total} devices failed${done}:`, ...shortened(sentences)].join("\n"));
}
