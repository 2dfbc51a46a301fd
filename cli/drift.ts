import { parseArgs, styleText } from "node:util";
import { failureText, messagesOf } from "./drift/messages";
import { renderTable } from "./drift/render";
import { type DriftReport, readRefreshOutput } from "./drift/report";
import { type Pulumi, PulumiError, runPulumi } from "./pulumi";

const help = `Usage: ztp drift [options]

Shows what has changed behind our back: it reads every resource of a stack at its vendor and compares it with what the
last \`pulumi up\` left there. Nothing is changed, neither at the vendor nor in the state, and no lock is taken.

  -s, --stack <name>    the stack to look at; default: the selected one
  -t, --target <urn>    look only at this resource; can be repeated, and * and ** are wildcards
  -p, --parallel <n>    resources that are read at once; default 64, so that many devices share a call
      --json            print JSON: { "drift": [{ "urn", "type", "name", "id", "status": "changed" | "gone",
                        "properties": [{ "path", "ours", "theirs" }] }], "resources": <number looked at> }

Secrets are printed as [secret], in JSON too. The exit code is 0 when nothing has changed, 7 when something has, as with
\`pulumi refresh --preview-only --expect-no-changes\`, and 1 when that cannot be told. Warnings go to stderr.

Credentials come from the environment and from the stack, as in a refresh. PULUMI_RUN_PROGRAM=true runs the program for
them, which explicit provider instances need after a rotation.
`;

/** What `pulumi refresh --expect-no-changes` exits with, too. */
const driftExitCode = 7;

/** `ztp drift`: see its help. The process ends with code 7 when there is drift. */
export async function drift(args: string[], run: Pulumi = runPulumi): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      help: { type: "boolean", short: "h" },
      stack: { type: "string", short: "s" },
      target: { type: "string", short: "t", multiple: true, default: [] },
      parallel: { type: "string", short: "p", default: "64" },
      json: { type: "boolean" },
    },
  });
  if (values.help) return print(help);
  if (!/^[1-9]\d*$/.test(values.parallel))
    throw new Error(`--parallel takes a number from 1, not ${JSON.stringify(values.parallel)}`);
  const { report, warnings } = await detect(run, [
    ...["--parallel", values.parallel],
    ...(values.stack === undefined ? [] : ["--stack", values.stack]),
    ...values.target.flatMap((urn) => ["--target", urn]),
  ]);
  for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
  print(values.json ? `${JSON.stringify(report, null, 2)}\n` : renderTable(report, styleText));
  if (report.drift.length > 0) process.exitCode = driftExitCode;
}

async function detect(run: Pulumi, options: string[]): Promise<{ report: DriftReport; warnings: string[] }> {
  const { code, stdout, said } = await refresh(run, options);
  const { report, diagnostics, complete } = readRefreshOutput(stdout);
  if (code !== 0 && code !== driftExitCode) throw new Error(failureText(diagnostics) ?? said);
  // The engine's word counts: a report that differs from it would be wrong in one way or the other.
  if (!complete || code !== (report.drift.length > 0 ? driftExitCode : 0)) {
    throw new Error(
      "the output of `pulumi refresh --preview-only --json` is not understood; " +
        "use the Pulumi CLI 3.254 or later, or look at `pulumi refresh --preview-only --diff`",
    );
  }
  return { report, warnings: messagesOf(diagnostics, "warning") };
}

async function refresh(run: Pulumi, options: string[]): Promise<{ code: number; stdout: string; said?: string }> {
  const args = ["refresh", "--preview-only", "--expect-no-changes", "--json", "--color", "never", ...options];
  // Events rather than a digest, which leaves out changes that a provider reports without details.
  const env = { PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true" };
  try {
    return { code: 0, stdout: await run(args, { folder: process.cwd(), env }) };
  } catch (error) {
    if (error instanceof PulumiError && error.result) return { ...error.result, said: error.message };
    throw error;
  }
}

function print(text: string): void {
  process.stdout.write(text);
}
