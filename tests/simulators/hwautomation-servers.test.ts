import { expect, test } from "vitest";
import { HwAutomationBench, known, type Row } from "./hwautomation-helper";

const batch = "/api/batch/commission";
const bios = `/api/hardware/server/${known}/bios`;

test("a batch starts a workflow for each server, with the addresses of the range in order", async () => {
  await using bench = await HwAutomationBench.start();
  const body = {
    server_ids: ["server-003", "server-001"],
    device_type: "a1.c5.large",
    ipmi_range: "10.2.3.8-20",
    gateway: "10.2.3.1",
  };
  const answer = await bench.ok<{ workflows: { workflow_id: string }[] }>("POST", batch, body);
  const id = expect.stringMatching(/^[0-9a-f-]{36}$/);
  expect(answer).toEqual({
    success: true,
    workflows: [
      { server_id: "server-003", workflow_id: id, ipmi_ip: "10.2.3.8" },
      { server_id: "server-001", workflow_id: id, ipmi_ip: "10.2.3.9" },
    ],
  });
  bench.seconds(1_000);
  for (const { workflow_id } of answer.workflows)
    expect(await bench.status(workflow_id)).toMatchObject({ status: "COMPLETED" });
  expect(await bench.get("/api/hardware/server/server-001")).toMatchObject({ ipmi_ip: "10.2.3.9" });
});

test("one bad server does not stop the others", async () => {
  await using bench = await HwAutomationBench.start();
  bench.hw.setScript("server-002", { refuse: "No licence" });
  const server_ids = ["server-001", "server-002", "server-001", "server-003"];
  const { workflows } = await bench.ok<{ workflows: Row[] }>("POST", batch, { server_ids, device_type: "x" });
  expect(workflows).toEqual([
    { server_id: "server-001", workflow_id: expect.any(String), ipmi_ip: null },
    { server_id: "server-002", workflow_id: null, ipmi_ip: null, status: "failed", error: "No licence" },
    {
      server_id: "server-001",
      workflow_id: null,
      ipmi_ip: null,
      status: "failed",
      error: "server-001 is in the list twice",
    },
    { server_id: "server-003", workflow_id: expect.any(String), ipmi_ip: null },
  ]);
});

test.each<[Row, string]>([
  [{ server_ids: undefined }, "Missing required field: server_ids"],
  [{ server_ids: [] }, "server_ids must be a non-empty list of strings"],
  [{ server_ids: ["a", ""] }, "server_ids must be a non-empty list of strings"],
  [{ device_type: undefined }, "Missing required field: device_type"],
  [{ ipmi_range: "10.0.0.5-6" }, "ipmi_range 10.0.0.5-6 has 2 addresses for 3 servers"],
  [{ ipmi_range: "10.0.0.9-6" }, "ipmi_range must look like 192.168.1.100-120, not 10.0.0.9-6"],
  [{ ipmi_range: "10.0.0.250-256" }, "ipmi_range must look like 192.168.1.100-120, not 10.0.0.250-256"],
  [{ ipmi_range: "10.0.0.1-10.0.0.9" }, "ipmi_range must look like 192.168.1.100-120, not 10.0.0.1-10.0.0.9"],
])("a batch with %j", async (change, message) => {
  await using bench = await HwAutomationBench.start();
  const body = { server_ids: ["a", "b", "c"], device_type: "x", ipmi_range: "10.0.0.5-9", ...change };
  expect(await bench.failure("POST", batch, body)).toEqual([400, "ValidationError", message]);
  expect(bench.hw.workflows).toEqual([]);
});

test("what is known of a server, and of its firmware", async () => {
  await using bench = await HwAutomationBench.start();
  expect(await bench.get(`/api/hardware/server/${known}`)).toEqual({
    server_id: known,
    device_type: "a1.c5.large",
    vendor: "HPE",
    model: "ProLiant RL300 Gen11",
    bios_version: "U32.1.2.3",
    bmc_version: "2.85.0",
    ipmi_ip: "192.168.1.100",
    status: "Ready",
    last_updated: "2025-01-31T12:00:00Z",
  });
  expect(await bench.get(`/api/hardware/server/${known}/firmware`)).toEqual({
    server_id: known,
    firmware: {
      bios: { current_version: "U32.1.2.3", available_version: "U32.1.2.4", update_available: true },
      bmc: { current_version: "2.85.0", available_version: "2.85.0", update_available: false },
    },
  });
  for (const path of ["/api/hardware/server/nobody", "/api/hardware/server/nobody/firmware"])
    expect(await bench.failure("GET", path)).toEqual([404, "NotFoundError", "Server nobody not found"]);
});

