import { expect, test } from "vitest";
import { startAt } from "./helper";
import { HwAutomationBench, known, order, type Row } from "./hwautomation-helper";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const whole = 631;

test("a workflow runs through its seven steps, and does each thing once", async () => {
  await using bench = await HwAutomationBench.start();
  const started = await bench.ok("POST", "/api/orchestration/provision", order);
  expect(started).toEqual({
    success: true,
    id: expect.stringMatching(uuid),
    status: "PENDING",
    server_id: known,
    target_ipmi_ip: "192.168.1.100",
  });
  const id = String(started.id);
  expect(await bench.status(id)).toEqual({
    id,
    status: "PENDING",
    progress: 0,
    current_step: null,
    steps_completed: 0,
    total_steps: 7,
    sub_tasks: [],
  });
  bench.seconds(1 + 75);
  expect(await bench.status(id)).toEqual({
    id,
    status: "RUNNING",
    progress: 3,
    current_step: "MaaS Commissioning",
    steps_completed: 0,
    total_steps: 7,
    sub_tasks: [
      { name: "Starting commissioning", status: "IN_PROGRESS", progress: 50 },
      { name: "Waiting for the machine to be ready", status: "PENDING", progress: 0 },
    ],
  });
  expect(await bench.get("/api/orchestration/workflows")).toEqual({
    workflows: [{ id, server_id: known, status: "RUNNING", created_at: "2025-01-31T12:00:00Z", completed_at: null }],
    total: 1,
  });
  const seen = new Set<string>();
  for (let second = 76; second < whole; second += 15) {
    bench.seconds(15);
    seen.add(String((await bench.status(id)).current_step));
  }
  expect(seen.size).toBe(7);
  expect(await bench.status(id)).toMatchObject({ status: "COMPLETED", progress: 100, steps_completed: 7 });
  const { workflows } = await bench.get<{ workflows: Row[] }>("/api/orchestration/workflows");
  expect(workflows).toMatchObject([{ status: "COMPLETED", completed_at: "2025-01-31T12:10:31Z" }]);
  expect(bench.hw.effectsOf(known)).toEqual(["commission", "biosApply", "ipmiConfigure"]);
  expect(bench.hw.effects[0]).toEqual({
    kind: "commission",
    serverId: known,
    systemId: "aaa001",
    workflowId: id,
    at: startAt + 1_000,
    detail: null,
  });
  expect(bench.hw.workflowsOf(known)).toHaveLength(1);
  expect(bench.hw.workflow(id).status).toBe("COMPLETED");
});

test("a workflow that starts with the firmware has six steps, and flashes what a policy wants", async () => {
  await using bench = await HwAutomationBench.start({ stepSeconds: 10 });
  const path = "/api/orchestration/provision-firmware-first";
  const flashes = () => bench.hw.effects.filter(({ kind }) => kind === "firmwareFlash").map(({ detail }) => detail);
  const begin = async (change: Row): Promise<void> => {
    const { id } = await bench.ok("POST", path, { ...order, ...change });
    bench.seconds(30);
    expect(await bench.status(String(id))).toMatchObject({ current_step: "Firmware Update", total_steps: 6 });
    bench.seconds(40);
    expect(await bench.status(String(id))).toMatchObject({ status: "COMPLETED", steps_completed: 6 });
  };
  await begin({ server_id: "server-002", firmware_policy: "security_only" });
  expect(flashes()).toEqual([]);
  await begin({ server_id: "server-001", firmware_policy: "security_only" });
  expect(flashes()).toEqual(["bios U32.1.2.3 -> U32.1.2.4"]);
  await begin({ server_id: "server-002" });
  expect(flashes().slice(1)).toEqual(["bios 3.4 -> 3.6", "bmc 01.73.11 -> 01.74.02"]);
  await begin({ server_id: "server-002", firmware_policy: "latest" });
  expect(flashes()).toHaveLength(3);
  expect(bench.hw.effectsOf("server-001")).toEqual(["firmwareFlash", "biosApply"]);
  expect(await bench.failure("POST", path, { ...order, firmware_policy: "newest" })).toEqual([
    400,
    "ValidationError",
    "Invalid firmware_policy. Must be one of: recommended, latest, security_only",
  ]);
});

