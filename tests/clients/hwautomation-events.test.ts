import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { createRedactor } from "../../provider/clients/http/redact";
import { type EventTimes, SocketEvents } from "../../provider/clients/hwautomation/events";
import { selfSignedCertificate, selfSignedKey } from "../../simulators/core/self-signed";
import { setup as setupClient } from "./hwautomation-support";
import { bundled } from "./ledger-processes";
import { serve } from "./support";

const quick: EventTimes = { settleMs: 5, leastMs: 30, lingerMs: 10_000, pausesMs: [10, 50] };
const order = { serverId: "server-001", deviceType: "a1.c5.large" };
const until = (condition: () => boolean) => vi.waitUntil(condition, { interval: 5, timeout: 5_000 });

/** The events of a simulator, and what was told of them. */
async function setup(
  options: Parameters<typeof setupClient>[0] & { baseUrl?: string; times?: Partial<EventTimes> } = {},
) {
  const world = await setupClient(options);
  const warnings: string[] = [];
  const pair = Buffer.from(`${world.username}:${world.password}`).toString("base64");
  const events = new SocketEvents({
    baseUrl: options.baseUrl ?? world.url,
    authorizer: { authorize: async () => ({ authorization: `Basic ${pair}` }), refused: () => false },
    connection: {},
    redactor: createRedactor(),
    onWarning: (text) => warnings.push(text),
    times: { ...quick, ...options.times },
  });
  const over = new AbortController();
  onTestFinished(() => {
    over.abort();
    events.close();
  });
  /** Waits for news of these workflows, once there is a connection. */
  const listen = async (...ids: string[]) => {
    let told: Promise<void> | undefined;
    await until(() => {
      told = events.wake(new Set(ids), over.signal);
      return told !== undefined;
    });
    const state = { woken: false };
    void told?.then(() => {
      state.woken = true;
    });
    return state;
  };
  return { ...world, events, warnings, listen, hub: world.simulator.hub, over };
}

describe("events", () => {
  test.each([
    ["all", "websocket"],
    ["polling", "polling"],
  ] as const)("over sockets that are %s wake who waits for that workflow", async (sockets, transport) => {
    const { client, clock, listen, hub } = await setup({ variants: { sockets, eventAudience: "subscribers" } });
    const [one, two] = await Promise.all([
      client.provision(order),
      client.provision({ ...order, serverId: "server-002" }),
    ]);
    clock.advance(1_000);
    const first = await listen(one.workflowId);
    const second = await listen("another-workflow");
    await until(() => hub.connections[0]?.workflows.includes(one.workflowId) === true);
    await until(() => hub.connections[0]?.transport === transport);
    expect(hub.connections).toHaveLength(1);
    clock.advance(86_400_000);
    await until(() => first.woken);
    expect(second.woken).toBe(false);
    expect(await client.workflow(one.workflowId)).toMatchObject({ status: "completed" });
    expect(two.workflowId).not.toBe(one.workflowId);
  });

  test.each([
    ["workflow_progress", { workflow_id: "w1", progress: 10 }],
    ["workflow_status", { workflow_id: "w1", old_status: "PENDING", new_status: "RUNNING" }],
    ["workflow_complete", { status: "COMPLETED" }],
    ["workflow_failed", { workflow_id: "w1", error: "FAILED" }],
    ["workflow_status_update", { data: { workflow_id: "w1" } }],
    ["workflow_progress_update", { workflowId: "w1" }],
    ["workflow_step_update", { workflow: { workflow_id: "w1" } }],
    ["workflow_completed", { workflow_id: "w1" }],
    ["workflow_error", { workflow_id: "w1" }],
    ["workflow_updates", [{ workflow_id: "w0" }, { workflow_id: "w1" }]],
    ["activity_update", { workflow_id: "w1" }],
    ["workflow_status", null],
  ])("named %s with %j wake", async (name, payload) => {
    const { listen, hub } = await setup();
    const waiting = await listen("w1");
    hub.tell(name, payload as never);
    await until(() => waiting.woken);
  });

  test("about something else wake nobody", async () => {
    const { listen, hub } = await setup();
    const waiting = await listen("w1");
    for (const name of [
      "connected",
      "joined_room",
      "left_room",
      "server_status_update",
      "log_entry",
      "activity_update",
    ])
      hub.tell(name, { server_id: "s1" });
    hub.tell("workflow_progress", { workflow_id: "w2" });
    const other = await listen("w3");
    hub.tell("workflow_progress", { workflow_id: "w3" });
    await until(() => other.woken);
    expect(waiting.woken).toBe(false);
  });

  test("that come while somebody looks wake at the next wait, and many wake once", async () => {
    const { listen, hub } = await setup();
    const first = await listen("w1");
    hub.tell("workflow_progress", { workflow_id: "w1" });
    await until(() => first.woken);
    const other = await listen("w2");
    hub.tell("workflow_progress", { workflow_id: "w1" });
    hub.tell("workflow_progress", { workflow_id: "w1" });
    hub.tell("workflow_progress", { workflow_id: "w2" });
    await until(() => other.woken);
    const again = await listen("w1");
    await until(() => again.woken);
    const quiet = await listen("w1");
    const last = await listen("w2");
    hub.tell("workflow_progress", { workflow_id: "w2" });
    await until(() => last.woken);
    expect(quiet.woken).toBe(false);
  });

  test("come again after the connection was cut", async () => {
    const { listen, hub, simulator } = await setup();
    await listen("w1");
    const [before] = hub.connections;
    simulator.restart();
    await until(() => hub.connections.length === 1 && hub.connections[0]?.id !== before?.id);
    const waiting = await listen("w1");
    await until(() => hub.connections[0]?.workflows.includes("w1") === true);
    hub.tell("workflow_progress", { workflow_id: "w1" });
    await until(() => waiting.woken);
  });

  test("that are refused are not asked for again, with one warning", async () => {
    const { url, calls } = await serve((_, response) => response.writeHead(404).end());
    const { events, warnings, over } = await setup({ baseUrl: url });
    expect(events.wake(new Set(["w1"]), over.signal)).toBeUndefined();
    await until(() => warnings.length > 0);
    expect(events.wake(new Set(["w1"]), over.signal)).toBeUndefined();
    expect(warnings).toEqual([expect.stringContaining("HTTP 404")]);
    expect(calls).toHaveLength(1);
    expect(calls[0]?.headers.authorization).toMatch(/^Basic /);
  });

  test("of a service below a path, or that fails for a while, are asked for there until they come", async () => {
    const { url, calls } = await serve((_, response) => response.writeHead(503).end());
    const { events, warnings, over } = await setup({ baseUrl: `${url}/hw` });
    events.wake(new Set(["w1"]), over.signal);
    await until(() => calls.length > 1);
    expect(calls[0]?.url).toMatch(/^\/hw\/socket\.io\/\?EIO=4&transport=polling/);
    expect(warnings).toEqual([]);
  });

  test("tell what the service says of itself once, without its secrets", async () => {
    const { listen, hub, simulator, warnings } = await setup();
    const waiting = await listen("w1");
    simulator.alert("info", "all is well");
    simulator.alert("critical", "disk full, password=hunter22");
    simulator.alert("critical", "disk full, password=hunter22");
    hub.tell("workflow_progress", { workflow_id: "w1" });
    await until(() => waiting.woken);
    expect(warnings).toEqual(['HWAutomation tells of itself: "disk full, password=[redacted]"']);
  });

  test("end with nobody left who waits, and begin anew", async () => {
    const { events, hub, listen, over } = await setup({ times: { lingerMs: 200 } });
    const wait = new AbortController();
    await until(() => events.wake(new Set(["w1"]), wait.signal) !== undefined);
    wait.abort();
    await until(() => hub.connections.length === 0);
    expect(over.signal.aborted).toBe(false);
    const waiting = await listen("w1");
    hub.tell("workflow_progress", { workflow_id: "w1" });
    await until(() => waiting.woken);
  });
});

