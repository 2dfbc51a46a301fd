import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { createRedactor } from "../../provider/clients/http/redact";
import { mistBaseUrl } from "../../provider/clients/mist/clouds";
import { MistStream, type StreamTimes, streamTimes, streamUrl } from "../../provider/clients/mist/stream";
import { Waker } from "../../provider/clients/mist/stream-waker";
import { type MistVariants, mistSiteIds, startSimulators } from "../../simulators";
import { bundled } from "./ledger-processes";

const [headquarters, warehouse] = mistSiteIds;
const stats = `/sites/${headquarters}/stats/devices`;
const mac = "5c5b350dbba1";

const quick: Partial<StreamTimes> = {
  pingMs: 10_000,
  pongMs: 50,
  ackMs: 100,
  backoffMs: 20,
  throttledMs: 60,
  lingerMs: 20,
};

/** A stream to a simulated Mist whose clock is that of this machine. */
async function setup({ variants, times }: { variants?: Partial<MistVariants>; times?: Partial<StreamTimes> } = {}) {
  const simulators = await startSimulators({ mist: { variants } });
  const warnings: string[] = [];
  const traced: string[] = [];
  const { url, apiToken } = simulators.describe().mist;
  const stream = new MistStream({
    baseUrl: mistBaseUrl(url) as string,
    authorizer: { authorize: async () => ({ authorization: `Token ${apiToken}` }), refused: () => false },
    redactor: createRedactor(),
    onWarning: (text) => warnings.push(text),
    trace: ({ path, outcome }) => traced.push(`${path} ${outcome}`),
    times: { ...quick, ...times },
  });
  const leaves: (() => void)[] = [];
  onTestFinished(async () => {
    for (const leave of leaves) leave();
    await simulators.close();
  });
  const heard: object[] = [];
  const listen = (channel = stats) => {
    const leave = stream.listen(channel, (data) => heard.push(data));
    leaves.push(leave);
    return leave;
  };
  const { hub } = simulators.mist;
  return { simulators, stream, hub, warnings, traced, heard, listen };
}

const until = (condition: () => boolean) => vi.waitUntil(condition, { interval: 5, timeout: 5_000 });

