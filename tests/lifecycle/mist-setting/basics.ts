import { expect } from "vitest";
import { type JsonMap, unknownSentinels, visible } from "../harness/host";
import { headquarters, ofType, onlyFailure, type SettingScenario, secretTexts, warehouse, warnings } from "./world";

const path = `/sites/${headquarters}/setting`;
const [look, write] = [`GET ${path}`, `PUT ${path}`];
const inputs: JsonMap = {
  siteId: headquarters,
  vars: { office: "20" },
  apUpdownThreshold: 5,
  persistConfigOnDevice: false,
  switchMgmt: { rootPassword: secretTexts[0], apAffinityThreshold: 20 },
};
const program = { hq: inputs };
const data = {
  vars: { office: "20" },
  ap_updown_threshold: 5,
  persist_config_on_device: false,
  switch_mgmt: { root_password: secretTexts[0], ap_affinity_threshold: 20 },
};
const changed = (change: JsonMap) => ({ hq: { ...inputs, ...change } });
const but = (...keys: string[]) => ({
  hq: Object.fromEntries(Object.entries(inputs).filter(([key]) => !keys.includes(key))),
});

export const basics: readonly SettingScenario[] = [
  {
    name: "a setting is written, left alone, refreshed, changed and cleared in exactly the calls that it takes",
    async run(world) {
      expect((await world.up(program)).operations).toEqual({ hq: "create" });
      expect(world.takeCalls()).toEqual([look, write]);
      expect(world.setting(headquarters)).toEqual(data);
      expect(world.stack.state("hq").id).toBe(headquarters);
      await world.expectSettled(program);
      world.takeCalls();
      await world.refresh();
      expect(world.takeCalls()).toEqual([look]);

      await world.up(changed({ apUpdownThreshold: 6 }));
      expect(world.bodies("PUT")).toEqual([{ ap_updown_threshold: 6 }]);
      expect(world.takeCalls()).toEqual([write]);
      await world.up({ hq: { ...but("vars").hq, apUpdownThreshold: 6 } });
      expect(world.bodies("PUT")).toEqual([{ "-vars": "" }]);
      expect(world.takeCalls()).toEqual([write]);

      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.bodies("PUT")).toEqual([
        { "-ap_updown_threshold": "", "-persist_config_on_device": "", "-switch_mgmt": "" },
      ]);
      expect(world.takeCalls()).toEqual([write]);
      expect(world.setting(headquarters)).toEqual({});
    },
  },
  {
    name: "T#54, T#93, T#177: keys that the program does not say are neither compared nor touched, inside of others neither",
    async run(world) {
      Object.assign(world.setting(headquarters), { rogue: { enabled: true }, ssh_keys: ["theirs"] });
      await world.up(program);
      const theirs = { ...data.switch_mgmt, cli_idle_timeout: 30 };
      Object.assign(world.setting(headquarters), { switch_mgmt: theirs, wifi: { enabled: true } });
      await world.expectSettled(program);
      await world.up(changed({ switchMgmt: { rootPassword: secretTexts[1] } }));
      expect(world.setting(headquarters)).toEqual({
        ...data,
        rogue: { enabled: true },
        ssh_keys: ["theirs"],
        wifi: { enabled: true },
        switch_mgmt: { root_password: secretTexts[1], cli_idle_timeout: 30 },
      });
      await world.stack.destroy();
      expect(Object.keys(world.setting(headquarters)).sort()).toEqual(["rogue", "ssh_keys", "wifi"]);
    },
  },
  {
    name: "what somebody changes of the program's keys is drift, by path, and is put back",
    async run(world) {
      await world.up(program);
      Object.assign(world.setting(headquarters), { vars: { office: "21" }, persist_config_on_device: true });
      const run = await world.refresh();
      expect(run.paths.hq).toEqual(
        world.stack.kind === "plugin" ? ["persistConfigOnDevice", "vars.office"] : ["persistConfigOnDevice", "vars"],
      );
      await world.up(program);
      expect(world.setting(headquarters)).toEqual(data);
    },
  },
  {
    name: "two resources with keys of their own share a setting, and each clears its own",
    async run(world) {
      const both = {
        hq: but("switchMgmt", "vars").hq,
        other: { siteId: headquarters, vars: { office: "20" }, switchMgmt: inputs.switchMgmt as JsonMap },
      };
      await world.up(both);
      expect(world.setting(headquarters)).toEqual(data);
      await world.expectSettled(both);
      await world.up({ hq: both.hq });
      expect(world.setting(headquarters)).toEqual({ ap_updown_threshold: 5, persist_config_on_device: false });
      await world.expectSettled({ hq: both.hq });
    },
  },
  {
    name: "two resources with the same key of one site are refused, whatever the spelling of the site",
    async run(world) {
      const second = { siteId: headquarters.toUpperCase(), vars: { voice: "30" } };
      expect(onlyFailure(await world.stack.preview({ hq: inputs, second }))).toContain(
        `key vars of the Mist setting of site ${headquarters} is managed by hq (`,
      );
      const elsewhere = { siteId: warehouse, vars: { voice: "30" } };
      expect((await world.stack.preview({ hq: inputs, elsewhere })).failures).toEqual({});
    },
  },
  {
    name: "a key that moves from one resource to another in one run stays",
    async run(world) {
      await world.up({ hq: inputs });
      const run = await world.up({ ...but("vars"), other: { siteId: headquarters, vars: { office: "20" } } });
      expect(run.operations).toEqual({ hq: "update", other: "create" });
      await world.refresh();
      expect(world.setting(headquarters)).toMatchObject({ vars: { office: "20" } });
    },
  },
  {
    name: "a resource that is renamed without an alias leaves every key in place",
    async run(world) {
      await world.up({ oldName: inputs });
      expect((await world.up({ newName: inputs })).operations).toEqual({ newName: "create", oldName: "delete" });
      expect(world.setting(headquarters)).toEqual(data);
      await world.expectSettled({ newName: inputs });
    },
  },
  {
    name: "another site is another setting: the keys of the old one are cleared",
    async run(world) {
      await world.up(program);
      expect((await world.up(changed({ siteId: warehouse }))).operations).toEqual({ hq: "replace" });
      expect([world.setting(headquarters), world.setting(warehouse)]).toEqual([{}, data]);
    },
  },
  {
    name: "onDelete: retain leaves the keys, and costs no call",
    async run(world) {
      await world.up(changed({ onDelete: "retain" }));
      world.takeCalls();
      await world.stack.destroy();
      expect(world.takeCalls()).toEqual([]);
      expect(world.setting(headquarters)).toEqual(data);
    },
  },
  {
    name: "the setting of a site is gone with it, and its deletion then is no error",
    async run(world) {
      await world.up(program);
      world.mist.world.removeSite(headquarters);
      expect((await world.stack.destroy()).failures).toEqual({});
      await world.up({ hq: changed({ siteId: warehouse }).hq });
      world.mist.world.removeSite(warehouse);
      const { message } = await world.failingUp(changed({ siteId: warehouse, apUpdownThreshold: 9 }));
      expect(message).toBe(
        `setting of site ${warehouse} is gone; \`pulumi refresh\` notes that, and the next \`up\` begins anew`,
      );
      expect((await world.refresh()).operations).toEqual({ hq: "delete" });
    },
  },
  {
    name: "a permission that was lost is an error, and nothing is gone",
    async run(world) {
      await world.up(program);
      world.simulators.faults.add({
        method: "GET",
        path: /setting/,
        action: { kind: "status", status: 403, body: { detail: "no" } },
      });
      expect(onlyFailure(await world.stack.refresh())).toContain("HTTP 403");
      expect(world.stack.has("hq")).toBe(true);
    },
  },
  {
    name: "T#85: rules of switches of which one named default is not the last are refused, here and inside switch",
    async run(world) {
      const switchMatching = { enable: true, rules: [{ name: "default" }, { name: "access" }] };
      const refusal = async (change: JsonMap) => onlyFailure(await world.stack.preview(changed(change)));
      expect(await refusal({ switchMatching })).toMatch(/^switchMatching.rules\[0\] is named default/);
      expect(await refusal({ switch: { switchMatching } })).toMatch(
        /^switch.switchMatching.rules\[0\] is named default/,
      );
    },
  },
  {
    name: "a value out of range is a warning, and Mist's own refusal is told in its words",
    async run(world) {
      const wild = changed({ apUpdownThreshold: 300 });
      expect(warnings(await world.stack.preview(wild))).toBe("apUpdownThreshold is 300, and Mist knows 0 to 240");
      expect((await world.failingUp(wild)).message).toContain(
        `Mist could not change the setting of site ${headquarters}: the request was rejected (HTTP 400): ` +
          '"invalid field: ap_updown_threshold: must be between 0 and 240"',
      );
    },
  },
  {
    name: "keys newer than this version are set, compared and cleared",
    async run(world) {
      const newer = changed({ additionalKeys: { newer: { a: 1 } } });
      await world.up(newer);
      await world.expectSettled(newer);
      await world.stack.destroy();
      expect(world.setting(headquarters)).toEqual({});
    },
  },
  {
    name: "secrets inside are kept, and variables that the program marks as well",
    async run(world) {
      await world.up(program);
      await world.refresh();
      const { switchMgmt } = world.stack.state("hq").inputs as { switchMgmt: JsonMap };
      expect(switchMgmt.rootPassword).toEqual(world.kept(secretTexts[0]));
      Object.assign(world.setting(headquarters), { switch_mgmt: { root_password: secretTexts[1] } });
      await world.refresh();
    },
  },
  {
    name: "an import has the keys that say something, and none of Mist's defaults; the program then has nothing to do",
    options: { variants: { defaults: "shown", nestedDefaults: "shown", signedUrls: "rotating" } },
    async run(world) {
      Object.assign(world.setting(headquarters), data);
      for (const key of [
        headquarters,
        headquarters.toUpperCase(),
        `${world.mist.orgId}/${headquarters}`,
        `site:${world.mist.orgId}.${headquarters}`,
      ]) {
        world.stack.resources.clear();
        const { failures } = await world.stack.import("hq", key);
        expect(failures, key).toEqual({});
        const imported = visible(world.stack.state("hq").inputs);
        expect(Object.keys(imported).sort(), key).toEqual(["apUpdownThreshold", "siteId", "switchMgmt", "vars"]);
        expect((await world.stack.preview({ hq: imported })).operations).toEqual({ hq: "same" });
        await world.expectNoDrift({ hq: imported });
      }
      expect((await world.stack.import("hq", "nonsense")).failures.hq?.message).toBe(
        '"nonsense" names no site: give its id',
      );
    },
  },
  {
    name: "read-only mode refuses every write",
    async run(world) {
      await world.up(program);
      world.configure({ readOnly: true });
      const text = `setting of site ${headquarters} was not changed: ztp:mist.readOnly is set`;
      expect((await world.failingUp(changed({ vars: {} }))).message).toBe(text);
      expect(onlyFailure(await world.stack.destroy())).toBe(text);
      await world.expectNoDrift(program);
    },
  },
  {
    name: "no input that is not known yet makes check, diff or a preview fail",
    async run(world) {
      await world.up(program);
      const state = world.stack.state("hq");
      await world.stack.withHost(async (host) => {
        for (const name of [...Object.keys(inputs), "additionalKeys", "onDelete", "switchMatching"]) {
          for (const [kind, sentinel] of Object.entries(unknownSentinels)) {
            const news = host.programInputs(state.urn, { ...inputs, [name]: sentinel }, true);
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
    name: "a setting beside one of the organization has nothing to do with it",
    async run(world) {
      await world.up({ ...program, org: ofType("mist:OrgSetting", { apUpdownThreshold: 7 }) });
      expect([world.setting(headquarters).ap_updown_threshold, world.orgSetting()]).toEqual([
        5,
        { ap_updown_threshold: 7 },
      ]);
    },
  },
];
