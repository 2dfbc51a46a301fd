import { readdirSync, readFileSync } from "node:fs";

const sampleMs = 250;

/** What a process takes; undefined where there is no /proc. */
export interface Process {
  /** Resident memory when it was last seen, in MB. */
  memory?: number;
  /** Seconds of processor time a minute, from when it was first seen. */
  processorPerMinute?: number;
}

/** Watches the process whose command line has the given text, until `stop`. */
export function watchProcess(commandPart: string): { stop(): Process } {
  let pid: string | undefined;
  let memory: number | undefined;
  let first: { at: number; seconds: number } | undefined;
  let processorPerMinute: number | undefined;
  const timer = setInterval(() => {
    pid ??= findProcess(commandPart);
    if (!pid) return;
    memory = residentMegabytes(pid) ?? memory;
    const seconds = processorSeconds(pid);
    if (seconds === undefined) return;
    first ??= { at: performance.now(), seconds };
    const minutes = (performance.now() - first.at) / 60_000;
    if (minutes > 0) processorPerMinute = (seconds - first.seconds) / minutes;
  }, sampleMs);
  return {
    stop() {
      clearInterval(timer);
      return { memory, processorPerMinute };
    },
  };
}

/** Linux counts it in hundredths of a second. */
function processorSeconds(pid: string): number | undefined {
  const stat = readOr("", () => readFileSync(`/proc/${pid}/stat`, "utf8"));
  const [user, system] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 13)
    .map(Number);
  return user === undefined || system === undefined ? undefined : (user + system) / 100;
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
