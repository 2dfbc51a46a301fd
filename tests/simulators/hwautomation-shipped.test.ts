import { expect, test } from "vitest";
import type { HwAutomationOptions, HwAutomationVariants } from "../../simulators";
import { HwAutomationBench, known, order, type Row } from "./hwautomation-helper";

const provision = "/api/orchestration/provision";
const list = "/api/orchestration/workflows";
const batch = "/api/batch/commission";
const batchOrder = { server_ids: [known], device_type: "a1.c5.large" };
const id = `provision_${known}`;
const status = `/api/orchestration/workflow/${id}/status`;

const start = (variants: Partial<HwAutomationVariants> = {}, options: HwAutomationOptions = {}) =>
  HwAutomationBench.start(variants, { profile: "shipped", ...options });

test("7 of the 13 documented endpoints are not there, and say so in HTML; nobody logs in", async () => {
  await using bench = await start();
  for (const [method, path] of [
    ["GET", `/api/hardware/server/${known}`],
    ["POST", `/api/hardware/server/${known}/bios`],
    ["GET", `/api/hardware/server/${known}/firmware`],
    ["POST", "/api/maas/commission/aaa001"],
    ["GET", "/api/database/servers"],
    ["POST", "/api/database/servers"],
    ["PUT", `/api/database/servers/${known}`],
  ] as const) {
    const reply = await bench.raw(method, path);
    expect([method, path, reply.status, reply.headers.get("content-type")]).toEqual([
      method,
      path,
      404,
      "text/html; charset=utf-8",
    ]);
    expect(reply.text).toContain("<title>404 Not Found</title>");
  }
  const wrong = await bench.raw("GET", provision);
  expect([wrong.status, wrong.headers.get("allow"), wrong.headers.get("content-type")]).toEqual([
    405,
    "POST, OPTIONS",
    "text/html; charset=utf-8",
  ]);
  const options = await bench.raw("OPTIONS", list);
  expect([options.status, options.headers.get("allow")]).toEqual([200, "GET, HEAD, OPTIONS"]);
  expect((await bench.raw("GET", "/health")).json()).toMatchObject({ status: "healthy" });
});

test("a single workflow starts, and cannot be found again", async () => {
  await using bench = await start();
  const answer = await bench.ok<{ steps: Row[] }>("POST", provision, { ...order, rack_location: "R1" });
  expect(answer).toEqual({
    success: true,
    id,
    message: `Provisioning workflow started for ${known}`,
    steps: expect.any(Array),
    target_ipmi_ip: "192.168.1.100",
    gateway: "192.168.1.1",
  });
  expect(answer.steps).toHaveLength(23);
  expect(answer.steps[0]).toEqual({ name: "select_machine", description: expect.any(String) });
  expect(await bench.outcome("GET", status)).toEqual([404, { error: "Workflow not found" }]);
  expect(await bench.get(list)).toEqual({ workflows: [] });
  expect((await bench.cancel(id)).status).toBe(404);
  const first = await bench.ok<{ steps: Row[] }>("POST", "/api/orchestration/provision-firmware-first", {
    server_id: known,
    device_type: "x",
  });
  expect(first).toMatchObject({ id: `firmware_provision_${known}`, firmware_policy: "recommended" });
  expect(new Set(first.steps.map(({ name }) => name)).size).toBe(19);
  bench.seconds(3_600);
  expect(bench.hw.workflowsOf(known).map((run) => run.status)).toEqual(["FAILED", "FAILED"]);
  const { tables } = await bench.get<{ tables: Record<string, { data: Row[] }> }>("/api/database/tables");
  const [row] = tables.workflow_history?.data ?? [];
  expect(row).toMatchObject({
    workflow_id: id,
    server_id: known,
    status: "running",
    completed_at: expect.any(String),
    error_message: null,
    total_steps: 23,
  });
  expect(JSON.parse(String(row?.metadata)).errors).toEqual([
    { step: "record_commissioning", error: "no such column: commissioned_at" },
  ]);
});

test("bad input, and what is no JSON", async () => {
  await using bench = await start();
  expect(await bench.outcome("POST", provision, {})).toEqual([400, { error: "Missing required field: server_id" }]);
  expect(await bench.outcome("POST", provision, { server_id: "a" })).toEqual([
    400,
    { error: "Missing required field: device_type" },
  ]);
  expect(await bench.outcome("POST", batch, { device_type: "x" })).toEqual([
    400,
    { error: "At least one device must be selected" },
  ]);
  expect(await bench.outcome("POST", batch, { servers: ["a"] })).toEqual([400, { error: "Device type is required" }]);
  const untyped = await bench.raw("POST", provision, { "content-type": "text/plain" }, JSON.stringify(order));
  expect([untyped.status, untyped.json().error]).toEqual([500, expect.stringContaining("415 Unsupported Media Type")]);
  const path = "/api/orchestration/provision-firmware-first";
  expect(await bench.outcome("POST", path, { ...order, firmware_policy: "x" })).toEqual([
    400,
    { error: "Invalid firmware_policy. Must be one of: ['recommended', 'latest', 'security_only']" },
  ]);
});