test("a cancel ends a workflow after the running step, and one that waits at once", async () => {
  await using bench = await HwAutomationBench.start();
  const waiting = await bench.provision();
  const answer = { success: true, message: "Workflow cancelled successfully" };
  expect((await bench.cancel(waiting)).json()).toEqual(answer);
  expect(await bench.status(waiting)).toMatchObject({ status: "CANCELLED", steps_completed: 0, current_step: null });
  expect(bench.hw.effects).toEqual([]);

  const running = await bench.provision();
  bench.seconds(10);
  expect((await bench.cancel(running)).status).toBe(200);
  expect((await bench.cancel(running)).status).toBe(200);
  expect(await bench.status(running)).toMatchObject({ status: "RUNNING" });
  bench.seconds(290);
  expect(await bench.status(running)).toMatchObject({ status: "RUNNING" });
  bench.seconds(1);
  expect(await bench.status(running)).toMatchObject({ status: "CANCELLED", steps_completed: 1 });
  expect(bench.hw.effectsOf(known)).toEqual(["commission"]);
  expect(await bench.failure("POST", `/api/orchestration/workflow/${running}/cancel`)).toEqual([
    409,
    "ConflictError",
    `Workflow ${running} has already ended: CANCELLED`,
  ]);

  const late = await bench.provision();
  bench.seconds(whole - 10);
  await bench.cancel(late);
  bench.seconds(10);
  expect(await bench.status(late)).toMatchObject({ status: "COMPLETED" });
  bench.hw.setVariants({ cancelFinished: "accepted" });
  expect((await bench.cancel(late)).json()).toEqual(answer);
  expect(await bench.failure("POST", "/api/orchestration/workflow/no-such/cancel")).toEqual([
    404,
    "NotFoundError",
    "Workflow no-such not found",
  ]);
});

test("cancels that come to something else", async () => {
  await using bench = await HwAutomationBench.start({ stepSeconds: 10 });
  const cancelled = async (change: Row = {}): Promise<string> => {
    const id = await bench.provision(change);
    bench.seconds(5);
    expect((await bench.cancel(id)).status).toBe(200);
    return id;
  };
  bench.hw.setScript("server-001", { cancelIgnored: true });
  const ignored = await cancelled();
  bench.seconds(65);
  expect(await bench.status(ignored)).toMatchObject({ status: "RUNNING", steps_completed: 6 });
  bench.seconds(10);
  expect(await bench.status(ignored)).toMatchObject({ status: "COMPLETED", steps_completed: 7 });

  bench.hw.setScript("server-002", { finishAfterCancel: true });
  const finished = await cancelled({ server_id: "server-002" });
  bench.seconds(10);
  expect(await bench.status(finished)).toMatchObject({ status: "COMPLETED", steps_completed: 1, progress: 100 });

  bench.hw.setVariants({ cancelShows: "atOnce" });
  const atOnce = await cancelled({ server_id: "server-003" });
  expect(await bench.status(atOnce)).toMatchObject({ status: "CANCELLED", steps_completed: 0 });
  expect((await bench.get<{ workflows: Row[] }>("/api/orchestration/workflows")).workflows[2]).toMatchObject({
    status: "CANCELLED",
    completed_at: null,
  });
  bench.seconds(10);
  expect(await bench.status(atOnce)).toMatchObject({ status: "CANCELLED", steps_completed: 1 });
  expect(bench.hw.effectsOf("server-003")).toEqual(["commission"]);
});

