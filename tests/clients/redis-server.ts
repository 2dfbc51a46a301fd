import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProjectRoot, type Toolchain } from "../../tools/toolchain";

/** The redis-server that setup has found, or why there is none. */
export function findRedis(): NonNullable<Toolchain["redis"]> {
  const file = join(findProjectRoot(), "node_modules", ".cache", "pulumi-ztp", "toolchain.json");
  const found = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Partial<Toolchain>).redis : undefined;
  return found ?? { problem: 'Nobody has looked for a redis-server yet. Run "npm test" once.' };
}

export interface RedisServer {
  /** With the password. */
  url: string;
  port: number;
  /** As a machine that has lost its power. */
  kill(): Promise<void>;
}

export const password = "p@ss/word";

/** A Redis of its own, in memory, that wants the password. */
export async function startRedis(command: string, port?: number): Promise<RedisServer> {
  const at = port ?? (await freePort());
  const folder = mkdtempSync(join(tmpdir(), "pulumi-ztp-redis-"));
  const settings = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--requirepass", password];
  const child = spawn(command, ["--port", String(at), ...settings], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  let log = "";
  for await (const text of child.stdout) {
    log += text;
    if (log.includes("Ready to accept connections")) break;
  }
  if (child.exitCode !== null) throw new Error(`Redis did not start: ${log}`);
  const kill = async () => {
    child.kill("SIGKILL");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  return { url: `redis://:${encodeURIComponent(password)}@127.0.0.1:${at}`, port: at, kill };
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