describe("the stream", () => {
  test.each([
    ["https://api.mist.com/api/v1", "wss://api-ws.mist.com/api-ws/v1/stream"],
    ["https://api.eu.mist.com/api/v1", "wss://api-ws.eu.mist.com/api-ws/v1/stream"],
    ["http://127.0.0.1:8080/api/v1", "ws://127.0.0.1:8080/api-ws/v1/stream"],
    ["https://gateway.example.com/mist/api/v1", "wss://gateway.example.com/mist/api-ws/v1/stream"],
  ])("of %s is at %s", (baseUrl, url) => {
    expect(streamUrl(baseUrl)).toBe(url);
  });

  test("waits as long as the vendor's own client does", () => {
    expect(streamTimes).toMatchObject({
      pingMs: 60_000,
      pongMs: 45_000,
      ackMs: 10_000,
      backoffMs: 2_000,
      throttledMs: 30_000,
    });
  });

  test("is one connection for all who listen, opened by the first and closed after the last", async () => {
    const { stream, hub, listen, traced } = await setup();
    expect(hub.connections).toHaveLength(0);
    const leaves = [listen(), listen(), listen(`/sites/${warehouse}/stats/devices`)];
    await until(() => stream.hears(stats) && stream.hears(`/sites/${warehouse}/stats/devices`));
    expect(hub.connections).toHaveLength(1);
    expect([...(hub.connections[0]?.channels ?? [])]).toHaveLength(2);
    expect(traced).toEqual(["/api-ws/v1/stream 101"]);
    for (const leave of leaves) leave();
    await until(() => hub.connections.length === 0);
    expect(stream.hears(stats)).toBe(false);
  });

  test.each([
    [{ socketEncoding: "text", socketFrames: "text" }],
    [{ socketEncoding: "object", socketFrames: "text" }],
    [{ socketEncoding: "text", socketFrames: "binary" }],
    [{ socketEncoding: "object", socketFrames: "binary" }],
  ] as const)("hears data in every form (%j)", async (variants) => {
    const { stream, hub, listen, heard } = await setup({ variants });
    listen();
    await until(() => stream.hears(stats));
    hub.publish(stats, { mac, status: "connected" });
    hub.publish(`/sites/${warehouse}/stats/devices`, { mac: "other" });
    await until(() => heard.length > 0);
    expect(heard).toEqual([{ mac, status: "connected" }]);
  });

  test("comes again after it was cut, with all of its channels", async () => {
    const { stream, hub, listen, heard } = await setup();
    listen();
    await until(() => stream.hears(stats));
    for (const code of [undefined, 1_001]) {
      hub.closeAll(code);
      await until(() => !stream.hears(stats));
      await until(() => stream.hears(stats));
    }
    hub.publish(stats, { mac });
    await until(() => heard.length === 1);
    expect(hub.connections).toHaveLength(1);
  });

  test("waits longer after a 429, and goes on when it is over", async () => {
    const { simulators, stream, listen, traced } = await setup({ variants: { socketHandshake: "throttled" } });
    listen();
    const begun = Date.now();
    await until(() => traced.length >= 2);
    expect(Date.now() - begun).toBeGreaterThanOrEqual(55);
    expect(traced[0]).toBe("/api-ws/v1/stream 429");
    simulators.mist.variants.socketHandshake = "accepted";
    await until(() => stream.hears(stats));
  });

  test("is not asked for again once it was refused", async () => {
    const { stream, listen, traced } = await setup({ variants: { socketHandshake: "refused" } });
    const leave = listen();
    await until(() => traced.length === 1);
    leave();
    listen();
    expect(traced).toEqual(["/api-ws/v1/stream 403"]);
    expect(stream.hears(stats)).toBe(false);
  });

  test("opens another connection when subscriptions are not acknowledged", async () => {
    const { simulators, stream, listen, traced } = await setup({ variants: { socketAckSeconds: null } });
    listen();
    await until(() => traced.length >= 2);
    expect(stream.hears(stats)).toBe(false);
    simulators.mist.variants.socketAckSeconds = 0;
    await until(() => stream.hears(stats));
  });

  test("opens another connection when a ping is not answered", async () => {
    const { simulators, stream, listen, traced } = await setup({
      variants: { socketPongs: "missing" },
      times: { pingMs: 40 },
    });
    listen();
    await until(() => traced.length >= 2);
    simulators.mist.variants.socketPongs = "sent";
    const answered = traced.length + 1;
    await until(() => stream.hears(stats));
    expect(traced.length).toBeLessThanOrEqual(answered);
  });

  test("keeps no process alive", async () => {
    const { simulators } = await setup();
    const { url, apiToken } = simulators.describe().mist;
    const script = await bundled("mist-stream-child");
    const child = spawn(process.execPath, [script, mistBaseUrl(url) as string, `Token ${apiToken}`, stats], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    child.stdout.on("data", (chunk) => {
      said += String(chunk);
    });
    const [code] = await once(child, "exit");
    expect([code, said]).toEqual([0, "hears\n"]);
  });

  test("tells once of a channel that Mist refuses, and keeps the others", async () => {
    const { stream, listen, warnings } = await setup();
    listen("/sites/a3000000-0000-4000-8000-0000000000ff/stats/devices");
    listen();
    await until(() => stream.hears(stats) && warnings.length > 0);
    expect(warnings).toEqual([
      expect.stringMatching(/^Mist does not tell changes of \/sites\/a3.*They are looked for in turn instead\.$/),
    ]);
  });
});

describe("a wake", () => {
  const calm = { status: "connected", version: "1", fwupdate: { status: "success" } };
  const busy = { status: "connected", version: "1", fwupdate: { status: "inprogress", progress: 40 } };

  /** A stream in which a test speaks. */
  function speaking() {
    let speak: (data: object) => void = () => {};
    let isHeard = true;
    let mayHear = true;
    const stream = {
      listen: (_channel: string, listener: (data: never) => void) => {
        speak = listener as typeof speak;
        return () => {};
      },
      hears: () => isHeard,
      mayHear: () => mayHear,
    };
    const set = (values: { isHeard: boolean; mayHear: boolean }) => ({ isHeard, mayHear } = values);
    return { stream, set, speak: (data: object) => speak(data) };
  }

  async function isWoken(wake: Promise<void> | undefined): Promise<boolean> {
    let woken = false;
    void wake?.then(() => {
      woken = true;
    });
    await vi.advanceTimersByTimeAsync(2_000);
    return woken;
  }

  test("comes when all that is waited for has ended, and not for progress", async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { stream, speak } = speaking();
    const waker = new Waker(stream, { channels: [stats], pending: () => new Set(["a", "b"]), leastMs: 1_000 });
    const wake = waker.wake(new AbortController().signal);
    for (const name of ["a", "b"]) speak({ mac: name, ...busy });
    speak({ mac: "a", ...calm });
    speak({ mac: "c", ...busy });
    speak({ mac: "c", ...calm });
    expect(await isWoken(wake)).toBe(false);
    speak({ mac: "b", status: "upgrading", upgrading: true, progress: 90 });
    expect(await isWoken(wake)).toBe(false);
    speak({ mac: "b", ...calm });
    expect(await isWoken(wake)).toBe(true);
    // The API is a little behind: looks go on as without it.
    expect(waker.wake(new AbortController().signal)).toBeUndefined();
  });

  test("comes for a failure, but not for one that Mist will mend itself", async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { stream, speak } = speaking();
    const waker = new Waker(stream, { channels: [stats], pending: () => new Set(["a"]), leastMs: 1_000 });
    const wake = waker.wake(new AbortController().signal);
    speak({ mac: "a", ...busy });
    speak({ mac: "a", fwupdate: { status: "failed", will_retry: true } });
    expect(await isWoken(wake)).toBe(false);
    speak({ mac: "a", fwupdate: { status: "failed", will_retry: false } });
    expect(await isWoken(wake)).toBe(true);
  });

  test("comes as soon as a look would, while nothing is heard yet; and not at all where nothing ever will be", async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { stream, set } = speaking();
    set({ isHeard: false, mayHear: true });
    const waker = new Waker(stream, { channels: [stats], pending: () => undefined, leastMs: 1_000 });
    expect(await isWoken(waker.wake(new AbortController().signal))).toBe(true);
    const wake = waker.wake(new AbortController().signal);
    set({ isHeard: true, mayHear: true });
    expect(await isWoken(wake)).toBe(false);
    set({ isHeard: false, mayHear: false });
    expect(waker.wake(new AbortController().signal)).toBeUndefined();
  });
});
