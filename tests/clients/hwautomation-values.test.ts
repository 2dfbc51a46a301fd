import { describe, expect, test } from "vitest";
import { createRedactor } from "../../provider/clients/http/redact";
import {
  databaseView,
  deviceTypesOf,
  firmwareView,
  imagesOf,
  serversOfDump,
} from "../../provider/clients/hwautomation/records";
import { ServerClock } from "../../provider/clients/hwautomation/server-clock";
import { listOf, payloadOf, time } from "../../provider/clients/hwautomation/wire";
import { wordsOf } from "../../provider/clients/hwautomation/words";
import { workflowStatus, workflowView } from "../../provider/clients/hwautomation/workflow-view";

const view = (fields: object, id?: string) =>
  workflowView(fields as never, { redactor: createRedactor(), unknownStatus: () => {} }, id);

describe("a status", () => {
  test.each([
    ["pending", ["PENDING", "queued", "WorkflowStatus.PENDING"]],
    ["running", ["RUNNING", "In Progress", "in_progress", "in-progress", "Retry"]],
    ["completed", ["COMPLETED", "complete", "success", " Success "]],
    ["failed", ["FAILED", "failure", "Error"]],
    ["cancelled", ["CANCELLED", "canceled"]],
    [undefined, ["", "cancelling", "done?", "constructor"]],
  ] as const)("is %s for %j", (status, spelled) => {
    expect(spelled.map(workflowStatus)).toEqual(spelled.map(() => status));
  });
});

describe("a workflow", () => {
  test("of the reference", () => {
    const told = view({
      id: 7,
      status: "RUNNING",
      progress: 45,
      current_step: "Pull BIOS",
      steps_completed: 2,
      total_steps: 7,
      sub_tasks: [{ name: "Connect", status: "IN_PROGRESS", progress: 50 }],
    });
    expect(told).toEqual({
      id: "7",
      status: "running",
      statusText: "RUNNING",
      progress: 45,
      currentStep: "Pull BIOS",
      stepsCompleted: 2,
      totalSteps: 7,
      subTasks: [{ name: "Connect", status: "IN_PROGRESS", progress: 50 }],
    });
  });

  test("as it is shipped: its step counts from 1 and is not done, its server is in its id", () => {
    const fields = {
      id: "provision_rack_1-a",
      status: "running",
      current_step_index: 1,
      current_step_name: "select_machine",
      total_steps: 23,
      progress: 4.35,
    };
    expect(view(fields)).toMatchObject({
      serverId: "rack_1-a",
      stepsCompleted: 0,
      currentStep: "select_machine",
      progress: 4.35,
    });
    expect(view({ ...fields, id: "firmware_provision_s1" }).serverId).toBe("s1");
    expect(view({ ...fields, current_step_index: 0 }).stepsCompleted).toBe(0);
    expect(view({ ...fields, current_step_index: 23, status: "SUCCESS" }).stepsCompleted).toBe(23);
    expect(view({ ...fields, id: "6e4f" }).serverId).toBeUndefined();
  });

  test("of an older engine: its steps tell what is done, and its id has a time", () => {
    const told = view({
      id: "provision_s1_1738324800",
      status: "failed",
      start_time: "2025-01-31T12:00:00.5",
      end_time: "2025-01-31T12:10:00",
      error: "no BIOS",
      current_step_index: 2,
      current_step_name: "pull_bios_config",
      current_sub_task: null,
      steps: [
        { name: "commission_server", status: "completed" },
        { name: "get_server_ip", status: "skipped", error: null },
        { name: "pull_bios_config", status: "failed", error: "no BIOS" },
        { name: "modify_bios_config", status: "pending" },
      ],
    });
    expect(told).toMatchObject({
      serverId: "s1",
      status: "failed",
      stepsCompleted: 2,
      totalSteps: 4,
      currentStep: "pull_bios_config",
      createdAt: "2025-01-31T12:00:00.5",
      completedAt: "2025-01-31T12:10:00",
      error: "no BIOS",
    });
    expect(told.subTasks[2]).toEqual({ name: "pull_bios_config", status: "failed", error: "no BIOS" });
  });

  test.each([
    [{ progress: "45%" }, 45],
    [{ progress: 180 }, 100],
    [{ progress: -3 }, 0],
    [{ progress: null }, undefined],
    [{ progress: Number.NaN }, undefined],
    [{ progress: "soon" }, undefined],
  ])("with %j", (fields, progress) => {
    expect(view({ id: "a", status: "RUNNING", ...fields }).progress).toBe(progress);
  });

  test("takes its id from what was asked for, but never its status", () => {
    expect(view({ status: "RUNNING" }, "w1").id).toBe("w1");
    expect(() => view({ status: "RUNNING" })).toThrow("no id");
    expect(() => view({ id: "w1", status: null })).toThrow("w1 has no status");
  });

  test("may say why it failed in an object", () => {
    expect(view({ id: "a", status: "FAILED", error: { type: "Timeout", message: "no answer" } }).error).toBe(
      "no answer",
    );
    expect(view({ id: "a", status: "FAILED", error_message: "no answer" }).error).toBe("no answer");
    expect(view({ id: "a", status: "FAILED", error: {} }).error).toBeUndefined();
  });
});

