import type { Row } from "./rows";
import type { Sizes } from "./sizes";

/** The plugin by itself. */
export function pluginRows({ devices }: Sizes): Row[] {
  return [
    {
      name: `resident memory of the plugin after ${devices.toLocaleString("en")} creates (baseline: one that answers at once)`,
      unit: "MB",
      needs: ["provider", "noop"],
      ours: ({ provider }) => provider?.memory,
      baseline: ({ noop }) => noop?.memory,
      bar: 120,
    },
    {
      name: "plugin start to port line (baseline: Node.js that prints a line)",
      unit: "ms",
      needs: ["start"],
      ours: ({ start }) => start?.plugin,
      baseline: ({ start }) => start?.node,
      bar: 150,
    },
    {
      name: "check and diff of one resource, without the engine",
      unit: "ms",
      needs: ["checkAndDiff"],
      ours: ({ checkAndDiff }) => checkAndDiff,
      bar: 0.2,
    },
  ];
}
