import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { sharedBudget } from "../../provider/clients/http/budget";
import { FileLedger } from "../../provider/clients/http/lasting-ledger";
import { openDatabase } from "../../provider/clients/http/sqlite";
import { SqliteLedger } from "../../provider/clients/http/sqlite-ledger";
import { stateFolder } from "../../provider/clients/http/state-folder";
import { bundled, takeAtOnce, temporaryFolder } from "./ledger-processes";
import { calls, describeLastingLedger, describeLedger, errors, hour, minute } from "./ledger-table";
import { TestClock } from "./support";

const key = "https://fortiztp.example/api API-ID-1";

function open(file: string, options: { key?: string; clock?: TestClock; busyMs?: number } = {}): SqliteLedger {
  const ledger = new SqliteLedger({ key, ...options, file });
  onTestFinished(() => ledger.close());
  return ledger;
}

function newFile(): string {
  return join(temporaryFolder(), "state", "budget.sqlite");
}

describeLedger("a ledger in a file", async (clock) => open(newFile(), { clock }));

describeLastingLedger("a ledger in a file that", async (clock) => {
  const file = newFile();
  return { ledger: open(file, { clock }), reopen: (other = key) => open(file, { clock, key: other }) };
});

describe("the file of a ledger", () => {
  test("is this user's alone, and holds neither address nor account", () => {
    const file = newFile();
    const ledger = open(file);
    ledger.tryTake([calls]);
    ledger.recordErrors(1);
    ledger.pauseUntil(Date.now() + minute);
    const folder = join(file, "..");
    if (process.platform !== "win32") {
      expect(statSync(folder).mode & 0o777).toBe(0o700);
      for (const name of readdirSync(folder))
        expect([name, statSync(join(folder, name)).mode & 0o777]).toEqual([name, 0o600]);
    }
    const content = readdirSync(folder)
      .map((name) => readFileSync(join(folder, name), "latin1"))
      .join();
    expect(content).not.toMatch(/API-ID|fortiztp\.example/);
  });

  test("does not grow: what is older than all windows is removed, and what other accounts have left after a day", async () => {
    const file = newFile();
    const clock = new TestClock();
    const ledger = open(file, { clock });
    for (let turn = 0; turn < 10; turn++) {
      const many = [calls, { ...errors, limit: 9 }];
      expect(ledger.tryTake(many, { id: `call ${turn}`, errors: 1 })).toBeUndefined();
      ledger.recordErrors(turn === 0 ? 2 : 0);
      if (turn > 0) ledger.release(`call ${turn}`);
      await clock.sleep(hour / 2);
    }
    const rows = () => {
      const database = new DatabaseSync(file, { readOnly: true });
      const count = (table: string) => database.prepare(`SELECT count(*) AS rows FROM ${table}`).get()?.rows;
      const counts = { entries: count("entries"), claims: count("claims") };
      database.close();
      return counts;
    };
    expect(rows()).toEqual({ entries: 3, claims: 1 });
    await clock.sleep(24 * hour);
    open(file, { clock, key: "another account" });
    expect(rows()).toEqual({ entries: 0, claims: 0 });
  });

  test("is never filled beyond the limit by processes that take from it at once", async () => {
    const windows = [
      { counts: "calls", limit: 400, perMs: hour },
      { counts: "calls", limit: 10_000, perMs: minute },
    ] as const;
    const file = newFile();
    const taken = await takeAtOnce(2, { file, key }, windows);
    expect(taken.reduce((sum, one) => sum + one)).toBe(400);
    expect(open(file).usage(windows).used).toEqual([400, 400]);
  });

  test("stays usable when a process is killed in the middle of a take", async () => {
    const file = newFile();
    const ledger = open(file, { busyMs: 1 });
    ledger.tryTake([calls]);
    const half = `const { DatabaseSync } = require("node:sqlite"); const database = new DatabaseSync(${JSON.stringify(file)});
      database.exec("BEGIN IMMEDIATE; DELETE FROM entries"); console.log("begun"); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ["-e", half], { stdio: ["ignore", "pipe", "ignore"] });
    onTestFinished(() => void child.kill("SIGKILL"));
    await once(child.stdout, "data");
    expect(() => ledger.tryTake([calls])).toThrow("database is locked");
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(ledger.tryTake([calls])).toBeUndefined();
    expect(ledger.usage([calls]).used).toEqual([2]);
  });

  test("is not touched by loading, only by the first use", async () => {
    const folder = temporaryFolder();
    vi.stubEnv("ZTP_STATE_DIR", folder);
    onTestFinished(() => void vi.unstubAllEnvs());
    const budget = sharedBudget("a budget of this test", { windows: [calls] });
    expect(readdirSync(folder)).toEqual([]);
    (await budget.take()).failed();
    expect(readdirSync(folder)).toContain("budget.sqlite");
    expect((await budget.usage()).windows).toEqual([{ ...calls, used: 1 }]);
    expect(open(join(folder, "budget.sqlite"), { key: "a budget of this test" }).usage([calls, errors]).used).toEqual([
      1, 1,
    ]);
  });
});

/** Root may write everywhere. */
function asNobody(work: () => void): void {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    work();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

describe("a ledger whose file cannot be used counts in memory, with one warning", () => {
  /** Uses the ledger as a run does, and answers with what it said. */
  function use(file: string, busyMs?: number): string[] {
    const warnings: string[] = [];
    const onWarning = (message: string) => void warnings.push(message);
    const ledger = new FileLedger({ file, open: () => open(file, { busyMs }), onWarning });
    expect(ledger.tryTake([calls, errors])).toBeUndefined();
    ledger.recordErrors(1);
    expect(ledger.tryTake([calls, errors])).toBeUndefined();
    expect(ledger.tryTake([calls, errors])).toMatchObject({ of: "calls" });
    ledger.pauseUntil(Date.now() + hour);
    expect(ledger.tryTake([calls, errors])).toMatchObject({ of: "pause" });
    expect(ledger.usage([calls, errors]).used).toEqual([2, 1]);
    return warnings;
  }

  test("when it is no database", () => {
    const file = join(temporaryFolder(), "budget.sqlite");
    writeFileSync(file, "This is not a database, and it is long enough to be told from one.".repeat(20));
    expect(use(file)).toEqual([
      `the calls made cannot be recorded in ${file} (file is not a database), so this run does not see those of others, ` +
        "and the vendor's limits may be hit. Delete the file.",
    ]);
  });

  test("when it is damaged", () => {
    const file = newFile();
    const whole = new SqliteLedger({ file, key });
    for (let turn = 0; turn < 500; turn++) whole.recordErrors(1);
    whole.close();
    const content = readFileSync(file);
    content.fill(0xa5, 4096);
    writeFileSync(file, content);
    const [warning, ...more] = use(file);
    expect(warning).toMatch(/malformed.*Delete the file\.$/);
    expect(more).toEqual([]);
  });

  test("when another version has made it", () => {
    const file = newFile();
    mkdirSync(join(file, ".."));
    const database = new DatabaseSync(file);
    database.exec("PRAGMA user_version = 99");
    database.close();
    expect(use(file)).toEqual([expect.stringContaining("(another version of pulumi-ztp has made it)")]);
  });

  test("when its folder cannot be made", () => {
    const file = join(temporaryFolder(), "file", "budget.sqlite");
    writeFileSync(join(file, ".."), "");
    expect(use(file)).toEqual([
      expect.stringMatching(/Make its folder writable, or name another one with ZTP_STATE_DIR\.$/),
    ]);
  });

  test.skipIf(process.platform === "win32")("when its folder is read-only", () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o555);
    asNobody(() => {
      expect(use(join(folder, "budget.sqlite"))).toEqual([expect.stringContaining("EACCES")]);
    });
  });

  test("when another process holds it for too long", () => {
    const file = newFile();
    const holder = openDatabase(file, 0);
    holder.exec("CREATE TABLE held (one); BEGIN EXCLUSIVE");
    onTestFinished(() => holder.close());
    expect(use(file, 1)).toEqual([expect.stringMatching(/database is locked.*Look for a process that holds it\.$/)]);
  });

  test("when it fails halfway, and knows what this process has done before", () => {
    const file = newFile();
    const warnings: string[] = [];
    const onWarning = (message: string) => void warnings.push(message);
    const ledger = new FileLedger({ file, open: () => open(file, { busyMs: 1 }), onWarning });
    ledger.tryTake([calls, errors]);
    ledger.recordErrors(2);
    ledger.pauseUntil(Date.now() + 1);
    const holder = new DatabaseSync(file);
    onTestFinished(() => holder.close());
    holder.exec("BEGIN IMMEDIATE");
    expect(ledger.usage([calls, errors]).used).toEqual([1, 2]);
    holder.exec("ROLLBACK");
    ledger.recordErrors(1);
    expect(ledger.tryTake([errors])).toMatchObject({ of: "errors" });
    expect(warnings).toHaveLength(1);
  });

  test("when Node has no SQLite", () => {
    vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined);
    onTestFinished(() => void vi.restoreAllMocks());
    expect(use(newFile())).toEqual([expect.stringContaining(`(Node.js ${process.version} has no node:sqlite)`)]);
  });
});

test("opening a database hides that SQLite is experimental, and nothing else", () => {
  const warned: unknown[] = [];
  vi.spyOn(process, "emitWarning").mockImplementation((...warning: unknown[]) => void warned.push(warning));
  const spied = process.emitWarning;
  vi.spyOn(process, "getBuiltinModule").mockImplementation(() => {
    process.emitWarning("SQLite is an experimental feature and might change at any time", "ExperimentalWarning");
    process.emitWarning("Another feature", "ExperimentalWarning");
    process.emitWarning("SQLite is old", "DeprecationWarning", "DEP0");
    throw new Error("stop");
  });
  onTestFinished(() => void vi.restoreAllMocks());
  expect(() => openDatabase(newFile(), 0)).toThrow("stop");
  expect(warned).toEqual([
    ["Another feature", "ExperimentalWarning"],
    ["SQLite is old", "DeprecationWarning", "DEP0"],
  ]);
  expect(process.emitWarning).toBe(spied);
});

test("a process that uses a ledger prints nothing of its own, and ends by itself", async () => {
  const args = [await bundled("ledger-child"), JSON.stringify({ file: newFile(), key }), JSON.stringify([calls])];
  const { stdout, stderr } = spawnSync(process.execPath, args, { input: "go\n", encoding: "utf8" });
  expect({ stdout, stderr }).toEqual({ stdout: "ready\n2\n", stderr: "" });
});

test.each<[string, NodeJS.ProcessEnv, NodeJS.Platform, string]>([
  ["its own variable", { ZTP_STATE_DIR: "/own", XDG_STATE_HOME: "/xdg" }, "linux", "^/own$"],
  ["XDG's variable", { XDG_STATE_HOME: "/xdg" }, "linux", "^/xdg/pulumi-ztp$"],
  ["a relative XDG variable, which does not count", { XDG_STATE_HOME: "xdg" }, "linux", "/\\.local/state/pulumi-ztp$"],
  ["nothing on Linux", {}, "linux", "/\\.local/state/pulumi-ztp$"],
  ["nothing on macOS", {}, "darwin", "/Library/Application Support/pulumi-ztp$"],
  ["a profile on Windows", { LOCALAPPDATA: "/profile" }, "win32", "^/profile/pulumi-ztp$"],
  ["nothing on Windows", {}, "win32", "/AppData/Local/pulumi-ztp$"],
])("the folder by %s", (_, environment, platform, folder) => {
  expect(stateFolder(environment, platform).replace(/^[A-Z]:|\\/gi, (part) => (part === "\\" ? "/" : ""))).toMatch(
    new RegExp(folder),
  );
});
