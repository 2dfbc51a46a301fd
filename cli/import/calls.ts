import { attempts, type TraceEntry } from "../../provider/clients/http/trace";

/** Counts the calls that the work sends to each vendor service, sign-ins and repetitions included. */
export async function countCalls<T>(work: (calls: ReadonlyMap<string, number>) => Promise<T>): Promise<T> {
  const calls = new Map<string, number>();
  const count = (entry: unknown): void => {
    const { system } = entry as TraceEntry;
    calls.set(system, (calls.get(system) ?? 0) + 1);
  };
  attempts.subscribe(count);
  try {
    return await work(calls);
  } finally {
    attempts.unsubscribe(count);
  }
}
