import { systemClock } from "../../clients/http/clock";
import type { Following } from "../../core/job";
import type { Automation } from "./service";

/** How long workflows usually take at most, in seconds: one, and all of a batch. */
export const usualSeconds = { one: 7_200, many: 14_400 } as const;

/**
 * Wakes whoever waits when the service tells of one of these workflows: what it says is not believed, but looked at, and not
 * five times as often as without.
 */
export function wakeFor(automation: Automation, pending: () => ReadonlySet<string>): Following<unknown>["wake"] {
  let last = Number.NEGATIVE_INFINITY;
  return (signal) => {
    const told = automation.client.events().wake(pending(), signal);
    return told?.then(async () => {
      await systemClock.sleep(Math.max(0, last + automation.pollMs / 5 - systemClock.now()), signal);
      last = systemClock.now();
      automation.forgetWorkflows();
    });
  };
}
