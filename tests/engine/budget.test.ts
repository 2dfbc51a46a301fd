import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findRedis, password, type RedisServer, startRedis } from "../clients/redis-server";
import { devices, gate, hosts, Scene, toManager } from "./support";

const { command, problem } = findRedis();
if (problem) console.warn(`Tests of the shared budget are skipped. ${problem}`);

describe.each(hosts)("the record of the calls made in the %s host", (host) => {
  let scene: Scene;
  let redis: RedisServer | undefined;
  let calls = 0;

  const recorded = (): unknown => {
    const database = new DatabaseSync(join(scene.workspace.directory, "ztp", "budget.sqlite"), { readOnly: true });
    try {
      return database.prepare("SELECT count(*) AS calls FROM entries WHERE counts = 'calls'").get()?.calls;
    } finally {
      database.close();
    }
  };

  beforeAll(async () => {
    scene = await Scene.open({ host, program: devices({ gate: { serial: gate, ...toManager } }) });
    redis = command ? await startRedis(command) : undefined;
  });
  afterAll(async () => {
    await scene?.close();
    await redis?.kill();
  });

  test("outlives each run, and holds those of all", async () => {
    calls = (await scene.up()).calls;
    expect(recorded()).toBe(calls);
    calls += (await scene.refresh()).calls;
    expect(recorded()).toBe(calls);
  });

  test.skipIf(!command)(
    "is in a Redis that the stack's configuration names, and its password in no state",
    async () => {
      const { workspace } = scene;
      await workspace.config("ztp:budget.redisUrl", redis?.url ?? "", { secret: true, path: true });
      const { calls: shared } = await scene.up();
      const { calls: more } = await scene.refresh();
      const client = new Redis(redis?.url ?? "");
      const keys = await client.keys("*:calls");
      expect(await client.zcard(keys[0] ?? "")).toBe(shared + more);
      client.disconnect();
      expect(more).toBeGreaterThan(0);
      expect(recorded()).toBe(calls);
      expect(JSON.stringify(await workspace.state())).not.toContain(encodeURIComponent(password));
    },
  );

  test.skipIf(!command)(
    "ends the run where that Redis cannot be reached, and says how to go on without it",
    async () => {
      await redis?.kill();
      redis = undefined;
      const { output } = await scene.fail(["refresh", "--yes", "--skip-preview"]);
      expect(output).toMatch(
        /the shared call budget in Redis at 127\.0\.0\.1:\d+ cannot be used: connect ECONNREFUSED/,
      );
      expect(output).toContain("unset ztp:budget.redisUrl (ZTP_BUDGET_REDIS_URL)");
      expect(output).not.toContain(encodeURIComponent(password));
      await scene.workspace.expect(["config", "rm", "--path", "ztp:budget.redisUrl"]);
      await scene.up();
    },
  );
});