describe("an answer", () => {
  test("is what its envelope holds, if it has nothing else", () => {
    expect(payloadOf({ success: true, data: [1], message: "m", timestamp: "t" })).toEqual([1]);
    expect(payloadOf({ success: true, data: null })).toEqual({ success: true, data: null });
    expect(payloadOf({ data: [1], id: 2 })).toEqual({ data: [1], id: 2 });
  });

  test("without its list is an error", () => {
    expect(listOf({ data: { workflows: [] } }, "workflows")).toEqual([]);
    expect(listOf({ devices: [{}] }, "machines", "devices")).toEqual([{}]);
    for (const odd of [null, undefined, "x", {}, { workflows: {} }, { workflows: [null] }]) {
      expect(() => listOf(odd, "workflows")).toThrow("workflows");
    }
  });

  test.each([
    ["2025-01-31T12:00:00Z", "2025-01-31T12:00:00.000Z"],
    ["2025-01-31T14:00:00+02:00", "2025-01-31T12:00:00.000Z"],
    ["2025-01-31 12:00:00.5", "2025-01-31T12:00:00.5"],
    ["Fri, 31 Jan 2025 12:00:00 GMT", "2025-01-31T12:00:00.000Z"],
    [1_738_324_800, "2025-01-31T12:00:00.000Z"],
    [1_738_324_800_000, "2025-01-31T12:00:00.000Z"],
    ["soon", undefined],
    [null, undefined],
    [Number.MAX_VALUE, undefined],
  ])("with the time %j", (told, read) => {
    expect(time.parse(told)).toBe(read);
  });

  test.each([
    [{ error: "text" }, "text"],
    [
      { success: false, error: { type: "ValidationError", message: "bad", details: { field: "x" } } },
      'bad ({"field":"x"})',
    ],
    [{ error: { type: "ValidationError", details: {} } }, "ValidationError"],
    [{ error: { message: "s1 is not known", details: { server_id: "s1" } } }, "s1 is not known"],
    [{ error: { message: "s1 failed", details: { server_id: "s1", at: 3 } } }, 's1 failed ({"at":3})'],
    [{ error: { details: "why" } }, "why"],
    [{ message: "plain" }, "plain"],
    [[], undefined],
  ])("that is an error says so: %j", (body, words) => {
    expect(wordsOf(body)).toBe(words);
  });
});

describe("records", () => {
  test("of the database go by the names of its columns", () => {
    const row = {
      server_id: "s1",
      status_name: "Ready",
      ipmi_address: "10.0.0.1",
      server_model: "M",
      updated_at: "2025-01-31 12:00:00",
    };
    const dump = { success: true, tables: { servers: { count: 300, showing: 1, data: [row] } } };
    const { servers, count } = serversOfDump(dump);
    expect([servers[0], count]).toEqual([
      { serverId: "s1", status: "Ready", ipmiIp: "10.0.0.1", model: "M", lastUpdated: "2025-01-31T12:00:00" },
      300,
    ]);
    expect(() => serversOfDump({ tables: {} })).toThrow("servers");
    expect(() => serversOfDump({ tables: { servers: { data: [], error: "no such column" } } })).toThrow(
      "no such column",
    );
  });

  test("of a database have its size in bytes", () => {
    const sizes = ["512 B", "56.0 KB", "1.5 MB", 77, "In-memory", null];
    const bytes = [512, 57_344, 1_572_864, 77, undefined, undefined];
    expect(sizes.map((size) => databaseView({ success: true, info: { size } }).size)).toEqual(bytes);
  });

  test("of firmware may be versions alone, but not nothing", () => {
    expect(firmwareView({ firmware: { bmc: "1.2" } })).toEqual([{ component: "bmc", currentVersion: "1.2" }]);
    expect(() => firmwareView({ server_id: "s1" })).toThrow("no firmware");
  });

  test("of device types are texts or objects, kept as they are", () => {
    expect(deviceTypesOf({ device_types: ["a1.c5.large ", { name: "b" }, { device_type: "c" }, 7] })).toEqual([
      "a1.c5.large ",
      "b",
      "c",
      "7",
    ]);
    expect(() => deviceTypesOf({ count: 0 })).toThrow("device_types");
  });

  test("of images are those of each device type", () => {
    const list = [
      { vendor: "hpe", device_type: "a", firmware_files: [{ name: "f.bin", firmware_type: "bios" }] },
      { file: "g.bin" },
    ];
    expect(imagesOf({ firmware_list: list })).toEqual([
      { vendor: "hpe", model: "a", component: "bios", file: "f.bin" },
      { file: "g.bin" },
    ]);
  });
});

test("the service's clock is told by its answers, and ours stands in for it", () => {
  const clock = new ServerClock();
  expect(clock.at(5_000)).toBe(5_000);
  clock.heard("Fri, 31 Jan 2025 12:00:00 GMT", Date.UTC(2025, 0, 31, 11));
  clock.heard(undefined, 0);
  clock.heard("soon", 0);
  expect(clock.at(0)).toBe(3_600_000);
});
