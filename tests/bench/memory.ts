import { readdirSync, readFileSync } from "node:fs";

const sampleMs = 250;

/**
 * Watches the resident memory of the process whose command line has the given text; `stop` answers with the last size
 * seen, in MB: undefined where there is no /proc.
 */
export function watchMemory(commandPart: string): { stop(): number | undefined } {
  let pid: string | undefined;
  let megabytes: number | undefined;
  const timer = setInterval(() => {
    pid ??= findProcess(commandPart);
    megabytes = (pid && residentMegabytes(pid)) || megabytes;
  }, sampleMs);
  return {
    stop() {
      clearInterval(timer);
      return megabytes;
    },
  };
}

function findProcess(commandPart: string): string | undefined {
  const processes = readOr([], () => readdirSync("/proc")).filter((name) => /^\d+$/.test(name));
  return processes.find((pid) => readOr("", () => readFileSync(`/proc/${pid}/cmdline`, "utf8")).includes(commandPart));
}

function residentMegabytes(pid: string): number | undefined {
  const status = readOr("", () => readFileSync(`/proc/${pid}/status`, "utf8"));
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
}

/** Processes come and go while they are looked at. */
function readOr<T>(otherwise: T, read: () => T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