test("records: created once, changed in part, listed, never deleted", async () => {
  await using bench = await HwAutomationBench.start({}, { servers: [] });
  const path = "/api/database/servers";
  expect(await bench.get(path)).toEqual({ servers: [], total: 0 });
  const body = { server_id: "new-1", device_type: "a1.c5.large", ipmi_ip: "10.0.0.9", notes: "spare" };
  const record = {
    server_id: "new-1",
    device_type: "a1.c5.large",
    vendor: null,
    model: null,
    bios_version: null,
    bmc_version: null,
    ipmi_ip: "10.0.0.9",
    status: "New",
    last_updated: "2025-01-31T12:00:00Z",
    gateway: null,
    rack_location: null,
    notes: "spare",
    created_at: "2025-01-31T12:00:00Z",
  };
  expect(await bench.ok("POST", path, body)).toEqual({
    success: true,
    server: record,
    message: "Server new-1 created",
  });
  expect(await bench.failure("POST", path, body)).toEqual([409, "ConflictError", "Server new-1 already exists"]);
  bench.seconds(60);
  const change = { status: "Ready", bios_version: "U32.1.2.4", notes: null, unheard_of: 1 };
  const changed = {
    ...record,
    status: "Ready",
    bios_version: "U32.1.2.4",
    notes: null,
    last_updated: "2025-01-31T12:01:00Z",
  };
  expect(await bench.ok("PUT", `${path}/new-1`, change)).toMatchObject({ success: true, server: changed });
  expect(await bench.get(path)).toEqual({ servers: [changed], total: 1 });
  expect(await bench.get("/api/hardware/server/new-1")).toMatchObject({ bios_version: "U32.1.2.4", status: "Ready" });
  expect(await bench.refusal("PUT", `${path}/nobody`, change)).toEqual([404, "NotFoundError"]);
  expect(await bench.refusal("PUT", `${path}/new-1`, { status: null })).toEqual([400, "ValidationError"]);
  expect(await bench.refusal("PUT", `${path}/new-1`, { ipmi_ip: "x" })).toEqual([400, "ValidationError"]);
  const refused = await bench.call("DELETE", `${path}/new-1`);
  expect([refused.status, refused.headers.get("allow")]).toEqual([405, "PUT, OPTIONS"]);
  await bench.ok("PUT", `${path}/new-1`, { status: "Deleted" });
  expect(await bench.get("/api/hardware/server/new-1")).toMatchObject({ status: "Deleted" });
  expect((await bench.call("GET", "/api/hardware/server/new-1/firmware")).status).toBe(404);
  bench.hw.setVariants({ writeBodies: "success", serverListing: "array" });
  expect(await bench.ok("PUT", `${path}/new-1`, change)).toEqual({ success: true });
  expect(await bench.get(path)).toMatchObject([{ server_id: "new-1" }]);
});

