import { expect } from "vitest";
import type { FaultAction } from "../../../simulators";
import {
  type AssetScenario,
  mainAccountId,
  onlyFailure,
  organization,
  registered,
  serialOf,
  warnings,
} from "../forticare-folder/world";
import { unknownSentinels } from "../harness/host";

const first = "2401CT000001";
const second = "2401CT000002";
/** The contract that the registered product has from the start. */
const had = "2401CT000020";
/** Registered, but without an entitlement, so that no list has it. */
const hidden = "FAZ2HFTM23000001";
const decommissioned = "FGT60ETK18000001";
const register = "/products/register 1";
const support = { serialNumber: registered, contractNumber: first } as const;

const lostAfter: readonly FaultAction[] = [
  { kind: "resetAfterCommit" },
  { kind: "lostResponse" },
  { kind: "status", status: 500, applied: true },
];

/** Everything that a contract of a product goes through, in both hosts. */
export const contractScenarios: readonly AssetScenario[] = [
  {
    name: "a contract is applied, left alone, read and forgotten in exactly the calls that it takes",
    async run(world) {
      expect((await world.up({ support })).operations).toEqual({ support: "create" });
      expect(world.takeCalls().filter((call) => !call.startsWith("/products/list"))).toEqual([register]);
      const state = world.stack.state("support");
      expect(state.id).toBe(`${registered}/${first}`);
      expect(state.outputs).toMatchObject({ sku: "FC-10-0060F-247-02-12", contractNumber: world.kept(first) });
      expect(state.outputs.terms).toContainEqual({
        startDate: "2025-01-31T00:00:00",
        endDate: expect.any(String),
        supportType: expect.any(String),
      });
      await world.up({ support });
      expect(world.takeCalls()).toEqual([]);
      await world.expectNoDrift({ support });
      expect(world.takeCalls()).toEqual([`/products/list ${registered}`]);
      const run = await world.stack.destroy();
      expect(run.failures).toEqual({});
      expect(warnings(run)).toBe(
        `the contract stays with product ${registered}: FortiCare has no call that takes it off`,
      );
      expect(world.takeCalls()).toEqual([]);
      expect(world.product(registered).contracts).toHaveLength(2);
    },
  },
  {
    name: "a preview says that the contract is used up, and does not show its number",
    async run(world) {
      expect(warnings(await world.stack.preview({ support }))).toContain(
        `uses up the contract for product ${registered}, once and for all, unless the product has it already`,
      );
      expect(world.writes()).toEqual([]);
    },
  },
  {
    name: "a contract that the product has already is taken over without a write, even where writes are forbidden",
    options: { config: { readOnly: true } },
    async run(world) {
      const support = { serialNumber: registered.toLowerCase(), contractNumber: had };
      await world.up({ support });
      expect(world.writes()).toEqual([]);
      await world.expectNoDrift({ support });
    },
  },
  {
    name: "a contract that another product has is refused with its serial, without costing an error",
    async run(world) {
      expect(await world.refusal({ support: { serialNumber: serialOf(1), contractNumber: had } })).toBe(
        `the contract is used up already: product ${registered} has it, and FortiCare cannot move it; correct the program`,
      );
      expect(world.failed()).toBe(0);
    },
  },
  {
    name: "a product that is not registered is not registered by its contract",
    async run(world) {
      const { message } = await world.failingUp({ support: { serialNumber: serialOf(1), contractNumber: first } });
      expect(message).toMatch(/^product FGT60FTK24090001 is not registered in this account, so it got no contract; /);
      expect(world.writes()).toEqual([]);
      expect(world.isRegistered(serialOf(1))).toBe(false);
    },
  },
  {
    name: "a product that no list has gets its first contract",
    async run(world) {
      const support = { serialNumber: hidden, contractNumber: first };
      await world.up({ support });
      expect(world.product(hidden).contracts).toHaveLength(1);
      await world.expectNoDrift({ support });
      expect(world.failed()).toBe(0);
    },
  },
  {
    name: "a decommissioned product gets none",
    async run(world) {
      const { message } = await world.failingUp({ support: { serialNumber: decommissioned, contractNumber: first } });
      expect(message).toContain("is decommissioned and takes no contract; restore it in the FortiCare portal first");
      expect(world.writes()).toEqual([]);
    },
  },
  {
    name: "several contracts of one product, and of others, are all applied in one run",
    async run(world) {
      const other = { serialNumber: "FMGVMETM23000001", contractNumber: "2401CT000003" };
      await world.up({ support, more: { ...support, contractNumber: second }, other });
      expect(
        world
          .product(registered)
          .contracts.map(({ contractNumber }) => contractNumber)
          .sort(),
      ).toEqual([first, second, had]);
      expect(world.product(other.serialNumber).contracts).toHaveLength(1);
      expect(world.failed()).toBe(0);
    },
  },
  {
    name: "another contract or product is another one, and nothing is taken off",
    async run(world) {
      await world.up({ support });
      const other = { ...support, contractNumber: second };
      expect(warnings(await world.stack.preview({ support: other }))).toContain("stays there, used up");
      expect((await world.up({ support: other })).operations).toEqual({ support: "replace" });
      expect(world.product(registered).contracts).toHaveLength(3);
      expect(world.stack.state("support").id).toBe(`${registered}/${second}`);
    },
  },
  {
    name: "a contract is imported by serial and number, and a program that says the same changes nothing",
    async run(world) {
      expect((await world.stack.import("support", `${registered.toLowerCase()}/${had}`)).failures).toEqual({});
      expect(world.stack.state("support").id).toBe(`${registered}/${had}`);
      await world.expectNoDrift({ support: { serialNumber: registered, contractNumber: had } });
      expect(world.writes()).toEqual([]);
    },
  },
  {
    name: "what no product has cannot be imported, nor what names no product",
    async run(world) {
      expect(onlyFailure(await world.stack.import("support", `${registered}/NOTHING1`))).toContain("does not exist");
      expect(onlyFailure(await world.stack.import("support", registered))).toContain(
        "import it as serial/contractNumber",
      );
    },
  },
  {
    name: "a contract that the product shows no more stays in state, with a word about it",
    async run(world) {
      await world.up({ support });
      world.product(registered).contracts.length = 0;
      const run = await world.refresh();
      expect(run.operations).toEqual({ support: "same" });
      expect(warnings(run)).toContain("does not show this contract any more; it may have expired");
      expect(world.stack.state("support").outputs.sku).toBe("FC-10-0060F-247-02-12");
      world.forticare.remove(registered);
      expect((await world.refresh()).operations).toEqual({ support: "delete" });
    },
  },
  ...lostAfter.map(
    (action): AssetScenario => ({
      name: `a contract is used once when the answer is lost: ${JSON.stringify(action)}`,
      options: { config: { requestTimeoutSeconds: 2 } },
      async run(world) {
        world.simulators.faults.add({ path: "/products/register", times: 1, action });
        await world.up({ support });
        expect(world.takeWrites()).toEqual(["/products/register"]);
        expect(world.product(registered).contracts).toHaveLength(2);
        await world.expectNoDrift({ support });
      },
    }),
  ),
  {
    name: "a contract that somebody else has used is refused in FortiCare's words, and not shown",
    async run(world) {
      world.inside.addContract({ contractNumber: first, account: "branches", consumedBy: "SOMEBODYELSE" });
      const { message } = await world.failingUp({ support });
      expect(message).toMatch(/^FortiCare could not /);
      expect(message).not.toContain(first);
    },
  },
  {
    name: "two resources for the same contract are refused before it is used, and do not show it",
    async run(world) {
      const program = { one: support, two: { ...support, serialNumber: serialOf(2) } };
      expect(onlyFailure(await world.stack.preview(program))).toMatch(
        /^the contract with the SHA-256 .* managed by one \(/,
      );
    },
  },
  {
    name: "an API user of the organization must name the account",
    options: { config: organization },
    async run(world) {
      expect(await world.refusal({ support })).toContain("accountId is missing");
      const named = { ...support, accountId: mainAccountId };
      await world.up({ support: named });
      await world.expectNoDrift({ support: named });
      world.stack.resources.clear();
      await world.stack.import("support", `${mainAccountId}/${registered}/${first}`);
      await world.expectNoDrift({ support: named });
    },
  },
  {
    name: "readOnly refuses to use a contract",
    options: { config: { readOnly: true } },
    async run(world) {
      expect((await world.failingUp({ support })).message).toBe(
        `product ${registered} was not changed: ztp:fortinet.readOnly is set`,
      );
      expect(world.writes()).toEqual([]);
    },
  },
  {
    name: "no input that is not known yet makes check, diff or a preview fail",
    async run(world) {
      await world.up({ support });
      const state = world.stack.state("support");
      await world.stack.withHost(async (host) => {
        for (const name of ["serialNumber", "contractNumber", "accountId"]) {
          const news = host.programInputs(state.urn, { ...support, [name]: unknownSentinels.string }, true);
          const checked = await host.check(state.urn, state.inputs, news);
          expect(checked.failures, name).toEqual([]);
          expect((await host.diff(state, checked.inputs)).replaces, name).toEqual([]);
          if (host.kind === "plugin") await host.create(world.stack.urn("new"), checked.inputs, { preview: true });
        }
      });
    },
  },
];
