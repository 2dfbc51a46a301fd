import { expect } from "vitest";
import { type FaultAction, mistReadOnlyToken } from "../../../simulators";
import { passingFaults } from "../harness/fortinet-faults";
import {
  ap,
  claimed,
  dashed,
  foreign,
  foreignMistOrgId,
  type InventoryScenario,
  list,
  look,
  mistOrgId,
  onlyFailure,
  placed,
  until,
} from "../mist-inventory/world";

const { mac, claimCode } = ap(1);
const program = { device: { claimCode } };
const codeOf = (number: number) => ({ claimCode: ap(number).claimCode });
/** A program of so many devices. */
const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`device${index + 1}`, codeOf(index + 1)]));

const isUnclear = (action: FaultAction) => action.kind === "html" && action.applied === true;

export const faults: readonly InventoryScenario[] = [
  {
    name: "a code of another organization is refused in Mist's words, without the code, and leaves nothing behind",
    async run(world) {
      const { message } = await world.failingUp({ device: { claimCode: foreign.claimCode } });
      expect(message).toBe(
        'Mist could not claim the device with code MISTA-…: the request was rejected: "belongs to another org (Somebody Else)". ' +
          "The organization that has the device must release it first.",
      );
      expect(world.stack.has("device")).toBe(false);
    },
  },
  {
    name: "one foreign code among fifty fails alone",
    options: { mist: { deviceCount: 100 } },
    async run(world) {
      const run = await world.stack.up({ ...many(49), stranger: { claimCode: foreign.claimCode } });
      expect(Object.keys(run.failures)).toEqual(["stranger"]);
      expect(world.takeCalls().slice(0, 2)).toEqual([list, claimed(50)]);
      expect(world.stack.resources.size).toBe(49);
      const after = await world.stack.up({ ...many(49), stranger: { claimCode: foreign.claimCode } });
      expect(world.takeWrites()).toEqual([]);
      expect(Object.keys(after.failures)).toEqual(["stranger"]);
    },
  },
  {
    name: "T#24, T#165: a refusal without a reason is told as one",
    options: { variants: { bulkReasons: "none" } },
    async run(world) {
      const { message } = await world.failingUp({ device: { claimCode: foreign.claimCode } });
      expect(message).toContain("it was refused without a reason");
    },
  },
  {
    name: "T#165: a claim may take longer than other calls",
    options: { config: { requestTimeoutSeconds: 1 } },
    async run(world) {
      world.simulators.faults.add({ method: "POST", action: { kind: "delay", ms: 1_500 } });
      await world.up(program);
      expect(world.writes()).toEqual([claimed()]);
    },
  },
  {
    name: "a code that does not exist is refused in Mist's words",
    async run(world) {
      const { message } = await world.failingUp({ device: { claimCode: "NOSUC-HCODE-00001" } });
      expect(message).toContain('"invalid claim code"');
      expect(message).toContain("Check the claim code");
    },
  },
  {
    name: "what is no claim code is refused before any call, and not repeated",
    async run(world) {
      const message = await world.refusal({ device: { claimCode: `${claimCode}7` } });
      expect(message).toBe("claimCode must be a claim code: 15 letters and digits, such as ABCDE-FGHIJ-KLMNO");
      expect(world.takeCalls()).toEqual([]);
    },
  },
  {
    name: "T#5, T#23: a device that shows late is waited for",
    options: { variants: { claimVisibilityDelayMs: 5_000 } },
    async run(world) {
      await world.up(program, {
        async during() {
          await until(() => world.simulators.requests.count({ service: "mist", method: "GET" }) > 2);
          world.simulators.clock.advance(5_000);
        },
      });
      expect(world.writes()).toEqual([claimed()]);
      await world.expectSettled(program);
    },
  },
  {
    name: "one that does not show in time is kept, and the next up goes on waiting without another claim",
    options: { variants: { claimVisibilityDelayMs: 60_000 } },
    async run(world) {
      const { message } = await world.failingUp({ device: { claimCode, timeoutSeconds: 1 } });
      expect(message).toBe(
        `Mist has taken device ${mac}, but the inventory does not show it after 1 s; run \`pulumi up\` again to continue`,
      );
      expect(world.stack.state("device").id).toBe(mac);
      world.simulators.clock.advance(60_000);
      world.takeCalls();
      await world.up(program);
      expect(world.takeWrites()).toEqual([]);
      await world.expectSettled(program);
    },
  },
  {
    name: "a reply that says nothing of the device is followed by a look",
    async run(world) {
      const body = { added: [claimCode], duplicated: [], error: [], reason: [] };
      const action = { kind: "status", status: 200, body, applied: true } as const;
      world.simulators.faults.add({ method: "POST", times: 1, action });
      await world.up(program);
      expect(world.stack.state("device").id).toBe(mac);
      expect(world.writes()).toEqual([claimed()]);
    },
  },
  {
    name: "a reply that is silent about the code, and an inventory that lacks it, is a failure that says so",
    async run(world) {
      const body = { added: [], duplicated: [], error: [], reason: [] };
      world.simulators.faults.add({ method: "POST", times: 1, action: { kind: "status", status: 200, body } });
      const { message } = await world.failingUp({ device: { claimCode, timeoutSeconds: 1 } });
      expect(message).toContain("Mist said nothing about the device with claim code MISTA-…");
      expect(world.stack.has("device")).toBe(false);
      await world.up(program);
    },
  },
  ...passingFaults
    // A claim may take a minute, however little time other calls are given.
    .filter(({ action }) => action.kind !== "lostResponse" && !isUnclear(action))
    .map(
      ({ name, action }): InventoryScenario => ({
        name: `when ${name}, the device is claimed all the same`,
        async run(world) {
          world.simulators.faults.add({ service: "mist", method: "POST", times: 1, action });
          await world.up(program);
          expect(world.where(mac)).toEqual([undefined]);
          await world.expectSettled(program);
        },
      }),
    ),
  {
    name: "when a proxy answers with a page and success, nobody knows, and the next up finds the device there",
    async run(world) {
      const [fault] = passingFaults.filter(({ action }) => isUnclear(action));
      world.simulators.faults.add({ service: "mist", method: "POST", times: 1, action: fault?.action as FaultAction });
      const { message } = await world.failingUp(program);
      expect(message).toContain("The change may have been applied all the same.");
      world.takeCalls();
      await world.up(program);
      expect(world.takeCalls()).toEqual([list]);
    },
  },
  {
    name: "a permission that was lost between two refreshes is no drift",
    async run(world) {
      await world.up(program);
      world.mist.setPrivileges(world.mist.apiToken, []);
      const run = await world.stack.refresh();
      expect(onlyFailure(run)).not.toBe("");
      expect(world.stack.has("device")).toBe(true);
      world.mist.setPrivileges(world.mist.apiToken, [{ scope: "org", role: "admin", org_id: mistOrgId }]);
      await world.expectNoDrift(program);
    },
  },
  {
    name: "an inventory that comes back empty loses no device",
    async run(world) {
      await world.up(program);
      world.simulators.faults.add({ path: /inventory$/, times: 1, action: { kind: "status", status: 200, body: [] } });
      expect((await world.refresh()).operations).toEqual({ device: "same" });
    },
  },
  {
    name: "a token that may only read claims nothing, and says so before any write",
    options: { config: { apiToken: mistReadOnlyToken } },
    async run(world) {
      const { message } = await world.failingUp(program);
      expect(message).toMatch(/only read/);
      expect(world.takeCalls()).toEqual([]);
    },
  },
  {
    name: "readOnly refuses a claim and takes over what is there",
    options: { config: { readOnly: true } },
    async run(world) {
      const { message } = await world.failingUp(program);
      expect(message).toBe("the device with claim code MISTA-… was not changed: ztp:mist.readOnly is set");
      await world.up({ device: { claimCode: placed.claimCode } });
      expect(world.writes()).toEqual([]);
    },
  },
  {
    name: "two resources of one code are refused without telling it",
    hosts: ["plugin"],
    async run(world) {
      const message = await world.refusal({ ...program, other: { claimCode: dashed(claimCode) } });
      expect(message).toMatch(/^Mist claim code MISTA-… \([0-9a-f]{8}\) is managed by device/);
    },
  },
  {
    name: "a device that stays in its organization cannot go to another one",
    hosts: ["plugin"],
    async run(world) {
      const at = (orgId: string, onDelete: string) => ({ device: { claimCode, orgId, onDelete } });
      world.mist.setPrivileges(world.mist.apiToken, [
        { scope: "org", role: "admin", org_id: mistOrgId },
        { scope: "org", role: "admin", org_id: foreignMistOrgId },
      ]);
      await world.up(at(mistOrgId, "retain"));
      world.takeWrites();
      expect(await world.refusal(at(foreignMistOrgId, "retain"))).toContain('Set onDelete to "release"');
      await world.up(at(mistOrgId, "release"));
      await world.up(at(foreignMistOrgId, "release"));
      expect(world.device(mac).orgId).toBe(foreignMistOrgId);
    },
  },
  {
    name: "an organization that the program begins to name must be the one that has the device",
    async run(world) {
      await world.up(program);
      expect((await world.up({ device: { claimCode, orgId: mistOrgId } })).operations).toEqual({ device: "update" });
      await world.up(program);
      world.takeWrites();
      const message = await world.refusal({ device: { claimCode, orgId: foreignMistOrgId } });
      expect(message).toContain(`the device is in organization ${mistOrgId}, not in ${foreignMistOrgId}`);
    },
  },
  {
    name: "a device that is released already is no failure",
    async run(world) {
      await world.up({ device: { claimCode, onDelete: "release" } });
      world.device(mac).orgId = null;
      world.takeCalls();
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.takeCalls()).toEqual([list, look]);
    },
  },
];