test("events come over TLS that only this configuration trusts, with the credentials of all calls", async () => {
  const { simulator, clientWith } = await setupClient();
  const seen: string[] = [];
  const server = createTlsServer({ key: selfSignedKey, cert: selfSignedCertificate });
  const { guest } = simulator.hub;
  server.on("request", (incoming, outgoing) => guest.request(incoming, outgoing));
  server.on("upgrade", (incoming, socket, head) => {
    seen.push(incoming.headers.authorization ?? "nobody");
    guest.upgrade({ incoming, socket, head });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const baseUrl = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { signal } = new AbortController();
  const trusting = clientWith({ baseUrl, useWebSocket: true, insecureSkipVerify: true });
  const wary = clientWith({ baseUrl, useWebSocket: true });
  onTestFinished(() => {
    for (const client of [trusting, wary]) client.close();
  });
  await until(() => {
    expect(wary.events().wake(new Set(["w1"]), signal)).toBeUndefined();
    return trusting.events().wake(new Set(["w1"]), signal) !== undefined;
  });
  await until(() => simulator.hub.connections[0]?.transport === "websocket");
  expect(seen).toEqual([expect.stringMatching(/^Basic /)]);
});

describe("a process", () => {
  test.each(["all", "polling"] as const)(
    "ends although it waits for events over sockets that are %s",
    async (sockets) => {
      const { url } = await setupClient({ variants: { sockets } });
      const script = await bundled("hwautomation-events-child");
      const child = spawn(process.execPath, [script, url], { stdio: ["ignore", "pipe", "inherit"] });
      let said = "";
      child.stdout.on("data", (chunk) => {
        said += String(chunk);
      });
      const [code] = await once(child, "exit");
      expect([code, said]).toEqual([0, "listens\n"]);
    },
  );
});

describe("the client", () => {
  test("has events only where they are configured", async () => {
    const { client, clientWith, simulator } = await setupClient();
    const signal = AbortSignal.timeout(60_000);
    expect(client.events().wake(new Set(["w1"]), signal)).toBeUndefined();
    const listening = clientWith({ useWebSocket: true });
    onTestFinished(() => listening.close());
    expect(listening.events()).toBe(listening.events());
    await until(() => listening.events().wake(new Set(["w1"]), signal) !== undefined);
    expect(simulator.hub.connections).toHaveLength(1);
    listening.close();
    await until(() => simulator.hub.connections.length === 0);
  });
});
