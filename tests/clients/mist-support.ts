import { setImmediate as turn } from "node:timers/promises";
import { onTestFinished } from "vitest";
import type { Clock } from "../../provider/clients/http/clock";
import { createMist, type MistOptions } from "../../provider/clients/mist/mist";
import type { MistSurroundings } from "../../provider/clients/mist/options";
import {
  type FaultAction,
  type MistVariants,
  Clock as SimulatedClock,
  type SimulatorOptions,
  startSimulators,
} from "../../simulators";

type ClientOptions = Partial<MistOptions & MistSurroundings>;

export interface SetupOptions {
  variants?: Partial<MistVariants>;
  mist?: SimulatorOptions["mist"];
  client?: ClientOptions;
  /** Milliseconds after noon at which the clock begins. */
  startsAfter?: number;
}

export const minute = 60_000;
export const hour = 60 * minute;
export const noon = Date.UTC(2025, 0, 31, 12);

/** Simulators of one test, and a client whose waits move their clock instead of taking time. */
export async function setup({ variants, mist, client, startsAfter = 0 }: SetupOptions = {}) {
  const simulatedClock = new SimulatedClock({ startAt: noon + startsAfter, frozen: true });
  const simulators = await startSimulators({ mist: { ...mist, variants }, clock: simulatedClock });
  onTestFinished(() => simulators.close());
  const slept: number[] = [];
  const clock: Clock = {
    now: () => simulatedClock.now(),
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      slept.push(ms);
      simulatedClock.advance(ms);
      // What is on its way may arrive meanwhile.
      await turn();
    },
  };
  const { url, apiToken, email, password, orgId } = simulators.describe().mist;
  const base = { baseUrl: url, clock, random: () => 0.5 };
  const clientWith = (extra: ClientOptions = {}) => createMist({ ...base, apiTokens: [apiToken], ...client, ...extra });
  const requests = (method?: string) => simulators.requests.filter({ service: "mist", method });
  return {
    simulators,
    mist: simulators.mist,
    clock: simulatedClock,
    slept,
    orgId,
    apiToken,
    email,
    password,
    client: clientWith(),
    clientWith,
    /** A client that logs in with a password. */
    loginWith: (extra: ClientOptions = {}) => clientWith({ apiTokens: undefined, email, password, ...extra }),
    /** What was asked, in its order. */
    calls: (method?: string) => requests(method).map((entry) => `${entry.method} ${entry.relativePath}`),
    queries: () => requests("GET").map((entry) => entry.query),
    bodies: (method: string) => requests(method).map((entry) => entry.body),
    /** Strikes the next calls. */
    fault: (action: FaultAction, options: { method?: string; path?: string; times?: number; after?: number } = {}) =>
      simulators.faults.add({ service: "mist", action, times: 1, ...options }),
  };
}

/** All entries of a list. */
export async function all<T>(list: AsyncIterable<T>): Promise<T[]> {
  const rows: T[] = [];
  for await (const row of list) rows.push(row);
  return rows;
}
