import { execFile } from "node:child_process";

/** How to ask the key ring of this system, by a command that prints one secret. */
export interface KeyRing {
  /** Program and arguments, in which `{service}` and `{key}` stand for what is asked. No shell reads it. */
  command: string;
  service: string;
}

/** The command line of the Python package `keyring`, which knows the key rings of all systems. */
export const defaultKeyRingCommand = "keyring get {service} {key}";

/** Time for one secret, in milliseconds: somebody may have to unlock the key ring. */
const patienceMs = 60_000;

/**
 * Asks for all keys at once. What the command does not print, or fails to find, is left out.
 * @throws Error when the command cannot be run, without anything that it printed
 */
export async function askKeyRing(ring: KeyRing, keys: readonly string[]): Promise<Record<string, string>> {
  const answers = await Promise.all(keys.map(async (key) => [key, await ask(ring, key)] as const));
  return Object.fromEntries(answers.filter((answer): answer is [string, string] => answer[1] !== ""));
}

function ask({ command, service }: KeyRing, key: string): Promise<string> {
  const [program = "", ...parts] = wordsOf(command);
  const values: Readonly<Record<string, string>> = { service, key };
  const args = parts.map((part) => part.replace(/\{(service|key)\}/g, (_, name: string) => values[name] ?? ""));
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  execFile(program, args, { timeout: patienceMs, windowsHide: true }, (error, stdout) => {
    // A number is how the program ended: it has no such secret.
    if (error && typeof error.code !== "number") {
      const cause = error.killed ? `no answer in ${patienceMs / 1_000} s` : error.code;
      reject(
        new Error(`the key ring command ${program} cannot be used (${cause}); install it, or configure another one`),
      );
    } else resolve(error ? "" : stdout.replace(/\r?\n$/, ""));
  });
  return promise;
}

/** Words of a command line; quotes keep one together. */
function wordsOf(command: string): string[] {
  return [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain ?? "",
  );
}
