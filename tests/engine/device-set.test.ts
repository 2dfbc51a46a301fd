import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commands, gates, type Host, type Run, Scene, storyHosts, toManager, toOtherManager } from "./support";

const [first, second, third, fourth] = gates;
/** Serials that the account learns of only later. */
const late = "FGT60FTK99990001";
const later = "FGT60FTK99990002";

/** A program of one set. */
function setOf(devices: { [serial: string]: object }, target: object = toManager): string {
  return `new ztp.fortiztp.DeviceSet("branches", ${JSON.stringify({ devices, target })});`;
}

/** What `--diff` says of the set, line by line. */
function rowOf({ output }: Run): string[] {
  const [, row = ""] = /^ {6}~ devices: \{\n(.*?)^ {8}\}/ms.exec(output) ?? [];
  return row.split("\n").flatMap((line) => line.trim().replace(/\s+/g, " ") || []);
}

interface PreviewJson {
  diagnostics?: { urn?: string; message: string; severity: string }[];
  steps: { urn: string; op: string; detailedDiff: { [path: string]: { kind: string } } | null }[];
}

const driftJob = ["refresh", "--preview-only", "--expect-no-changes", "--diff"];
const after = { [first]: {}, [second]: toOtherManager, [fourth]: {} };
const impact =
  `1 device is unprovisioned: ${third}; 1 device is unprovisioned and sent elsewhere, which takes effect only at the ` +
  `next call home, usually after a factory reset: ${second}`;

describe.each(storyHosts)("a set of devices in the %s host", (host: Host) => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await Scene.open({ host, program: setOf({ [first]: {}, [second]: {}, [third]: {}, [late]: {} }) });
  });
  afterAll(() => scene?.close());

  const statuses = (): string[] => gates.map((serial) => scene.status(serial));
  const appears = (serial: string) => scene.simulators.fortinet.seed([{ deviceSN: serial, deviceType: "FortiGate" }]);

  test("is created in three calls although one serial is not there, and keeps the others", async () => {
    const up = await scene.fail([...commands.up]);
    expect(up.output).toContain("1 of 4 devices failed; the other 3 are done:");
    expect(up.output).toContain(`${late} is not in this FortiCloud account`);
    // A list, the word of the vendor about the one that it lacks, and a bulk write.
    expect(up.calls).toBe(3);
    expect(statuses()).toEqual(["incomplete", "incomplete", "incomplete", "unprovisioned"]);
    const { id, outputs } = await scene.resource("branches");
    expect(id).toBe("branches");
    expect(Object.keys(outputs?.provisionStatuses as object)).toEqual([first, second, third]);
  });

  test("takes the missing one with the next up, and writes no other again", async () => {
    appears(late);
    const up = await scene.up();
    expect(up).toMatchObject({ counts: { updated: 1, unchanged: 1 }, calls: 2 });
    expect(scene.status(late)).toBe("incomplete");
    const { outputs, initErrors } = await scene.resource("branches");
    expect([outputs?.__unfinished, initErrors ?? []]).toEqual([undefined, []]);
    const rows = up.output.split("\n").filter((line) => line.includes(":DeviceSet branches"));
    expect(rows.at(-1)?.trim()).not.toMatch(/of \d+ devices/);
  });

  test("tells the serials that come, go and move, and what that means, before anything is sent", async () => {
    scene.write(setOf({ ...after, [late]: {} }));
    const { steps, diagnostics } = JSON.parse((await scene.succeed(["preview", "--json"])).stdout) as PreviewJson;
    const step = steps.find(({ op }) => op === "update");
    const kinds = Object.entries(step?.detailedDiff ?? {}).map(([path, { kind }]) => `${kind} ${path}`);
    expect(kinds.sort()).toEqual([
      `add devices.${second}.fortiManagerOid`,
      `add devices.${second}.provisionTarget`,
      `add devices.${fourth}`,
      `delete devices.${third}`,
    ]);
    expect(diagnostics).toEqual([
      { urn: step?.urn, severity: "warning", message: expect.stringContaining(impact) as string },
    ]);
    expect(scene.writes).toBe(0);
  });

  test("shows and touches these devices only, and keeps what it did when one of them fails", async () => {
    scene.write(setOf({ ...after, [late]: {}, [later]: {} }));
    const up = await scene.fail([...commands.up, "--diff"]);
    expect(rowOf(up)).toEqual([
      `~ ${second}: {`,
      ...["+ fortiManagerOid: 202", '+ provisionTarget: "FortiManager"', "}"],
      `- ${third}: {}`,
      `+ ${fourth}: {}`,
      `+ ${later}: {}`,
    ]);
    expect(up.output).toMatch(new RegExp(`1 of 4 devices failed; the other 3 are done:\\n\\s*${later} is not in this`));
    expect(statuses()).toEqual(["incomplete", "incomplete", "unprovisioned", "incomplete"]);
    expect(scene.simulators.fortinet.device(second).fortiManagerOid).toBe(202);
    const written = scene.simulators.requests.filter({ method: "PUT" }).map(({ body }) => JSON.stringify(body));
    for (const untouched of [first, late]) expect(written.join()).not.toContain(untouched);
  });

  test("is left with that one only, which the next up takes, and then with nothing", async () => {
    appears(later);
    const up = await scene.succeed([...commands.up, "--diff"]);
    if (host === "plugin") expect(rowOf(up)).toEqual([`+ ${later}: {}`]);
    expect(scene.writes).toBe(1);
    expect(await scene.succeed(["preview", "--expect-no-changes"])).toMatchObject({ calls: 0 });
  });

  test("has a drift job that names what has drifted, and heals with the next up that refreshes", async () => {
    scene.simulators.fortinet.setOnline(second, { provisioningSeconds: 0 });
    expect(await scene.succeed(driftJob)).toMatchObject({ calls: 1 });
    scene.simulators.fortinet.unprovision(first);
    scene.simulators.fortinet.patch(fourth, { fortiManagerOid: 202 });
    expect(rowOf(await scene.fail(driftJob))).toEqual([
      `- ${first}: {}`,
      `~ ${fourth}: {`,
      ...["+ fortiManagerOid: 202", '+ provisionTarget: "FortiManager"', "}"],
    ]);
    await scene.succeed([...commands.up, "--refresh"]);
    expect(statuses()).toEqual(["incomplete", "provisioned", "unprovisioned", "incomplete"]);
    expect(scene.simulators.fortinet.device(fourth).fortiManagerOid).toBe(201);
  });

  test("is destroyed with all of its devices", async () => {
    expect((await scene.succeed([...commands.destroy])).counts).toEqual({ deleted: 2 });
    const all = [...gates, late, later].map((serial) => scene.status(serial));
    expect(new Set(all)).toEqual(new Set(["unprovisioned"]));
  });

  test.runIf(host === "plugin")("is imported by its serials, after which a preview is empty", async () => {
    for (const serial of [first, second]) {
      scene.simulators.fortinet.patch(serial, { provisionStatus: "provisioned", ...toManager });
    }
    const flags = ["--yes", "--protect=false", "--generate-code=false"];
    await scene.succeed(["import", "ztp:fortiztp:DeviceSet", "branches", `${first},${second.toLowerCase()}`, ...flags]);
    const { id, inputs } = await scene.resource("branches");
    expect([id, inputs]).toEqual(["branches", { devices: { [first]: {}, [second]: {} }, target: toManager }]);
    scene.write(setOf({ [first]: {}, [second]: {} }));
    await scene.succeed(["preview", "--expect-no-changes"]);
  });
});
