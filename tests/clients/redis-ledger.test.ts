import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { Budget, sharedBudget } from "../../provider/clients/http/budget";
import { LedgerUnavailable } from "../../provider/clients/http/ledger";
import { RedisLedger, type RedisLedgerOptions } from "../../provider/clients/http/redis-ledger";
import { HttpClient } from "../../provider/clients/http/request";
import { bundled, takeAtOnce } from "./ledger-processes";
import { calls, describeLastingLedger, describeLedger, errors, hour, minute } from "./ledger-table";
import { findRedis, freePort, password, type RedisServer, startRedis } from "./redis-server";
import { rejection, TestClock } from "./support";

const { command, problem } = findRedis();
if (problem) console.warn(`Tests of the shared budget are skipped. ${problem}`);

function open(url: string, options: Partial<RedisLedgerOptions> = {}): RedisLedger {
  const ledger = new RedisLedger({ key: randomUUID(), ...options, url });
  onTestFinished(() => ledger.close());
  return ledger;
}

describe.skipIf(!command)("in a real Redis", () => {
  let server: RedisServer;
  let redis: Redis;

  beforeAll(async () => {
    server = await startRedis(command ?? "");
    redis = new Redis(server.url);
  });
  afterAll(async () => {
    redis?.disconnect();
    await server?.kill();
  });

  describeLedger("a ledger", async (clock) => open(server.url, { clock }));

  describeLastingLedger("a ledger", async (clock) => {
    const key: string = randomUUID();
    const reopen = (other = key) => open(server.url, { clock, key: other });
    return { ledger: reopen(), reopen };
  });

  test("keys name neither address nor account, and all of them end", async () => {
    await redis.flushall();
    const ledger = open(server.url, { key: "https://fortiztp.example/api API-ID-1" });
    await ledger.tryTake([calls, errors], { id: "one", errors: 1 });
    ledger.recordErrors(2);
    ledger.pauseUntil(Date.now() + minute);
    expect((await ledger.usage([calls, errors])).used).toEqual([1, 2]);
    const keys = await redis.keys("*");
    expect(keys.toSorted()).toEqual([
      expect.stringMatching(/^pulumi-ztp:budget:\{[0-9a-f]{64}\}:calls$/),
      expect.stringMatching(/:claims$/),
      expect.stringMatching(/:errors$/),
      expect.stringMatching(/:pause$/),
    ]);
    for (const key of keys) {
      const ttl = await redis.pttl(key);
      expect(ttl).toBeGreaterThan(minute / 2);
      expect(ttl).toBeLessThanOrEqual(hour + 1_000);
    }
  });

  test("what is older than all windows is removed", async () => {
    await redis.flushall();
    const ledger = open(server.url);
    const short = [{ ...calls, limit: 1_000, perMs: 1 }];
    await ledger.tryTake(short);
    const [key = ""] = await redis.keys("*:calls");
    const [entry = ""] = await redis.zrange(key, "0", "-1");
    await redis.zadd(key, String(Date.now() - hour), entry);
    await ledger.tryTake(short);
    expect(await redis.zcard(key)).toBe(1);
  });

  test("what dead processes have claimed is removed", async () => {
    await redis.flushall();
    const clock = new TestClock();
    const key = randomUUID();
    const many = [{ ...errors, limit: 9 }];
    await open(server.url, { clock, key }).tryTake(many, { id: "of the dead", errors: 1 });
    const ledger = open(server.url, { clock, key });
    await ledger.tryTake(many, { id: "alive", errors: 1 });
    await clock.sleep(hour + minute);
    await ledger.tryTake(many, { id: "ended", errors: 1 });
    ledger.release("ended");
    await ledger.usage(many);
    const [claims = ""] = await redis.keys("*:claims");
    expect(await redis.hkeys(claims)).toEqual(["alive"]);
  });

  test("the window is never filled beyond the limit by processes that take from it at once", async () => {
    const windows = [
      { counts: "calls", limit: 400, perMs: hour },
      { counts: "calls", limit: 10_000, perMs: minute },
    ] as const;
    const key = randomUUID();
    const taken = await takeAtOnce(3, { url: server.url, key }, windows);
    expect(taken.reduce((sum, one) => sum + one)).toBe(400);
    expect((await open(server.url, { key }).usage(windows)).used).toEqual([400, 400]);
  });

  test("a process that uses it prints nothing of its own, and ends by itself", async () => {
    const place = JSON.stringify({ url: server.url, key: randomUUID() });
    const args = [await bundled("ledger-child"), place, JSON.stringify([calls])];
    const { stdout, stderr } = spawnSync(process.execPath, args, { input: "go\n", encoding: "utf8" });
    expect({ stdout, stderr }).toEqual({ stdout: "ready\n2\n", stderr: "" });
  });

  test("two budgets of one account share it, and a third that counts in a file does not", async () => {
    const key = randomUUID();
    const limits = { windows: [calls] };
    const shared = sharedBudget(key, limits, { redisUrl: server.url });
    expect(sharedBudget(key, limits, { redisUrl: server.url })).toBe(shared);
    (await shared.take()).failed();
    const other = new Budget({ ...limits, ledger: open(server.url, { key }) });
    expect((await other.usage()).windows).toEqual([{ ...calls, used: 1 }]);
    expect((await sharedBudget(key, limits).usage()).windows).toEqual([{ ...calls, used: 0 }]);
  });

  test("a restart of the server in the middle of a run is waited for", async () => {
    const own = await startRedis(command ?? "");
    const ledger = open(own.url);
    await ledger.tryTake([calls]);
    await own.kill();
    const taking = ledger.tryTake([calls]);
    const again = await startRedis(command ?? "", own.port);
    onTestFinished(() => again.kill());
    expect(await taking).toBeUndefined();
    expect((await ledger.usage([calls])).used).toEqual([1]);
  });

  test("a connection that was given up while nobody needed it is made anew", async () => {
    const own = await startRedis(command ?? "");
    const ledger = open(own.url, { patience: { reconnects: 0 } });
    await ledger.tryTake([calls]);
    await own.kill();
    const { connection } = ledger as unknown as { connection: { redis: Redis } };
    await expect.poll(() => connection.redis.status).toBe("end");
    const again = await startRedis(command ?? "", own.port);
    onTestFinished(() => again.kill());
    expect(await Promise.all([ledger.tryTake([calls]), ledger.tryTake([calls])])).toEqual([undefined, undefined]);
  });

  test("a take whose answer was lost is sent again, and counts once", async () => {
    let lose = true;
    const proxy = createServer((client) => {
      const upstream = connect(server.port, "127.0.0.1");
      client.on("data", (data) => upstream.write(data));
      client.on("close", () => upstream.destroy());
      client.on("error", () => {});
      let taken = false;
      client.on("data", (data) => {
        taken ||= data.includes("pulumi-ztp:budget");
      });
      upstream.on("data", (data) => {
        if (!taken || !lose) return void client.write(data);
        lose = false;
        client.destroy();
      });
    }).listen(0, "127.0.0.1");
    onTestFinished(() => void proxy.close());
    await once(proxy, "listening");
    const url = server.url.replace(String(server.port), String((proxy.address() as AddressInfo).port));
    const ledger = open(url);
    // Its own entry must not stand in its way.
    expect(await ledger.tryTake([{ ...calls, limit: 1 }])).toBeUndefined();
    expect(lose).toBe(false);
    expect((await ledger.usage([calls])).used).toEqual([1]);
  });

  test("errors that could not be recorded stop the next take", async () => {
    const own = await startRedis(command ?? "");
    const ledger = open(own.url, { patience: { reconnects: 0 } });
    await ledger.tryTake([errors]);
    await own.kill();
    ledger.recordErrors(1);
    await rejection(ledger.usage([errors]));
    expect(await rejection(ledger.tryTake([errors]))).toBeInstanceOf(LedgerUnavailable);
  });

  test("a wrong password is told without it", async () => {
    const url = server.url.replace(encodeURIComponent(password), "wrong%2Fsecret");
    const failure = (await rejection(open(url).tryTake([calls]))) as LedgerUnavailable;
    expect(failure.message).toMatch(
      /^the shared call budget in Redis at 127\.0\.0\.1:\d+ cannot be used: .*(WRONGPASS|NOAUTH)/,
    );
    expect(failure.message + failure.hint).not.toMatch(/wrong|secret/);
  });
});

