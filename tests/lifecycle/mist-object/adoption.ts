import { expect } from "vitest";
import type { JsonMap } from "../harness/host";
import { psk, template, templateBody, wlan, wlanBody } from "./fixtures";
import { headquarters, list, made, type ObjectScenario, ofType, onlyFailure, secretTexts, warnings } from "./world";

const collection = "networktemplates";
const program = { branch: template };
const other = { ...templateBody, dns_servers: ["192.0.2.1"], switch_mgmt: { root_password: secretTexts[1] } };
const updating = { branch: { ...template, adopt: "update" } };
const wlanOf = (more: JsonMap) => ofType("mist:Wlan", { ...wlan, ...more });
const pskOf = (more: JsonMap = {}) => ofType("mist:Psk", { ...psk, ...more });

export const adoption: readonly ObjectScenario[] = [
  {
    name: "an object of the same name that holds all that the program says is taken over without a write, read-only or not",
    options: { config: { readOnly: true } },
    async run(world) {
      const { id } = world.add(collection, { ...templateBody, notes: "more" });
      await world.up(program);
      expect(world.takeCalls()).toEqual([list(collection)]);
      expect(world.stack.state("branch").id).toBe(id);
      await world.expectNoDrift(program);
    },
  },
  {
    name: "one that differs is refused in words that name the paths and quote no value",
    async run(world) {
      const { id } = world.add(collection, other);
      expect(await world.refusal(program)).toBe(
        `network template branch exists already (${id}) and differs in dnsServers[0], ` +
          "switchMgmt.rootPassword, switchMgmt.apAffinityThreshold; import it, make the program say the same, or overwrite it with " +
          '`adopt: "update"`',
      );
      expect(world.stack.has("branch")).toBe(false);
      expect(world.object(collection, "branch").data).toEqual(other);
    },
  },
  {
    name: "adopt: update sends what differs without another look, keeps what the portal has beside it, and says so before",
    async run(world) {
      const theirs = { ...other, notes: "by hand", switch_mgmt: { ...other.switch_mgmt, cli_idle_timeout: 30 } };
      const { id } = world.add(collection, theirs);
      const preview = await world.stack.preview(updating);
      if (world.stack.kind === "plugin")
        expect(warnings(preview)).toBe(
          `network template branch (${id}) exists already and is changed: dnsServers[0], ` +
            "switchMgmt.rootPassword, switchMgmt.apAffinityThreshold",
        );
      world.takeCalls();
      await world.up(updating);
      expect(world.takeCalls()).toEqual([list(collection), `PUT /orgs/{org}/${collection}/{id}`]);
      expect(world.object(collection, "branch").data).toEqual({
        ...templateBody,
        notes: "by hand",
        switch_mgmt: { ...templateBody.switch_mgmt, cli_idle_timeout: 30 },
      });
      expect(world.stack.state("branch").id).toBe(id);
      await world.expectNoDrift(updating);
    },
  },
  {
    name: "adopt: update leaves one alone that is as wanted, and says nothing",
    async run(world) {
      world.add(collection, templateBody);
      expect(warnings(await world.stack.preview(updating))).toBe("");
      await world.up(updating);
      expect(world.takeWrites()).toEqual([]);
    },
  },
  {
    name: "adopt: never refuses any of that name",
    async run(world) {
      const { id } = world.add(collection, templateBody);
      expect(await world.refusal({ branch: { ...template, adopt: "never" } })).toBe(
        `network template branch exists already (${id}); import it, choose another name, or let create take it over with ` +
          '`adopt: "identical"`',
      );
    },
  },
  {
    name: "of several of the same name the one that is as wanted is taken, and none is guessed",
    async run(world) {
      const first = world.add(collection, other);
      const second = world.add(collection, { ...other, dns_servers: ["192.0.2.2"] });
      for (const adopt of ["identical", "update"])
        expect(await world.refusal({ branch: { ...template, adopt } })).toContain(
          `there are 2 network templates branch in organization ${world.mist.orgId}, and none is as the program says; import ` +
            `the one that is meant: ${first.id} or ${second.id}`,
        );
      const third = world.add(collection, templateBody);
      await world.up(program);
      expect(world.stack.state("branch").id).toBe(third.id);
    },
  },
  {
    name: "what Mist means without saying it is no difference",
    async run(world) {
      const { isolation, portal, auth_servers, ...rest } = wlanBody;
      world.add("wlans", rest);
      await world.up({ office: wlanOf({}) });
      expect(world.takeWrites()).toEqual([]);
    },
  },
  {
    name: "a WLAN of another template, a key of another WLAN and a profile of another type are others",
    async run(world) {
      world.add("wlans", { ...wlanBody, template_id: "a5000000-0000-4000-8000-000000000001" });
      world.add("psks", { ...psk, ssid: "guests" });
      world.add("deviceprofiles", { name: "lobby", type: "switch" });
      await world.up({
        office: wlanOf({}),
        ann: pskOf(),
        lobby: ofType("mist:DeviceProfile", { name: "lobby", type: "ap" }),
      });
      for (const each of ["wlans", "psks", "deviceprofiles"]) expect(world.objects(each)).toHaveLength(2);
    },
  },
  {
    name: "a WLAN of the organization and one of a site do not know each other",
    async run(world) {
      world.add("wlans", wlanBody, headquarters);
      await world.up({ office: wlanOf({}) });
      expect(world.objects("wlans")).toHaveLength(1);
      await world.up({ office: wlanOf({}), local: wlanOf({ siteId: headquarters }) });
      expect(world.objects("wlans", headquarters)).toHaveLength(1);
    },
  },
  {
    name: "two resources of a program with one name are refused before anything is written, whatever their types",
    async run(world) {
      for (const second of [
        { ...template, dnsServers: ["192.0.2.7"] },
        ofType("mist:ConfigObject", { collection, body: { name: "branch" } }),
      ]) {
        const run = await world.stack.preview({ first: template, second });
        expect(onlyFailure(run)).toContain("Mist network template branch is managed by first (");
      }
      expect(world.takeWrites()).toEqual([]);
    },
  },
  {
    name: "two resources that mean the same by different words are told apart before the second is made",
    async run(world) {
      const run = await world.stack.up({ first: template, second: { ...template, orgId: world.mist.orgId } });
      expect(onlyFailure(run)).toBe(
        `network template branch is the same as another one of this program (/orgs/${world.mist.orgId}/${collection} branch); ` +
          "remove one of the two",
      );
      expect(world.objects(collection)).toHaveLength(1);
    },
  },
  {
    name: "many objects are made from one list",
    async run(world) {
      const names = Array.from({ length: 12 }, (_, index) => `branch-${index}`);
      const all = Object.fromEntries(names.map((name) => [name, { name }]));
      await world.up(all);
      expect(world.takeCalls().filter((call) => call === list(collection))).toHaveLength(1);
      await world.expectNoDrift(all);
      expect(world.takeCalls()).toEqual([list(collection)]);
      await world.stack.destroy();
      expect(world.takeWrites()).toHaveLength(12);
    },
  },
  {
    name: "a resource that is renamed without an alias ends with the object in place, and says why it stays",
    async run(world) {
      await world.up({ oldName: template });
      const { id } = world.stack.state("oldName");
      world.takeWrites();
      const run = await world.up({ newName: template });
      expect(run.operations).toEqual({ newName: "create", oldName: "delete" });
      expect(world.takeWrites()).toEqual([]);
      expect(warnings(run)).toBe(`network template ${id} stays: another resource of this program has taken it over`);
      await world.expectNoDrift({ newName: template });
    },
  },
  {
    name: "an object that is about to be renamed is not taken over by the resource that takes its name",
    async run(world) {
      await world.up({ first: template });
      const { id } = world.stack.state("first");
      const next = { first: { ...template, name: "branch-2" }, second: template };
      // So that the list still shows the old name.
      world.simulators.faults.add({ method: "PUT", action: { kind: "delay", ms: 300 } });
      await world.up(next);
      expect(world.object(collection, "branch-2").id).toBe(id);
      expect(world.object(collection, "branch").id).not.toBe(id);
      await world.expectNoDrift(next);
    },
  },
  {
    name: "two resources that swap their names keep their ids",
    async run(world) {
      const [one, two] = [{ ...template, name: "one" }, { name: "two" }];
      await world.up({ first: one, second: two });
      const ids = ["first", "second"].map((name) => world.stack.state(name).id);
      await world.up({ first: two, second: one });
      expect(["two", "one"].map((name) => world.object(collection, name).id)).toEqual(ids);
      await world.expectNoDrift({ first: two, second: one });
    },
  },
  {
    name: "a preview of a create knows what it takes over and costs one list for all",
    hosts: ["plugin"],
    async run(world) {
      world.add(collection, templateBody);
      const all = { branch: template, new: { name: "new" }, newer: { name: "newer" } };
      expect((await world.stack.preview(all)).failures).toEqual({});
      expect(world.takeCalls()).toEqual([list(collection)]);
    },
  },
  {
    name: "an object that went while the program was previewed is made anew",
    async run(world) {
      const { id } = world.add(collection, templateBody);
      await world.stack.preview(program);
      world.mist.world.removeObject("org", world.mist.orgId, collection, id);
      await world.up(program);
      expect(world.takeWrites()).toEqual([made(collection)]);
    },
  },
];
