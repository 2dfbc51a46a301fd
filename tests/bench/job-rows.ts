import type { JobsRun } from "./jobs-run";
import type { Row } from "./rows";
import type { Sizes } from "./sizes";

/** The default of `ztp:mist.pollSeconds`. */
const pollSeconds = 15;

/** Calls beyond one look an interval. */
function beyond({ waiting }: JobsRun): number | undefined {
  return waiting && waiting.calls - Math.floor(waiting.seconds / pollSeconds);
}

/** Calls a minute. */
function rate({ waiting }: JobsRun): number | undefined {
  return waiting && (60 * waiting.calls) / waiting.seconds;
}

/** Work that others do, while the provider waits. */
export function jobRows({ accessPoints, firewalls, workflows: count }: Sizes): Row[] {
  const mist = `Mist: one upgrade job of ${accessPoints} access points`;
  const panos = `PAN-OS: ${firewalls} upgrades in flight`;
  const servers = `HWAutomation: ${count} workflows in flight`;
  return [
    {
      name: `${mist}: calls while it is waited for beyond one look an interval of ${pollSeconds} s (baseline: WebSocket refused)`,
      unit: "calls",
      needs: ["mistJob", "mistJobWithoutStream"],
      ours: ({ mistJob }) => mistJob && beyond(mistJob),
      baseline: ({ mistJobWithoutStream }) => mistJobWithoutStream && beyond(mistJobWithoutStream),
      // The connection, the first look and the last, and what the devices run.
      bar: 4,
    },
    {
      name: `${mist}: processor time of the plugin a minute`,
      unit: "s",
      needs: ["mistJob"],
      ours: ({ mistJob }) => mistJob?.processorPerMinute,
    },
    { name: `${mist}: resident memory`, unit: "MB", needs: ["mistJob"], ours: ({ mistJob }) => mistJob?.memory },
    {
      name: `${panos}: processor time of the plugin a minute`,
      unit: "s",
      needs: ["panosJobs"],
      ours: ({ panosJobs }) => panosJobs?.processorPerMinute,
    },
    { name: `${panos}: resident memory`, unit: "MB", needs: ["panosJobs"], ours: ({ panosJobs }) => panosJobs?.memory },
    {
      name: `PAN-OS: one look at ${firewalls} jobs in flight, of which none has moved: file operations`,
      unit: "operations",
      needs: ["panosLook"],
      ours: ({ panosLook }) => panosLook,
    },
    {
      name: `${servers}: calls a minute (one look an interval of 5 s, and one at each end)`,
      unit: "calls",
      needs: ["workflows"],
      ours: ({ workflows }) => workflows && rate(workflows),
    },
    {
      name: `${servers}: processor time of the plugin a minute`,
      unit: "s",
      needs: ["workflows"],
      ours: ({ workflows }) => workflows?.processorPerMinute,
    },
    {
      name: `${servers}: resident memory`,
      unit: "MB",
      needs: ["workflows"],
      ours: ({ workflows }) => workflows?.memory,
    },
  ];
}
