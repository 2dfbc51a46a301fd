import { parseArgs } from "node:util";
import { measureCheckAndDiff, measureCheckAndDiffOfTemplate } from "./check-and-diff";
import { runFleet } from "./fleet-run";
import { runImport } from "./import-run";
import { runMistJob, runPanosJobs, runWorkflows } from "./jobs-run";
import { runMistDevices, runMistSites } from "./mist-run";
import { runOneAtATime } from "./one-at-a-time";
import { measurePanosLook } from "./panos-look";
import { measureStart } from "./plugin-start";
import { runProducts } from "./products-run";
import { summarize, table } from "./report";
import { type Round, rowsFor } from "./rows";
import { runScaled } from "./scaled-run";
import { SimulatorProcess } from "./simulator";
import { sizesFor, templateBytes } from "./sizes";

const usage = `Usage: npm run bench -- [options]

Measures the provider with the real Pulumi CLI against simulators, beside baselines in interleaved runs.

  --devices <n>   size of the fleet (default 1000); other sizes follow from it
  --runs <n>      rounds, of which the median counts (default 3)
  --only <regex>  only the rows whose name matches
  --json          print the result as JSON on stdout
`;
const latencyMs = 100;

type Measurements = { [Part in keyof Round]-?: () => Promise<Round[Part]> };

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      devices: { type: "string", default: "1000" },
      runs: { type: "string", default: "3" },
      only: { type: "string", default: "" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return void process.stdout.write(usage);
  const devices = wholeNumber("devices", values.devices);
  const runs = wholeNumber("runs", values.runs);
  const only = new RegExp(values.only, "i");
  const sizes = sizesFor(devices);
  const rows = rowsFor(sizes).filter(({ name }) => only.test(name));
  const needed = [...new Set(rows.flatMap(({ needs }) => needs))];

  const simulators = await SimulatorProcess.start(latencyMs);
  try {
    const finish = rows.some(({ needsFinished }) => needsFinished);
    const measurements: Measurements = {
      provider: () => runFleet("provider", simulators, { devices, finish }),
      deviceSet: () => runFleet("deviceSet", simulators, { devices, finish }),
      imported: () => runImport(simulators, sizes.imported),
      noop: () => runFleet("noop", simulators, { devices, finish: false }),
      handWritten: () => runFleet("handWritten", simulators, { devices, finish: false }),
      product: () => runProducts("product", simulators, sizes.products),
      productSet: () => runProducts("productSet", simulators, sizes.products),
      oneAtATime: () => runOneAtATime(simulators, sizes.products),
      scaled: () => runScaled(simulators, sizes),
      mistInventory: () => runMistDevices("mistInventory", simulators, devices),
      mistClaims: () => runMistDevices("mistClaims", simulators, devices),
      mistSites: () => runMistSites(simulators, sizes.sites, devices),
      mistJob: () => runMistJob(simulators, sizes.accessPoints, true),
      mistJobWithoutStream: () => runMistJob(simulators, sizes.accessPoints, false),
      panosJobs: () => runPanosJobs(simulators, sizes.firewalls),
      panosLook: () => measurePanosLook(sizes.firewalls),
      workflows: () => runWorkflows(simulators, sizes.workflows),
      start: measureStart,
      checkAndDiff: async () => measureCheckAndDiff(),
      checkAndDiffOfTemplate: async () => measureCheckAndDiffOfTemplate(templateBytes),
    };
    const rounds: Round[] = [];
    for (let run = 1; run <= runs; run++) {
      const round: Round = {};
      // A machine that gets slower or faster favours nobody when the order changes.
      for (const part of run % 2 === 1 ? needed : needed.toReversed()) {
        const started = performance.now();
        Object.assign(round, { [part]: await measurements[part]() });
        const seconds = ((performance.now() - started) / 1000).toFixed(0);
        process.stderr.write(`round ${run} of ${runs}: ${part} took ${seconds} s\n`);
      }
      rounds.push(round);
    }
    const results = summarize(rows, rounds);
    process.stdout.write(values.json ? `${JSON.stringify(results, null, 2)}\n` : table(results));
  } finally {
    await simulators.stop();
  }
}

function wholeNumber(option: string, text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`--${option} takes a whole number, not ${JSON.stringify(text)}.`);
  return Number(text);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
});
