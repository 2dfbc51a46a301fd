import { expect } from "vitest";
import { mistReadOnlyToken } from "../../../simulators";
import type { JsonMap } from "../harness/host";
import { template, templateBody, webhook, wlan, wlanBody } from "./fixtures";
import { headquarters, list, made, mistOrgId, type ObjectScenario, ofType, onlyFailure, secretTexts } from "./world";

const collection = "networktemplates";
const program = { branch: template };
const office = { office: ofType("mist:Wlan", wlan) };

export const drift: readonly ObjectScenario[] = [
  {
    name: "T#54, T#93: what the portal changes of what the program says is drift, by path, and the next up puts it back",
    async run(world) {
      await world.up(program);
      const { data } = world.object(collection, "branch");
      Object.assign(data, {
        notes: "by hand",
        dns_servers: ["192.0.2.53", "192.0.2.54"],
        switch_mgmt: { root_password: secretTexts[1], ap_affinity_threshold: 20, cli_idle_timeout: 30 },
        networks: { ...templateBody.networks, theirs: { vlan_id: 7 } },
      });
      const run = await world.refresh();
      expect(run.operations).toEqual({ branch: "update" });
      expect(run.paths.branch).toEqual(
        world.stack.kind === "plugin"
          ? ["dnsServers[1]", "networks.theirs", "switchMgmt.rootPassword"]
          : ["dnsServers", "networks", "switchMgmt"],
      );
      expect(world.stack.state("branch").inputs).not.toHaveProperty("notes");
      await world.up(program);
      expect(world.object(collection, "branch").data).toEqual({
        ...templateBody,
        notes: "by hand",
        switch_mgmt: { ...templateBody.switch_mgmt, cli_idle_timeout: 30 },
      });
    },
  },
  {
    name: "T#155: an empty list that Mist tells as null, or leaves out, is none",
    async run(world) {
      const rf = {
        radio: ofType("mist:RfTemplate", { name: "radio", band24: { channels: [] }, scanningEnabled: false }),
      };
      await world.up(rf);
      const { data } = world.object("rftemplates", "radio");
      for (const channels of [null, undefined, []]) {
        Object.assign(data, { band_24: { channels } });
        await world.expectNoDrift(rf);
      }
      Object.assign(data, { band_24: null, scanning_enabled: null });
      await world.expectNoDrift(rf);
      Object.assign(data, { band_24: { channels: [1] } });
      expect((await world.refresh()).operations).toEqual({ radio: "update" });
    },
  },
  {
    name: "T#53: links that are signed anew with every read are neither drift nor in the state",
    options: { variants: { signedUrls: "rotating" } },
    async run(world) {
      await world.up(office);
      await world.expectSettled(office);
      const state = JSON.stringify(world.stateOf("office", "mist:Wlan"));
      for (const text of ["jwt", "portal_image", "thumbnail", "https://storage"]) expect(state).not.toContain(text);
    },
  },
  {
    name: "a collection is read with one list, and what the list lacks by itself, since only that proves it gone",
    async run(world) {
      const all = { branch: template, other: { name: "other" } };
      await world.up(all);
      world.takeCalls();
      const { id } = world.object(collection, "other");
      world.mist.world.removeObject("org", mistOrgId, collection, id);
      expect((await world.refresh()).operations).toEqual({ branch: "same", other: "delete" });
      expect(world.takeCalls()).toEqual([list(collection), `GET /orgs/{org}/${collection}/{id}`]);
      expect((await world.up(all)).operations).toEqual({ branch: "same", other: "create" });
      expect(world.object(collection, "other").id).not.toBe(id);
    },
  },
  {
    name: "an object that is gone makes its update fail with what to do",
    async run(world) {
      await world.up(program);
      const { id } = world.object(collection, "branch");
      world.mist.world.removeObject("org", mistOrgId, collection, id);
      const changes: JsonMap[] = [{ dnsServers: ["192.0.2.1"] }, { networks: { office: { vlanId: 1 } } }];
      for (const change of changes) {
        const { message } = await world.failingUp({ branch: { ...template, ...change } });
        expect(message).toBe(
          `network template branch (${id}) is gone; \`pulumi refresh\` notes that, and the next \`up\` makes a new one`,
        );
      }
      await world.refresh();
      expect((await world.up(program)).operations).toEqual({ branch: "create" });
    },
  },
  {
    name: "an object that is gone is deleted without an error",
    async run(world) {
      await world.up(program);
      world.mist.world.removeObject("org", mistOrgId, collection, world.object(collection, "branch").id);
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.stack.resources.size).toBe(0);
    },
  },
  {
    name: "the objects of a site are gone with it",
    async run(world) {
      const hook = { hook: ofType("mist:Webhook", { ...webhook, siteId: headquarters }) };
      await world.up(hook);
      world.mist.world.removeSite(headquarters);
      expect((await world.refresh()).operations).toEqual({ hook: "delete" });
    },
  },
  {
    name: "a permission that was lost between two refreshes is an error, and nothing is gone",
    async run(world) {
      await world.up(program);
      world.mist.setPrivileges(world.mist.apiToken, [
        { scope: "site", role: "admin", org_id: mistOrgId, site_id: headquarters },
      ]);
      const run = await world.stack.refresh();
      expect(onlyFailure(run)).toContain("You do not have permission to perform this action");
      expect(world.stack.has("branch")).toBe(true);
      world.mist.world.removeToken(world.mist.apiToken);
      expect(onlyFailure(await world.stack.refresh())).toContain("API token was not accepted");
      expect(world.stack.has("branch")).toBe(true);
      world.configure({ apiToken: mistReadOnlyToken });
      await world.expectNoDrift(program);
    },
  },
  ...(
    [
      ["a proxy's page that says 404", { kind: "html", status: 404 }, "A web page came back, not an answer of Mist"],
      ["a proxy's page that says 502", { kind: "html", status: 502 }, "HTTP 502"],
      ["a connection that is cut", { kind: "resetBeforeCommit" }, "the connection was reset"],
    ] as const
  ).map(
    ([what, action, words]): ObjectScenario => ({
      name: `${what} is an error of a refresh, and nothing is gone`,
      options: { config: { maxRetries: 0 } },
      async run(world) {
        await world.up(program);
        world.simulators.faults.add({ method: "GET", path: /networktemplates/, action });
        expect(onlyFailure(await world.stack.refresh())).toMatch(new RegExp(words));
        expect(world.stack.has("branch")).toBe(true);
        world.simulators.faults.clear();
        await world.expectNoDrift(program);
      },
    }),
  ),
  {
    name: "too many calls for longer than one may wait are an error of a refresh, and nothing is gone",
    async run(world) {
      await world.up(program);
      const action = { kind: "tooManyRequests", retryAfter: 3_600 } as const;
      world.simulators.faults.add({ method: "GET", path: /networktemplates/, action });
      expect(onlyFailure(await world.stack.refresh())).toContain("It asks to wait 60 min, until ");
      expect(world.stack.has("branch")).toBe(true);
    },
  },
  {
    name: "too many calls in the middle of the pages of a list are waited for",
    options: { variants: { pageMaximum: 2 } },
    async run(world) {
      const names = ["a", "b", "c", "d", "e"];
      const all = Object.fromEntries(names.map((name) => [name, { name }]));
      await world.up(all);
      world.takeCalls();
      const action = { kind: "tooManyRequests", retryAfter: 0.2 } as const;
      world.simulators.faults.add({ method: "GET", path: /networktemplates/, after: 1, times: 1, action });
      await world.expectNoDrift(all);
      expect(world.takeCalls()).toEqual(Array(4).fill(list(collection)));
    },
  },
  {
    name: "what somebody has made of the same name beside ours does not disturb it",
    async run(world) {
      await world.up(program);
      const { id } = world.stack.state("branch");
      world.add(collection, { ...templateBody, dns_servers: [] });
      await world.expectSettled(program);
      expect(world.stack.state("branch").id).toBe(id);
      world.takeWrites();
      await world.stack.destroy();
      expect(world.objects(collection)).toHaveLength(1);
      expect(world.takeWrites()).toHaveLength(1);
      expect(made(collection)).toContain("POST");
    },
  },
  {
    name: "a WLAN of a template that is turned off by hand is turned on again",
    async run(world) {
      await world.up({ office: ofType("mist:Wlan", { ...wlan, enabled: true }) });
      Object.assign(world.object("wlans", "office").data, { enabled: false });
      expect((await world.refresh()).paths).toEqual({ office: ["enabled"] });
      await world.up({ office: ofType("mist:Wlan", { ...wlan, enabled: true }) });
      expect(world.object("wlans", "office").data).toEqual({ ...wlanBody, enabled: true });
    },
  },
];
