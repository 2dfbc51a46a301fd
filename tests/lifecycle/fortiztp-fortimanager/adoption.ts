import { expect } from "vitest";
import {
  address,
  collection,
  creation,
  item,
  type ManagerScenario,
  newOid,
  onlyFailure,
  otherAddress,
  otherSerial,
  serial,
  shared,
  single,
  warnings,
} from "./world";

const second = { serialNumbers: [otherSerial], addresses: [otherAddress] };

export const adoption: readonly ManagerScenario[] = [
  {
    name: "an entry that is as the program wants it is taken over without a write, even where writes are forbidden",
    options: { config: { readOnly: true } },
    async run(world) {
      const oid = world.add({ sn: serial.toLowerCase(), ip: address.toUpperCase(), scriptOid: 101 });
      // Whatever its script, where the program names none.
      for (const program of [{ fmg: single }, { fmg: { ...single, scriptOid: 101 } }]) {
        world.stack.resources.clear();
        world.takeCalls();
        expect((await world.up(program)).operations).toEqual({ fmg: "create" });
        expect(world.takeCalls()).toEqual([`GET ${collection}`]);
        expect(world.stack.state("fmg")).toMatchObject({ id: String(oid), outputs: { oid, effectiveScriptOid: 101 } });
        await world.expectNoDrift(program);
      }
    },
  },
  {
    name: "an entry of the same serial that differs is refused in words that name both sides",
    async run(world) {
      const oid = world.add({ ip: otherAddress, scriptOid: 101 });
      const rest = '. Correct the program, import the entry, or set adopt to "update" to change it';
      const there = `FortiZTP already has FortiManager ${oid} (${serial} at ${otherAddress} with script 101)`;
      expect(await world.refusal({ fmg: single })).toBe(
        `${there}, while the program wants ${serial} at ${address}${rest}`,
      );
      const scripted = { serialNumbers: [serial], addresses: [otherAddress], scriptOid: 102 };
      expect(await world.refusal({ fmg: scripted })).toBe(
        `${there}, while the program wants ${serial} at ${otherAddress} with script 102${rest}`,
      );
      expect(world.stack.has("fmg")).toBe(false);
    },
  },
  {
    name: "an entry of a cluster is the same one for each of its members",
    async run(world) {
      const oid = world.add({ sn: `${serial},${otherSerial}` });
      expect(await world.refusal({ fmg: second })).toContain(`FortiManager ${oid} (${serial},${otherSerial} at`);
      await world.up({ fmg: { ...second, adopt: "update" } });
      expect(world.entry(oid)).toMatchObject({ sn: otherSerial, ip: otherAddress });
    },
  },
  {
    name: "adopt: update changes it under the same oid, leaves the script that nobody names, and a preview says so",
    async run(world) {
      const oid = world.add({ ip: otherAddress, scriptOid: 101 });
      const program = { fmg: { ...shared, adopt: "update" } };
      const preview = await world.stack.preview(program);
      if (world.stack.kind === "plugin")
        expect(warnings(preview)).toBe(
          `FortiManager ${oid} (${serial} at ${otherAddress} with script 101) is there already; it is changed to ` +
            `${serial}, ${otherSerial} at ${address}`,
        );
      world.takeCalls();
      await world.up(program);
      expect(world.takeCalls()).toEqual([`GET ${collection}`, `PUT ${item}`, `GET ${item}`]);
      expect(world.entry(oid)).toMatchObject({ sn: `${serial},${otherSerial}`, ip: address, scriptOid: 101 });
      await world.expectNoDrift(program);
    },
  },
  {
    name: "adopt: never refuses even an entry that is as the program wants it",
    async run(world) {
      const oid = world.add();
      expect(await world.refusal({ fmg: { ...single, adopt: "never" } })).toBe(
        `FortiZTP already has FortiManager ${oid} (${serial} at ${address}), and adopt is "never"; import it, or set ` +
          'adopt to "identical"',
      );
    },
  },
  {
    name: "several entries for the serials are refused, whatever they say",
    async run(world) {
      const oids = [world.add(), world.add({ sn: otherSerial, ip: otherAddress })];
      for (const adopt of ["identical", "update"])
        expect(await world.refusal({ fmg: { ...shared, adopt } })).toBe(
          `FortiZTP has several entries for ${serial}, ${otherSerial}: FortiManager ${oids[0]} (${serial} at ${address}) ` +
            `and FortiManager ${oids[1]} (${otherSerial} at ${otherAddress}); import the one that is meant`,
        );
    },
  },
  {
    name: "two resources that share a serial are refused before anything is written for the second",
    async run(world) {
      const program = { first: shared, second };
      const words = `FortiManager ${otherSerial} in FortiZTP is managed by first (`;
      expect(onlyFailure(await world.stack.preview(program))).toContain(words);
      expect(onlyFailure(await world.stack.up(program))).toContain(words);
      expect(world.takeWrites()).toEqual([`POST ${collection}`]);
    },
  },
  {
    name: "two resources that would take over the same entry end with one each",
    async run(world) {
      const oid = world.add({ sn: `${serial},${otherSerial}` });
      const program = { first: { ...single, adopt: "update" }, second: { ...second, adopt: "update" } };
      const run = await world.stack.up(program);
      expect(onlyFailure(run)).toContain(`is the same as another one of this program (oid ${oid})`);
      await world.up(program);
      expect([world.withMember(serial), world.withMember(otherSerial)].flat().sort()).toEqual([oid, newOid + 1]);
      await world.expectNoDrift(program);
    },
  },
  {
    name: "a resource that is renamed without an alias ends with the entry in place, and says why it stays",
    async run(world) {
      await world.up({ oldName: single });
      world.takeWrites();
      const run = await world.up({ newName: single });
      expect(run.operations).toEqual({ newName: "create", oldName: "delete" });
      expect(world.takeWrites()).toEqual([]);
      expect(warnings(run)).toBe(`FortiManager ${newOid} stays: another resource of this program has taken it over`);
      await world.expectNoDrift({ newName: single });
    },
  },
  {
    name: "entries of a program are made at once from one list, and read back from one",
    async run(world) {
      const program = { first: single, second };
      await world.up(program);
      const calls = world.takeCalls();
      expect([...calls].sort()).toEqual(
        [...creation, ...creation.slice(1).map((call) => call.replace(`${newOid}`, `${newOid + 1}`))].sort(),
      );
      await world.expectNoDrift(program);
      expect(world.takeCalls()).toEqual([`GET ${collection}`]);
    },
  },
  {
    name: "an entry of one account is another entry to another account",
    options: {
      fortinet: {
        accounts: { other: { fortiManagers: [{ sn: serial, ip: otherAddress }] } },
        users: [{ apiId: "OTHER-USER", password: "another-password-2!bB", account: "other" }],
      },
    },
    async run(world) {
      await world.up({ fmg: single });
      world.configure({ apiId: "OTHER-USER", password: "another-password-2!bB" });
      world.stack.resources.clear();
      expect((await world.failingUp({ fmg: single })).message).toContain(`(${serial} at ${otherAddress})`);
    },
  },
];