test("scripts: a step that fails, one that hangs, a start that is refused", async () => {
  await using bench = await HwAutomationBench.start({ stepSeconds: 10 });
  bench.hw.setScript(known, { failAtStep: 6, failure: "BMC does not answer" });
  const failing = await bench.provision();
  bench.seconds(61);
  expect(await bench.status(failing)).toEqual({
    id: failing,
    status: "FAILED",
    progress: 85,
    current_step: "IPMI Configuration",
    steps_completed: 5,
    total_steps: 7,
    sub_tasks: [
      { name: "Setting the IPMI address", status: "COMPLETED", progress: 100 },
      { name: "Testing IPMI", status: "FAILED", progress: 99 },
    ],
    error: "BMC does not answer",
  });
  expect(await bench.get(`/api/hardware/server/${known}`)).toMatchObject({ status: "Failed" });

  bench.hw.setScript("server-002", { hangAtStep: 2 });
  const hanging = await bench.provision({ server_id: "server-002" });
  bench.seconds(100_000);
  expect(await bench.status(hanging)).toMatchObject({ status: "RUNNING", steps_completed: 1 });
  await bench.cancel(hanging);
  bench.seconds(100_000);
  expect(await bench.status(hanging)).toMatchObject({ status: "RUNNING", steps_completed: 1 });
  bench.hw.setScript("server-002", { hangAtStep: null });
  bench.seconds(10);
  expect(await bench.status(hanging)).toMatchObject({ status: "CANCELLED", steps_completed: 2 });

  bench.hw.setScript("server-003", { refuse: "No licence" });
  expect(await bench.failure("POST", "/api/orchestration/provision", { ...order, server_id: "server-003" })).toEqual([
    400,
    "ValidationError",
    "No licence",
  ]);
  bench.hw.setVariants({ maas: "down" });
  const lost = await bench.provision();
  bench.seconds(20);
  expect(await bench.status(lost)).toMatchObject({ error: "Commissioning failed: MaaS is not reachable" });
  expect(bench.hw.effectsOf(known)).toEqual(["commission", "biosApply", "ipmiConfigure"]);
});

test.each<[Row, string]>([
  [{ server_id: undefined }, "Missing required field: server_id"],
  [{ device_type: undefined }, "Missing required field: device_type"],
  [{ server_id: 7 }, "server_id must be a non-empty string"],
  [{ target_ipmi_ip: "192.168.1" }, "target_ipmi_ip is not an IPv4 address: 192.168.1"],
  [{ gateway: "gw" }, "gateway is not an IPv4 address: gw"],
])("bad input %j", async (change, message) => {
  await using bench = await HwAutomationBench.start();
  const body = { ...order, ...change };
  expect(await bench.failure("POST", "/api/orchestration/provision", body)).toEqual([400, "ValidationError", message]);
  expect(bench.hw.workflows).toEqual([]);
});

test("unknown device types are taken, unknown servers get a record, and one server may have two workflows", async () => {
  await using bench = await HwAutomationBench.start();
  const body = { server_id: "rack9-u1", device_type: "z9.unheard.of", rack_location: "R9" };
  const started = await bench.ok("POST", "/api/orchestration/provision", body);
  expect(started).toMatchObject({ status: "PENDING", target_ipmi_ip: null });
  await bench.provision({ server_id: "rack9-u1" });
  bench.seconds(whole);
  expect(await bench.get("/api/hardware/server/rack9-u1")).toMatchObject({
    status: "Ready",
    vendor: expect.any(String),
    ipmi_ip: "192.168.1.100",
  });
  expect(bench.hw.servers.get("rack9-u1")?.rackLocation).toBe("R9");
  expect(bench.hw.effectsOf("rack9-u1").filter((kind) => kind === "commission")).toHaveLength(2);
  bench.hw.setVariants({ unknownServers: "refused", concurrentWorkflows: "refused", occupiedIps: "refused" });
  const path = "/api/orchestration/provision";
  expect(await bench.refusal("POST", path, { ...body, server_id: "nobody" })).toEqual([404, "NotFoundError"]);
  expect(await bench.failure("POST", path, order)).toEqual([409, "ConflictError", "192.168.1.100 is already in use"]);
  await bench.provision({ target_ipmi_ip: "10.1.1.1" });
  expect(await bench.failure("POST", path, { ...order, target_ipmi_ip: "10.1.1.1" })).toEqual([
    409,
    "ConflictError",
    `A workflow is already running for ${known}`,
  ]);
});

