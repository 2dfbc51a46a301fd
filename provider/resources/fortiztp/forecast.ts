import { normalizeSerial } from "../../clients/fortinet/lists";
import type { Context, Plan } from "../../core/resource";
import { hasUnknown, type ValueMap } from "../../core/values";
import type { Loss } from "../limits";
import type { Policy, Provisioner } from "./provisioner";
import { isAssigned, type Target } from "./target";

/** What fails a preview as a whole. */
type Overall = NonNullable<Plan<object>["overall"]>;

/** What a preview says of a device that the run will `release`. */
export function forecastRelease(
  provisioner: Provisioner,
  context: Context,
  serial: string,
  targets: (Partial<Target> | undefined)[],
  loss: Loss = "unprovision",
): Promise<Overall> {
  const { fleet } = provisioner;
  const { signal } = context;
  const look = async () => {
    if (provisioner.isTakenOver(serial, context)) return false;
    const found = await fleet.find(serial, signal);
    return found !== undefined && isAssigned(found) && provisioner.goesToAny(found, targets, signal);
  };
  return fleet.guard.forecast({ loss, serial: normalizeSerial(serial) }, look, signal);
}

/** What a preview says of a device that the run will `reconcile`; values of the target may not be known yet. */
export function forecastMove(
  provisioner: Provisioner,
  { signal }: Context,
  target: Target,
  policy: Policy,
): Promise<Overall> {
  const { serial } = target;
  const { fleet } = provisioner;
  const look = async () => {
    const found = await fleet.seek(serial, signal);
    // What is made in the same run cannot be where the device goes already.
    if (hasUnknown(target as ValueMap)) return found !== undefined && isAssigned(found);
    const verdict = await provisioner.judge(found, target, policy, signal);
    return "action" in verdict && verdict.action === "reprovision";
  };
  return fleet.guard.forecast({ loss: "reprovision", serial: normalizeSerial(serial) }, look, signal);
}
