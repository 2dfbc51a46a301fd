import { describe, expect, test } from "vitest";
import { headquarters, type Row } from "./mist-helper";
import { Socket } from "./mist-socket-helper";
import { benchWith, start, times } from "./mist-upgrade-helper";

const stats = `/sites/${headquarters}/stats/devices`;
const token = (bench: { mist: { apiToken: string } }) => ({ authorization: `Token ${bench.mist.apiToken}` });

describe("a handshake", () => {
  test.each([
    ["throttled", 429],
    ["refused", 403],
  ] as const)("%s: %i for somebody who is known, 401 for others", async (socketHandshake, status) => {
    await using bench = await benchWith({}, { socketHandshake });
    const reply = await Socket.refused(bench, token(bench));
    expect([reply.status, reply.body]).toEqual([status, { detail: expect.any(String) }]);
    expect((await Socket.refused(bench)).status).toBe(401);
  });

  test("429 when there are too many connections; one that is closed makes room", async () => {
    await using bench = await benchWith({}, { socketConnections: 1 });
    const first = await Socket.open(bench);
    expect((await Socket.refused(bench, token(bench))).status).toBe(429);
    first.socket.close();
    await first.closed;
    await using second = await Socket.open(bench);
    expect(await second.subscribe(stats)).toMatchObject({ event: "channel_subscribed" });
  });

  test.each([
    [{ kind: "status", status: 503 }, /503/],
    [{ kind: "html" }, /502/],
    [{ kind: "tooManyRequests", retryAfter: 30 }, /429/],
    [{ kind: "resetBeforeCommit" }, /ECONNRESET|hang up/],
  ] as const)("struck by the fault %j", async (action, expected) => {
    await using bench = await benchWith({});
    bench.simulators.faults.add({ path: "/api-ws/v1/stream", times: 1, action });
    await expect(Socket.open(bench)).rejects.toThrow(expected);
    await using socket = await Socket.open(bench);
    expect(await socket.subscribe(stats)).toMatchObject({ event: "channel_subscribed" });
  });
});

describe("a connection", () => {
  test("is cut, or closed with a code", async () => {
    await using bench = await benchWith({});
    const cut = await Socket.open(bench);
    await bench.control("DELETE", "/mist/sockets");
    expect(await cut.closed).toBe(1_006);
    const closed = await Socket.open(bench);
    expect((await bench.control("DELETE", "/mist/sockets?code=1012")).status).toBe(204);
    expect(await closed.closed).toBe(1_012);
    expect((await bench.control("DELETE", "/mist/sockets?code=1006")).status).toBe(400);
    expect((await bench.control("GET", "/mist/sockets")).json()).toEqual([]);
  });

  test("is shown with its channels", async () => {
    await using bench = await benchWith({});
    await using socket = await Socket.open(bench);
    await socket.subscribe(stats);
    expect((await bench.control("GET", "/mist/sockets")).json()).toMatchObject([
      { owner: expect.stringContaining("token"), channels: [stats], openedAt: bench.simulators.clock.now() },
    ]);
  });

  test("ends after its time", async () => {
    await using bench = await benchWith({}, { socketLifeSeconds: 60 });
    const socket = await Socket.open(bench);
    bench.seconds(59);
    await socket.settled();
    bench.seconds(1);
    expect(await socket.closed).toBe(1_001);
  });

  test("ends when the simulators start afresh, and when they stop", async () => {
    const bench = await benchWith({});
    const first = await Socket.open(bench);
    await bench.control("POST", "/reset");
    expect(await first.closed).toBe(1_006);
    const second = await Socket.open(bench);
    await bench.simulators.close();
    expect(await second.closed).toBe(1_006);
  });

  test("answers no pings, if a variant says so", async () => {
    await using bench = await benchWith({}, { socketPongs: "missing" });
    await using socket = await Socket.open(bench);
    const pongs: unknown[] = [];
    socket.socket.on("pong", (data) => pongs.push(data));
    socket.socket.ping();
    // The answer to what is sent after the ping shows that the ping was passed over.
    await socket.subscribe(stats);
    expect(pongs).toEqual([]);
  });
});

describe("messages", () => {
  test("acknowledgements come late", async () => {
    await using bench = await benchWith({ aps: 1 }, { socketAckSeconds: 15 });
    await using socket = await Socket.open(bench);
    socket.send({ subscribe: stats });
    await socket.settled();
    bench.seconds(14);
    await socket.settled();
    expect(socket.messages).toEqual([]);
    bench.seconds(1);
    expect(await socket.message(1)).toEqual({ event: "channel_subscribed", channel: stats });
  });

  test("acknowledgements never come, and no data either", async () => {
    await using bench = await benchWith({ aps: 1 }, { socketAckSeconds: null });
    await using socket = await Socket.open(bench);
    socket.send({ subscribe: stats });
    await socket.settled();
    await start(bench);
    bench.seconds(times.upgraded);
    await socket.settled();
    expect(socket.messages).toEqual([]);
  });

  test("there is no data", async () => {
    await using bench = await benchWith({ aps: 1 }, { socketData: "silent" });
    await using socket = await Socket.open(bench);
    await socket.subscribe(stats);
    await start(bench);
    bench.seconds(times.upgraded);
    await socket.settled();
    expect(socket.messages).toHaveLength(1);
  });

  test("data is an object", async () => {
    await using bench = await benchWith({ aps: 1 }, { socketEncoding: "object" });
    await using socket = await Socket.open(bench);
    await socket.subscribe(stats);
    await start(bench);
    bench.seconds(2);
    expect((await socket.message(2)).data).toMatchObject({ fwupdate: { progress: 0 } });
  });

  test("frames are binary and end with a NUL", async () => {
    await using bench = await benchWith({}, { socketFrames: "binary" });
    await using socket = await Socket.open(bench);
    expect(await socket.subscribe(stats)).toEqual({ event: "channel_subscribed", channel: stats } satisfies Row);
    expect(socket.frames[0]?.binary).toBe(true);
    expect(socket.frames[0]?.data.at(-1)).toBe(0);
  });
});
