import { expect } from "vitest";
import { until, warnings } from "../harness/panos-world";
import { type JobScenario, panosDevices, panosSerial } from "./world";

const serial = panosSerial(1);
const job = { serial };
const old = { serial: panosDevices.old };

/** What becomes of jobs as resources. */
export const lifeScenarios: readonly JobScenario[] = [
  {
    name: "a job exists when its file is in the queue, with the ten keys that the daemon takes and nothing else",
    async run(world) {
      const id = await world.submitted({ ...job, targetVersion: "11.1.4", triggers: { round: "1" } });
      expect(id).toMatch(/^pulumi-[0-9a-f]{12}-[0-9a-f-]{36}$/);
      world.expectOutputs("job", { phase: "waiting", state: "pending", serials: [serial] });
      const file = world.read(`queue/pending/${id}.json`);
      const known = ["created_at", "devices", "download_only", "dry_run", "ha_pair_name", "job_id", "status", "type"];
      expect(Object.keys(file).sort()).toEqual(known);
      expect(file).toMatchObject({ job_id: id, type: "standalone", devices: [serial] });
      expect(world.jobs("pending")).toEqual([`${id}.json`]);
    },
  },
  {
    name: "a preview writes nothing, and tells where the device goes",
    hosts: ["plugin"],
    async run(world) {
      const run = await world.stack.preview({ job: old });
      expect(warnings(run)).toContain(
        `fw-old (${panosDevices.old}) is upgraded from 10.1.9 (as discovered) to 11.1.4 by 10.2.0, 10.2.9, 11.1.0, and reboots`,
      );
      expect(run.failures).toEqual({});
      expect(world.writes()).toEqual([]);
      expect(world.jobs("pending")).toEqual([]);
    },
  },
  {
    name: "a preview tells of a daemon that is down, of paths that it has not read and of jobs that are in the way",
    hosts: ["plugin"],
    async run(world) {
      const id = await world.submitted(old);
      const paths = world.read("config/upgrade_paths.json");
      world.daemon.setPaths({ ...(paths as { [version: string]: string[] }), "9.0.0": ["10.1.9"] });
      const first = warnings(await world.stack.preview({ job: old, other: { ...old, mode: "downloadOnly" } }));
      expect(first).toContain("restart the daemon");
      expect(first).toContain(`job ${id} for ${panosDevices.old} is pending`);
      world.daemon.kill({ agoSeconds: 60 });
      expect(warnings(await world.stack.preview({ job: old, other: job }))).toContain("Jobs wait in the queue");
    },
  },
  ...[
    [
      "in no inventory",
      { serial: panosDevices.unknown },
      `device ${panosDevices.unknown} is not in the daemon's inventory`,
    ],
    ["without an address", { serial: panosDevices.noAddress }, "has no management address"],
    [
      "whose paths lead elsewhere",
      { ...old, targetVersion: "11.2.0" },
      "the upgrade paths lead to 11.1.4, not to 11.2.0",
    ],
  ].map(
    ([what, inputs, message]): JobScenario => ({
      name: `a device ${what} is refused before anything is written`,
      async run(world) {
        expect(await world.refusal({ job: inputs as never })).toContain(message as string);
        expect(world.jobs("pending")).toEqual([]);
      },
    }),
  ),
  {
    name: "wrong combinations of inputs are told without a look at the directory",
    async run(world) {
      world.daemon.setFolder("queue", "missing");
      expect(await world.refusal({ job: { mode: "haPair", serial } })).toContain("serial is of one device");
      expect(await world.refusal({ job: {} })).toContain("serial is missing");
      expect(await world.refusal({ job: { serial: "../x" } })).toContain("must be a serial");
    },
  },
  {
    name: "a job has no drift, neither while it waits nor when it has ended nor when its file is gone",
    async run(world) {
      const id = await world.submitted(job);
      await world.expectNoDrift({ job });
      await world.pass(3_600_000);
      await world.expectNoDrift({ job });
      world.expectOutputs("job", { phase: "succeeded", outcome: "upgraded", state: "completed" });
      world.daemon.reset();
      await world.expectNoDrift({ job });
      world.expectOutputs("job", { phase: "succeeded" });
      expect(world.stack.state("job").id).toBe(id);
    },
  },
  {
    name: "a job whose file is gone before its end is not forgotten, and its completion says so",
    async run(world) {
      const id = await world.submitted(job);
      world.daemon.reset();
      await world.refresh();
      world.expectOutputs("job", { phase: "expired" });
      const run = await world.stack.up(world.following(job, id));
      expect(run.failures.done?.message).toContain(`job ${id} is nowhere in the queue`);
    },
  },
  {
    name: "a job is imported by its id, and so is its completion when it has ended",
    async run(world) {
      const [primarySerial, secondarySerial] = panosDevices.pair;
      const pair = { mode: "haPair", primarySerial, secondarySerial, haPairName: "core" };
      const id = await world.submitted(pair);
      world.stack.resources.clear();
      expect((await world.stack.import("job", id)).failures).toEqual({});
      expect((await world.stack.preview({ job: pair })).operations).toEqual({ job: "same" });
      const token = "panos:UpgradeCompletion";
      const early = await world.stack.importAll([{ name: "done", id, token }]);
      expect(early.failures.done?.message).toContain("has not ended");
      await world.pass(7_200_000);
      expect((await world.stack.importAll([{ name: "done", id, token }])).failures).toEqual({});
      expect(world.completion().outputs).toMatchObject({ outcome: "upgraded" });
      const operations = (await world.stack.preview(world.following(pair, id))).operations;
      expect(operations).toEqual({ job: "same", done: "same" });
    },
  },
  {
    name: "delete takes a waiting job out of the queue, and no device was touched",
    async run(world) {
      const id = await world.submitted(job);
      await world.up({});
      expect(world.read(`queue/cancelled/${id}.json`)).toMatchObject({ status: "cancelled" });
      await world.pass(60_000);
      expect(world.daemon.actions).toEqual([]);
    },
  },
  {
    name: "delete has a running job cancelled by its id, with the reason that the program gives",
    async run(world) {
      const id = await world.submitted({ ...old, cancelReason: "window closed" });
      await world.pass(30_000);
      await world.up({});
      expect(world.jobs("cancelled")).toEqual([`${id}.json`]);
      const [command] = world.names("commands/processed");
      const sent = world.read(`commands/processed/${command}`);
      expect(sent).toMatchObject({ job_id: id, device_serial: "", reason: "window closed" });
      expect(world.installs(panosDevices.old)).toEqual([]);
      // The device is not refused, as it would be after a cancel by its serial.
      expect(await world.completed(old)).toMatchObject({ outcome: "upgraded" });
    },
  },
  {
    name: "delete warns of a job that was too far to be cancelled",
    async run(world) {
      const id = await world.submitted(job);
      await until(() => {
        world.simulators.clock.advance(10_000);
        return world.installs(serial).length > 0;
      });
      const run = await world.up({});
      expect(warnings(run)).toContain(`job ${id} was too far to be cancelled: it has ended upgraded`);
      expect(world.jobs("completed")).toEqual([`${id}.json`]);
    },
  },
  {
    name: "delete leaves a job alone where the program says so, and takes it over when it comes back",
    async run(world) {
      const leaving = { ...old, onDelete: "leave" };
      const id = await world.submitted(leaving);
      expect(warnings(await world.up({}))).toContain(`job ${id} goes on`);
      expect(world.jobs("pending")).toEqual([`${id}.json`]);
      expect(warnings(await world.up({ job: leaving }))).toContain(`took over job ${id}`);
      expect(world.stack.state("job").id).toBe(id);
    },
  },
  {
    name: "another specification is another job, submitted when the old one is out of the way",
    async run(world) {
      const first = await world.submitted(job);
      const run = await world.up({ job: { ...job, mode: "downloadOnly" } });
      expect(run.operations).toEqual({ job: "replace" });
      expect(world.jobs("cancelled")).toEqual([`${first}.json`]);
      expect(world.jobs("pending")).toHaveLength(1);
      const second = world.stack.state("job").id;
      await world.up({ job: { ...job, mode: "downloadOnly", triggers: { round: "2" } } });
      expect(world.jobs("cancelled").sort()).toEqual([`${first}.json`, `${second}.json`].sort());
    },
  },
  {
    name: "what only says how to go on changes nothing",
    async run(world) {
      const id = await world.submitted(job);
      const run = await world.up({
        job: { ...job, mode: "standalone", onDuplicate: "wait", onDelete: "leave", cancelReason: "x" },
      });
      expect(run.operations).toEqual({ job: "update" });
      expect(world.stack.state("job").id).toBe(id);
      expect(world.writes()).toHaveLength(1);
    },
  },
  {
    name: "a configuration that is read-only writes nothing",
    options: { config: { readOnly: true } },
    async run(world) {
      const { message } = await world.failingUp({ job });
      expect(message).toContain("ztp:panos.readOnly is set");
      expect(world.writes()).toEqual([]);
    },
  },
];
