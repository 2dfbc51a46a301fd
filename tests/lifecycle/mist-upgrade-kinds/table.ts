import { expect } from "vitest";
import { mistCampusId, mistEdgeIds, mistOrgId } from "../../../simulators";
import type { JsonMap } from "../harness/host";
import {
  away,
  headquarters,
  newest,
  ofType,
  type UpgradeScenario,
  type UpgradeWorld,
  warnings,
} from "../mist-upgrade/world";

/** Of the campus: access points 1 to 8, of which the last two are of another model; a switch and a router. */
const ap = (number: number) => `5c5b35${(700_000 + number).toString(16).padStart(6, "0")}`;
const core = `d420b0${(700_011).toString(16).padStart(6, "0")}`;
const router = `485a0d${(700_031).toString(16).padStart(6, "0")}`;

const everywhere = { allSites: true, models: ["AP45"], versions: [{ firmwareType: "ap", version: newest }] };
const routers = { deviceIds: [router], targetVersion: "6.3.0-107r1" };
const edges = { mxedgeIds: [...mistEdgeIds], versions: { mxagent: "latest", tunterm: "3.1.1090" } };

const org = (inputs: JsonMap) => ofType("OrgUpgradeJob", inputs);
const ssr = (inputs: JsonMap) => ofType("SsrUpgradeJob", inputs);
const edge = (inputs: JsonMap) => ofType("MxEdgeUpgradeJob", inputs);

function idOf(world: UpgradeWorld, name: string, type: string): string {
  return world.stack.resources.get(world.stack.urn(name, `mist:${type}`))?.id ?? "";
}

/** A job, and then its completion. */
async function complete(world: UpgradeWorld, type: string, inputs: JsonMap, terms: JsonMap = {}) {
  const job = ofType(type, inputs);
  await world.up({ job });
  const done = ofType("UpgradeCompletion", { jobId: idOf(world, "job", type), ...terms });
  const run = await world.asTimeGoes(world.stack.up({ job, done }));
  const outputs = world.stack.resources.get(world.stack.urn("done", "mist:UpgradeCompletion"))?.outputs ?? {};
  return { run, outputs, program: { job, done } };
}