test("a workflow of a batch runs to its failure, whatever the server, on the first machine that will do", async () => {
  await using bench = await start({}, { serverCount: 2 });
  const body = { device_ids: ["server-002", "server-002"], device_type: "x", ipmi_range: "10.0.0.1-9", gateway: "g" };
  const result = { status: "started", device_id: "server-002", workflow_id: "provision_server-002", gateway: "g" };
  expect(await bench.ok("POST", batch, body)).toEqual({
    success: true,
    message: "Started commissioning 2 of 2 devices",
    batch_id: expect.any(String),
    results: [result, result],
  });
  const path = "/api/orchestration/workflow/provision_server-002/status";
  expect(await bench.get(path)).toEqual({
    id: "provision_server-002",
    name: "Server Provisioning: server-002",
    description: expect.any(String),
    status: "RUNNING",
    current_step_index: 1,
    current_step_name: "select_machine",
    total_steps: 23,
    progress: 4.35,
  });
  bench.seconds(60);
  expect(await bench.get(path)).toMatchObject({ status: "running", current_step_name: "wait_for_commissioning" });
  bench.seconds(3_600);
  expect(await bench.get(path)).toMatchObject({ status: "FAILED", current_step_index: 4, progress: 17.39 });
  expect((await bench.get<{ workflows: Row[] }>(list)).workflows).toHaveLength(1);
  expect(await bench.get("/api/workflows/status")).toEqual({ workflows: [] });
  const effects = bench.hw.effects.map(({ kind, serverId, systemId }) => `${kind} ${serverId} ${systemId}`);
  expect(effects).toEqual(Array.from({ length: 6 }, () => "commission server-002 aaa001"));
  expect(await bench.get("/api/database/tables")).toMatchObject({ tables: { workflow_history: { count: 0 } } });
});

test("the id of a server's workflow is used again, and the first thread goes on", async () => {
  await using bench = await start();
  bench.hw.setScript(known, { hangAtStep: 3 });
  await bench.ok("POST", batch, batchOrder);
  bench.seconds(60);
  expect(await bench.get(status)).toMatchObject({ current_step_index: 3 });
  await bench.ok("POST", batch, batchOrder);
  expect(await bench.get(status)).toMatchObject({ status: "RUNNING", current_step_index: 1 });
  expect(bench.hw.workflowsOf(known).map(({ step }) => step)).toEqual([3, 1]);
  bench.hw.setScript(known, { hangAtStep: null });
  bench.seconds(3_600);
  expect(bench.hw.workflowsOf(known).map((run) => run.status)).toEqual(["FAILED", "FAILED"]);
});

test("a cancel never works, and a restart forgets everything", async () => {
  await using bench = await start();
  await bench.ok("POST", batch, batchOrder);
  expect(await bench.outcome("POST", `/api/orchestration/workflow/${id}/cancel`)).toEqual([
    500,
    { error: "'Workflow' object has no attribute 'cancel'" },
  ]);
  bench.seconds(5);
  bench.hw.restart();
  expect(await bench.outcome("GET", status)).toEqual([404, { error: "Workflow not found" }]);
  const before = bench.hw.effects.length;
  bench.seconds(3_600);
  expect(bench.hw.effects).toHaveLength(before);
});

test("scripts and a locked database: a batch is a success even when all of it failed", async () => {
  await using bench = await start({ stepSeconds: 2 });
  bench.hw.setScript(known, { failAtStep: 2, failure: "no power" });
  await bench.ok("POST", batch, batchOrder);
  bench.seconds(10);
  expect(await bench.get(status)).toMatchObject({ status: "FAILED", current_step_index: 2 });
  bench.hw.setScript(known, { refuse: "no licence" });
  expect(await bench.ok("POST", batch, batchOrder)).toMatchObject({
    success: true,
    results: [{ status: "failed", device_id: known, workflow_id: null, error: "no licence" }],
  });
  bench.hw.setVariants({ database: "locked" });
  expect(await bench.outcome("GET", "/api/database/tables")).toEqual([
    500,
    { success: false, error: "database is locked" },
  ]);
});