test("BIOS settings: applied, dry, preserved, refused", async () => {
  await using bench = await HwAutomationBench.start();
  const body = { template: "a1.c5.large", settings: { boot_mode: "Legacy", sriov: true }, dry_run: true };
  expect(await bench.ok("POST", bios, body)).toEqual({
    success: true,
    method_used: "redfish_standard",
    settings_applied: { dry_run: "BIOS configuration validated" },
    settings_failed: {},
    backup_file: null,
    validation_errors: [],
    execution_time: 0.4,
    reboot_required: false,
  });
  expect(bench.hw.effects).toEqual([]);
  const applied = { boot_mode: "Legacy", virtualization: "Enabled", hyper_threading: "Enabled", sriov: "true" };
  expect(await bench.ok("POST", bios, { ...body, dry_run: false })).toMatchObject({
    success: true,
    settings_applied: applied,
    reboot_required: true,
  });
  expect(bench.hw.effectsOf(known)).toEqual(["biosApply"]);
  expect(bench.hw.servers.get(known)?.biosSettings).toEqual(applied);
  bench.hw.setScript(known, { biosFailures: { sriov: "not supported by this BIOS", other: "never asked for" } });
  const settings = { sriov: "Enabled", TpmSecurity: "Off" };
  const failed = { sriov: "not supported by this BIOS", TpmSecurity: "is specific to this hardware and preserved" };
  expect(await bench.ok("POST", bios, { settings })).toMatchObject({
    success: false,
    settings_applied: {},
    settings_failed: failed,
  });
  expect(await bench.ok("POST", bios, { settings, dry_run: true })).toMatchObject({
    success: false,
    validation_errors: Object.entries(failed)
      .map(([name, reason]) => `${name}: ${reason}`)
      .toSorted(),
  });
  expect(bench.hw.effectsOf(known)).toEqual(["biosApply"]);
  for (const bad of [{}, { settings: [] }, { settings: { a: {} } }, { template: "x", dry_run: "yes" }])
    expect(await bench.refusal("POST", bios, bad)).toEqual([400, "ValidationError"]);
  expect(await bench.refusal("POST", "/api/hardware/server/nobody/bios", body)).toEqual([404, "NotFoundError"]);
  bench.hw.setVariants({ writeBodies: "success" });
  expect(await bench.ok("POST", bios, { settings })).toEqual({ success: false });
});

test("machines of MaaS are listed and commissioned", async () => {
  await using bench = await HwAutomationBench.start({}, { serverCount: 1 });
  const { machines, total } = await bench.get<{ machines: Row[]; total: number }>("/api/maas/discover");
  expect(total).toBe(3);
  expect(machines[0]).toEqual({
    system_id: "aaa001",
    hostname: known,
    status: "Ready",
    ip_addresses: ["10.0.0.10"],
    architecture: "amd64/generic",
    cpu_count: 16,
    memory: 32_768,
  });
  const path = "/api/maas/commission/new001";
  const state = async () =>
    (await bench.get<{ machines: Row[] }>("/api/maas/discover")).machines.find(
      ({ system_id }) => system_id === "new001",
    )?.status;
  expect(await bench.outcome("POST", path)).toEqual([
    202,
    { success: true, system_id: "new001", status: "Commissioning", message: "Commissioning of new001 started" },
  ]);
  expect(await state()).toBe("Commissioning");
  expect(await bench.refusal("POST", path)).toEqual([409, "ConflictError"]);
  bench.seconds(300);
  expect(await state()).toBe("Ready");
  const [machine] = [bench.hw.machines.get("new001")];
  Object.assign(machine ?? {}, { commissioning: "fails" });
  await bench.call("POST", path);
  bench.seconds(300);
  expect(await state()).toBe("Failed commissioning");
  Object.assign(machine ?? {}, { commissioning: "hangs" });
  await bench.call("POST", path);
  bench.seconds(100_000);
  expect(await state()).toBe("Commissioning");
  expect(bench.hw.effects.map(({ systemId }) => systemId)).toEqual(["new001", "new001", "new001"]);
  expect(await bench.refusal("POST", "/api/maas/commission/nobody")).toEqual([404, "NotFoundError"]);
});

test("MaaS down, or not configured", async () => {
  await using bench = await HwAutomationBench.start({ maas: "down" });
  expect(await bench.get("/api/maas/discover")).toEqual({ machines: [], total: 0 });
  expect(await bench.refusal("POST", "/api/maas/commission/aaa001")).toEqual([503, "ServiceUnavailableError"]);
  bench.hw.setVariants({ maasDownListing: "error" });
  expect(await bench.refusal("GET", "/api/maas/discover")).toEqual([503, "ServiceUnavailableError"]);
  bench.hw.setVariants({ maas: "unconfigured" });
  expect(await bench.failure("GET", "/api/maas/discover")).toEqual([
    400,
    "ValidationError",
    "MaaS not properly configured",
  ]);
});
