import { io, type Socket } from "socket.io-client";
import { expect, test } from "vitest";
import { until } from "./helper";
import { HwAutomationBench, known, type Row } from "./hwautomation-helper";

type Transport = "polling" | "websocket";
type Told = [string, Row];

/** A connected client, and everything that it is told. */
async function connect(bench: HwAutomationBench, transports: Transport[] = ["websocket"]) {
  const socket: Socket = io(bench.hw.url, { transports, forceNew: true, reconnectionDelay: 10 });
  const told: Told[] = [];
  socket.onAny((event: string, data: Row) => told.push([event, data]));
  await until(() => socket.connected);
  return {
    socket,
    told,
    /** The data of the events of one name, once there are so many of them. */
    async of(event: string, count: number): Promise<Row[]> {
      const rows = (): Row[] => told.filter(([name]) => name === event).map(([, data]) => data);
      await until(() => rows().length >= count);
      return rows();
    },
    [Symbol.dispose]: () => void socket.close(),
  };
}

test.each<Transport[][]>([[["websocket"]], [["polling"]], [["polling", "websocket"]]])(
  "%j: what a workflow does is told to everybody",
  async (transports) => {
    await using bench = await HwAutomationBench.start();
    using client = await connect(bench, transports);
    const id = await bench.provision();
    client.socket.emit("subscribe_workflow", { workflow_id: id });
    bench.seconds(1_000);
    const [complete] = await client.of("workflow_complete", 1);
    expect(complete).toEqual({ event: "workflow_complete", workflow_id: id, status: "COMPLETED" });
    expect(await client.of("workflow_status", 2)).toEqual([
      { event: "workflow_status", workflow_id: id, old_status: "PENDING", new_status: "RUNNING" },
      { event: "workflow_status", workflow_id: id, old_status: "RUNNING", new_status: "COMPLETED" },
    ]);
    const progress = await client.of("workflow_progress", 21);
    expect(progress[0]).toEqual({
      event: "workflow_progress",
      workflow_id: id,
      progress: 0,
      current_step: "MaaS Commissioning",
      sub_task: "Starting commissioning",
    });
    const numbers = progress.map((row) => Number(row.progress));
    expect(numbers).toEqual(numbers.toSorted((left, right) => left - right));
  },
);

test("handshake: pings every 25 seconds, 20 seconds to answer, other origins welcome, no login", async () => {
  await using bench = await HwAutomationBench.start();
  const reply = await bench.raw("GET", "/socket.io/?EIO=4&transport=polling", { origin: "http://elsewhere.example" });
  expect([reply.status, reply.headers.get("access-control-allow-origin")]).toEqual([200, "*"]);
  expect(JSON.parse(reply.text.slice(1))).toMatchObject({
    sid: expect.any(String),
    upgrades: ["websocket"],
    pingInterval: 25_000,
    pingTimeout: 20_000,
  });
  bench.hw.setVariants({ sockets: "polling" });
  const polling = await bench.raw("GET", "/socket.io/?EIO=4&transport=polling");
  expect(JSON.parse(polling.text.slice(1))).toMatchObject({ upgrades: [] });
  bench.hw.setVariants({ sockets: "none" });
  expect((await bench.raw("GET", "/socket.io/?EIO=4&transport=polling")).status).toBe(404);
  expect(bench.simulators.requests.count({ service: "hwautomation" })).toBe(0);
});

test.each<["polling" | "none"]>([["polling"], ["none"]])("sockets %s: no WebSocket", async (sockets) => {
  await using bench = await HwAutomationBench.start({ sockets });
  const socket = io(bench.hw.url, { transports: ["websocket"], forceNew: true, reconnection: false });
  const failed = await new Promise<Error>((resolve) => socket.once("connect_error", resolve));
  expect(failed.message).toContain("websocket error");
  socket.close();
});

