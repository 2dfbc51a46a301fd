import { spawn } from "node:child_process";
import { once } from "node:events";
import { delimiter, join } from "node:path";
import { findProjectRoot, readToolchain } from "../../tools/toolchain";
import { median } from "./statistics";

export interface StartTimes {
  /** Milliseconds from the start of the plugin to the line with its port. */
  plugin: number;
  /** The same for a Node.js process that prints a line at once. */
  node: number;
}

const repetitions = 11;
/** The first starts fill the compile cache and the file cache. */
const warmUps = 2;

export async function measureStart(): Promise<StartTimes> {
  const plugin: number[] = [];
  const node: number[] = [];
  for (let run = 0; run < warmUps + repetitions; run++) {
    plugin.push(await untilFirstOutput(join(findProjectRoot(), "plugin", "pulumi-resource-ztp"), []));
    node.push(await untilFirstOutput(process.execPath, ["-e", "console.log(1); setInterval(() => {}, 1000)"]));
  }
  return { plugin: median(plugin.slice(warmUps)), node: median(node.slice(warmUps)) };
}

async function untilFirstOutput(command: string, args: string[]): Promise<number> {
  const started = performance.now();
  const child = spawn(command, args, {
    env: { ...process.env, PATH: [readToolchain().node.directory, process.env.PATH].join(delimiter) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  await Promise.race([once(child.stdout, "data"), ended]);
  const milliseconds = performance.now() - started;
  if (child.exitCode !== null) throw new Error(`${command} ended with code ${child.exitCode} before it printed a line`);
  child.kill("SIGTERM");
  await ended;
  return milliseconds;
}
