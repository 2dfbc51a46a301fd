import { SingleFlight } from "../http/coalesce";
import { isVendorError, VendorError } from "../http/errors";
import { type Calls, operation } from "./calls";
import type { Dialect } from "./types";
import { system } from "./words";

const found = new Map<string, Dialect>();
const searches = new Map<string, SingleFlight<Dialect>>();

/**
 * Which dialect the service at a base URL speaks. It is asked once a process: the reference has a list of servers, what is
 * shipped has none but tells its health.
 */
export async function findDialect(baseUrl: string, calls: Calls, signal?: AbortSignal): Promise<Dialect> {
  const known = found.get(baseUrl);
  if (known) return known;
  let search = searches.get(baseUrl);
  if (!search) {
    search = new SingleFlight((all) => look(calls, all));
    searches.set(baseUrl, search);
  }
  const dialect = await search.run(signal);
  found.set(baseUrl, dialect);
  searches.delete(baseUrl);
  return dialect;
}

async function look(calls: Calls, signal: AbortSignal): Promise<Dialect> {
  const looking = operation("find out which API the service has", signal);
  const has = async (path: string): Promise<boolean> => {
    try {
      await calls.get(path, () => undefined, looking);
      return true;
    } catch (error) {
      if (isVendorError(error, "not-found")) return path !== healthPath;
      if (isVendorError(error, "not-json") && error.status === 404) return false;
      throw error;
    }
  };
  if (await has("/api/database/servers")) return "doc";
  if (await has(healthPath)) return "shipped";
  throw new VendorError({
    kind: "not-json",
    system,
    action: looking.action,
    reason: `there is neither /api/database/servers nor ${healthPath} at its address`,
    hint: "Check baseUrl. If the service is right, set profile to doc or shipped.",
  });
}

export const healthPath = "/health";
