import { channel } from "node:diagnostics_channel";
import { appendFileSync } from "node:fs";
import type { Redactor } from "./redact";

/** One attempt of one call, as a line in the trace. */
export interface TraceEntry {
  /** Milliseconds since the epoch at which the attempt began. */
  time: number;
  system: string;
  method: string;
  path: string;
  /** HTTP status, or the kind of failure if none came. */
  outcome: number | string;
  /** Duration of the attempt in milliseconds. */
  ms: number;
  /** 1 for the first attempt. */
  attempt: number;
  /** How many objects the call carries, if it is a batch. */
  batchSize?: number;
  /** What is being done, as it follows "could not" in an error. */
  action?: string;
}

/** Every attempt of every client of this process, as a `TraceEntry`: for whoever counts what a run has sent. */
export const attempts = channel("pulumi-ztp:attempt");

/** Writes one entry. Never throws: a trace must not break what it observes. */
export type Trace = (entry: TraceEntry) => void;

/**
 * A trace to `destination`: the path of a file to append to, or "stderr". By default the environment variable
 * `ZTP_TRACE` says; undefined when tracing is off, so that callers pay nothing.
 */
export function createTrace(redactor: Redactor, destination = process.env.ZTP_TRACE): Trace | undefined {
  return destination ? (entry) => append(destination, redactor.redact(traceLine(entry))) : undefined;
}

/** A record, one JSON object a line, in the file at `destination`; undefined without one. */
export function createAuditLog(redactor: Redactor, destination: string | undefined): Trace | undefined {
  if (!destination) return undefined;
  return ({ time, ms, ...entry }) => {
    const line = JSON.stringify({ time: new Date(time).toISOString(), ms: Math.round(ms), ...entry });
    append(destination, redactor.redact(line));
  };
}

function append(destination: string, line: string): void {
  try {
    // Synchronous, so that the last line before a crash is there.
    if (destination === "stderr") process.stderr.write(`${line}\n`);
    else appendFileSync(destination, `${line}\n`, { mode: 0o600 });
  } catch {
    // A full disk or a wrong path costs the trace, not the run.
  }
}

function traceLine(entry: TraceEntry): string {
  const fields = [
    new Date(entry.time).toISOString(),
    entry.system,
    entry.method,
    entry.path,
    String(entry.outcome),
    `${Math.round(entry.ms)}ms`,
    `attempt=${entry.attempt}`,
  ];
  if (entry.batchSize !== undefined) fields.push(`batch=${entry.batchSize}`);
  return fields.join(" ");
}
