import { isObject } from "../core/http";
import { text, type UpgradeContext } from "./context";
import type { Metrics } from "./firewalls";
import type { FirewallLink } from "./link";
import { passOn, type Steps } from "./threads";
import { compare, passed, referenceShape } from "./validation";

/** Asks for metrics before an upgrade and writes them down; a text is why the upgrade must not go on. */
export function* preFlight(context: UpgradeContext, link: FirewallLink): Steps<Metrics | string> {
  const { settings, directory } = context;
  const answer = yield* metricsWithRetries(context, link, "Pre-flight");
  if (typeof answer === "string")
    return `Pre-flight validation error after ${settings.validationAttempts} attempts: ${answer}`;
  const { stamps } = directory;
  const { serial } = link;
  const path = `validation/pre_flight/${serial}_${stamps.name()}.json`;
  directory.writeJson(path, { serial, timestamp: stamps.text(), metrics: answer });
  const { disk_available_gb: disk } = answer;
  if (disk >= settings.minimumDiskGb) return answer;
  return `Insufficient disk space: ${disk.toFixed(2)} GB available, ${settings.minimumDiskGb.toFixed(2)} GB required`;
}

/** Compares the metrics after an upgrade with the latest ones before. What comes out changes nothing for the job. */
export function* postFlight(context: UpgradeContext, link: FirewallLink): Steps {
  const { settings, directory, variants, log } = context;
  const { serial } = link;
  const before = latestPreFlight(context, serial);
  if (!before) return;
  const after = yield* metricsWithRetries(context, link, "Post-flight");
  if (typeof after === "string") {
    log("WARNING", `Post-flight validation failed for ${serial}, but continuing`, serial);
    return;
  }
  const comparisons = compare(before, after, settings);
  const validation_passed = passed(comparisons);
  const { stamps } = directory;
  directory.writeJson(`validation/post_flight/${serial}_${stamps.name()}.json`, {
    serial,
    timestamp: stamps.text(),
    pre_flight: before,
    post_flight: after,
    comparison: variants.comparisonShape === "reference" ? referenceShape(comparisons) : comparisons,
    validation_passed,
  });
  const level = validation_passed ? "INFO" : "WARNING";
  log(level, `Post-flight validation ${validation_passed ? "passed" : "failed"} for ${serial}`, serial);
}

/** The metrics, or why there are none after all attempts. */
function* metricsWithRetries(context: UpgradeContext, link: FirewallLink, name: string): Steps<Metrics | string> {
  const { validationAttempts, validationDelay, validationBackoff } = context.settings;
  let delay = validationDelay;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return yield* link.metrics();
    } catch (error) {
      passOn(error);
      const problem = `${name} validation attempt ${attempt}/${validationAttempts} failed for ${link.serial}: ${text(error)}`;
      context.log(attempt < validationAttempts ? "WARNING" : "ERROR", problem, link.serial);
      if (attempt >= validationAttempts) return text(error);
      yield delay;
      delay = Math.floor(delay * validationBackoff);
    }
  }
}

function latestPreFlight({ directory }: UpgradeContext, serial: string): Metrics | undefined {
  const folder = "validation/pre_flight";
  const names = directory.jsonNames(folder).filter((name) => name.startsWith(`${serial}_`));
  const latest = names.toSorted().at(-1);
  if (latest === undefined) return undefined;
  const found = directory.readJson(`${folder}/${latest}`);
  return isObject(found) && isObject(found.metrics) ? (found.metrics as unknown as Metrics) : undefined;
}
