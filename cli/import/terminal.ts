/** Where a command tells what it does. */
export interface Terminal {
  /** The result. */
  out(text: string): void;
  /** What happens on the way, and what went wrong. */
  error(text: string): void;
  /** Somebody watches `error`, so that a line may be overwritten. */
  interactive: boolean;
}

export const terminal: Terminal = {
  out: (text) => void process.stdout.write(text),
  error: (text) => void process.stderr.write(text),
  interactive: process.stderr.isTTY === true,
};

/** How far a piece of work is: one line that is kept up to date, or one at its start and one at its end. */
export class Progress {
  private done = 0;

  /** @param what such as `reading fortiztp:Device` */
  constructor(
    private readonly to: Terminal,
    private readonly what: string,
    private readonly total: number,
  ) {
    to.error(to.interactive ? this.line() : `${what}: ${total}\n`);
  }

  step(): void {
    this.done++;
    if (this.to.interactive) this.to.error(this.line());
  }

  end(): void {
    this.to.error(this.to.interactive ? clear : `${this.what}: done\n`);
  }

  private line(): string {
    return `${clear}${this.what}: ${this.done} of ${this.total}`;
  }
}

/** Back to the start of the line, and nothing on it. */
const clear = "\r\x1b[K";

/** Text of a vendor as a terminal may show it: on one line, and without the characters that steer one. */
export function printable(text: string): string {
  return text.replace(/\s*\n\s*/g, " ").replace(/\p{Cc}|\p{Cf}/gu, "\ufffd");
}