test("MaaS that cannot be reached looks empty", async () => {
  await using bench = await start({}, { serverCount: 1 });
  const device = { hostname: known, status: "Ready", architecture: "amd64/generic", cpu_count: 16 };
  expect(await bench.get("/api/maas/discover")).toMatchObject({
    devices: [{ system_id: "aaa001", ...device }, { status: "New" }, { cpu_count: 1 }],
    available_count: 2,
    total_discovered: 3,
  });
  expect(await bench.get("/api/maas/test")).toMatchObject({
    success: true,
    machine_count: 3,
    status_summary: { Ready: 2, New: 1 },
    config: { consumer_key: expect.stringMatching(/^.{10}\.\.\.$/) },
  });
  bench.hw.setVariants({ maas: "down" });
  expect(await bench.get("/api/maas/discover")).toEqual({ devices: [], available_count: 0, total_discovered: 0 });
  expect(await bench.get("/api/maas/test")).toMatchObject({ success: true, machine_count: 0, machines: [] });
  await bench.ok("POST", batch, batchOrder);
  bench.seconds(10);
  expect(await bench.get(status)).toMatchObject({ status: "FAILED", current_step_index: 1 });
  expect(bench.hw.effects).toEqual([]);
  bench.hw.setVariants({ maas: "unconfigured" });
  expect(await bench.outcome("GET", "/api/maas/discover")).toEqual([400, { error: "MaaS not properly configured" }]);
  expect(await bench.get("/api/maas/test")).toMatchObject({ success: false });
});

test("the database is a dump of a hundred rows of each table", async () => {
  await using bench = await start({}, { serverCount: 120 });
  const { tables } = await bench.get<{ tables: Record<string, { count: number; showing: number; data: Row[] }> }>(
    "/api/database/tables",
  );
  expect(tables.servers).toMatchObject({ count: 120, showing: 100 });
  expect(Object.keys(tables.servers?.data[0] ?? {})).toHaveLength(41);
  expect(tables.servers?.data[0]).toMatchObject({
    server_id: known,
    status_name: "Ready",
    ipmi_address: "192.168.1.100",
    device_type: "a1.c5.large",
  });
  expect(await bench.get("/api/database/info")).toEqual({
    success: true,
    info: {
      version: expect.any(String),
      size: expect.stringMatching(/ KB$/),
      path: "data/hw_automation.db",
      table_count: Object.keys(tables).length,
      server_count: 120,
    },
  });
  const { device_types, count } = await bench.get<{ device_types: string[]; count: number }>("/api/device-types");
  expect([new Set(device_types).size, count]).toEqual([44, 44]);
});

test("firmware is scheduled nowhere, is always at 25 percent, and always cancelled", async () => {
  await using bench = await start();
  const schedule = "/firmware/api/schedule";
  expect(await bench.ok("POST", schedule, { server_ids: [known] })).toEqual({
    success: true,
    scheduled_updates: [
      {
        server_id: known,
        workflow_id: `fw-update-${known}-20250131120000`,
        scheduled_time: null,
        status: "scheduled",
      },
    ],
    failed_schedules: [],
    total_scheduled: 1,
  });
  expect(await bench.outcome("POST", schedule, { server_ids: [] })).toEqual([400, { error: "No servers specified" }]);
  bench.seconds(100_000);
  expect(await bench.get("/firmware/api/progress/never-scheduled")).toMatchObject({
    workflow_id: "never-scheduled",
    status: "running",
    current_phase: "firmware_analysis",
    progress_percentage: 25,
    steps_completed: 2,
    total_steps: 8,
  });
  expect(await bench.ok("POST", "/firmware/api/cancel/never-scheduled")).toMatchObject({
    success: true,
    status: "cancelled",
  });
  expect(bench.hw.effects).toEqual([]);
  for (const path of [
    "/firmware/api/inventory",
    "/firmware/api/device-types",
    "/firmware/api/firmware-list",
    "/firmware/api/download-queue",
    "/firmware/api/repository-details",
    "/api/logs/",
    "/api/logs/search?query=web",
    "/api/logs/activities",
    "/api/logs/activities/latest",
  ])
    expect(await bench.get(path)).toEqual(expect.any(Object));
  const image = await bench.raw("GET", "/firmware/api/download/hpe/bmc/ilo5_285.bin");
  expect(image.headers.get("content-type")).toBe("application/octet-stream");
  expect((await bench.raw("GET", "/firmware/api/download/hpe/bmc/other.bin")).status).toBe(404);
  expect((await bench.raw("GET", "/api/logs/download")).headers.get("content-type")).toContain("text/plain");
});