test("a Redis that cannot be reached fails the call, and says how to go on without it", async () => {
  const port = await freePort();
  const budget = new Budget({
    windows: [calls],
    ledger: open(`redis://ci:hush-hush@127.0.0.1:${port}/2`, { patience: { reconnects: 1 } }),
  });
  const http = new HttpClient({ system: "FortiZTP", baseUrl: "http://127.0.0.1:1", budget });
  const list = () => rejection(http.send({ method: "GET", path: "/devices", action: "list devices", read: () => 1 }));
  const message =
    `FortiZTP could not list devices: the shared call budget in Redis at 127.0.0.1:${port} cannot be used: connect ECONNREFUSED ` +
    `127.0.0.1:${port}. Once Redis can be used again, run again. To go on without the shared budget, unset ztp:budget.redisUrl ` +
    "(ZTP_BUDGET_REDIS_URL): calls of other machines are then not counted.";
  expect(await list()).toMatchObject({
    message,
    kind: "network",
    code: "no-budget",
    notAttempted: true,
    transient: false,
  });
  expect(await list()).toMatchObject({ message });
});

test("a server that accepts connections and never answers is given up", async () => {
  const silent = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void silent.close());
  await once(silent, "listening");
  const { port } = silent.address() as AddressInfo;
  const ledger = open(`redis://127.0.0.1:${port}`, { patience: { answerMs: 50 } });
  const failure = await rejection(ledger.tryTake([calls]));
  expect(failure).toMatchObject({ message: expect.stringContaining("cannot be used: Command timed out") });
  expect(await rejection(ledger.usage([calls]))).toBe(failure);
});
