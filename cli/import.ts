import { parseArgs } from "node:util";
import { isHost } from "../provider/hosts/project-file";
import { registry } from "../provider/registry";
import { runImport } from "./import/run";
import { terminal } from "./import/terminal";
import { runPulumi } from "./pulumi";

const help = `Usage: ztp import [options]

Brings what exists at the vendors under management: writes import.json, from which \`pulumi import --file\` takes it into
the stack, and imported.ts, the program for the same objects. At the vendors nothing is changed. What the stack manages
already is left out.

Credentials are those of the stack's configuration and the environment. Values that must stay secret, such as scripts,
go into the stack's configuration, encrypted, from where the program takes them.

What to import; default: everything that can be listed, but contracts, decommissionings, ConfigObjects and
provisioning workflows: name their types
  --service <name>    only this service, such as fortiztp; can be repeated
  --type <type>       only this type, such as Device or forticare:Contract; can be repeated
  --match <pattern>   only what has such a name or id, with * for any characters and ? for one; can be repeated
  --dry-run           show it in a table and write nothing

What to write
  --out <folder>      where the two files go; default: the current folder
  --force             overwrite the files, and secrets of the same name in the stack's configuration
  --no-config         leave the stack's configuration as it is, and say what has to be set

Where it goes
  --stack <name>      default: the selected one
  --host <host>       plugin or dynamic; default: ztp:host in the stack's configuration, else what Pulumi.yaml says

Ends with code 1 when nothing could be imported. What could not, while the rest could, is listed at the end.
`;

/** `ztp import`: see its help. */
export async function importFleet(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      help: { type: "boolean", short: "h" },
      service: { type: "string", multiple: true },
      type: { type: "string", multiple: true },
      match: { type: "string", multiple: true },
      "dry-run": { type: "boolean" },
      out: { type: "string" },
      force: { type: "boolean" },
      "no-config": { type: "boolean" },
      stack: { type: "string" },
      host: { type: "string" },
    },
  });
  if (values.help) return terminal.out(help);
  const { host, stack, service = [], type = [], match = [] } = values;
  if (host !== undefined && !isHost(host)) throw new Error(`--host is plugin or dynamic, not ${JSON.stringify(host)}`);
  const options = {
    services: service,
    types: type,
    match,
    dryRun: values["dry-run"] === true,
    out: values.out ?? ".",
    force: values.force === true,
    config: values["no-config"] !== true,
    stack,
    host,
  };
  const surroundings = { registry, environment: process.env, folder: process.cwd(), pulumi: runPulumi, terminal };
  if (!(await runImport(options, surroundings))) process.exitCode = 1;
}
