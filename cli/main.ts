#!/usr/bin/env node
import { version } from "../provider/version";

const usage = `Usage: ztp <command>

  drift      show what has changed behind our back
  init       write the plugin into Pulumi.yaml and check the credentials
  import     bring what exists at the vendors into a stack and a program
  report     write a page about a maintenance window: waves, jobs, devices, failures
  simulate   run stand-ins of the vendors' services until interrupted

\`ztp <command> --help\` tells the options of a command.
`;

const commands: { [name: string]: () => Promise<(args: string[]) => Promise<void>> } = {
  drift: async () => (await import("./drift")).drift,
  init: async () => (await import("./init")).init,
  import: async () => (await import("./import")).importFleet,
  report: async () => (await import("./report")).report,
  simulate: async () => (await import("./simulate")).simulate,
};

async function main([name = "--help", ...args]: string[]): Promise<void> {
  if (name === "--version") return void process.stdout.write(`${version}\n`);
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!load) {
    const known = name === "--help" || name === "help";
    (known ? process.stdout : process.stderr).write(known ? usage : `ztp: there is no command "${name}"\n\n${usage}`);
    process.exitCode = known ? 0 : 2;
    return;
  }
  await (await load())(args);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`ztp: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
});
