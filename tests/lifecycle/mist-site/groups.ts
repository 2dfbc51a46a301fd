import { expect } from "vitest";
import { berlin, europe, type SiteScenario, type SiteWorld } from "./world";

const lost = { siteGroupWrites: "lostUpdates", siteGroupWindowMs: 30 } as const;
const many = (groups: readonly string[]) =>
  Object.fromEntries(["A", "B", "C", "D", "E", "F"].map((name) => [name, { name, sitegroupIds: [...groups] }]));

/** Reads of a site that show it in none of its groups, as after somebody else's write. */
function undone(world: SiteWorld, times?: number): void {
  const action = { kind: "status", status: 200, body: { name: "Berlin", sitegroup_ids: [] } } as const;
  world.simulators.faults.add({ method: "GET", path: "/sites/{site_id}", times, action });
}

export const groups: readonly SiteScenario[] = [
  {
    name: "a site joins its groups, changes and leaves them, and the order that it names them in says nothing",
    async run(world) {
      const [north, south] = world.addGroups("north", "south") as [string, string];
      const of = (...sitegroupIds: string[]) => ({ berlin: { ...berlin, sitegroupIds } });
      await world.up(of(europe, north));
      expect(world.groups("Berlin")).toEqual([europe, north].sort());
      await world.expectSettled(of(north, europe));
      await world.up(of(south));
      expect(world.groups("Berlin")).toEqual([south]);
      await world.expectSettled(of(south));
      await world.up({ berlin });
      expect(world.groups("Berlin")).toEqual([]);
      await world.expectSettled({ berlin });
    },
  },
  {
    name: "what a program does not say of groups is left alone",
    async run(world) {
      await world.up({ berlin });
      world.mist.world.group(europe).add(world.site("Berlin").id);
      await world.expectSettled({ berlin });
      await world.up({ berlin: { ...berlin, notes: "x" } });
      expect(world.groups("Berlin")).toEqual([europe]);
    },
  },
  {
    name: "T#76, T#107: sites that join one group at once all stay in it, though Mist loses updates",
    options: { variants: lost },
    async run(world) {
      const program = many([europe]);
      await world.up(program);
      for (const name of Object.keys(program)) expect(world.groups(name)).toEqual([europe]);
      await world.expectNoDrift(program);
      const next = many([]);
      await world.up(next);
      for (const name of Object.keys(program)) expect(world.groups(name)).toEqual([]);
    },
  },
  {
    name: "a membership that somebody else's write has undone is written again, and read again",
    async run(world) {
      undone(world, 2);
      await world.up({ berlin: { ...berlin, sitegroupIds: [europe] } });
      const [look, rewrite] = ["GET /sites/{site}", "PUT /sites/{site}"];
      expect(world.takeCalls().slice(2)).toEqual([look, rewrite, look, rewrite, look]);
      expect(world.groups("Berlin")).toEqual([europe]);
    },
  },
  {
    name: "a membership that does not stay is told, the site stays in state, and the next up makes it good",
    async run(world) {
      const program = { berlin: { ...berlin, sitegroupIds: [europe] } };
      undone(world);
      const { message, run } = await world.failingUp(program);
      expect(message).toBe(
        `site Berlin does not keep its site groups (${europe}): something else writes sites of this organization at the same ` +
          "time. Run `pulumi up` again when it has ended",
      );
      expect(run.failures.berlin?.partial?.id).toBe(world.site("Berlin").id);
      world.simulators.faults.clear();
      world.mist.world.group(europe).delete(world.site("Berlin").id);
      expect((await world.up(program)).operations).toEqual({ berlin: "update" });
      expect(world.groups("Berlin")).toEqual([europe]);
      await world.expectSettled(program);
    },
  },
  {
    name: "a group that goes takes no site with it, and shows as drift",
    async run(world) {
      const [north = ""] = world.addGroups("north");
      const program = { berlin: { ...berlin, sitegroupIds: [north] } };
      await world.up(program);
      world.mist.world.removeObject("org", world.mist.orgId, "sitegroups", north);
      expect((await world.refresh()).paths).toEqual({ berlin: ["sitegroupIds"] });
    },
  },
];
