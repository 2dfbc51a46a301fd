import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Problem } from "../../tools/setup/problem.mjs";
import { ensureRedis } from "../../tools/setup/redis.mjs";
import { silenceSetup, temporaryFolder, write } from "./folder.mjs";

silenceSetup();

const working = "#!/bin/sh\necho 'Redis server v=7'\n";
const unpack = (script) => (staging) => write(join(staging, "bin", "redis-server"), script, 0o755);
const neverAsked = () => {
  throw new Error("should not be asked");
};

/** An empty cache, and a PATH with these executables only. */
function machine(executables = {}) {
  const folder = temporaryFolder();
  for (const [name, script] of Object.entries(executables)) write(join(folder, "bin", name), script, 0o755);
  const path = [join(folder, "bin"), "/bin"].join(":");
  return { folder, environment: { PATH: path, XDG_CACHE_HOME: join(folder, "cache") } };
}

test("a redis-server on the PATH comes first", async () => {
  const { folder, environment } = machine({ "redis-server": working });
  expect(await ensureRedis({ environment, obtain: neverAsked })).toEqual({
    command: join(folder, "bin", "redis-server"),
  });
});

test("without one it is got once, into the cache", async () => {
  const { folder, environment } = machine();
  const command = join(folder, "cache", "pulumi-ztp", "redis", "bin", "redis-server");
  expect(await ensureRedis({ environment, obtain: unpack(working) })).toEqual({ command });
  expect(await ensureRedis({ environment, obtain: neverAsked })).toEqual({ command });
  expect(readdirSync(join(folder, "cache", "pulumi-ztp"))).toEqual(["redis"]);
});

test.each([
  [
    "does not start",
    unpack("#!/bin/sh\necho 'no liblzf.so.1'; exit 127\n"),
    "that of Debian does not start (no liblzf.so.1)",
  ],
  ["cannot be had", () => Promise.reject(new Problem("no network")), "no network"],
])("one that %s is a reason to skip tests, and leaves nothing behind", async (_, obtain, reason) => {
  const { folder, environment } = machine();
  const problem = `There is no redis-server: ${reason}. Install Redis to run the tests that need it.`;
  expect(await ensureRedis({ environment, obtain })).toEqual({ problem });
  expect(readdirSync(join(folder, "cache", "pulumi-ztp"))).toEqual([]);
});

test("where there is no Debian the reason says so", async () => {
  const environment = { PATH: temporaryFolder(), XDG_CACHE_HOME: temporaryFolder() };
  expect((await ensureRedis({ environment })).problem).toContain(
    "it is not on the PATH, and there is no apt-get to get it with",
  );
});
