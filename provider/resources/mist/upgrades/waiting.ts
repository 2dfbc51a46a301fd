import { Waker } from "../../../clients/mist/stream-waker";
import { isLastStage, type UpgradeView } from "../../../clients/mist/upgrades";
import type { Following } from "../../../core/job";
import type { Account } from "../account";

/** How whoever waits for firmware looks, and who tells when. */

/** How old a look of others may be: about as long ago as the last own one. */
export function sharedAge({ pollMs }: Account): number {
  return pollMs * 0.8;
}

/**
 * Wakes when all of a job may have ended.
 * @param seen the job as it was seen last with its devices
 */
export function jobWake(account: Account, seen: () => UpgradeView | undefined): Following<unknown>["wake"] {
  let waker: Waker | undefined;
  return (signal) => {
    const channels = channelsOf(seen());
    if (channels.length === 0) return undefined;
    waker ??= new Waker(account.client.stream, {
      channels,
      pending: () => pendingIn(seen()),
      leastMs: account.pollMs,
    });
    return waker.wake(signal);
  };
}

/** The same for one device. */
export function deviceWake(account: Account, siteId: string, mac: string): Following<unknown>["wake"] {
  const pending = new Set([mac]);
  const waker = new Waker(account.client.stream, {
    channels: [`/sites/${siteId}/stats/devices`],
    pending: () => pending,
    leastMs: account.pollMs,
  });
  return (signal) => waker.wake(signal);
}

/** Where the devices of a job are told of; of routers no job tells their sites. */
function channelsOf(view: UpgradeView | undefined): string[] {
  if (!view) return [];
  const { kind, place } = view.key;
  if (kind === "site") return [`/sites/${place}/stats/devices`];
  if (kind === "org") return view.sites.map(({ siteId }) => `/sites/${siteId}/stats/devices`);
  return kind === "mxedge" ? [`/orgs/${place}/stats/mxedges`] : [];
}

function pendingIn(view: UpgradeView | undefined): ReadonlySet<string> | undefined {
  if (!view?.devices) return undefined;
  return new Set([...view.devices].filter(([, stage]) => !isLastStage(stage)).map(([mac]) => mac));
}
