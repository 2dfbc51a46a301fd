import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mistCampusId } from "../../simulators";
import { commands, Scene, storyHosts } from "./support";

const version = "0.14.30110";
/** The access points of the site Campus that are an AP45. */
const accessPoints = 6;

const program = (more = "") => `
  const args = { siteId: "${mistCampusId}", models: ["AP45"], targetVersion: "${version}", strategy: "serial" };
  const job = new ztp.mist.UpgradeJob("campus", { ...args, ${more} });
  new ztp.mist.UpgradeCompletion("campus", { jobId: job.id });`;

describe.each(storyHosts)("firmware of Mist in the %s host", (host) => {
  let scene: Scene;
  let id: string;

  beforeAll(async () => {
    scene = await Scene.open({
      host,
      program: program(),
      credentials: "none",
      mist: { fleet: true, variants: { upgradeSpeed: 500 } },
      env: { ZTP_MIST_POLL_SECONDS: "0.5" },
    });
  });
  afterAll(() => scene?.close());

  const { up, refresh, destroy } = commands;
  const actions = (kind: string) => scene.simulators.mist.firmwareActions().filter((action) => action.kind === kind);
  const jobCalls = () =>
    scene.simulators.requests
      .filter({ service: "mist" })
      .filter(({ method, relativePath }) => method === "POST" && relativePath.endsWith("/devices/upgrade"));

  test("is previewed as what becomes of the devices, and nothing is asked for", async () => {
    const { output, counts } = await scene.succeed(["preview"]);
    expect(counts).toEqual({ "to create": 3 });
    if (host === "plugin") expect(output).toMatch(new RegExp(`${accessPoints} access points .*${version}`));
    expect(jobCalls()).toEqual([]);
  });

  test("is upgraded by Mist while the completion waits, with its progress on the row", async () => {
    const { output, counts } = await scene.succeed([...up]);
    expect(counts).toEqual({ created: 3 });
    expect(output).toMatch(/UpgradeCompletion campus creating .*\d of 6 upgraded/);
    expect(jobCalls()).toHaveLength(1);
    expect(actions("install")).toHaveLength(accessPoints);
    id = (await scene.resources()).find(({ type }) => type.endsWith(":UpgradeJob"))?.id ?? "";
    expect(id).toContain(mistCampusId);
  });

  test("is history then, also when Mist has forgotten it", async () => {
    await scene.succeed([...refresh]);
    scene.simulators.mist.jobs.clear();
    expect((await scene.refresh()).counts).toEqual({ unchanged: 3 });
    expect((await scene.up()).counts).toEqual({ unchanged: 3 });
    expect(jobCalls()).toEqual([]);
  });

  test("is asked for anew by another trigger, and skips what runs the version", async () => {
    scene.write(program('triggers: { round: "2" }'));
    await scene.up();
    expect(jobCalls()).toHaveLength(1);
    expect(actions("install")).toHaveLength(accessPoints);
  });

  test("is cancelled when a job that goes on is destroyed", async () => {
    const { variants, jobs } = scene.simulators.mist;
    variants.upgradeSpeed = 1;
    scene.write(`
      const args = { siteId: "${mistCampusId}", models: ["AP32"], targetVersion: "${version}", strategy: "serial" };
      new ztp.mist.UpgradeJob("old", args);`);
    await scene.up();
    await scene.succeed([...destroy]);
    expect(await scene.resources()).toEqual([]);
    expect(jobs.site.list().map(({ status }) => status)).toContain("cancelled");
  });
});
