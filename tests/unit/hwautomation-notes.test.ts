import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { WorkflowNotes } from "../../provider/resources/hwautomation/workflow-notes";

const url = "http://provisioning.test:5000";
const asked = { serverId: "server-001", deviceType: "a1.c5.large", triggers: {} };

describe("notes of workflows that are about to be begun", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ztp-notes-"));
    vi.stubEnv("ZTP_STATE_DIR", folder);
    return () => vi.unstubAllEnvs();
  });

  const warnings: string[] = [];
  const notes = (baseUrl = url) => new WorkflowNotes(baseUrl, (message) => warnings.push(message));
  const files = () => readdirSync(join(folder, "hwautomation"));
  const file = () => join(folder, "hwautomation", files()[0] ?? "");
  const rewrite = (change: object) =>
    writeFileSync(file(), JSON.stringify({ ...JSON.parse(readFileSync(file(), "utf8")), ...change }));

  test("are found by the next run that asks for the same, whatever the order of what it says", () => {
    notes().write("server-001", asked, ["old"]);
    expect(notes().left("server-001", { triggers: {}, deviceType: "a1.c5.large", serverId: "server-001" })).toEqual([
      "old",
    ]);
    expect(notes(`${url}/`).left("server-001", asked)).toEqual(["old"]);
  });

  test("say nothing about another request, server or service, nor to the run that wrote them", () => {
    const own = notes();
    own.write("server-001", asked, []);
    expect(own.left("server-001", asked)).toBeUndefined();
    expect(notes().left("server-001", { ...asked, deviceType: "other" })).toBeUndefined();
    expect(notes().left("server-002", asked)).toBeUndefined();
    expect(notes("http://other.test:5000").left("server-001", asked)).toBeUndefined();
  });

  test("are readable by their user only, and hold nothing of what was asked for", () => {
    notes().write("server-001", asked, []);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(readFileSync(file(), "utf8")).not.toContain("a1.c5.large");
  });

  test("are gone when the answer was kept", () => {
    notes().write("server-001", asked, []);
    notes().remove("server-001");
    notes().remove("server-001");
    expect(files()).toEqual([]);
  });

  test("of a process that still runs are its own; of one that has ended they count", () => {
    notes().write("server-001", asked, []);
    rewrite({ process: process.ppid });
    expect(notes().left("server-001", asked)).toBeUndefined();
    rewrite({ process: spawnSync(process.execPath, ["--version"]).pid });
    expect(notes().left("server-001", asked)).toEqual([]);
  });

  test("of yesterday say nothing any more, and are cleared away", () => {
    notes().write("server-001", asked, []);
    rewrite({ at: Date.now() - 24 * 3_600_000 });
    expect(notes().left("server-001", asked)).toBeUndefined();
    expect(files()).toEqual([]);
  });

  test("that a killed run has not written to their end say nothing", () => {
    notes().write("server-001", asked, []);
    writeFileSync(file(), readFileSync(file(), "utf8").slice(0, 20));
    expect(notes().left("server-001", asked)).toBeUndefined();
  });

  test("that cannot be written are told once, and fail nothing", () => {
    mkdirSync(join(folder, "blocked"));
    writeFileSync(join(folder, "blocked", "hwautomation"), "in the way");
    vi.stubEnv("ZTP_STATE_DIR", join(folder, "blocked"));
    warnings.length = 0;
    const blocked = notes();
    blocked.write("server-001", asked, []);
    blocked.write("server-002", asked, []);
    expect(warnings).toEqual([expect.stringContaining("name another one with ZTP_STATE_DIR")]);
    expect(notes().left("server-001", asked)).toBeUndefined();
  });

  test("remember a cancel until the end was seen", () => {
    notes().writeCancel("provision_server-001#2025-01-31T12:00:00Z");
    expect(notes().hasCancel("provision_server-001#2025-01-31T12:00:00Z")).toBe(true);
    expect(notes().hasCancel("provision_server-001#2025-02-01T12:00:00Z")).toBe(false);
    notes().removeCancel("provision_server-001#2025-01-31T12:00:00Z");
    expect(notes().hasCancel("provision_server-001#2025-01-31T12:00:00Z")).toBe(false);
  });
});
