import { expect } from "vitest";
import type { FaultAction } from "../../../simulators";
import { type JsonMap, visible } from "../harness/host";
import {
  address,
  collection,
  item,
  type ManagerScenario,
  newOid,
  onlyFailure,
  otherAddress,
  otherSerial,
  serial,
  single,
} from "./world";

const notGone: readonly FaultAction[] = [
  { kind: "status", status: 401 },
  { kind: "status", status: 403, body: { error: "access_denied", error_description: "Not you" } },
  { kind: "status", status: 500 },
  { kind: "html", status: 200 },
  { kind: "html", status: 404 },
  { kind: "truncatedJson" },
  { kind: "resetBeforeCommit" },
  { kind: "status", status: 200, body: { error: "server_error", error_description: "Not now" } },
];

/** What stands in the service, and the program that it is imported as. */
const importable: readonly { id: string; seed: Parameters<typeof seeded>[0]; inputs: JsonMap }[] = [
  { id: String(newOid), seed: {}, inputs: single },
  { id: serial.toLowerCase(), seed: { scriptOid: 101 }, inputs: { ...single, scriptOid: 101 } },
  {
    id: otherSerial,
    seed: { sn: `${serial}, ${otherSerial}`, ip: `${address}, ${otherAddress}` },
    inputs: { serialNumbers: [serial, otherSerial], addresses: [address, otherAddress] },
  },
  {
    id: serial,
    seed: { sn: `${serial},${otherSerial}` },
    inputs: { serialNumbers: [serial, otherSerial], addresses: [address] },
  },
];

function seeded(seed: { sn?: string; ip?: string; scriptOid?: number }) {
  return { sn: serial, ip: address, ...seed };
}

export const reading: readonly ManagerScenario[] = [
  {
    name: "serials and addresses that were changed in the portal are drift, which the next up takes back",
    async run(world) {
      await world.up({ fmg: single });
      const changes = [
        [{ ip: otherAddress }, ["addresses"]],
        [{ sn: otherSerial }, ["serialNumbers"]],
        [{ sn: `${serial},${otherSerial}` }, ["serialNumbers"]],
        [{ sn: `${serial},${otherSerial}`, ip: `${address},${otherAddress}` }, ["addresses", "serialNumbers"]],
      ] as const;
      for (const [change, properties] of changes) {
        world.fortinet.patchFortiManager(newOid, change);
        const { operations, paths } = await world.refresh();
        expect(operations).toEqual({ fmg: "update" });
        expect(paths.fmg?.map((path) => path.replace(/\[.*/, ""))).toEqual(properties);
        world.takeCalls();
        await world.up({ fmg: single });
        expect(world.takeWrites()).toEqual([`PUT ${item}`]);
        expect(world.entry()).toMatchObject({ sn: serial, ip: address });
        await world.expectNoDrift({ fmg: single });
      }
    },
  },
  {
    name: "a new update time alone is no drift",
    async run(world) {
      await world.up({ fmg: single });
      world.simulators.clock.advance(5_000);
      world.fortinet.patchFortiManager(newOid, {});
      await world.expectNoDrift({ fmg: single });
      expect(world.stack.state("fmg").outputs.updateTime).toBe("2025-01-31T12:00:05.000Z");
    },
  },
  ...([404, 400] as const).map(
    (unknownOid): ManagerScenario => ({
      name: `an entry that was deleted in the portal is gone when FortiZTP says so with ${unknownOid}, and made anew`,
      options: { variants: { unknownOid } },
      async run(world) {
        await world.up({ fmg: single });
        world.fortinet.fortiManagers.delete(newOid);
        const moved = { ...single, addresses: [otherAddress] };
        expect((await world.failingUp({ fmg: moved })).message).toBe(
          `FortiManager ${newOid} is not in FortiZTP any more; run \`pulumi up --refresh\` to make it anew`,
        );
        expect((await world.refresh()).operations).toEqual({ fmg: "delete" });
        expect(world.stack.has("fmg")).toBe(false);
        await world.up({ fmg: single });
        expect(world.stack.state("fmg").id).toBe(String(newOid + 1));
      },
    }),
  ),
  {
    name: "a list that lacks an entry proves nothing, nor does one that lacks all",
    options: { variants: { listCap: 1 } },
    async run(world) {
      await world.up({ fmg: single });
      await world.expectNoDrift({ fmg: single });
      const empty = { total: 0, data: [] };
      world.simulators.faults.add({ path: collection, action: { kind: "status", status: 200, body: empty } });
      await world.expectNoDrift({ fmg: single });
      world.simulators.faults.add({ path: `${collection}/{oid}`, action: { kind: "html", status: 404 } });
      expect((await world.stack.refresh()).failures.fmg?.message).toMatch(/could not read FortiManager 1001/);
      expect(world.stack.has("fmg")).toBe(true);
    },
  },
  {
    name: "a refresh that meets an error on the way tells it and loses nothing",
    options: { config: { maxRetries: 0 } },
    async run(world) {
      await world.up({ fmg: single });
      for (const action of notGone) {
        world.simulators.faults.clear();
        world.simulators.faults.add({ service: "fortiztp", action });
        const run = await world.stack.refresh();
        expect(run.failures.fmg?.message, JSON.stringify(action)).toMatch(/^FortiZTP could not list FortiManagers: ./);
        expect(world.stack.has("fmg"), JSON.stringify(action)).toBe(true);
      }
      world.simulators.faults.clear();
      await world.expectNoDrift({ fmg: single });
    },
  },
  ...importable.map(
    ({ id, seed, inputs }): ManagerScenario => ({
      name: `an import by ${id} of ${JSON.stringify(seed)} gives the inputs of a program, after which nothing changes`,
      async run(world) {
        world.add(seeded(seed));
        expect((await world.stack.import("fmg", id)).failures).toEqual({});
        expect(world.stack.state("fmg").id).toBe(String(newOid));
        expect(visible(world.stack.state("fmg").inputs)).toEqual(inputs);
        await world.expectNoDrift({ fmg: inputs });
        expect((await world.up({ fmg: inputs })).operations).toEqual({ fmg: "same" });
        expect(world.writes()).toEqual([]);
      },
    }),
  ),
  {
    name: "an import of what there is not, or is there several times, says so",
    async run(world) {
      for (const id of ["9999", "FMG-NOBODY"])
        expect(onlyFailure(await world.stack.import("fmg", id))).toBe(`resource '${id}' does not exist`);
      const oids = [world.add(), world.add({ ip: otherAddress })];
      expect(onlyFailure(await world.stack.import("fmg", serial))).toBe(
        `there are 2 entries ${serial}; choose by oid: ${oids.join(" or ")}`,
      );
      expect(world.stack.resources.size).toBe(0);
    },
  },
];
