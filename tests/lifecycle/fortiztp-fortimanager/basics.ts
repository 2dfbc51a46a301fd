import { expect } from "vitest";
import { type JsonMap, unknownSentinels, visible } from "../harness/host";
import { PluginHost } from "../harness/plugin-host";
import {
  address,
  change,
  collection,
  creation,
  item,
  type ManagerScenario,
  newOid,
  otherAddress,
  otherSerial,
  scripts,
  serial,
  shared,
  single,
} from "./world";

const scripted = { ...single, scriptOid: scripts[0] };

/** What can never be an entry, and what is said about it. */
const wrong: readonly { inputs: JsonMap; words: string }[] = [
  { inputs: { addresses: [address] }, words: "serialNumbers is required" },
  { inputs: { serialNumbers: [], addresses: [] }, words: "serialNumbers is empty; addresses is empty" },
  { inputs: { ...single, serialNumbers: [serial, " "] }, words: "serialNumbers[1] is empty" },
  {
    inputs: { ...single, addresses: [`${address},${otherAddress}`] },
    words: `addresses[0] holds a comma: make "${address},${otherAddress}" separate items`,
  },
  {
    inputs: { ...single, addresses: [address, otherAddress] },
    words:
      "serialNumbers has 1 item and addresses 2 items: give one address for each serial, in the same order, or one " +
      "for two serials that share it",
  },
  {
    inputs: { serialNumbers: [serial, otherSerial, "FMG-3"], addresses: [address] },
    words: "3 items and addresses 1 item",
  },
  { inputs: { ...single, scriptOid: 0 }, words: "scriptOid must be >0" },
];