test("variants: late, doubled, swapped, for subscribers only, not at all", async () => {
  await using bench = await HwAutomationBench.start({ stepSeconds: 1 });
  using client = await connect(bench);
  const states = async (count: number): Promise<unknown[]> => {
    const rows = await client.of("workflow_status", count);
    client.told.length = 0;
    return rows.map(({ new_status }) => new_status);
  };
  bench.hw.setVariants({ eventCopies: 2 });
  await bench.provision();
  bench.seconds(20);
  await client.of("workflow_complete", 2);
  expect(await states(4)).toEqual(["RUNNING", "RUNNING", "COMPLETED", "COMPLETED"]);

  bench.hw.setVariants({ eventCopies: 1, eventDelaySeconds: 60 });
  await bench.provision();
  bench.seconds(20);
  bench.hw.alert("info", "in time");
  bench.seconds(61);
  await client.of("system_alert", 1);
  expect(client.told.at(-1)?.[0]).toBe("system_alert");
  expect(await states(2)).toEqual(["RUNNING", "COMPLETED"]);

  bench.hw.setVariants({ eventDelaySeconds: 0, eventOrder: "swapped" });
  for (const message of ["one", "two", "three", "four"]) bench.hw.alert("info", message);
  expect((await client.of("system_alert", 4)).map(({ message }) => message)).toEqual(["two", "one", "four", "three"]);
  client.told.length = 0;

  bench.hw.setVariants({ eventOrder: "kept", eventAudience: "subscribers" });
  const [mine, other] = [await bench.provision(), await bench.provision()];
  client.socket.emit("subscribe_workflow", { workflow_id: mine });
  await until(() => bench.hw.hub.connections[0]?.workflows.length === 1);
  expect(bench.hw.hub.connections).toEqual([{ id: client.socket.id, transport: "websocket", workflows: [mine] }]);
  bench.seconds(20);
  await client.of("workflow_complete", 1);
  expect(client.told.some(([, { workflow_id }]) => workflow_id === other)).toBe(false);
  client.told.length = 0;

  bench.hw.setVariants({ events: "silent", eventAudience: "everybody" });
  await bench.provision();
  bench.seconds(20);
  bench.hw.setVariants({ events: "sent", completeEvents: "completed" });
  bench.hw.setScript(known, { failAtStep: 1 });
  await bench.provision();
  bench.seconds(20);
  expect(await states(2)).toEqual(["RUNNING", "FAILED"]);
  expect(client.told).toEqual([]);
});

test("a cancel that shows at once is told of when it is asked for, and its end when it comes", async () => {
  await using bench = await HwAutomationBench.start({ cancelShows: "atOnce" });
  using client = await connect(bench);
  const id = await bench.provision();
  bench.seconds(10);
  await bench.cancel(id);
  expect((await client.of("workflow_status", 2))[1]).toMatchObject({ old_status: "RUNNING", new_status: "CANCELLED" });
  expect(client.told.map(([event]) => event)).not.toContain("workflow_complete");
  bench.seconds(300);
  expect(await client.of("workflow_complete", 1)).toMatchObject([{ workflow_id: id, status: "CANCELLED" }]);
});

test("a restart cuts connections, and clients come back", async () => {
  await using bench = await HwAutomationBench.start();
  using client = await connect(bench, ["polling", "websocket"]);
  const reasons: string[] = [];
  client.socket.on("disconnect", (reason) => reasons.push(reason));
  const before = client.socket.id;
  bench.hw.restart();
  await until(() => reasons.length === 1);
  await until(() => client.socket.connected);
  expect(client.socket.id).not.toBe(before);
  expect(reasons).not.toEqual(["io server disconnect"]);
});

test("the shipped application tells of nothing but the failure of a batch", async () => {
  await using bench = await HwAutomationBench.start({}, { profile: "shipped" });
  using client = await connect(bench);
  const order = { server_ids: [known], device_type: "a1.c5.large" };
  await bench.ok("POST", "/api/orchestration/provision", { server_id: known, device_type: "a1.c5.large" });
  await bench.ok("POST", "/api/batch/commission", order);
  client.socket.emit("subscribe_workflow", { workflow_id: `provision_${known}` });
  bench.seconds(3_600);
  await client.of("workflow_failed", 1);
  bench.hw.alert("info", "last");
  await client.of("system_alert", 1);
  expect(client.told.slice(0, -1)).toEqual([
    ["workflow_failed", { workflow_id: `provision_${known}`, error: "FAILED" }],
  ]);
});
