import { expect } from "vitest";
import { type JsonMap, unknownSentinels, visible } from "../harness/host";
import { PluginHost } from "../harness/plugin-host";
import { type DeviceScenario, gate, otherGate, toCloud, toManager, warnings } from "./world";

const inputNames = [
  ...["serial", "deviceType", "provisionTarget", "region", "fortiManagerOid", "externalControllerSerial"],
  ...["externalControllerAddress", "scriptOid", "useDefaultScript", "firmwareProfile", "platform"],
  ...["adopt", "onDelete", "waitFor", "timeoutSeconds"],
];

export const basics: readonly DeviceScenario[] = [
  {
    name: "a device is created, left alone, read, updated and deleted in exactly the calls that it takes",
    async run(world) {
      expect((await world.up({ gate: toCloud })).operations).toEqual({ gate: "create" });
      expect(world.takeCalls()).toEqual(["GET /v2/devices", `PUT /v2/devices/${gate}`, "GET /v2/devices?deviceSN"]);
      expect(world.device()).toMatchObject({ provisionTarget: "FortiGateCloud", region: "europe" });

      expect((await world.up({ gate: toCloud })).operations).toEqual({ gate: "same" });
      expect(world.takeCalls()).toEqual([]);
      await world.expectNoDrift({ gate: toCloud });
      expect(world.takeCalls()).toEqual(["GET /v2/devices"]);

      const updated = await world.up({ gate: toManager });
      expect(updated.operations).toEqual({ gate: "update" });
      expect(updated.paths.gate).toEqual(["fortiManagerOid", "provisionTarget", "region"]);
      expect(world.takeCalls()).toEqual([
        "GET /v2/devices",
        `PUT /v2/devices/${gate}`,
        "GET /v2/devices?deviceSN",
        `PUT /v2/devices/${gate}`,
        "GET /v2/devices?deviceSN",
      ]);
      expect(world.device()).toMatchObject({ provisionTarget: "FortiManager", fortiManagerOid: 201, region: null });

      expect((await world.stack.destroy()).operations).toEqual({ gate: "delete" });
      expect(world.takeCalls()).toEqual(["GET /v2/devices", `PUT /v2/devices/${gate}`, "GET /v2/devices?deviceSN"]);
      expect(world.device()).toMatchObject({ provisionStatus: "unprovisioned", provisionTarget: null });
      expect(world.stack.has("gate")).toBe(false);
    },
  },
  {
    name: "the state echoes the inputs as they were written and adds what FortiZTP says",
    async run(world) {
      const inputs = { ...toCloud, serial: gate.toLowerCase(), adopt: "never", timeoutSeconds: 60 };
      await world.up({ gate: inputs });
      const { id, outputs } = world.stack.state("gate");
      expect(id).toBe(gate);
      expect(visible(outputs)).toEqual({
        ...inputs,
        provisionStatus: "incomplete",
        provisionSubStatus: "waiting",
        message: "Waiting for the device to connect",
        provisioningStartedAt: "2025-01-31T12:00:00.000Z",
        effectiveDeviceType: "FortiGate",
        effectiveRegion: "europe",
      });
      expect(outputs.__provider).toBe(
        'exports.handler=()=>require("pulumi-ztp/dynamic/v1").handler("fortiztp:Device")',
      );
      world.comesOnline();
      await world.expectNoDrift({ gate: inputs });
      expect(world.stack.state("gate").outputs).toMatchObject({ provisionStatus: "provisioned" });
      expect(world.stack.state("gate").outputs.provisionSubStatus).toBeUndefined();
    },
  },
  {
    name: "a change of behaviour inputs alone costs no call and stands in the state",
    async run(world) {
      await world.up({ gate: toCloud });
      world.takeCalls();
      const retained = { ...toCloud, onDelete: "retain" };
      expect((await world.up({ gate: retained })).operations).toEqual({ gate: "update" });
      await world.stack.destroy();
      expect(world.takeCalls()).toEqual([]);
      expect(world.device().provisionStatus).toBe("incomplete");
    },
  },
  {
    name: "spelling a default out, and another case of a serial, change nothing",
    async run(world) {
      await world.up({ gate: toManager });
      const spelled = { useDefaultScript: false, adopt: "identical", onDelete: "unprovision", waitFor: "accepted" };
      const program = { gate: { ...toManager, ...spelled, serial: gate.toLowerCase() } };
      expect((await world.stack.preview(program)).operations).toEqual({ gate: "same" });
    },
  },
  {
    name: "another serial is another device: the old one is unprovisioned before the new one is provisioned",
    async run(world) {
      await world.up({ gate: toCloud });
      world.takeWrites();
      const run = await world.up({ gate: { ...toCloud, serial: otherGate } });
      expect(run.operations).toEqual({ gate: "replace" });
      expect(world.takeWrites()).toEqual([`${gate} unprovisioned`, `${otherGate} to FortiGateCloud`]);
      expect(world.stack.state("gate").id).toBe(otherGate);
    },
  },
  {
    name: "no input that is not known yet makes check, diff or a preview fail, or asks for a replacement",
    async run(world) {
      await world.up({ gate: toManager });
      const state = world.stack.state("gate");
      await world.stack.withHost(async (host) => {
        const judge = async (name: string, sentinel: string): Promise<void> => {
          const news = host.programInputs(state.urn, { ...toManager, [name]: sentinel }, true);
          const checked = await host.check(state.urn, state.inputs, news);
          expect(checked.failures, name).toEqual([]);
          expect(checked.inputs[name], name).toBe(unknownSentinels.string);
          expect((await host.diff(state, { ...checked.inputs, [name]: sentinel })).replaces, name).toEqual([]);
          if (host.kind === "dynamic") return;
          const updated = await host.update(state, { ...checked.inputs, [name]: sentinel }, { preview: true });
          const created = await host.create(state.urn, { ...checked.inputs, [name]: sentinel }, { preview: true });
          for (const outputs of [updated, created.outputs]) expect(Object.values(outputs)).not.toContain(null);
          expect(created.id).toBe(name === "serial" ? "" : gate);
        };
        const sentinels = Object.values(unknownSentinels);
        await Promise.all(inputNames.flatMap((name) => sentinels.map((sentinel) => judge(name, sentinel))));
      });
    },
  },
  {
    name: "a preview of a create knows the id and the type, costs one call for all, and writes nothing",
    hosts: ["plugin"],
    async run(world) {
      await world.stack.withHost(async (host) => {
        const urn = world.stack.urn("gate");
        const previews = await Promise.all(
          [gate, otherGate].map((serial) => host.create(urn, { ...toCloud, serial }, { preview: true })),
        );
        expect(previews.map(({ id }) => id)).toEqual([gate, otherGate]);
        const expected: JsonMap = { effectiveDeviceType: "FortiGate", provisionStatus: unknownSentinels.string };
        expect(previews[0]?.outputs).toMatchObject(expected);
      });
      expect(world.takeCalls()).toEqual(["GET /v2/devices"]);
    },
  },
  {
    name: "a preview of a change of target says what it does to the device, a change of behaviour says nothing",
    async run(world) {
      await world.up({ gate: toCloud });
      const preview = await world.stack.preview({ gate: toManager });
      expect(warnings(preview)).toMatch(
        /^FGT60FTK22090001 is unprovisioned from FortiGateCloud.* and sent to FortiManager 201: .* calls home again/,
      );
      expect(preview.messages.map(({ urn }) => urn)).toEqual([world.stack.urn("gate")]);
      expect((await world.stack.preview({ gate: { ...toCloud, adopt: "update" } })).messages).toEqual([]);
      expect((await world.up({ gate: toManager })).messages).toEqual([]);
    },
  },
  {
    name: "the devices that have been sent somewhere can be listed in pages, and the functions answer",
    hosts: ["plugin"],
    async run(world) {
      await world.up({ gate: toCloud, other: { ...toCloud, serial: otherGate } });
      await world.stack.withHost(async (plugin) => {
        if (!(plugin instanceof PluginHost)) throw new Error("Only the plugin lists.");
        expect((await plugin.list()).ids).toEqual([gate, otherGate, "FGT60FTK21090002"]);
        const first = await plugin.list({ pageSize: 2 });
        expect(first).toEqual({ ids: [gate, otherGate], next: "2" });
        expect((await plugin.list({ pageSize: 2, token: first.next })).ids).toEqual(["FGT60FTK21090002"]);
        const found = await plugin.invoke("ztp:fortiztp:getDevice", { serial: gate });
        expect(found).toMatchObject({ serial: gate, provisionTarget: "FortiGateCloud", provisionStatus: "incomplete" });
      });
    },
  },
];
