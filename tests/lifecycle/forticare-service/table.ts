import { expect } from "vitest";
import type { FaultAction } from "../../../simulators";
import {
  type AssetScenario,
  mainAccountId,
  onlyFailure,
  organization,
  registered,
  warnings,
} from "../forticare-folder/world";
import { type JsonMap, unknownSentinels, visible } from "../harness/host";

const contractNumber = "2401VS000001";
const vm = { contractNumber, description: "cloud" } as const;
const serial = "FGVMSLTM24000001";
const register = "/services/register";

const lostAfter: readonly FaultAction[] = [
  { kind: "resetAfterCommit" },
  { kind: "lostResponse" },
  { kind: "truncatedJson" },
  { kind: "status", status: 500, applied: true },
];

/** Everything that a service contract goes through, in both hosts. */
export const serviceScenarios: readonly AssetScenario[] = [
  {
    name: "a service contract becomes a product, once, and everything after it costs what it must",
    async run(world) {
      expect((await world.up({ vm })).operations).toEqual({ vm: "create" });
      expect(world.takeCalls()).toEqual(["/products/list %", register]);
      const state = world.stack.state("vm");
      expect(state.id).toBe(serial);
      expect(visible(state.outputs)).toEqual({
        ...vm,
        contractNumber: world.kept(contractNumber),
        serialNumber: serial,
        productModel: "FortiGate VM-S",
        registrationDate: "2025-01-31T12:00:00",
        contractSku: "FC2-10-FGVVS-990-02-12",
        isDecommissioned: false,
      });
      await world.up({ vm });
      expect(world.takeCalls()).toEqual([]);
      await world.expectNoDrift({ vm });
      expect(world.takeCalls()).toEqual([`/products/list ${serial}`]);
      const run = await world.stack.destroy();
      expect(run.failures).toEqual({});
      expect(warnings(run)).toBe(
        `product ${serial} stays registered, and its contract used: FortiCare has no call that frees them`,
      );
      expect(world.takeCalls()).toEqual([]);
      expect(world.isRegistered(serial)).toBe(true);
    },
  },
  {
    name: "a preview says that the contract is used up, and does not show its number",
    async run(world) {
      const said = warnings(await world.stack.preview({ vm }));
      expect(said).toContain("uses up the service contract, once and for all, unless a product of the account has it");
      expect(world.writes()).toEqual([]);
    },
  },
  {
    name: "a contract that a product has already is taken over without a write, even where writes are forbidden",
    options: { config: { readOnly: true } },
    async run(world) {
      world.forticare.seed([{ serialNumber: serial, productModel: "FortiGate VM-S", description: "cloud" }]);
      world.inside.addContract({ contractNumber, consumedBy: serial });
      await world.up({ vm: { ...vm, contractNumber: ` ${contractNumber.toLowerCase()}` } });
      expect(world.stack.state("vm").id).toBe(serial);
      expect(world.writes()).toEqual([]);
    },
  },
  {
    name: "the description is updated in place, drift of it is seen, and it is cleared with the input",
    async run(world) {
      await world.up({ vm });
      expect(world.product(serial).description).toBe("cloud");
      world.takeCalls();
      expect((await world.up({ vm: { ...vm, description: "edge" } })).operations).toEqual({ vm: "update" });
      expect(world.takeWrites()).toEqual(["/products/description"]);
      world.forticare.patch(serial, { description: "by hand" });
      expect((await world.refresh()).paths).toEqual({ vm: ["description"] });
      await world.up({ vm: { contractNumber } });
      expect(world.product(serial).description ?? "").toBe("");
      await world.expectNoDrift({ vm: { contractNumber } });
    },
  },
  {
    name: "a description that no program names is left alone",
    async run(world) {
      await world.up({ vm: { contractNumber } });
      world.forticare.patch(serial, { description: "by hand" });
      await world.expectNoDrift({ vm: { contractNumber } });
      await world.up({ vm: { contractNumber, onDelete: "decommission" } });
      expect(world.product(serial).description).toBe("by hand");
    },
  },
  {
    name: "another contract is another product, and the old one stays",
    async run(world) {
      await world.up({ vm });
      const other = { vm: { ...vm, contractNumber: "2401VS000002" } };
      expect(warnings(await world.stack.preview(other))).toContain("the product of the old one stays registered");
      expect((await world.up(other)).operations).toEqual({ vm: "replace" });
      expect(world.takeWrites()).toEqual([register, register]);
      expect([serial, world.stack.state("vm").id].every((id) => world.isRegistered(id))).toBe(true);
    },
  },
  {
    name: "what is told at registration only cannot be changed afterwards",
    async run(world) {
      await world.up({ vm });
      for (const change of [{ isGovernment: true }, { additionalInfo: "x" }] as JsonMap[])
        expect((await world.failingUp({ vm: { ...vm, ...change } })).message).toContain("cannot be changed");
    },
  },
  {
    name: "onDelete: decommission takes the product out of service, once",
    async run(world) {
      const program = { vm: { ...vm, onDelete: "decommission" } };
      await world.up(program);
      world.takeCalls();
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.product(serial).isDecommissioned).toBe(true);
      await world.up(program);
      expect(world.stack.state("vm").outputs.isDecommissioned).toBe(true);
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.takeWrites()).toEqual(["/products/decommission"]);
    },
  },
  {
    name: "a service is imported by its serial with the contract that it has",
    async run(world) {
      await world.up({ vm });
      world.takeCalls();
      expect((await world.stack.import("again", serial.toLowerCase())).failures).toEqual({});
      const state = world.stack.state("again");
      expect([state.id, state.inputs.contractNumber]).toEqual([serial, world.kept(contractNumber)]);
      world.stack.resources.delete(world.stack.urn("vm"));
      await world.expectNoDrift({ again: vm });
      expect(world.writes()).toEqual([]);
    },
  },
  {
    name: "a product without a contract, or one that is not there, cannot be imported",
    async run(world) {
      expect(onlyFailure(await world.stack.import("vm", "FMGVMETM23000001"))).toContain("has no contract");
      expect(onlyFailure(await world.stack.import("vm", "FGVMSLTM24999999"))).toContain("does not exist");
    },
  },
  {
    name: "a contract that is renewed is no drift, and a product that is gone is made of nothing anew",
    async run(world) {
      await world.up({ vm });
      world.product(serial).contracts.length = 0;
      await world.expectNoDrift({ vm });
      world.forticare.remove(serial);
      expect((await world.refresh()).operations).toEqual({ vm: "delete" });
      expect((await world.failingUp({ vm })).message).toMatch(/It can be used only once/);
    },
  },
  ...lostAfter.map(
    (action): AssetScenario => ({
      name: `a contract is used once when the answer is lost, and its product found: ${JSON.stringify(action)}`,
      options: { config: { requestTimeoutSeconds: 2 } },
      async run(world) {
        world.simulators.faults.add({ path: register, times: 1, action });
        await world.up({ vm });
        expect(world.takeWrites()).toEqual([register]);
        expect(world.stack.state("vm").id).toBe(serial);
        await world.expectNoDrift({ vm });
      },
    }),
  ),
  {
    name: "a create whose end nobody could see is told, and the next up takes the product over",
    options: { config: { maxRetries: 0 } },
    async run(world) {
      world.simulators.faults.add({ path: register, times: 1, action: { kind: "resetAfterCommit" } });
      world.simulators.faults.add({ path: "/products/list", after: 1, action: { kind: "status", status: 500 } });
      expect((await world.failingUp({ vm })).message).toMatch(/^FortiCare could not register a service contract: /);
      world.simulators.faults.clear();
      await world.up({ vm });
      expect(world.takeWrites()).toEqual([register]);
      expect(world.stack.state("vm").id).toBe(serial);
    },
  },
  {
    name: "a product that is registered but not described stays in state, and the next up goes on",
    async run(world) {
      await world.up({ vm: { contractNumber } });
      world.simulators.faults.add({ path: "/products/description", times: 1, action: { kind: "status", status: 422 } });
      await world.failingUp({ vm });
      expect((await world.up({ vm })).operations).toEqual({ vm: "update" });
      expect(world.product(serial).description).toBe("cloud");
    },
  },
  {
    name: "a number that is none is refused before any call, and not shown",
    async run(world) {
      expect((await world.failingUp({ vm: { contractNumber: "2401VS000001!" } })).message).toBe(
        "the contract number must be 8 to 20 letters and digits",
      );
      expect(world.takeCalls()).toEqual([]);
    },
  },
  {
    name: "two resources for the same contract are refused before it is used, and do not show it",
    async run(world) {
      expect(onlyFailure(await world.stack.preview({ first: vm, second: vm }))).toMatch(
        /^the contract with the SHA-256 [0-9a-f]{12}… is managed by first \(/,
      );
      expect(world.writes()).toEqual([]);
    },
  },
  {
    name: "an API user of the organization must name the account",
    options: { config: organization },
    async run(world) {
      expect(await world.refusal({ vm })).toContain("accountId is missing");
      const named = { ...vm, accountId: mainAccountId };
      await world.up({ vm: named });
      await world.expectNoDrift({ vm: named });
      world.stack.resources.clear();
      await world.stack.import("vm", `${mainAccountId}/${serial}`);
      await world.expectNoDrift({ vm: named });
      expect((await world.failingUp({ vm: { ...vm, accountId: mainAccountId + 1 } })).message).not.toContain(
        contractNumber,
      );
    },
  },
  {
    name: "readOnly refuses to use a contract",
    options: { config: { readOnly: true } },
    async run(world) {
      expect((await world.failingUp({ vm })).message).toBe(
        "the service contract was not changed: ztp:fortinet.readOnly is set",
      );
      expect(world.writes()).toEqual([]);
    },
  },
  {
    name: "no input that is not known yet makes check, diff or a preview fail",
    async run(world) {
      await world.up({ vm });
      const state = world.stack.state("vm");
      await world.stack.withHost(async (host) => {
        for (const name of [
          "contractNumber",
          "accountId",
          "description",
          "additionalInfo",
          "isGovernment",
          "onDelete",
        ]) {
          const news = host.programInputs(state.urn, { ...vm, [name]: unknownSentinels.string }, true);
          const checked = await host.check(state.urn, state.inputs, news);
          expect(checked.failures, name).toEqual([]);
          expect((await host.diff(state, checked.inputs)).replaces, name).toEqual([]);
          if (host.kind === "plugin") await host.create(world.stack.urn("new"), checked.inputs, { preview: true });
        }
      });
      expect(world.product(registered).contracts).toHaveLength(1);
    },
  },
];
