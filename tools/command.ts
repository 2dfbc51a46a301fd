import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface CommandOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Sent to standard input, which is closed afterwards. */
  input?: string;
  /** Called with every line of both streams as it appears. */
  onLine?: (line: string, stream: "stdout" | "stderr") => void;
  /** After this the command is interrupted, and killed if that does not end it. */
  timeoutMs?: number;
  /** Interrupts the command as Ctrl-C does. */
  interrupt?: AbortSignal;
}

export interface CommandResult {
  /** 128 + the signal's number when a signal ended it. */
  code: number;
  stdout: string;
  stderr: string;
  /** Both streams, in the order in which they arrived. */
  output: string;
  seconds: number;
  timedOut: boolean;
}

const graceMs = 20_000;
const signalNumbers: Partial<Record<NodeJS.Signals, number>> = { SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

/** Runs a command to its end and keeps all that it printed; rejects only when it cannot be started. */
export function runCommand(command: string, args: string[], options: CommandOptions = {}): Promise<CommandResult> {
  const started = performance.now();
  const child = spawn(command, args, { cwd: options.cwd, env: options.env, stdio: ["pipe", "pipe", "pipe"] });
  const printed = { stdout: "", stderr: "", output: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text: string) => {
      printed[stream] += text;
      printed.output += text;
    });
    const { onLine } = options;
    if (onLine) createInterface({ input: child[stream] }).on("line", (line) => onLine(line, stream));
  }
  // A command that ends without reading its input is no error.
  child.stdin.on("error", () => {});
  child.stdin.end(options.input ?? "");

  let timedOut = false;
  let killer: NodeJS.Timeout | undefined;
  const interrupt = () => {
    child.kill("SIGINT");
    killer ??= setTimeout(() => child.kill("SIGKILL"), graceMs);
  };
  const onTimeout = () => {
    timedOut = true;
    interrupt();
  };
  const timer = options.timeoutMs === undefined ? undefined : setTimeout(onTimeout, options.timeoutMs);
  if (options.interrupt?.aborted) interrupt();
  options.interrupt?.addEventListener("abort", interrupt, { once: true });
  const cleanUp = () => {
    clearTimeout(timer);
    clearTimeout(killer);
    options.interrupt?.removeEventListener("abort", interrupt);
  };

  return new Promise((resolve, reject) => {
    child.once("error", (error) => {
      cleanUp();
      reject(error);
    });
    child.once("close", (code, signal) => {
      cleanUp();
      const ended = code ?? 128 + ((signal && signalNumbers[signal]) ?? 1);
      resolve({ code: ended, ...printed, seconds: (performance.now() - started) / 1000, timedOut });
    });
  });
}
