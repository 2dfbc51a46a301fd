import { expect } from "vitest";
import type { FaultAction } from "../../../simulators";
import { type AssetScenario, onlyFailure } from "../forticare-folder/world";
import { codeOf } from "./basics";

const vm = { licenseRegistrationCode: codeOf(1), description: "lab" } as const;
const register = "/licenses/register";

const lostAfter: readonly FaultAction[] = [
  { kind: "resetAfterCommit" },
  { kind: "lostResponse" },
  { kind: "truncatedJson" },
  { kind: "status", status: 500, applied: true },
];

export const faults: readonly AssetScenario[] = [
  ...lostAfter.map(
    (action): AssetScenario => ({
      name: `a code is used once when the answer is lost, and its licence found: ${JSON.stringify(action)}`,
      options: { config: { requestTimeoutSeconds: 2 } },
      async run(world) {
        world.simulators.faults.add({ path: register, times: 1, action });
        const second = { licenseRegistrationCode: codeOf(2) };
        await world.up({ vm, second });
        expect(world.takeWrites()).toEqual([register, register]);
        for (const [name, code] of [
          ["vm", codeOf(1)],
          ["second", codeOf(2)],
        ] as const)
          expect(world.stack.state(name).id).toBe(world.inside.licenses.get(code)?.licenseNumber);
        await world.expectNoDrift({ vm, second });
      },
    }),
  ),
  {
    name: "a create of which nothing came is told, and the next up uses the code once",
    async run(world) {
      world.simulators.faults.add({ path: register, times: 1, action: { kind: "resetBeforeCommit" } });
      const { message } = await world.failingUp({ vm });
      expect(message).toMatch(/^FortiCare could not register a license: .*may have been applied/);
      expect(world.writes()).toEqual([]);
      expect(world.stack.has("vm")).toBe(false);
      await world.up({ vm });
      expect(world.takeWrites()).toEqual([register]);
    },
  },
  {
    name: "a create whose end nobody could see is not repeated: the next up is told how to take the licence in",
    options: { config: { maxRetries: 0 } },
    async run(world) {
      world.simulators.faults.add({ path: register, times: 1, action: { kind: "resetAfterCommit" } });
      world.simulators.faults.add({ path: "/licenses/list", after: 1, action: { kind: "status", status: 500 } });
      expect((await world.failingUp({ vm })).message).toMatch(/^FortiCare could not register a license: /);
      expect(world.takeWrites()).toEqual([register]);
      world.simulators.faults.clear();
      const { message } = await world.failingUp({ vm });
      expect(message).toMatch(
        /already been registered.*If an earlier run has registered it, import that licence by its number/,
      );
      const id = String(world.inside.licenses.get(codeOf(1))?.licenseNumber);
      expect((await world.stack.import("vm", id)).failures).toEqual({});
      await world.expectNoDrift({ vm: {} });
      // The description that it has is none that the vendor must be told.
      await world.up({ vm: { description: "lab" } });
      await world.expectNoDrift({ vm: { description: "lab" } });
      expect(world.writes()).toEqual([]);
    },
  },
  {
    name: "a code that somebody has used is refused in FortiCare's words, and not shown",
    async run(world) {
      const { message } = await world.failingUp({ vm: { licenseRegistrationCode: codeOf(8) } });
      expect(message).toMatch(/It can be used only once\. Look in the portal which product has it\./);
      expect(world.failed()).toBe(1);
    },
  },
  {
    name: "two resources with the same code are refused before it is used, and do not show it",
    async run(world) {
      const program = { first: vm, second: { licenseRegistrationCode: codeOf(1).toLowerCase() } };
      expect(onlyFailure(await world.stack.preview(program))).toMatch(
        /^the licence code with the SHA-256 [0-9a-f]{12}… is managed by first \(/,
      );
      expect(world.writes()).toEqual([]);
    },
  },
  {
    name: "a licence that is registered but not described stays in state, and the next up goes on",
    async run(world) {
      const on = { licenseRegistrationCode: codeOf(6), serialNumber: "FV100ETA23010001", description: "vdoms" };
      world.simulators.faults.add({ path: "/products/description", times: 1, action: { kind: "status", status: 422 } });
      const { run } = await world.failingUp({ vm: on });
      expect(run.failures.vm?.partial?.id).toBe(world.inside.licenses.get(codeOf(6))?.licenseNumber);
      expect((await world.up({ vm: on })).operations).toEqual({ vm: "update" });
      expect(world.product("FV100ETA23010001").description).toBe("vdoms");
      expect(world.takeWrites()).toEqual([register, "/products/description"]);
      await world.expectNoDrift({ vm: on });
    },
  },
  {
    name: "a licence stays in state while FortiCare cannot be asked about it, and goes when it has none of that number",
    options: { config: { maxRetries: 0 } },
    async run(world) {
      await world.up({ vm });
      world.simulators.faults.add({ path: "/licenses/list", times: 1, action: { kind: "status", status: 500 } });
      expect((await world.stack.refresh()).failures.vm?.message).toMatch(/could not list licenses/);
      expect(world.stack.has("vm")).toBe(true);
      world.inside.licenses.delete(codeOf(1));
      expect((await world.refresh()).operations).toEqual({ vm: "delete" });
    },
  },
  {
    name: "readOnly refuses to use a code",
    options: { config: { readOnly: true } },
    async run(world) {
      expect((await world.failingUp({ vm })).message).toBe("the licence was not changed: ztp:fortinet.readOnly is set");
      expect(world.takeCalls()).toEqual([]);
    },
  },
];
