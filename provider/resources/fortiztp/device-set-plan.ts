import type { Context, Plan } from "../../core/resource";
import { hasUnknown, isUnknown, type Value } from "../../core/values";
import { count, someOf } from "../../core/words";
import { shortened } from "../sets";
import { seekDevice } from "./arrival";
import { dueIn, hasTaken, policyFor, type SetInputs, type SetState, standingOf } from "./device-set-work";
import { forecastMove, forecastRelease } from "./forecast";
import { fortiztp } from "./service";
import type { Target } from "./target";

/**
 * What a preview finds: devices that the set cannot take, or takes from elsewhere, and limits that it exceeds. Only
 * devices that the set has not taken yet, and limits, cost a look at the account.
 */
export async function planSet(context: Context, from: SetState | undefined, to: SetInputs): Promise<Plan<never>> {
  if (isUnknown(to.devices)) return {};
  const { signal } = context;
  const provisioner = await context.use(fortiztp);
  const standing = standingOf(from);
  const due = dueIn(from, to);
  // Nobody can tell yet that a device will be refused.
  const adopt = isUnknown(to.adopt) ? "update" : to.adopt;
  const strangers = [...due.bring.values()].filter(({ serial }) => !hasTaken(standing, serial));
  const verdicts = await Promise.all(
    strangers.map(async (target) => {
      const found = await seekDevice(provisioner.fleet, target.serial, context);
      if (found === "coming") return undefined;
      return provisioner.judge(found, knownPart(target), policyFor(standing, target.serial, adopt), signal);
    }),
  );
  const problems = verdicts.flatMap((verdict) => (verdict && "refused" in verdict ? [verdict.refused] : []));
  const moved = strangers.map(({ serial }) => serial).filter((_, index) => isReprovisioned(verdicts[index]));

  const released = to.onDelete === "retain" ? [] : due.letGo;
  const forecasts = await Promise.all([
    ...[...due.bring.values()].map((target) =>
      forecastMove(provisioner, context, target, policyFor(standing, target.serial, adopt)),
    ),
    ...released.map((serial) => forecastRelease(provisioner, context, serial, [standing.targets.get(serial)])),
  ]);
  return {
    problems: shortened(problems),
    warnings: moved.length > 0 ? [elsewhere(moved)] : [],
    overall: [...new Set(forecasts.flat())],
  };
}

/** What is not known yet is not judged. */
function knownPart(target: Target): Target {
  return Object.fromEntries(Object.entries(target).filter(([, value]) => !hasUnknown(value as Value))) as Target;
}

function isReprovisioned(verdict: object | undefined): boolean {
  return verdict !== undefined && "action" in verdict && verdict.action === "reprovision";
}

function elsewhere(serials: readonly string[]): string {
  const go = count(serials.length, "device goes elsewhere now and is", "devices go elsewhere now and are");
  return `${go} provisioned anew: ${someOf(serials)}`;
}
