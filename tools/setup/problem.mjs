/** A failure that is for the user to read: shown without a stack trace. */
export class Problem extends Error {}

export function say(line) {
  process.stderr.write(`${line}\n`);
}

export function showFailure(error) {
  say(error instanceof Problem ? error.message : (error?.stack ?? String(error)));
}
