import { expect } from "vitest";
import { PanosWorld, type PanosWorldOptions, warnings } from "../harness/panos-world";
import type { Scenario } from "../harness/scenarios";
import { panosDevices, panosSerial } from "../panos-job/world";

type ControlScenario = Scenario<PanosWorld, PanosWorldOptions>;

export const openPaths = PanosWorld.of("panos:UpgradePaths");
export const openCommands = PanosWorld.of("panos:CancelCommand");

const paths = { "10.2.9": ["11.1.0", "11.1.5"], "11.1.0": ["11.1.5"] };
const current = (world: PanosWorld) => world.read("config/upgrade_paths.json");

export const pathScenarios: readonly ControlScenario[] = [
  {
    name: "a file that is there with other paths is not replaced unless the program says so",
    async run(world) {
      const before = current(world);
      const { message } = await world.failingUp({ paths: { paths } });
      expect(message).toContain(
        "upgrade_paths.json is there already, and says otherwise about 10.1.9, 10.2.0, 10.2.9, 11.1.0",
      );
      expect(current(world)).toEqual(before);
      const run = await world.up({ paths: { paths, adopt: "update" } });
      expect(current(world)).toEqual(paths);
      world.expectOutputs("paths", { restartRequired: true });
      expect(warnings(run)).toContain("restart the daemon");
      await world.expectNoDrift({ paths: { paths, adopt: "update" } });
    },
  },
  {
    name: "a file that says the same is taken over, and not where the program wants one of its own",
    async run(world) {
      const same = { paths: current(world) };
      expect((await world.failingUp({ paths: { ...same, adopt: "never" } })).message).toContain(
        "set adopt to identical",
      );
      await world.up({ paths: same });
      world.expectOutputs("paths", { restartRequired: false });
    },
  },
  {
    name: "paths are changed, seen when others change them, and put back after a look",
    async run(world) {
      await world.up({ paths: { paths, adopt: "update" } });
      const more = { ...paths, "10.1.9": ["10.2.9", "11.1.5"] };
      await world.up({ paths: { paths: more, adopt: "update" } });
      expect(current(world)).toEqual(more);
      world.daemon.setPaths({ "10.2.9": ["11.1.0"] });
      const blind = await world.stack.up({ paths: { paths, adopt: "update" } });
      expect(blind.failures.paths?.message).toContain("has been changed by somebody else");
      expect((await world.refresh()).operations).toEqual({ paths: "update" });
      await world.up({ paths: { paths, adopt: "update" } });
      expect(current(world)).toEqual(paths);
    },
  },
  {
    name: "delete leaves the file, and import gives what a program would say",
    async run(world) {
      const program = { paths: { paths: current(world) } };
      expect((await world.stack.import("paths", "x")).failures).toEqual({});
      expect((await world.stack.preview(program)).operations).toEqual({ paths: "same" });
      await world.up({});
      expect(current(world)).toEqual(program.paths.paths);
    },
  },
  {
    name: "empty paths and those that go in circles are refused",
    async run(world) {
      const message = await world.refusal({ paths: { paths: { "10.2.9": [], "10.1.9": ["10.1.9"] } } });
      expect(message).toContain("would try to install no version at all");
      expect(message).toContain("leads to 10.1.9 twice");
    },
  },
  {
    name: "a configuration that is read-only writes nothing",
    options: { config: { readOnly: true } },
    async run(world) {
      const before = current(world);
      expect((await world.failingUp({ paths: { paths, adopt: "update" } })).message).toContain("readOnly");
      expect(current(world)).toEqual(before);
    },
  },
];

const serial = panosSerial(1);

export const commandScenarios: readonly ControlScenario[] = [
  ...(["link", "stageRename"] as const).map(
    (commandDelivery): ControlScenario => ({
      name: `a command that is delivered by ${commandDelivery} is read by the running daemon`,
      options: { config: { commandDelivery } },
      async run(world) {
        const stop = { serial, reason: "broken fan" };
        await world.up({ stop });
        world.expectOutputs("stop", { state: "processed" });
        const { id } = world.stack.state("stop");
        expect(world.read(`commands/processed/${id}.json`)).toMatchObject({
          ...{ command: "cancel_upgrade", target: "device", device_serial: serial, job_id: "", reason: "broken fan" },
        });
        await world.expectNoDrift({ stop });
        await world.up({});
        expect(world.names("commands/processed")).toEqual([`${id}.json`]);
      },
    }),
  ),
  {
    name: "a device is refused until the daemon is restarted, which the preview says",
    async run(world) {
      const run = await world.up({ stop: { serial } });
      if (world.stack.kind === "plugin") {
        world.stack.resources.clear();
        const said = warnings(await world.stack.preview({ stop: { serial } }));
        expect(said).toContain(`the daemon refuses device ${serial} until it is restarted`);
      }
      expect(run.failures).toEqual({});
    },
  },
  {
    name: "a daemon that is down reads the command when it is started, and the next up looks again",
    async run(world) {
      world.daemon.kill({ agoSeconds: 60 });
      const stop = { jobId: "pulumi-x" };
      const { message } = await world.failingUp({ stop });
      expect(message).toContain("It reads them when it is started");
      expect(world.names("commands/incoming")).toHaveLength(1);
      world.daemon.start();
      await world.up({ stop });
      world.expectOutputs("stop", { state: "processed" });
      expect(world.names("commands/processed")).toHaveLength(1);
    },
  },
  {
    name: "a command is imported by its name; one that was cleared away is not sent again",
    async run(world) {
      const stop = { jobId: "pulumi-x", reason: "enough" };
      await world.up({ stop });
      const { id } = world.stack.state("stop");
      world.stack.resources.clear();
      expect((await world.stack.import("stop", id)).failures).toEqual({});
      expect((await world.stack.preview({ stop })).operations).toEqual({ stop: "same" });
      world.daemon.reset();
      await world.expectNoDrift({ stop });
      world.expectOutputs("stop", { state: "gone" });
    },
  },
  {
    name: "a command names a job or a device",
    async run(world) {
      expect(await world.refusal({ stop: {} })).toContain("set either jobId or serial");
      expect(await world.refusal({ stop: { jobId: "x", serial: panosDevices.old } })).toContain("set either");
    },
  },
];
