import { expect } from "vitest";
import type { PanosVariants } from "../../../simulators";
import { ofType } from "../harness/stack";
import { type JobScenario, panosDevices, panosSerial } from "./world";

const serial = panosSerial(1);
const old = { serial: panosDevices.old };
const file = { job_id: "web-1", type: "standalone", devices: [serial] };

/** A job whose file is not as it should be, as somebody else has written it. */
function stuck(name: string, place: string, body: object | string, ...message: string[]): JobScenario {
  return {
    name: `${name} is stuck, and it is said what to do`,
    async run(world) {
      world.place("web-1", body);
      const told = await world.failingOf("web-1");
      for (const part of [`the job is stuck in ${place}`, ...message]) expect(told).toContain(part);
      expect(world.daemon.changes(serial)).toEqual([]);
    },
  };
}

/** Jobs and commands of others. */
export const otherScenarios: readonly JobScenario[] = [
  stuck(
    "a job with a key of its own",
    "pending",
    { ...file, target_version: "11.1.4" },
    "target_version",
    "Take the key",
  ),
  stuck("a job without devices in its file", "pending", { job_id: "web-1", type: "standalone" }, "lacks devices"),
  stuck("a job whose file is no JSON", "pending", "{", "no JSON", "Mend or remove queue/pending/web-1.json"),
  stuck(
    "a job of an unknown type",
    "active",
    { ...file, type: "upgrade" },
    "no job of type",
    "Remove queue/active/web-1.json",
  ),
  stuck("a pair with one member", "active", { ...file, type: "ha_pair" }, "needs 2 devices"),
  {
    name: "a job under another name than its id is stuck, though it is carried out",
    async run(world) {
      world.place("web-2", file);
      await world.pass(3_600_000);
      expect(await world.failingOf("web-2")).toContain("is not that of its name");
      expect(world.installs(serial)).toHaveLength(1);
    },
  },
  {
    name: "a job of somebody else is waited for",
    async run(world) {
      world.place("web-1", file);
      await world.up({ done: ofType("panos:UpgradeCompletion", { jobId: "web-1" }) });
      expect(world.completion().outputs).toMatchObject({ outcome: "upgraded", serials: [serial] });
    },
  },
  {
    name: "a job that somebody else cancels fails with the reason",
    async run(world) {
      const id = await world.submitted(old);
      await world.pass(30_000);
      await world.up({ job: old, stop: ofType("panos:CancelCommand", { jobId: id, reason: "wrong window" }) });
      const run = await world.stack.up({
        ...world.following(old, id),
        stop: ofType("panos:CancelCommand", { jobId: id, reason: "wrong window" }),
      });
      expect(run.failures.done?.message).toContain('it was cancelled ("wrong window")');
      expect(world.jobs("cancelled")).toEqual([`${id}.json`]);
    },
  },
  {
    name: "a job whose device somebody else cancels fails with how long that holds",
    async run(world) {
      const id = await world.submitted(old);
      await world.pass(30_000);
      const stop = ofType("panos:CancelCommand", old);
      await world.up({ job: old, stop });
      const run = await world.stack.up({ ...world.following(old, id), stop });
      expect(run.failures.done?.message).toContain("cancelled by its device");
      expect(run.failures.done?.message).toContain("until it is restarted");
      expect(world.jobs("completed")).toEqual([`${id}.json`]);
    },
  },
  {
    name: "a job that is cancelled too late passes",
    async run(world) {
      const id = await world.submitted({ serial });
      for (let step = 0; step < 1_000 && world.installs(serial).length === 0; step++) await world.pass(5_000);
      const stop = ofType("panos:CancelCommand", { jobId: id });
      await world.up({ job: { serial }, stop });
      await world.up({ ...world.following({ serial }, id), stop });
      expect(world.completion().outputs).toMatchObject({ outcome: "upgraded" });
    },
  },
  {
    name: "a job that the daemon had no place for is stuck, and runs when it is put back",
    options: { panos: { variants: { queueSize: 1, workers: 1 } } },
    async run(world) {
      const serials = [1, 2, 3].map(panosSerial);
      const program = Object.fromEntries(serials.map((each) => [each, { serial: each }]));
      await world.up(program);
      await world.pass(7_200_000);
      const lost = serials.filter((each) => world.installs(each).length === 0);
      expect(lost).toHaveLength(1);
      const [one = ""] = lost;
      const { id } = world.stack.state(one);
      expect(world.jobs("active")).toEqual([`${id}.json`]);
    },
  },
];

const variants: Partial<PanosVariants>[] = [
  { timestampForm: "iso", comparisonShape: "reference", commandDetection: "any" },
  { fileMode: "0660", completionGapMs: 4_000, stepMs: 0, scanSeconds: 1, statusSeconds: 1 },
  { workers: 1, pollSeconds: 1, commandDelaySeconds: 1, timeScale: 2 },
  { daemonUser: "group" },
  { clockSkewSeconds: 5 },
  { daemons: 2 },
  { workers: 50 },
];

/** A job lives and another is cancelled, however the daemon was installed. */
export const variantScenarios: readonly JobScenario[] = variants.map((change) => ({
  name: `jobs live their whole life with ${JSON.stringify(change)}`,
  options: { panos: { variants: change } },
  async run(world) {
    const job = { serial, targetVersion: "11.1.4" };
    const policy = { requireValidation: true, targetVersion: "11.1.4" };
    expect(await world.completed(job, policy)).toMatchObject({ outcome: "upgraded", validationPassed: true });
    await world.expectNoDrift(world.following(job, world.stack.state("job").id, policy));
    const { id: first } = world.stack.state("job");
    await world.up({ job: old });
    await world.pass(20_000);
    const { id } = world.stack.state("job");
    expect(id).not.toBe(first);
    await world.up({});
    expect(world.jobs("cancelled")).toEqual([`${id}.json`]);
    expect(world.installs(serial)).toHaveLength(1);
  },
}));
