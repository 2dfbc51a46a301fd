import { expect, vi } from "vitest";
import { nodeFiles } from "../../../provider/clients/panos/files";
import { ofType } from "../harness/stack";
import { type JobScenario, panosSerial } from "./world";

const job = { serial: panosSerial(1) };

/** What goes wrong with the work directory itself. */
export const directoryScenarios: readonly JobScenario[] = [
  ...["queue/pending", "queue"].map(
    (folder): JobScenario => ({
      name: `a work directory without ${folder} is told`,
      async run(world) {
        world.daemon.setFolder(folder, "missing");
        const { message } = await world.failingUp({ job });
        expect(message).toContain("it does not exist");
        expect(message).toContain("Check baseDir");
      },
    }),
  ),
  {
    name: "a work directory that may not be read is told, with the mode that the daemon gives its files",
    async run(world) {
      const denied = Object.assign(new Error("EACCES"), { code: "EACCES" });
      const read = vi.spyOn(nodeFiles, "read").mockRejectedValue(denied);
      const { message } = await world.failingUp({ job }).finally(() => read.mockRestore());
      expect(message).toContain("permission was denied");
      expect(message).toContain("mode 0600");
    },
  },
  {
    name: "a share that is away for a moment while a job is waited for does no harm, and from the start it is told",
    async run(world) {
      const id = await world.submitted(job);
      const stale = Object.assign(new Error("ESTALE"), { code: "ESTALE" });
      const { list } = nodeFiles;
      let looks = 0;
      let away = (look: number) => look > 20 && look <= 40;
      const spy = vi.spyOn(nodeFiles, "list").mockImplementation(async (folder) => {
        if (away(++looks)) throw stale;
        return list(folder);
      });
      await world.up(world.following(job, id)).finally(() => {
        away = () => true;
      });
      expect(looks).toBeGreaterThan(40);
      const run = await world.stack.up({ other: ofType("panos:UpgradeCompletion", { jobId: id }), job });
      spy.mockRestore();
      expect(run.failures.other?.message).toContain("it cannot be reached");
    },
  },
  ...(["write", "link"] as const).map(
    (operation): JobScenario => ({
      name: `a disk that is full at the ${operation} of a job leaves nothing half-written`,
      async run(world) {
        const full = Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
        const refusing = vi.spyOn(nodeFiles, operation).mockRejectedValue(full);
        const { message } = await world.failingUp({ job }).finally(() => refusing.mockRestore());
        expect(message).toContain("the disk is full");
        expect(world.jobs("pending")).toEqual([]);
        expect(world.stack.has("job")).toBe(false);
        await world.up({ job });
      },
    }),
  ),
  {
    name: "a job whose file is there although the disk then fails is kept, and not submitted again",
    async run(world) {
      const broken = Object.assign(new Error("EIO"), { code: "EIO" });
      const refusing = vi.spyOn(nodeFiles, "syncFolder").mockRejectedValue(broken);
      await world.failingUp({ job }).finally(() => refusing.mockRestore());
      const { id, initErrors } = world.stack.state("job");
      expect(world.jobs("pending")).toEqual([`${id}.json`]);
      expect(initErrors).not.toEqual([]);
      await world.up({ job });
      expect(world.stack.state("job")).toMatchObject({ id, initErrors: [] });
      expect(world.jobs("pending")).toEqual([`${id}.json`]);
    },
  },
];
