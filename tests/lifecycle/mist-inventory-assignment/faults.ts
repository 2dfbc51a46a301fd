import { expect } from "vitest";
import { mistReadOnlyToken } from "../../../simulators";
import { passingFaults } from "../harness/fortinet-faults";
import {
  ap,
  changed,
  headquarters,
  type InventoryScenario,
  mistOrgId,
  onlyFailure,
  placed,
  pooled,
  until,
  warehouse,
  warnings,
} from "../mist-inventory/world";

const { mac } = pooled;
const program = { device: { mac, siteId: headquarters } };
const nowhere = "a3000000-0000-4000-8000-0000000000ff";

export const faults: readonly InventoryScenario[] = [
  {
    name: "a site that does not exist is refused in Mist's words",
    async run(world) {
      const { message } = await world.failingUp({ device: { mac, siteId: nowhere } });
      expect(message).toContain(`Mist could not assign device ${mac}`);
      expect(message).toContain("there is no such site in the org");
      expect(world.stack.has("device")).toBe(false);
    },
  },
  {
    name: "a preview warns of a device that is not in the organization yet",
    hosts: ["plugin"],
    async run(world) {
      const preview = await world.stack.preview({ device: { mac: ap(1).mac, siteId: headquarters } });
      expect(preview.failures).toEqual({});
      expect(warnings(preview)).toContain(`device ${ap(1).mac} is not in the inventory of organization ${mistOrgId}`);
    },
  },
  {
    name: "a reply that names only what has changed is followed by a look",
    options: { variants: { bulkSuccess: "changed" } },
    async run(world) {
      await world.up({ device: { mac: placed.mac, siteId: headquarters, mistConfigured: true } });
      expect(world.writes()).toEqual([changed("assign")]);
      await world.up(program);
    },
  },
  {
    name: "an assignment that shows late is believed, since Mist has said that it is done",
    options: { variants: { assignVisibilityDelayMs: 5_000 } },
    async run(world) {
      await world.up(program);
      world.simulators.clock.advance(5_000);
      expect(world.writes()).toEqual([changed("assign")]);
      await world.expectSettled(program);
    },
  },
  {
    name: "one that Mist is silent about is looked at until it shows, or given up with what to do",
    options: { variants: { bulkSuccess: "changed", assignVisibilityDelayMs: 5_000 } },
    async run(world) {
      const body = { op: "assign", success: [], error: [], reason: [] };
      const silent = (applied: boolean) =>
        world.simulators.faults.add({
          method: "PUT",
          times: 1,
          action: { kind: "status", status: 200, body, applied },
        });
      silent(false);
      const { message } = await world.failingUp({ device: { ...program.device, timeoutSeconds: 1 } });
      expect(message).toBe(
        `Mist said nothing about device ${mac}, and the inventory shows it without a site after 1 s; run \`pulumi up\` again ` +
          "to continue",
      );
      expect(world.stack.has("device")).toBe(false);
      silent(true);
      await world.up(program, {
        async during() {
          await until(() => world.simulators.requests.count({ method: "PUT" }) > 1);
          world.simulators.clock.advance(5_000);
        },
      });
      await world.expectSettled(program);
    },
  },
  ...passingFaults
    .filter(({ action }) => !(action.kind === "html" && action.applied === true))
    .map(
      ({ name, action }): InventoryScenario => ({
        name: `when ${name}, the device is assigned all the same`,
        options: { config: { requestTimeoutSeconds: 1 } },
        async run(world) {
          world.simulators.faults.add({ service: "mist", method: "PUT", times: 1, action });
          await world.up({ device: { ...program.device, noReassign: true } });
          expect(world.where(mac)).toEqual([headquarters]);
          await world.expectSettled({ device: { ...program.device, noReassign: true } });
        },
      }),
    ),
  {
    name: "a permission that was lost between two refreshes is no drift",
    async run(world) {
      await world.up(program);
      world.simulators.faults.add({ path: /inventory$/, action: { kind: "status", status: 403 } });
      const run = await world.stack.refresh();
      expect(onlyFailure(run)).toContain("access was denied");
      world.simulators.faults.clear();
      await world.expectNoDrift(program);
    },
  },
  {
    name: "a token that may only read assigns nothing, and says so before any write",
    options: { config: { apiToken: mistReadOnlyToken } },
    async run(world) {
      expect((await world.failingUp(program)).message).toMatch(/only read/);
      expect(world.takeCalls()).toEqual([]);
    },
  },
  {
    name: "what is no MAC, and what is no site, are refused before any call",
    async run(world) {
      const message = await world.refusal({ device: { mac: "5c5b35", siteId: "Berlin" } });
      expect(message).toContain("mac must be a MAC address, 12 hexadecimal digits");
      expect(message).toContain("siteId must be an id");
      expect(world.takeCalls()).toEqual([]);
    },
  },
  {
    name: "two assignments of one device are refused",
    hosts: ["plugin"],
    async run(world) {
      const message = await world.refusal({ ...program, other: { mac: mac.toUpperCase(), siteId: warehouse } });
      expect(message).toContain(`site of Mist device ${mac} is managed by device`);
    },
  },
  {
    name: "a refusal of one device among many is told for that one alone",
    options: { variants: { bulkReasons: "none" } },
    async run(world) {
      const run = await world.stack.up({
        one: { mac, siteId: warehouse },
        other: { mac: placed.mac, siteId: warehouse },
      });
      expect(run.failures).toEqual({});
      world.simulators.faults.add({
        service: "mist",
        method: "PUT",
        times: 1,
        action: {
          kind: "status",
          status: 200,
          body: { op: "assign", success: [mac], error: [placed.mac], reason: [] },
        },
      });
      world.device(mac).siteId = headquarters;
      const again = await world.stack.up({
        one: { mac, siteId: headquarters },
        other: { mac: placed.mac, siteId: headquarters },
      });
      expect(Object.keys(again.failures)).toEqual(["other"]);
      expect(again.failures.other?.message).toContain("it was refused without a reason");
    },
  },
];
