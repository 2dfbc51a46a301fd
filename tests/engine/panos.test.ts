import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { panosSerial } from "../../simulators";
import { commands, Scene, storyHosts } from "./support";

const [first, second, third] = [1, 2, 3].map(panosSerial) as [string, string, string];

const program = `
const image = new ztp.panos.UpgradeJob("image", { mode: "downloadOnly", serial: "${first}", targetVersion: "11.1.4" });
const ready = new ztp.panos.UpgradeCompletion("ready", { jobId: image.id });
const upgrade = new ztp.panos.UpgradeJob("upgrade", { serial: "${first}" }, { dependsOn: ready });
const done = new ztp.panos.UpgradeCompletion("done", { jobId: upgrade.id, requireValidation: true });
new ztp.panos.UpgradeJobSet("others", { serials: ["${second}", "${third}"], maxInFlight: 1 }, { dependsOn: done });
exports.outcome = done.outcome;
`;
/** With the stack itself. */
const resources = 6;

describe.each(storyHosts)("upgrades in the %s host", (host) => {
  let scene: Scene;

  beforeAll(async () => {
    // An hour of the daemon in a few seconds.
    scene = await Scene.open({ host, program, credentials: "none", panos: { variants: { timeScale: 300 } } });
  });
  afterAll(() => scene?.close());

  const panos = () => scene.simulators.panos;

  test("are previewed without a file", async () => {
    expect((await scene.succeed(["preview"])).counts).toEqual({ "to create": resources });
    expect(panos().deliveries).toEqual([]);
  });

  test("come one after the other, as the program says, each device once", async () => {
    const { output, counts } = await scene.up();
    expect(counts).toEqual({ created: resources });
    expect(output).toMatch(/outcome: +"upgraded"/);
    for (const serial of [first, second, third]) {
      expect(
        panos()
          .changes(serial)
          .filter((change) => change.startsWith("install")),
      ).toEqual(["install 11.1.4"]);
    }
    const jobs = panos().deliveries.map(({ json }) => (json as { devices: string[] }).devices);
    expect(jobs).toEqual([[first], [first], [second], [third]]);
  });

  test("are history then: neither a refresh nor a preview finds anything to do", async () => {
    expect((await scene.refresh()).counts).toEqual({ unchanged: resources });
    expect((await scene.succeed(["preview"])).counts).toEqual({ unchanged: resources });
  });

  test("that failed are submitted again by the next up, and those that have ended are not", async () => {
    panos().seed([{ serial: "001801000999", hostname: "fw-new", mgmtIp: "10.20.9.9", installs: ["fails", "ok"] }]);
    scene.write(program.replace(`"${third}"]`, `"${third}", "001801000999"]`));
    const { output } = await scene.fail([...commands.up]);
    expect(output).toContain("device 001801000999 failed in the phase install");
    await scene.up();
    expect(panos().deliveries).toHaveLength(6);
    expect(
      panos()
        .changes("001801000999")
        .filter((change) => change.startsWith("reboot")),
    ).toHaveLength(1);
  });

  test("leave the daemon's history when they are destroyed", async () => {
    await scene.succeed([...commands.destroy]);
    expect(await scene.resources()).toEqual([]);
    expect(panos().deliveries).toHaveLength(6);
  });
});