/** Jobs of an organization, of routers and of Mist Edges, in both hosts. */
export const upgradeKindScenarios: readonly UpgradeScenario[] = [
  {
    name: "an organization's job is at work as long as one of its sites is, and counts all of them",
    async run(world) {
      world.mist.addFleet();
      world.device(away).connected = true;
      const { run, outputs, program } = await complete(world, "OrgUpgradeJob", everywhere);
      expect(run.failures).toEqual({});
      expect(idOf(world, "job", "OrgUpgradeJob")).toBe(`org:${mistOrgId}/${world.jobs("org")[0]}`);
      expect(outputs).toMatchObject({
        status: "completed",
        total: 8,
        counts: { upgraded: 8 },
        resolvedVersion: newest,
      });
      expect(world.version(ap(1))).toBe(newest);
      expect(world.version(ap(7))).not.toBe(newest);
      world.takeWrites();
      await world.expectNoDrift(program);
      expect(world.takeWrites()).toEqual([]);
    },
  },
  {
    name: "what failed at one site fails the whole, by its thresholds or by a single device",
    async run(world) {
      world.mist.addFleet();
      world.device(ap(3)).updateOutcomes = ["downloadFails"];
      const sites = { siteIds: [mistCampusId], models: ["AP45"], versions: everywhere.versions };
      const { run } = await complete(world, "OrgUpgradeJob", sites);
      expect(run.failures.done?.message).toContain(`has ended, but 1 of 6 devices failed (${ap(3)})`);
    },
  },
  {
    name: "an organization's job is cancelled by its delete, and found by what it is to do when its id was lost",
    async run(world) {
      world.mist.addFleet();
      const later = { ...everywhere, startTime: 1_900_000_000 };
      await world.up({ job: org(later) });
      const id = idOf(world, "job", "OrgUpgradeJob");
      world.stack.resources.clear();
      expect(warnings(await world.up({ job: org(later) }))).toContain(`took over job ${id}`);
      expect((await world.stack.destroy()).failures).toEqual({});
      const jobs = world.mist.jobs.site.list();
      expect(jobs.length).toBeGreaterThan(1);
      expect(new Set(jobs.map(({ status }) => status))).toEqual(new Set(["cancelled"]));
    },
  },
  ...(["flat", "nested", "both"] as const).map(
    (orgUpgradeModels): UpgradeScenario => ({
      name: `models go in whatever form Mist takes (${orgUpgradeModels})`,
      options: { variants: { orgUpgradeModels } },
      async run(world) {
        await world.up({ job: org({ ...everywhere, siteIds: [headquarters], allSites: false }) });
        expect(world.jobs("org")).toHaveLength(1);
      },
    }),
  ),
  {
    name: "where Mist takes access points only, its refusal of others is told",
    options: { variants: { orgUpgradeTypes: "apOnly" } },
    async run(world) {
      world.mist.addFleet();
      const switches = {
        allSites: true,
        deviceType: "switch",
        versions: [{ firmwareType: "junos", version: "stable" }],
      };
      const { message } = await world.failingUp({ job: org(switches) });
      expect(message).toContain("only access points can be upgraded by organization");
    },
  },
  {
    name: "switches of an organization get the version of their model",
    async run(world) {
      world.mist.addFleet();
      const versions = [
        { firmwareType: "junos", version: "22.4R3-S6.5", modelVersion: { "EX4100-48P": "23.4R2-S4.11" } },
      ];
      const switches = { siteIds: [mistCampusId], deviceType: "switch", reboot: true, versions };
      const { run } = await complete(world, "OrgUpgradeJob", switches);
      expect(run.failures).toEqual({});
      expect(world.version(core)).toBe("23.4R2-S4.11");
    },
  },
  {
    name: "the preview of an organization's job tells how many at how many sites",
    hosts: ["plugin"],
    async run(world) {
      world.mist.addFleet();
      const run = await world.stack.preview({ job: org(everywhere) });
      expect(warnings(run)).toContain(`8 access points at 2 sites will be upgraded to ${newest} and reboot`);
      const refused = await world.stack.preview({
        job: org({ ...everywhere, versions: [{ firmwareType: "junos", version: "1" }] }),
        none: org({ models: ["AP45"] }),
      });
      expect(refused.failures.job?.message).toContain("versions has none with the firmwareType ap");
      expect(refused.failures.none?.message).toContain("exactly one of siteIds and allSites: true is needed");
    },
  },
  ...(["both", "cancel", "plain"] as const).map(
    (ssrJobPath): UpgradeScenario => ({
      name: `routers are upgraded wherever Mist has the status of their job (${ssrJobPath})`,
      options: { variants: { ssrJobPath, ssrJobDone: ssrJobPath === "plain" ? "success" : "completed" } },
      async run(world) {
        world.mist.addFleet();
        const { run, outputs, program } = await complete(world, "SsrUpgradeJob", routers);
        expect(run.failures).toEqual({});
        expect(outputs).toMatchObject({ total: 1, counts: { upgraded: 1 }, targets: { upgraded: [router] } });
        expect(world.version(router)).toBe("6.3.0-107r1");
        await world.expectNoDrift(program);
        const id = idOf(world, "job", "SsrUpgradeJob");
        world.stack.resources.clear();
        await world.stack.importAll([{ name: "job", id, token: "mist:SsrUpgradeJob" }]);
        expect((await world.stack.preview({ job: ssr({ ...routers, deviceIds: [router] }) })).operations).toEqual({
          job: "replace",
        });
      },
    }),
  ),
  {
    name: "a router's job of which only the list knows is not forgotten",
    async run(world) {
      world.mist.addFleet();
      await world.up({ job: ssr({ ...routers, startTime: 1_900_000_000 }) });
      world.stack.resources.clear();
      expect(warnings(await world.up({ job: ssr({ ...routers, startTime: 1_900_000_000 }) }))).toContain(
        "took over job ssr:",
      );
      await world.stack.destroy();
      expect(world.mist.jobs.ssr.list().map(({ status }) => status)).toEqual(["cancelled"]);
    },
  },
  {
    name: "Mist Edges are upgraded, though Mist does not tell the id of their job",
    async run(world) {
      world.mist.addFleet();
      const { run, outputs } = await complete(world, "MxEdgeUpgradeJob", edges);
      expect(run.failures).toEqual({});
      expect(outputs).toMatchObject({ status: "completed", total: 2, counts: { upgraded: 2 } });
      expect(world.mist.firmware.edge(mistEdgeIds[0]).versions).toMatchObject({ tunterm: "3.1.1090" });
    },
  },
  {
    name: "two jobs of Mist Edges in one run keep their own ids",
    async run(world) {
      world.mist.addFleet();
      const [one, other] = mistEdgeIds;
      const later = { ...edges, startTime: 1_900_000_000 };
      await world.up({ one: edge({ ...later, mxedgeIds: [one] }), other: edge({ ...later, mxedgeIds: [other] }) });
      const ids = ["one", "other"].map((name) => idOf(world, name, "MxEdgeUpgradeJob"));
      expect(new Set(ids).size).toBe(2);
      expect(
        world
          .jobs("edge")
          .map((id) => `mxedge:${mistOrgId}/${id}`)
          .sort(),
      ).toEqual(ids.sort());
      world.stack.resources.clear();
      expect(warnings(await world.up({ one: edge({ ...later, mxedgeIds: [one] }) }))).toContain("took over job");
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.mist.jobs.edge.list().filter(({ status }) => status === "cancelled")).toHaveLength(1);
    },
  },
  {
    name: "versions of Mist Edges are checked before anything is asked for",
    hosts: ["plugin"],
    async run(world) {
      world.mist.addFleet();
      const { failures } = await world.stack.preview({
        wrong: edge({ ...edges, versions: { mxagent: "9.9.9", tunterm: "latest" } }),
        half: edge({ ...edges, versions: { mxagent: "latest" } }),
        both: edge({ ...edges, distro: "bookworm" }),
      });
      expect(failures.wrong?.message).toContain("Mist has no version 9.9.9 of mxagent");
      expect(failures.half?.message).toContain("versions lacks tunterm: say current for what shall stay");
      expect(failures.both?.message).toContain("versions mean nothing beside distro");
    },
  },
];
