import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { delimiter, dirname, join } from "node:path";
import type { HostOptions } from "./host";
import { PluginHost } from "./plugin-host";

const executable = join(__dirname, "../../../plugin/pulumi-resource-ztp");

/** The plugin as the engine starts it: a process, which says its port as the first thing. */
export interface PluginProcess {
  readonly child: ChildProcess;
  readonly port: number;
  /** Everything that it has printed, on both streams. */
  printed(): string;
  /** Resolves with its exit code, or the signal that ended it. */
  ended: Promise<number | string>;
}

/** @param launcher a command that runs the plugin as its child, in place of this process */
export async function spawnPlugin(engineAddress: string, launcher: readonly string[] = []): Promise<PluginProcess> {
  const [command = executable, ...rest] = [...launcher, executable, engineAddress];
  const path = [dirname(process.execPath), process.env.PATH].join(delimiter);
  const child = spawn(command, rest, { env: { ...process.env, PATH: path }, stdio: ["ignore", "pipe", "pipe"] });
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data: Buffer) => printed.push(String(data)));
  const ended = once(child, "close").then(([code, signal]) => (code ?? signal) as number | string);
  await Promise.race([once(child.stdout, "data"), ended]);
  const port = Number(printed.join("").split("\n")[0]);
  if (!port) throw new Error(`The plugin did not start; is it built? It printed: ${printed.join("")}`);
  return { child, port, ended, printed: () => printed.join("") };
}

/** A provider process of its own for one run, ended as the engine ends it. */
export async function startPluginProcess(options: HostOptions): Promise<PluginHost> {
  const plugin = await spawnPlugin(options.engineAddress);
  return PluginHost.connect(plugin.port, options, async () => {
    plugin.child.kill("SIGINT");
    await plugin.ended;
  });
}
