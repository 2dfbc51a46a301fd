import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { registry } from "../provider/registry";
import { stackFlags } from "./project";
import { type Pulumi, PulumiError, runPulumi } from "./pulumi";
import { renderPage } from "./report/page";
import { type Plan, readPlan, readState, type State } from "./report/state";
import { windowOf } from "./report/window";
import { summaryText } from "./report/words";

const help = `Usage: ztp report [options]

Writes a page about a maintenance window: the jobs of a stack in their waves, what became of each device, what failed, why,
and what to do next. It is one HTML file that loads nothing, for a browser, a ticket or a printer. The vendors are not asked:
it shows the state of the last \`pulumi up\` or \`pulumi refresh\`, which is not changed.

  -s, --stack <name>  the stack; default: the selected one
      --state <file>  the output of \`pulumi stack export\`, instead of a stack
      --plan <file>   the output of \`pulumi preview --json\`: jobs that have not begun are in no state, and shown with it
  -o, --out <file>    where the page goes, in place of what is there; default: report.html

Values that the state holds encrypted are shown as [secret]. The exit code is 0 when the page was written, whatever it says,
and 1 when it was not.
`;

/** `ztp report`: see its help. */
export async function report(args: string[], run: Pulumi = runPulumi, now = new Date()): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      help: { type: "boolean", short: "h" },
      stack: { type: "string", short: "s" },
      state: { type: "string" },
      plan: { type: "string" },
      out: { type: "string", short: "o", default: "report.html" },
    },
  });
  if (values.help) return void process.stdout.write(help);
  if (values.state !== undefined && values.stack !== undefined)
    throw new Error("--state takes the place of a stack: give one of --state and --stack");
  const plan: Plan | undefined = values.plan === undefined ? undefined : readPlan(read(values.plan), values.plan);
  const window = windowOf(await stateOf(values, run), plan, registry);
  const file = resolve(values.out);
  writeFileSync(file, renderPage(window, now));
  process.stdout.write(`${file}\n${window.title}: ${summaryText(window)}\n`);
}

async function stateOf({ state, stack }: { state?: string; stack?: string }, run: Pulumi): Promise<State> {
  if (state !== undefined) return readState(read(state), state);
  try {
    return readState(await run(["stack", "export", ...stackFlags(stack)], { folder: process.cwd() }), "the stack");
  } catch (error) {
    if (!(error instanceof PulumiError)) throw error;
    throw new Error(`the stack${stack === undefined ? "" : ` ${stack}`} cannot be read: ${error.message}`);
  }
}

/** @throws Error when there is no such file */
function read(file: string): string {
  return readFileSync(file, "utf8");
}