export const basics: readonly ManagerScenario[] = [
  {
    name: "an entry is created, left alone, read, updated and deleted in exactly the calls that it takes",
    async run(world) {
      expect((await world.up({ fmg: scripted })).operations).toEqual({ fmg: "create" });
      expect(world.takeCalls()).toEqual(creation);
      expect(world.entry()).toMatchObject({ sn: serial, ip: address, scriptOid: 101 });

      expect((await world.up({ fmg: scripted })).operations).toEqual({ fmg: "same" });
      expect(world.takeCalls()).toEqual([]);
      await world.expectNoDrift({ fmg: scripted });
      expect(world.takeCalls()).toEqual([`GET ${collection}`]);

      const clustered = { ...shared, scriptOid: 102 };
      const updated = await world.up({ fmg: clustered });
      expect(updated.operations).toEqual({ fmg: "update" });
      expect(updated.paths.fmg).toContain("scriptOid");
      expect(world.takeCalls()).toEqual(change);
      expect(world.entry()).toMatchObject({ sn: `${serial},${otherSerial}`, ip: address, scriptOid: 102 });
      expect(world.stack.state("fmg").id).toBe(String(newOid));
      await world.expectNoDrift({ fmg: clustered });
      world.takeCalls();

      expect((await world.stack.destroy()).operations).toEqual({ fmg: "delete" });
      expect(world.takeCalls()).toEqual([`DELETE ${item}`]);
      expect(world.withMember()).toEqual([]);
      expect(world.stack.has("fmg")).toBe(false);
    },
  },
  {
    name: "the state echoes the inputs as they were written and adds what FortiZTP says",
    async run(world) {
      const inputs = {
        ...scripted,
        serialNumbers: [` ${serial.toLowerCase()}`],
        addresses: [address.toUpperCase()],
        adopt: "never",
      };
      await world.up({ fmg: inputs });
      expect(world.entry()).toMatchObject({ sn: serial.toLowerCase(), ip: address.toUpperCase() });
      const { id, outputs } = world.stack.state("fmg");
      expect(id).toBe(String(newOid));
      const told = { oid: newOid, updateTime: "2025-01-31T12:00:00.000Z", effectiveScriptOid: 101 };
      expect(visible(outputs)).toEqual({ ...inputs, ...told });
      await world.expectNoDrift({ fmg: inputs });
      expect(visible(world.stack.state("fmg").inputs)).toEqual(inputs);
      await world.expectNoDrift({ fmg: { ...scripted, adopt: "never" } });
    },
  },
  {
    name: "case and blanks of serials and host names are no difference, their order is",
    async run(world) {
      const cluster = { serialNumbers: [serial, otherSerial], addresses: [address, otherAddress] };
      await world.up({ fmg: cluster });
      const spelled = {
        serialNumbers: [serial.toLowerCase(), ` ${otherSerial} `],
        addresses: [` ${address.toUpperCase()}`, otherAddress],
      };
      expect((await world.stack.preview({ fmg: spelled })).operations).toEqual({ fmg: "same" });
      world.fortinet.patchFortiManager(newOid, {
        sn: `${serial.toLowerCase()}, ${otherSerial}`,
        ip: `${address.toUpperCase()} ,${otherAddress}`,
      });
      await world.expectNoDrift({ fmg: cluster });
      const turned = { serialNumbers: [otherSerial, serial], addresses: [otherAddress, address] };
      expect((await world.up({ fmg: turned })).operations).toEqual({ fmg: "update" });
      expect(world.entry()).toMatchObject({ sn: `${otherSerial},${serial}`, ip: `${otherAddress},${address}` });
    },
  },
  {
    name: "members come and go in place, and an entry that is as wanted by now is not written",
    async run(world) {
      await world.up({ fmg: single });
      for (const members of [shared, { serialNumbers: [otherSerial], addresses: [otherAddress] }, single]) {
        world.takeCalls();
        await world.up({ fmg: members });
        expect(world.takeCalls()).toEqual(change);
        expect(world.entry()).toMatchObject({ sn: members.serialNumbers.join(), ip: members.addresses.join() });
        await world.expectNoDrift({ fmg: members });
      }
      world.fortinet.patchFortiManager(newOid, { ip: otherAddress });
      world.takeCalls();
      await world.up({ fmg: { ...single, addresses: [otherAddress] } });
      expect(world.takeCalls()).toEqual([`GET ${item}`]);
    },
  },
  {
    name: "a change of behaviour inputs alone costs no call, and spelling a default out changes nothing",
    async run(world) {
      await world.up({ fmg: single });
      world.takeCalls();
      const spelled = { ...single, adopt: "identical", onDelete: "delete" };
      expect((await world.stack.preview({ fmg: spelled })).operations).toEqual({ fmg: "same" });
      expect((await world.up({ fmg: { ...single, onDelete: "retain" } })).operations).toEqual({ fmg: "update" });
      await world.stack.destroy();
      expect(world.takeCalls()).toEqual([]);
      expect(world.withMember()).toEqual([newOid]);
    },
  },
  ...wrong.map(
    ({ inputs, words }): ManagerScenario => ({
      name: `${JSON.stringify(inputs)} is refused before any call`,
      async run(world) {
        const preview = await world.stack.preview({ fmg: inputs });
        expect(preview.failures.fmg?.message).toContain(words);
        expect(world.takeCalls()).toEqual([]);
      },
    }),
  ),
  {
    name: "no input that is not known yet makes check, diff or a preview fail, even where the known one would",
    async run(world) {
      await world.up({ fmg: scripted });
      const state = world.stack.state("fmg");
      const clash = { ...scripted, addresses: [otherAddress] };
      const parts = [
        ...["serialNumbers", "addresses", "adopt", "onDelete", "scriptOid"],
        ...["serialNumbers.item", "addresses.item"],
      ];
      await world.stack.withHost(async (host) => {
        const judge = async (part: string, sentinel: string): Promise<void> => {
          const [name = "", isItem] = part.split(".");
          const program = { ...clash, [name]: isItem ? [sentinel] : sentinel };
          const checked = await host.check(state.urn, state.inputs, host.programInputs(state.urn, program, true));
          expect(checked.failures, part).toEqual([]);
          expect((await host.diff(state, checked.inputs)).replaces, part).toEqual([]);
          if (host.kind === "dynamic") return;
          const replies = [await host.update(state, checked.inputs, { preview: true })];
          if (name !== "onDelete" && name !== "scriptOid") {
            const created = await host.create(world.stack.urn("new"), checked.inputs, { preview: true });
            expect(created).toMatchObject({ id: "", outputs: { oid: unknownSentinels.string } });
            replies.push(created.outputs);
          }
          for (const outputs of replies) expect(Object.values(outputs)).not.toContain(null);
        };
        const sentinels = Object.values(unknownSentinels);
        await Promise.all(parts.flatMap((part) => sentinels.map((sentinel) => judge(part, sentinel))));
      });
      expect(world.takeWrites()).toEqual([`POST ${collection}`]);
    },
  },
  {
    name: "a preview of a create knows the oid of the entry that it takes over, whatever its script will be",
    hosts: ["plugin"],
    async run(world) {
      world.add({ scriptOid: 101 });
      await world.stack.withHost(async (host) => {
        const unknown = unknownSentinels.number;
        const create = (inputs: JsonMap) => host.create(world.stack.urn("fmg"), inputs, { preview: true });
        for (const program of [single, scripted, { ...single, scriptOid: unknown }])
          expect(await create(program)).toMatchObject({
            outputs: { oid: newOid, effectiveScriptOid: unknownSentinels.string },
          });
        const fresh = await create({ serialNumbers: [otherSerial], addresses: [address] });
        expect(fresh).toMatchObject({ id: "", outputs: { oid: unknownSentinels.string } });
      });
      expect(world.takeCalls()).toEqual([`GET ${collection}`]);
    },
  },
  {
    name: "the entries of the account can be listed",
    hosts: ["plugin"],
    async run(world) {
      await world.up({ fmg: single });
      await world.stack.withHost(async (plugin) => {
        if (!(plugin instanceof PluginHost)) throw new Error("Only the plugin lists.");
        expect((await plugin.list()).ids).toEqual(["201", "202", String(newOid)]);
      });
    },
  },
];
