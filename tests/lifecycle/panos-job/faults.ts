import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, vi } from "vitest";
import { nodeFiles } from "../../../provider/clients/panos/files";
import { until, warnings } from "../harness/panos-world";
import { Stack } from "../harness/stack";
import { type JobScenario, panosDevices, panosSerial } from "./world";

const serial = panosSerial(1);
const job = { serial };
const old = { serial: panosDevices.old };

/** A file system counts in ticks: nobody can tell what came first within one. */
const tick = async () => {
  const now = Date.now();
  await until(() => Date.now() > now + 30);
};

/** What goes wrong around jobs. */
export const faultScenarios: readonly JobScenario[] = [
  {
    name: "a job waits for a daemon that is down, which is told, and is carried out when it is started",
    options: { panos: { running: false } },
    async run(world) {
      const run = await world.up({ job });
      expect(warnings(run)).toContain("Jobs wait in the queue until it is started");
      const id = world.stack.state("job").id;
      const late = await world.stack.up(world.following(job, id, { timeoutSeconds: 0.2 }));
      expect(late.failures.done?.message).toMatch(
        /has not ended within 0 s: waits: the daemon .* run `pulumi up` again/,
      );
      expect(warnings(late)).toContain("Start it, and the job is carried out");
      world.daemon.start();
      await world.up(world.following(job, id));
      expect(world.completion().outputs).toMatchObject({ outcome: "upgraded" });
    },
  },
  {
    name: "nothing is submitted to a daemon that is down where the configuration says so",
    options: { panos: { running: false }, config: { submitWhenDaemonDown: "fail" } },
    async run(world) {
      const { message } = await world.failingUp({ job });
      expect(message).toContain("set ztp:panos.submitWhenDaemonDown to queue");
      expect(world.writes()).toEqual([]);
    },
  },
  {
    name: "a daemon that is killed in the middle is told with what to do, and the job is done once when it is put back",
    async run(world) {
      const id = await world.submitted(old);
      await world.pass(30_000);
      world.daemon.kill();
      world.configure({ daemonStaleAfterSeconds: 0.02 });
      await tick();
      const dead = await world.stack.up(world.following(old, id));
      expect(dead.failures.done?.message).toContain("Start the daemon, then move");
      world.configure({ daemonStaleAfterSeconds: undefined });
      world.daemon.start();
      const orphaned = await world.stack.up(world.following(old, id));
      expect(orphaned.failures.done?.message).toContain(`Move queue/active/${id}.json back to queue/pending`);
      const other = await world.stack.up({ job: old, other: { ...old, dryRun: true } });
      expect(other.failures.other?.message).toContain("the daemon has lost it");
      world.move(id, "active", "pending");
      await world.up(world.following(old, id));
      expect(world.installs(panosDevices.old)).toHaveLength(1);
    },
  },
  {
    name: "delete takes a job that the daemon has lost out of its queue, so that it blocks no other",
    async run(world) {
      const id = await world.submitted(old);
      await world.pass(30_000);
      await tick();
      world.daemon.kill({ agoSeconds: 60 });
      world.daemon.start();
      await world.up({});
      expect(world.jobs("cancelled")).toEqual([`${id}.json`]);
      expect(world.jobs("active")).toEqual([]);
      expect(await world.completed(old)).toMatchObject({ outcome: "upgraded" });
    },
  },
  {
    name: "delete while the daemon is dead leaves the command for its start, and says so",
    async run(world) {
      const id = await world.submitted(old);
      await world.pass(30_000);
      await tick();
      world.daemon.kill({ agoSeconds: 60 });
      expect(warnings(await world.up({}))).toContain(`the command to cancel job ${id} when it is started`);
      expect(world.names("commands/incoming")).toHaveLength(1);
    },
  },
  {
    name: "a daemon that dies over the result leaves an outcome that nobody knows",
    options: { panos: { variants: { crashAt: "moved" } } },
    async run(world) {
      expect(await world.failing(job)).toContain("The daemon died as it wrote it");
    },
  },
  {
    name: "two resources of a program for one device: the second one is refused, and the device upgraded once",
    async run(world) {
      const run = await world.stack.up({ one: job, other: job });
      const failures = Object.values(run.failures).map(({ message }) => message);
      expect(failures).toHaveLength(1);
      expect(failures[0]).toContain(`for device ${serial}`);
      await world.pass(3_600_000);
      expect(world.installs(serial)).toEqual(["install 11.1.4"]);
    },
  },
  {
    name: "of two provisioners that write at the same moment one takes its job back, and the device is upgraded once at most",
    async run(world) {
      const other = await Stack.open(world.stack.kind, "panos:UpgradeJob", world.stack.config);
      const runs = await Promise.all([world.stack.up({ job }), other.up({ other: job })]);
      const failures = runs.flatMap((run) => Object.values(run.failures));
      expect(failures.length).toBeGreaterThan(0);
      for (const { message } of failures) expect(message).toContain("for this device is");
      const submitted = 2 - failures.length;
      await world.pass(3_600_000);
      expect(world.installs(serial)).toHaveLength(submitted);
      expect(world.jobs("completed")).toHaveLength(submitted);
      other.close();
    },
  },
  {
    name: "another's job is taken over where the program says so, if it is of the same kind",
    async run(world) {
      const first = await world.submitted(job);
      const program = {
        job,
        other: { ...job, onDuplicate: "adopt" },
        third: { ...job, mode: "downloadOnly", onDuplicate: "adopt" },
      };
      const run = await world.stack.up(program);
      expect(warnings(run)).toContain(`took over job ${first}`);
      expect(world.stack.state("other").id).toBe(first);
      expect(run.failures.third?.message).toContain(`job ${first} of type standalone for this device is pending`);
    },
  },
  {
    name: "another's job is waited for where the program says so",
    async run(world) {
      await world.submitted(job);
      const run = await world.up({ job, other: { ...job, mode: "downloadOnly", onDuplicate: "wait" } });
      expect(run.progress.join("\n")).toContain(`waits for job ${world.stack.state("job").id} of device ${serial}`);
      expect(world.jobs("completed")).toHaveLength(1);
      expect(world.jobs("pending")).toEqual([`${world.stack.state("other").id}.json`]);
      expect(world.installs(serial)).toHaveLength(1);
    },
  },
  {
    name: "a job that was taken back for an earlier one is submitted under an id of its own, where the program waits",
    async run(world) {
      const { link } = nodeFiles;
      // Somebody who has looked before ours was there, and is a moment earlier by the time in the file.
      const linking = vi.spyOn(nodeFiles, "link").mockImplementationOnce(async (from, to) => {
        await link(from, to);
        const created_at = new Date(Date.now() - 1_000).toISOString();
        world.place("web-1", { job_id: "web-1", type: "standalone", devices: [serial], created_at });
      });
      await world.up({ job: { ...job, triggers: { again: "1" }, onDuplicate: "wait" } });
      linking.mockRestore();
      const { id } = world.stack.state("job");
      expect(world.jobs("completed")).toEqual(["web-1.json"]);
      expect(world.jobs("cancelled")).toHaveLength(1);
      expect(world.jobs("cancelled")).not.toContain(`${id}.json`);
      expect(world.jobs("pending")).toEqual([`${id}.json`]);
    },
  },
  {
    name: "a run that was killed finds its job again, while it goes on and when it is done, and submits no other",
    async run(world) {
      const id = await world.submitted(old);
      world.stack.resources.clear();
      const preview = await world.stack.preview({ job: old });
      if (world.stack.kind === "plugin") expect(warnings(preview)).toContain("and it is taken over");
      expect(warnings(await world.up({ job: old }))).toContain(`took over job ${id}`);
      await world.pass(7_200_000);
      world.stack.resources.clear();
      await world.up({ job: old });
      expect(world.stack.state("job").id).toBe(id);
      expect(world.installs(panosDevices.old)).toHaveLength(1);
    },
  },
  {
    name: "a run that was killed submits what failed once more, under an id of its own",
    async run(world) {
      world.change({ [serial]: { installs: ["fails", "ok"] } });
      const id = await world.submitted(job);
      await world.pass(3_600_000);
      world.stack.resources.clear();
      await world.up({ job });
      expect(world.stack.state("job").id).not.toBe(id);
    },
  },
  {
    name: "a run that ends before the job leaves it alone, and the next one goes on waiting",
    async run(world) {
      const id = await world.submitted(job);
      const program = world.following(job, id);
      const stopped = await world.stack.up(program, {
        during: async (host) => {
          await until(() => world.jobs("active").length > 0);
          await host.cancel();
        },
      });
      expect(Object.keys(stopped.failures)).toEqual(["done"]);
      expect(world.writes()).toHaveLength(1);
      await world.up(program);
      expect(world.installs(serial)).toEqual(["install 11.1.4"]);
    },
  },
  {
    name: "a job that has not ended in time is cancelled where the program says so",
    async run(world) {
      world.change({ [panosDevices.old]: { downloads: ["unreadable"] } });
      const id = await world.submitted(old);
      await world.pass(30_000);
      const policy = { timeoutSeconds: 0.2, onTimeout: "cancel" };
      const run = await world.stack.up(world.following(old, id, policy));
      expect(run.failures.done?.message).toContain("It has been cancelled, as onTimeout says");
      expect(world.names("commands/processed")).toHaveLength(1);
    },
  },
  {
    name: "a job file that the daemon does not take is told with its key",
    async run(world) {
      const id = await world.submitted(job);
      const path = `queue/pending/${id}.json`;
      const file = { ...world.read(path), target_version: "11.1.4" };
      writeFileSync(join(world.daemon.baseDir, path), JSON.stringify(file));
      const run = await world.stack.up(world.following(job, id));
      expect(run.failures.done?.message).toContain(`Take the key out of ${path}`);
    },
  },
];
