import { expect } from "vitest";
import { type JsonMap, unknownSentinels, visible } from "../harness/host";
import { PluginHost } from "../harness/plugin-host";
import {
  access,
  type DeviceScenario,
  headquarters,
  idOf,
  lobby,
  mistChassisMac,
  mistDevice,
  ofType,
  onlyFailure,
  pooled,
  secretTexts,
  until,
  warehouse,
} from "./world";

const path = `/sites/${headquarters}/devices`;
const [list, look, write] = [`GET ${path}?type`, `GET ${path}/{id}`, `PUT ${path}/{id}`];
const inputs: JsonMap = {
  siteId: headquarters,
  mac: lobby,
  name: "lobby",
  notes: "above the door",
  led: { enabled: false, brightness: 100 },
  disableModule: true,
};
const program = { lobby: inputs };
const data = { name: "lobby", notes: "above the door", led: { enabled: false, brightness: 100 }, disable_module: true };
const changed = (change: JsonMap) => ({ lobby: { ...inputs, ...change } });
const but = (...keys: string[]) => ({
  lobby: Object.fromEntries(Object.entries(inputs).filter(([key]) => !keys.includes(key))),
});

export const basics: readonly DeviceScenario[] = [
  {
    name: "the configuration of a device is written, left alone, refreshed and changed in exactly the calls that it takes",
    async run(world) {
      expect((await world.up(program)).operations).toEqual({ lobby: "create" });
      expect(world.bodies("PUT")).toEqual([{ type: "ap", ...data }]);
      expect(world.takeCalls()).toEqual([look, write]);
      expect(world.config(lobby)).toEqual(data);
      const { id, outputs } = world.stack.state("lobby");
      expect(id).toBe(`${headquarters}/${idOf(lobby)}`);
      expect(outputs).toMatchObject({ serial: "A070900900001", model: "AP45" });
      await world.expectSettled(program);
      world.takeCalls();
      await world.refresh();
      expect(world.takeCalls()).toEqual([list]);
      await world.up(changed({ notes: "beside the door" }));
      expect(world.bodies("PUT")).toEqual([{ type: "ap", notes: "beside the door" }]);
      expect(world.takeCalls()).toEqual([write]);
    },
  },
  {
    name: "a key that the program no longer says is cleared, it and no other",
    async run(world) {
      await world.up(changed({ disableEth3: true }));
      await world.up({ lobby: { ...but("disableModule").lobby, disableEth3: true } });
      expect(world.bodies("PUT").at(-1)).toEqual({ type: "ap", "-disable_module": "" });
      const { disable_module, ...rest } = data;
      expect(world.config(lobby)).toEqual({ ...rest, disable_eth3: true });
    },
  },
  {
    name: "T#53, T#54: what the portal has set besides is neither drift nor touched, images by rotating addresses included",
    async run(world) {
      world.mist.device(lobby).images = [1, 2];
      await world.up(program);
      Object.assign(world.config(lobby), { height: 2.75, led: { ...data.led, mode: "auto" } });
      await world.expectSettled(program);
      expect(JSON.stringify(world.stack.state("lobby"))).not.toContain("image");
      await world.up(changed({ led: { enabled: true } }));
      expect(world.config(lobby)).toEqual({ ...data, height: 2.75, led: { enabled: true, mode: "auto" } });
    },
  },
  {
    name: "delete leaves the configuration as it is, without a call; onDelete: clear takes the program's keys away",
    async run(world) {
      await world.up(program);
      world.takeCalls();
      await world.stack.destroy();
      expect(world.takeCalls()).toEqual([]);
      expect(world.config(lobby)).toEqual(data);
      Object.assign(world.config(lobby), { height: 2.75 });
      await world.up(changed({ onDelete: "clear" }));
      await world.stack.destroy();
      expect(world.config(lobby)).toEqual({ height: 2.75 });
    },
  },
  {
    name: "a device is named by its id or its MAC address, in any spelling, and by both when they agree",
    async run(world) {
      const { mac, ...rest } = inputs;
      await world.up({ lobby: { ...rest, mac: "5C:5B:35:0D:BB:A1" } });
      await world.expectSettled({ lobby: { ...rest, mac: "5c5b.350d.bba1" } });
      const both = { ...rest, mac: lobby, deviceId: idOf(lobby).toUpperCase() };
      expect((await world.up({ lobby: both })).operations).toEqual({ lobby: "update" });
      await world.expectSettled({ lobby: both });
      await world.up({ lobby: { ...rest, deviceId: `00000000-0000-0000-0000-${lobby}` } });
      await world.expectSettled({ lobby: { ...rest, deviceId: idOf(lobby) } });
      const refusal = async (more: JsonMap) => onlyFailure(await world.stack.preview({ lobby: { ...rest, ...more } }));
      expect(await refusal({})).toBe("one of deviceId and mac is needed");
      expect(await refusal({ mac: access, deviceId: idOf(lobby) })).toBe(
        "deviceId and mac name different devices; one of them is enough",
      );
      expect(await refusal({ mac: "5c5b35" })).toBe("mac must be a MAC address, 12 hexadecimal digits");
    },
  },
  {
    name: "another device is another configuration, however it is named",
    async run(world) {
      const other = mistDevice("ap", 900_002).mac;
      await world.up(changed({ onDelete: "clear" }));
      expect((await world.up(changed({ mac: other }))).operations).toEqual({ lobby: "replace" });
      expect(world.config(lobby)).toEqual({});
      world.takeWrites();
      expect(await world.refusal({ lobby: { ...but("mac").lobby, deviceId: idOf(lobby) } })).toBe(
        `this resource is about deviceId ${idOf(other)}, not ${idOf(lobby)}: correct it, or make another resource`,
      );
    },
  },
  {
    name: "a device that was assigned a moment ago is waited for",
    options: { variants: { assignVisibilityDelayMs: 3_000 } },
    async run(world) {
      Object.assign(world.mist.device(pooled), {
        siteId: headquarters,
        assignmentVisibleAt: world.simulators.clock.now() + 3_000,
      });
      const run = await world.asTimeGoes(world.up(changed({ mac: pooled })));
      if (world.stack.kind === "plugin")
        expect(run.progress.join()).toContain(`waits for access point ${pooled} at site ${headquarters}`);
      expect(world.config(pooled)).toEqual(data);
    },
  },
  {
    name: "Ctrl-C ends the wait for a device at once",
    async run(world) {
      const { message } = await world.failingUp(changed({ mac: pooled }), {
        async during(host) {
          await until(() => world.simulators.requests.count({ path: /devices/ }) > 0);
          await host.cancel();
        },
      });
      expect(message).toContain("interrupted; run `pulumi up` again to continue");
    },
  },
  {
    name: "a device of another type is refused in Mist's words",
    async run(world) {
      const { message } = await world.failingUp({ lobby: { siteId: headquarters, mac: access, name: "x" } });
      expect(message).toContain('"invalid field: type: the device is a switch"');
      expect(world.config(access)).toEqual({ name: "hq-switch" });
    },
  },
  {
    name: "a device that leaves its site has no configuration left, and is waited for at the next one",
    async run(world) {
      await world.up(program);
      world.mist.world.unassign(world.mist.device(lobby));
      expect((await world.refresh()).operations).toEqual({ lobby: "delete" });
      Object.assign(world.mist.device(lobby), { siteId: warehouse });
      await world.up(changed({ siteId: warehouse }));
      expect(world.config(lobby)).toEqual(data);
    },
  },
  {
    name: "a device that left its site makes its update fail with what to do, and its deletion not",
    async run(world) {
      await world.up(changed({ onDelete: "clear" }));
      world.mist.world.unassign(world.mist.device(lobby));
      expect((await world.failingUp(changed({ notes: "x" }))).message).toBe(
        `access point ${lobby} at site ${headquarters} is gone; \`pulumi refresh\` notes that, and the next \`up\` begins anew`,
      );
      expect((await world.stack.destroy()).failures).toEqual({});
    },
  },
  {
    name: "the devices of a site that is gone are gone with it",
    async run(world) {
      await world.up(program);
      world.mist.world.removeSite(headquarters);
      expect((await world.refresh()).operations).toEqual({ lobby: "delete" });
    },
  },
  {
    name: "all devices of a site are read with one list, of whatever type",
    async run(world) {
      const all = {
        lobby: inputs,
        second: { siteId: headquarters, mac: mistDevice("ap", 900_002).mac, name: "second" },
        access: ofType("mist:Switch", { siteId: headquarters, mac: access, name: "access" }),
      };
      await world.up(all);
      world.takeCalls();
      await world.expectNoDrift(all);
      expect(world.takeCalls()).toEqual([list]);
    },
  },
  {
    name: "two resources with keys of their own share a device; the same key is refused, however the device is named",
    async run(world) {
      const [first, second] = [
        but("notes").lobby,
        { siteId: headquarters, deviceId: idOf(lobby), notes: "above the door" },
      ];
      await world.up({ first, second });
      expect(world.config(lobby)).toEqual(data);
      await world.expectSettled({ first, second });
      const run = await world.stack.preview({ first, second: { ...second, name: "x" } });
      expect(onlyFailure(run)).toContain(
        `key name of the Mist access point at site ${headquarters}/${idOf(lobby)} is managed by first (`,
      );
    },
  },
  {
    name: "switches, gateways and virtual chassis are configured as access points are",
    async run(world) {
      const gateway = mistDevice("gateway", 900_010, { orgId: world.mist.orgId, siteId: headquarters });
      world.mist.seed([gateway]);
      const all = {
        access: ofType("mist:Switch", {
          siteId: headquarters,
          mac: access,
          name: "access",
          portConfig: { "ge-0/0/0-11": { usage: "office" } },
          switchMgmt: { rootPassword: secretTexts[0] },
        }),
        chassis: ofType("mist:Switch", { siteId: warehouse, mac: mistChassisMac, notes: "two members" }),
        wan: ofType("mist:Gateway", {
          siteId: headquarters,
          mac: gateway.mac,
          name: "wan",
          portConfig: { "ge-0/0/0": { usage: "wan", ltePassword: secretTexts[1] } },
        }),
      };
      await world.up(all);
      expect(
        world
          .bodies("PUT")
          .map((body) => (body as JsonMap).type)
          .sort(),
      ).toEqual(["gateway", "switch", "switch"]);
      expect(world.config(access)).toMatchObject({ port_config: { "ge-0/0/0-11": { usage: "office" } } });
      await world.expectSettled(all);
      Object.assign(world.config(gateway.mac), { port_config: { "ge-0/0/0": { usage: "lan" } } });
      expect((await world.refresh()).operations).toEqual({ access: "same", chassis: "same", wan: "update" });
    },
  },
  {
    name: "the profile of an access point is set and taken away",
    async run(world) {
      const deviceprofileId = world.add("deviceprofiles", { name: "lobby", type: "ap" }).id;
      await world.up(changed({ deviceprofileId }));
      expect(world.mist.device(lobby).deviceProfileId).toBe(deviceprofileId);
      await world.expectSettled(changed({ deviceprofileId }));
      await world.up(program);
      expect(world.mist.device(lobby).deviceProfileId).toBeNull();
    },
  },
  {
    name: "T#102: a configuration is imported by its site and the device, in every spelling, and the program says the same",
    async run(world) {
      Object.assign(world.config(lobby), data);
      for (const key of [
        `${headquarters}/${idOf(lobby)}`,
        `${headquarters.toUpperCase()}.${idOf(lobby)}`,
        `${headquarters}:${idOf(lobby)}`,
        `${headquarters}/${lobby}`,
        `${headquarters}/5C:5B:35:0D:BB:A1`,
        `${headquarters}.5c5b.350d.bba1`,
        `${headquarters}:5c-5b-35-0d-bb-a1`,
        `${headquarters}/00000000-0000-0000-0000-${lobby}`,
      ]) {
        world.stack.resources.clear();
        const imported = visible(await world.imported(key, "lobby"));
        expect(imported, key).toMatchObject({ siteId: headquarters, deviceId: idOf(lobby), name: "lobby" });
        expect(imported).not.toHaveProperty("mac");
        expect((await world.stack.preview({ lobby: imported })).operations).toEqual({ lobby: "same" });
      }
      const text = async (key: string) => (await world.stack.import("x", key)).failures.x?.message;
      for (const key of [headquarters, lobby, `${headquarters}/x`, `x/${lobby}`])
        expect(await text(key), key).toContain(
          "names no access point: give the id of its site, a slash, and its own id or MAC address",
        );
      expect(await text(`${headquarters}/${pooled}`)).toContain("does not exist");
    },
  },
  {
    name: "the devices of a type are listed site by site",
    hosts: ["plugin"],
    async run(world) {
      const host = await PluginHost.start({
        token: "mist:Switch",
        config: world.stack.config,
        engineAddress: "127.0.0.1:1",
      });
      try {
        const { ids } = await host.list();
        expect(ids).toEqual(
          expect.arrayContaining([`${headquarters}/${idOf(access)}`, `${warehouse}/${idOf(mistChassisMac)}`]),
        );
        const listed = ids.map((id) => world.mist.device(id.slice(-12)));
        expect(ids).toEqual(listed.map(({ siteId, mac }) => `${siteId}/${idOf(mac)}`));
        expect(new Set(listed.map(({ type }) => type))).toEqual(new Set(["switch"]));
      } finally {
        await host.close();
      }
    },
  },
  {
    name: "no input that is not known yet makes check, diff or a preview fail",
    async run(world) {
      await world.up(program);
      const state = world.stack.state("lobby");
      await world.stack.withHost(async (host) => {
        for (const name of [...Object.keys(inputs), "deviceId", "additionalKeys", "onDelete"]) {
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
];
