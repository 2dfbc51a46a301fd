import { expect } from "vitest";
import { type JsonMap, unknownSentinels, visible } from "../harness/host";
import { template, templateBody, webhook } from "./fixtures";
import {
  foreignMistOrgId,
  headquarters,
  list,
  made,
  mistOrgId,
  type ObjectScenario,
  type ObjectWorld,
  ofType,
  onlyFailure,
  warehouse,
  warnings,
} from "./world";

const collection = "networktemplates";
const item = `/orgs/{org}/${collection}/{id}`;
const program = { branch: template };
const changed = (change: JsonMap) => ({ branch: { ...template, ...change } });
const without = (...keys: string[]) => ({
  branch: Object.fromEntries(Object.entries(template).filter(([key]) => !keys.includes(key))),
});

export const basics: readonly ObjectScenario[] = [
  {
    name: "an object is created, left alone, refreshed, changed and deleted in exactly the calls that it takes",
    async run(world) {
      expect((await world.up(program)).operations).toEqual({ branch: "create" });
      expect(world.bodies("POST")).toEqual([
        { ...templateBody, switch_mgmt: { ...templateBody.switch_mgmt, root_password: "[redacted]" } },
      ]);
      expect(world.object(collection, "branch").data).toEqual(templateBody);
      expect(world.takeCalls()).toEqual([list(collection), made(collection)]);
      const { id, outputs } = world.stack.state("branch");
      expect(id).toBe(world.object(collection, "branch").id);
      expect(visible(outputs)).toMatchObject({
        networks: template.networks,
        organizationId: mistOrgId,
        createdTime: 1_738_324_800,
        modifiedTime: 1_738_324_800,
      });

      expect((await world.up(program)).operations).toEqual({ branch: "same" });
      expect(world.takeCalls()).toEqual([]);
      await world.expectNoDrift(program);
      expect(world.takeCalls()).toEqual([list(collection)]);

      world.simulators.clock.advance(1_000);
      const renamed = await world.up(changed({ name: "branch-2", dnsServers: ["192.0.2.54"] }));
      const paths = world.stack.kind === "plugin" ? ["dnsServers[0]", "name"] : ["dnsServers", "name"];
      expect([renamed.operations, renamed.paths]).toEqual([{ branch: "update" }, { branch: paths }]);
      expect(world.bodies("PUT")).toEqual([{ name: "branch-2", dns_servers: ["192.0.2.54"] }]);
      expect(world.takeCalls()).toEqual([`PUT ${item}`]);
      expect(world.stack.state("branch").outputs.modifiedTime).toBe(1_738_324_801);

      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.takeCalls()).toEqual([`DELETE ${item}`]);
      expect(world.objects(collection)).toEqual([]);
    },
  },
  {
    name: "T#22, T#46, T#54: a nested change sends the nested object with what the portal has added, and nothing else",
    async run(world) {
      await world.up(program);
      const { data } = world.object(collection, "branch");
      Object.assign(data, {
        notes: "by hand",
        networks: { ...templateBody.networks, office: { vlan_id: 25, subnet: "10.0.0.0/24" } },
      });
      Object.assign(data, { switch_mgmt: { ...templateBody.switch_mgmt, cli_idle_timeout: 30 } });
      await world.expectNoDrift(program);
      world.takeCalls();
      await world.up(changed({ networks: { office: { vlanId: 26 }, voice: { vlanId: "{{voice}}" } } }));
      expect(world.bodies("PUT")).toEqual([
        { networks: { office: { vlan_id: 26, subnet: "10.0.0.0/24" }, voice: { vlan_id: "{{voice}}" } } },
      ]);
      expect(world.takeCalls()).toEqual([`GET ${item}`, `PUT ${item}`]);
      expect(world.object(collection, "branch").data).toMatchObject({
        notes: "by hand",
        switch_mgmt: { root_password: templateBody.switch_mgmt.root_password, cli_idle_timeout: 30 },
      });
    },
  },
  {
    name: "a key that the program no longer says is cleared, alone and inside an object",
    async run(world) {
      await world.up(program);
      await world.up({ branch: { ...without("dnsServers").branch, switchMgmt: { apAffinityThreshold: 20 } } });
      expect(world.bodies("PUT")).toEqual([{ "-dns_servers": "", switch_mgmt: { ap_affinity_threshold: 20 } }]);
      const { data } = world.object(collection, "branch");
      expect(data).not.toHaveProperty("dns_servers");
      expect(data.switch_mgmt).toEqual({ ap_affinity_threshold: 20 });
      await world.expectNoDrift({
        branch: { ...without("dnsServers").branch, switchMgmt: { apAffinityThreshold: 20 } },
      });
    },
  },
  {
    name: "a change of behaviour alone costs no call, and spelling a default out changes nothing",
    async run(world) {
      await world.up(program);
      world.takeCalls();
      const spelled = changed({ adopt: "identical", onDelete: "delete" });
      expect((await world.stack.preview(spelled)).operations).toEqual({ branch: "same" });
      expect((await world.up(changed({ adopt: "update", onDelete: "retain" }))).operations).toEqual({
        branch: "update",
      });
      expect((await world.stack.destroy()).operations).toEqual({ branch: "delete" });
      expect(world.takeCalls()).toEqual([]);
      expect(world.object(collection, "branch").data).toEqual(templateBody);
    },
  },
  {
    name: "what cannot be is refused before any call, all of it at once, with the nearest name of an unknown key",
    async run(world) {
      const wrong = { network: {}, portUsages: ["office"], switchMgmt: { rootPasword: "x" }, dnsServers: [5] };
      const { failures } = await world.stack.preview({ branch: wrong as never });
      for (const text of [
        'network is not a known property; did you mean "networks"?',
        "portUsages must be a map",
        'switchMgmt.rootPasword is not a known property; did you mean "rootPassword"?',
        "dnsServers[0] must be a string",
        "name is required",
      ])
        expect(failures.branch?.message).toContain(text);
      expect(world.takeCalls()).toEqual([]);
    },
  },
  {
    name: "T#85: rules of switches of which one named default is not the last are refused",
    async run(world) {
      const rules = [{ name: "default" }, { name: "access" }];
      const { failures } = await world.stack.preview(changed({ switchMatching: { enable: true, rules } }));
      expect(failures.branch?.message).toBe(
        "switchMatching.rules[0] is named default and must be the last: Mist takes the first rule that matches",
      );
      await world.up(changed({ switchMatching: { enable: true, rules: rules.toReversed() } }));
    },
  },
  {
    name: "T#25, T#50, T#126: what Mist's description does not know is a warning, and is sent",
    async run(world) {
      const odd = { ...template, portUsages: { office: { mode: "acess", poeDisabled: true } } };
      const preview = await world.stack.preview({ branch: odd });
      expect(warnings(preview)).toBe(
        'portUsages.office.mode is not one of the values known to work; did you mean "access"?',
      );
      await world.up({ branch: odd });
      expect(world.object(collection, "branch").data.port_usages).toEqual({
        office: { mode: "acess", poe_disabled: true },
      });
    },
  },
  {
    name: "keys that are newer than this version are sent, compared and cleared as they are spelled",
    async run(world) {
      const more = (additionalKeys: JsonMap) => changed({ additionalKeys });
      const newer = more({ new_feature: { isOn: true }, other_password: "third-secret-word" });
      await world.up(newer);
      const { data } = world.object(collection, "branch");
      expect(data).toMatchObject({ new_feature: { isOn: true }, other_password: "third-secret-word" });
      expect(world.stack.state("branch").inputs.additionalKeys).toEqual({
        new_feature: { isOn: true },
        other_password: world.kept("third-secret-word"),
      });
      await world.expectNoDrift(newer);
      Object.assign(data, { new_feature: { isOn: false } });
      expect((await world.refresh()).operations).toEqual({ branch: "update" });
      await world.up(newer);
      expect(world.object(collection, "branch").data.new_feature).toEqual({ isOn: true });
      world.takeCalls();
      await world.up(program);
      expect(world.bodies("PUT")).toEqual([{ "-new_feature": "", "-other_password": "[redacted]" }]);
      expect(world.object(collection, "branch").data).toEqual(templateBody);
      const twice = await world.stack.preview(more({ dns_servers: ["192.0.2.9"] }));
      expect(onlyFailure(twice)).toBe("additionalKeys.dns_servers is said by dnsServers already; keep one of the two");
    },
  },
  {
    name: "no input that is not known yet makes check, diff or a preview fail, even where the known one would",
    async run(world) {
      await world.up(program);
      const state = world.stack.state("branch");
      const clash = changed({ dnsServers: ["192.0.2.99"] }).branch as JsonMap;
      await world.stack.withHost(async (host) => {
        for (const name of [...Object.keys(template), "orgId", "additionalKeys", "adopt", "onDelete"]) {
          for (const [kind, sentinel] of Object.entries(unknownSentinels)) {
            const news = host.programInputs(state.urn, { ...clash, [name]: sentinel }, true);
            const checked = await host.check(state.urn, state.inputs, news);
            expect(checked.failures, name).toEqual([]);
            expect((await host.diff(state, checked.inputs)).replaces, name).toEqual([]);
            // Of what kind it will be is forgotten by then.
            if (host.kind === "plugin" && kind === "string")
              await host.update(state, checked.inputs, { preview: true });
          }
        }
      });
    },
  },
  {
    name: "another organization is another object, and one that the program has only come to name is told before",
    options: {
      mist: { tokens: [{ key: "both", privileges: both() }] },
      config: { apiToken: "both", orgId: mistOrgId },
    },
    async run(world) {
      await world.up(program);
      world.takeCalls();
      expect((await world.up(changed({ orgId: mistOrgId.toUpperCase() }))).operations).toEqual({ branch: "update" });
      expect(world.takeWrites()).toEqual([]);
      await world.expectNoDrift(changed({ orgId: mistOrgId.toUpperCase() }));
      const moved = changed({ orgId: foreignMistOrgId });
      expect((await world.stack.preview(moved)).operations).toEqual({ branch: "replace" });
      await world.up(program);
      expect(await refusedUpdate(world, moved)).toBe(
        `it is in organization ${mistOrgId}, not in ${foreignMistOrgId}: correct orgId, or make another resource of another name`,
      );
      expect(world.objects(collection)).toHaveLength(1);
    },
  },
  {
    name: "an object of the organization that comes to be of a site is another one, and back",
    async run(world) {
      const hook = (more: JsonMap = {}) => ({ hook: ofType("mist:Webhook", { ...webhook, ...more }) });
      await world.up(hook());
      const run = await world.up(hook({ siteId: headquarters }));
      expect(run.operations).toEqual({ hook: "replace" });
      expect([world.objects("webhooks").length, world.objects("webhooks", headquarters).length]).toEqual([0, 1]);
      await world.expectNoDrift(hook({ siteId: headquarters.toUpperCase() }));
      await world.up(hook({ siteId: warehouse }));
      expect((await world.up(hook())).operations).toEqual({ hook: "replace" });
      expect([headquarters, warehouse].flatMap((site) => world.objects("webhooks", site))).toEqual([]);
      expect(world.objects("webhooks")).toHaveLength(1);
    },
  },
  {
    name: "an object of a site may name the organization as well",
    async run(world) {
      const hook = { hook: ofType("mist:Webhook", { ...webhook, siteId: headquarters, orgId: mistOrgId }) };
      await world.up(hook);
      expect(world.objects("webhooks", headquarters)).toHaveLength(1);
      await world.expectNoDrift(hook);
    },
  },
  {
    name: "read-only mode refuses every write with its object, and lets looks pass",
    async run(world) {
      await world.up(program);
      world.configure({ readOnly: true });
      await world.expectNoDrift(program);
      expect((await world.failingUp(changed({ dnsServers: [] }))).message).toBe(
        "network template branch was not changed: ztp:mist.readOnly is set",
      );
      expect(onlyFailure(await world.stack.destroy())).toContain("was not changed: ztp:mist.readOnly is set");
      expect((await world.failingUp({ ...program, other: { name: "other" } })).message).toContain(
        "network template other",
      );
      expect(world.takeWrites()).toEqual([made(collection)]);
    },
  },
];

function both() {
  return [mistOrgId, foreignMistOrgId].map((org_id) => ({ scope: "org" as const, role: "admin" as const, org_id }));
}

/** What an update is told, in the preview where the host has one. */
async function refusedUpdate(world: ObjectWorld, program: { branch: JsonMap }): Promise<string> {
  world.takeWrites();
  return world.refusal(program);
}
