import { appendFileSync, copyFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCommand } from "../../tools/command";
import { commands, expectReadable, root, Scene, storyHosts } from "./support";

const example = join(root, "examples", "onboarding");
const secrets = { "contracts:berlin-fw1": "2401CT000001", "cloudKeys:oslo-fw1": "KEYF0031" };
const waiting = "waiting up to 30 min for FortiZTP to take it over from FortiCare";
/** FortiZTP knows a box so many milliseconds after its registration, of a clock that moves when a device waits. */
const delay = 3 * 60_000;

test("the program of examples/onboarding has no type errors", async () => {
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  const { code, output } = await runCommand(process.execPath, [compiler, "--project", example]);
  expect(code, output).toBe(0);
});

describe.each(storyHosts)("the boxes of examples/onboarding in the %s host", (host) => {
  let scene: Scene;

  beforeAll(async () => {
    const fortinet = { forticare: { variants: { ztpDelayMs: delay } } };
    scene = await Scene.open({ project: example, host, credentials: "config", fortinet });
    const settings = Object.entries(secrets).flatMap(([key, value]) => ["--secret", `${key}=${value}`]);
    await scene.workspace.expect(["config", "set-all", ...settings]);
  });
  afterAll(() => scene?.close());

  const forticare = () => scene.simulators.fortinet.forticare;
  /** What the last command has written, to either service, in the order in which it was carried out. */
  const entries = () =>
    scene.simulators.requests
      .filter({})
      .filter((entry) => entry.applied && entry.service !== "oauth" && entry.method !== "GET")
      .filter(({ relativePath }) => !/\/(list|details)$/.test(relativePath));
  const writes = (): string[] => entries().map(({ relativePath }) => relativePath);
  /** When something was first written about a box. */
  const firstWrite = (path: string, serial: string): number =>
    entries().findIndex(
      ({ relativePath, body }) => relativePath.startsWith(path) && JSON.stringify(body).includes(serial),
    );
  const looks = (path: string): number => scene.simulators.requests.count({ method: "GET", path });
  /** The boxes as FortiCare has them, in the order of their names. */
  const boxes = () =>
    [...forticare().products.values()]
      .filter(({ description }) => /^(berlin|oslo)-/.test(description ?? ""))
      .sort((one, other) => (one.description ?? "").localeCompare(other.description ?? ""));
  const summaries = () =>
    boxes().map(({ serialNumber, description, folderId, contracts }) => ({
      box: description,
      folder: forticare().world.folderPath(folderId),
      contracts: contracts.length,
      device: scene.status(serialNumber),
    }));
  const sent = (branch: string, names: string[], device = "incomplete") =>
    names.map((name) => ({
      box: `${branch}-${name}`,
      folder: `/My Assets/Branch offices/${branch}`,
      contracts: name === "fw1" && branch === "berlin" ? 1 : 0,
      device,
    }));

  test("are previewed before anybody has registered them, without a word about what is secret", async () => {
    const preview = await scene.succeed(["preview", "--diff"]);
    expect(preview.counts).toEqual({ "to create": 20 });
    expect(preview.output).toMatch(/FGT60FTK24090001 is registered for good, .*; 1 contract is used up/);
    for (const secret of Object.values(secrets)) expect(preview.output).not.toContain(secret);
    expect(writes()).toEqual([]);
  });

  test("are registered, filed, waited for and provisioned in one run", async () => {
    const onLine = (text: string): void => {
      if (text.includes(waiting)) scene.simulators.clock.advance(delay);
    };
    const up = await scene.succeed([...commands.up, "--parallel", "64"], { onLine });
    expect(up.counts).toEqual({ created: 20 });
    expect(up.output).toContain(waiting);
    const made = writes();
    expect(made.filter((path) => path === "/folders/create")).toHaveLength(3);
    for (const { serialNumber } of boxes()) {
      const registered = firstWrite("/products/register", serialNumber);
      expect(registered).toBeGreaterThanOrEqual(0);
      expect(firstWrite("/v2/devices", serialNumber)).toBeGreaterThan(registered);
    }
    // Folder, description and location came with the registration.
    expect(made.filter((path) => path.startsWith("/products/") && path !== "/products/register")).toEqual([]);
    expect(looks("/v2/devices/{deviceSN}")).toBe(0);
    expect(summaries()).toEqual([
      ...sent("berlin", ["ap1", "fw1", "fw2", "sw1"]),
      ...sent("oslo", ["ap1", "ap2", "fw1"]),
    ]);
    expect(scene.simulators.fortinet.device("FGT60FTK24090031")).toMatchObject({
      provisionTarget: "FortiManager",
      fortiManagerOid: 1_002,
      useDefaultScript: true,
    });
  });

  test("cost no call when nothing has changed, and a handful when they are looked at", async () => {
    const up = await scene.succeed([...commands.up, "--expect-no-changes"]);
    expect(up).toMatchObject({ counts: { unchanged: 20 }, calls: 0 });
    expect(scene.simulators.requests.count({ service: "forticare" })).toBe(0);
    const refresh = await scene.succeed([...commands.refresh, "--expect-no-changes"]);
    expect(refresh.counts).toEqual({ unchanged: 20 });
    expect(refresh.calls).toBeLessThanOrEqual(4);
    expect(scene.simulators.requests.count({ service: "forticare" })).toBeLessThanOrEqual(5);
    expect(writes()).toEqual([]);
  });

  test("are joined by one that Ctrl-C leaves registered, and the next run sends on its way", async () => {
    const delivery = join(scene.folder, "branches.yaml");
    copyFileSync(join(example, "branches.yaml"), delivery);
    appendFileSync(delivery, "      ap3: { serial: FP231FTF24010004, role: access-point }\n");
    await scene.workspace.config("delivery", delivery);

    const interruption = new AbortController();
    let interruptedAt = 0;
    const onLine = (text: string): void => {
      if (interruptedAt > 0 || !text.includes(waiting)) return;
      interruptedAt = performance.now();
      interruption.abort();
    };
    const interrupted = await scene.run([...commands.up], { interrupt: interruption.signal, onLine });
    expect(performance.now() - interruptedAt).toBeLessThan(5_000);
    expect(interrupted.code, interrupted.output).not.toBe(0);
    expectReadable(interrupted);
    expect(interrupted.output).toContain("interrupted; run `pulumi up` again to continue");
    const added = (await scene.resources()).filter(({ urn }) => urn.endsWith("::oslo-ap3"));
    expect(added.map(({ type }) => type.split(":").at(-1))).toEqual(["Product"]);

    scene.simulators.clock.advance(delay);
    const up = await scene.succeed([...commands.up]);
    expect(up.counts).toEqual({ created: 1, unchanged: 21 });
    expect(summaries()).toHaveLength(8);
    expect(summaries()[6]).toEqual(sent("oslo", ["ap3"])[0]);
  });

  test("stay registered in their folders when the stack is destroyed, and are provisioned no more", async () => {
    const destroyed = await scene.succeed([...commands.destroy, "--parallel", "64"]);
    expect(destroyed.counts).toEqual({ deleted: 22 });
    expect(await scene.resources()).toEqual([]);
    expect(scene.simulators.requests.count({ service: "forticare" })).toBe(0);
    const berlin = sent("berlin", ["ap1", "fw1", "fw2", "sw1"], "unprovisioned");
    expect(summaries()).toEqual([...berlin, ...sent("oslo", ["ap1", "ap2", "ap3", "fw1"], "unprovisioned")]);
  });
});
