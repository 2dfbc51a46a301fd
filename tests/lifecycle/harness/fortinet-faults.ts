import type { FaultAction } from "../../../simulators";

export interface NamedFault {
  /** Follows "when". */
  name: string;
  action: FaultAction;
}

/** What may happen to any write, with a service that answers again afterwards. */
export const passingFaults: readonly NamedFault[] = [
  { name: "the connection is cut before it was carried out", action: { kind: "resetBeforeCommit" } },
  { name: "the connection is cut after it was carried out", action: { kind: "resetAfterCommit" } },
  { name: "the answer never comes", action: { kind: "lostResponse" } },
  { name: "the service fails with 500", action: { kind: "status", status: 500 } },
  {
    name: "the service fails with 500 though it was carried out",
    action: { kind: "status", status: 500, applied: true },
  },
  { name: "the service asks to wait", action: { kind: "tooManyRequests", retryAfter: 0.2 } },
  { name: "a proxy answers with a page", action: { kind: "html", status: 502 } },
  { name: "a proxy answers with a page and success", action: { kind: "html", status: 200, applied: true } },
  { name: "the answer is cut short", action: { kind: "truncatedJson" } },
  { name: "the token has expired", action: { kind: "expireTokens" } },
];

/** The ends of a write after which nobody can be asked what became of it. */
export const lastingFaults: readonly (NamedFault & { words: RegExp })[] = [
  { name: "cut before it was carried out", action: { kind: "resetBeforeCommit" }, words: /connection was reset/ },
  { name: "cut after it was carried out", action: { kind: "resetAfterCommit" }, words: /connection was reset/ },
  { name: "lost with its answer", action: { kind: "lostResponse" }, words: /no complete answer came within 1 s/ },
  {
    name: "answered with 500 though it was carried out",
    action: { kind: "status", status: 500, applied: true },
    words: /the service failed \(HTTP 500\)/,
  },
];