test("variants of the status", async () => {
  await using bench = await HwAutomationBench.start({ stepSeconds: 10 });
  bench.hw.setScript("server-002", { failAtStep: 1 });
  const [id, failed] = [await bench.provision(), await bench.provision({ server_id: "server-002" })];
  bench.seconds(18);
  const state = async (of = id) => {
    const { status, progress, error } = await bench.status(of);
    return [status, progress, error];
  };
  expect([await state(), await state(failed)]).toEqual([
    ["RUNNING", 24, undefined],
    ["FAILED", 14, "Step MaaS Commissioning failed"],
  ]);
  bench.hw.setVariants({ statusCase: "lower", progress: "float", statusError: "absent" });
  expect([await state(), await state(failed)]).toEqual([
    ["running", 24.29, undefined],
    ["failed", 14.21, undefined],
  ]);
  bench.hw.setVariants({ statusCase: "engine", progress: "backwards" });
  expect([await state(), await state(failed)]).toEqual([
    ["running", 8, undefined],
    ["failure", 14, undefined],
  ]);
  bench.hw.setVariants({ progress: "absent" });
  expect(Object.keys(await bench.status(id))).not.toContain("progress");
  bench.hw.setVariants({ statusShape: "legacy", statusError: "shown" });
  expect(await bench.status(failed)).toMatchObject({
    id: failed,
    status: "failed",
    start_time: "2025-01-31T12:00:01.000",
    end_time: "2025-01-31T12:00:11.000",
    error: "Step MaaS Commissioning failed",
    current_step_index: 0,
    current_step_name: "MaaS Commissioning",
    current_sub_task: null,
  });
  const { steps } = await bench.status(id);
  expect((steps as Row[]).map(({ status }) => status).slice(0, 3)).toEqual(["completed", "running", "pending"]);
});

test("workflows that cannot be seen yet, and that are forgotten", async () => {
  await using bench = await HwAutomationBench.start({ visibilityDelayMs: 5_000, retentionSeconds: 60 });
  const id = await bench.provision();
  const seen = async () => (await bench.get<{ total: number }>("/api/orchestration/workflows")).total;
  const path = `/api/orchestration/workflow/${id}/status`;
  expect([(await bench.call("GET", path)).status, await seen()]).toEqual([404, 0]);
  bench.seconds(5);
  expect([(await bench.call("GET", path)).status, await seen()]).toEqual([200, 1]);
  bench.seconds(whole + 54);
  expect((await bench.status(id)).status).toBe("COMPLETED");
  bench.seconds(1);
  expect([(await bench.call("GET", path)).status, await seen()]).toEqual([404, 0]);
  const other = await bench.provision();
  bench.seconds(10);
  bench.hw.forget(other);
  expect(await seen()).toBe(0);
  bench.seconds(whole);
  expect(bench.hw.workflow(other).status).toBe("COMPLETED");
});

test.each<["workflows" | "running" | "nothing", unknown[]]>([
  ["workflows", [404, 404]],
  ["running", ["COMPLETED", "FAILED"]],
  ["nothing", ["COMPLETED", "COMPLETED"]],
])("restart that forgets %s", async (restartForgets, expected) => {
  await using bench = await HwAutomationBench.start({ restartForgets });
  const done = await bench.provision();
  bench.seconds(whole);
  const running = await bench.provision({ server_id: "server-002" });
  bench.seconds(10);
  bench.hw.restart();
  bench.seconds(whole);
  const states = await Promise.all(
    [done, running].map(async (id) => {
      const reply = await bench.call("GET", `/api/orchestration/workflow/${id}/status`);
      return reply.status === 200 ? reply.json().status : reply.status;
    }),
  );
  expect(states).toEqual(expected);
  const rest = restartForgets === "nothing" ? ["biosApply", "ipmiConfigure"] : [];
  expect(bench.hw.effectsOf("server-002")).toEqual(["commission", ...rest]);
  expect(await bench.get("/api/hardware/server/server-002")).toMatchObject({ server_id: "server-002" });
});

test("time runs faster on demand, and by itself", async () => {
  await using bench = await HwAutomationBench.start({ timeScale: 10_000 });
  const id = await bench.provision();
  bench.simulators.clock.resume();
  await expect.poll(async () => (await bench.status(id)).status, { interval: 5 }).toBe("COMPLETED");
});
