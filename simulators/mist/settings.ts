import { type Call, invalid, objectBody } from "./call";
import { checkSwitchRules } from "./collections";
import { merged } from "./merge";
import type { Entry } from "./types";

/** Lays the body over a setting. */
export function changeSetting({ context, request }: Call, setting: Entry): void {
  const data = merged(setting.data, objectBody(request), ["blacklist_url", "whitelist_url", "watched_station_url"]);
  const problem = checkSwitchRules(data);
  if (problem) throw invalid(problem);
  for (const [key, value] of Object.entries(data))
    if (key.endsWith("_updown_threshold") && value !== null && !(Number(value) >= 0 && Number(value) <= 240))
      throw invalid({ detail: `invalid field: ${key}`, reason: "must be between 0 and 240" });
  setting.data = data;
  setting.modifiedAt = context.clock.now();
}
