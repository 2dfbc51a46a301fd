import type { Row } from "./rows";
import type { Sizes } from "./sizes";

/** Devices that are provisioned and imported. */
export function fortiztpRows({ devices, imported }: Sizes): Row[] {
  const fleet = `${devices.toLocaleString("en")} devices`;
  const existing = `${imported.toLocaleString("en")} existing devices`;
  const handWritten = "baseline: hand-written dynamic resource, hourly limit lifted for it";
  return [
    {
      name: `up of ${fleet}: FortiZTP calls (${handWritten})`,
      unit: "calls",
      needs: ["provider", "handWritten"],
      ours: ({ provider }) => provider?.up.calls,
      baseline: (round) => round.handWritten?.up.calls,
      bar: Math.ceil(devices * 0.15),
    },
    {
      name: `refresh of ${fleet}: FortiZTP calls`,
      unit: "calls",
      needs: ["provider"],
      needsFinished: true,
      ours: ({ provider }) => provider?.finished?.refresh.calls,
      bar: 3,
    },
    {
      name: `preview of ${fleet} without changes: FortiZTP calls`,
      unit: "calls",
      needs: ["provider"],
      needsFinished: true,
      ours: ({ provider }) => provider?.finished?.preview.calls,
      bar: 1,
    },
    {
      name: `up of ${fleet} without changes: FortiZTP calls`,
      unit: "calls",
      needs: ["provider"],
      needsFinished: true,
      ours: ({ provider }) => provider?.finished?.up.calls,
      bar: 1,
    },
    {
      name: `up of one DeviceSet of ${fleet}: FortiZTP calls (baseline: one Device each)`,
      unit: "calls",
      needs: ["deviceSet", "provider"],
      ours: ({ deviceSet }) => deviceSet?.up.calls,
      baseline: ({ provider }) => provider?.up.calls,
      bar: Math.ceil(devices / 10) + 1,
    },
    {
      name: `up of one DeviceSet of ${fleet}: time (baseline: one Device each)`,
      unit: "s",
      needs: ["deviceSet", "provider"],
      ours: ({ deviceSet }) => deviceSet?.up.seconds,
      baseline: ({ provider }) => provider?.up.seconds,
    },
    {
      name: `refresh of one DeviceSet of ${fleet}: time (baseline: one Device each)`,
      unit: "s",
      needs: ["deviceSet", "provider"],
      needsFinished: true,
      ours: ({ deviceSet }) => deviceSet?.finished?.refresh.seconds,
      baseline: ({ provider }) => provider?.finished?.refresh.seconds,
    },
    {
      name: `npx ztp import of ${existing}: FortiZTP calls`,
      unit: "calls",
      needs: ["imported"],
      ours: ({ imported }) => imported?.ztp.calls,
      bar: 5,
    },
    {
      name: `npx ztp import of ${existing}: time`,
      unit: "s",
      needs: ["imported"],
      ours: ({ imported }) => imported?.ztp.seconds,
    },
    {
      name: `pulumi import of ${existing}, which reads them twice: FortiZTP calls`,
      unit: "calls",
      needs: ["imported"],
      ours: ({ imported }) => imported?.pulumi.calls,
      bar: 10,
    },
    {
      name: `pulumi import of ${existing}: time`,
      unit: "s",
      needs: ["imported"],
      ours: ({ imported }) => imported?.pulumi.seconds,
    },
    {
      name: `empty preview of ${existing} after their import: FortiZTP calls`,
      unit: "calls",
      needs: ["imported"],
      ours: ({ imported }) => imported?.preview.calls,
      bar: 0,
    },
    {
      name: `up of ${fleet}: time relative to a provider that answers at once`,
      unit: "x",
      needs: ["provider", "noop"],
      ours: ({ provider, noop }) => provider && noop && provider.up.seconds / noop.up.seconds,
      bar: 1.15,
    },
    {
      name: `up of ${fleet}: time (baseline: a provider that answers at once)`,
      unit: "s",
      needs: ["provider", "noop"],
      ours: ({ provider }) => provider?.up.seconds,
      baseline: ({ noop }) => noop?.up.seconds,
    },
    {
      name: `up of ${fleet}: time (${handWritten})`,
      unit: "s",
      needs: ["provider", "handWritten"],
      ours: ({ provider }) => provider?.up.seconds,
      baseline: (round) => round.handWritten?.up.seconds,
    },
    {
      name: `refresh of ${fleet}: time`,
      unit: "s",
      needs: ["provider"],
      needsFinished: true,
      ours: ({ provider }) => provider?.finished?.refresh.seconds,
    },
  ];
}
