import { expect } from "vitest";
import { visible } from "../harness/host";
import { ofType } from "../harness/stack";
import {
  ap,
  changed,
  chassis,
  claimed,
  firstMember,
  headquarters,
  type InventoryScenario,
  list,
  mistOrgId,
  placed,
  pooled,
  secondMember,
  sites,
  until,
  warehouse,
  warnings,
} from "../mist-inventory/world";

const { mac } = pooled;
const at = (siteId: string, more: object = {}) => ({ device: { mac, siteId, ...more } });
const spelled = mac.match(/../g)?.join(":").toUpperCase() ?? "";

export const basics: readonly InventoryScenario[] = [
  {
    name: "a device is assigned, left alone, refreshed, moved and forgotten in exactly the calls that it takes",
    async run(world) {
      expect((await world.up(at(headquarters))).operations).toEqual({ device: "create" });
      expect(world.takeCalls()).toEqual([list, changed("assign")]);
      expect(world.where(mac)).toEqual([headquarters]);
      const { id, outputs } = world.stack.state("device");
      expect(id).toBe(`${mistOrgId}/${mac}`);
      expect(visible(outputs)).toEqual({
        mac,
        siteId: headquarters,
        deviceId: `00000000-0000-0000-1000-${mac}`,
        serial: pooled.serial,
        model: "AP45",
        deviceType: "ap",
        organizationId: mistOrgId,
      });
      await world.expectSettled(at(headquarters));

      expect((await world.up(at(warehouse))).operations).toEqual({ device: "update" });
      expect(world.takeCalls()).toEqual([list, changed("assign")]);
      expect(world.where(mac)).toEqual([warehouse]);
      await world.expectSettled(at(warehouse));

      expect((await world.stack.destroy()).operations).toEqual({ device: "delete" });
      expect(world.takeCalls()).toEqual([]);
      expect(world.where(mac)).toEqual([warehouse]);
    },
  },
  {
    name: "a device that is at its site already is taken over without a write",
    async run(world) {
      const program = { device: { mac: placed.mac, siteId: headquarters.toUpperCase() } };
      await world.up(program);
      expect(world.takeCalls()).toEqual([list]);
      await world.expectSettled(program);
    },
  },
  {
    name: "a device that is at another site moves, which the preview says by the names of the sites",
    async run(world) {
      const program = { device: { mac: placed.mac, siteId: warehouse } };
      const preview = await world.stack.preview(program);
      if (world.stack.kind === "plugin") {
        expect(warnings(preview)).toBe(
          `device ${placed.mac} is at site Headquarters (${headquarters}) now: it moves to site Warehouse (${warehouse}) and ` +
            "takes the configuration of that site",
        );
        expect(world.takeCalls()).toEqual([list, sites]);
      }
      await world.up(program);
      expect(world.where(placed.mac)).toEqual([warehouse]);
    },
  },
  {
    name: "noReassign refuses a device that is at another site, and lets the program move its own",
    async run(world) {
      const message = await world.refusal({ device: { mac: placed.mac, siteId: warehouse, noReassign: true } });
      expect(message).toContain(`device ${placed.mac} is at site ${headquarters} already`);
      await world.up(at(headquarters, { noReassign: true }));
      await world.up(at(warehouse, { noReassign: true }));
      expect(world.where(mac)).toEqual([warehouse]);
    },
  },
  {
    name: "a change of siteId says in the preview that the device moves",
    async run(world) {
      await world.up(at(headquarters));
      const preview = await world.stack.preview(at(warehouse));
      expect(preview.operations).toEqual({ device: "update" });
      expect(warnings(preview)).toContain(`device ${mac} moves from site ${headquarters} to ${warehouse}`);
    },
  },
  {
    name: "onDelete: unassign takes the device from its site, once",
    async run(world) {
      await world.up(at(headquarters, { onDelete: "unassign" }));
      world.takeCalls();
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.takeCalls()).toEqual([list, changed("unassign")]);
      expect(world.where(mac)).toEqual([undefined]);
    },
  },
  {
    name: "another spelling of the MAC is no difference, and another MAC another device",
    async run(world) {
      await world.up(at(headquarters));
      expect((await world.stack.preview({ device: { mac: spelled, siteId: headquarters } })).operations).toEqual({
        device: "same",
      });
      const other = await world.up({ device: { mac: placed.mac, siteId: headquarters } });
      expect(other.operations).toEqual({ device: "replace" });
      expect(world.where(mac)).toEqual([headquarters]);
    },
  },
  {
    name: "a device that was moved or unassigned by hand has drifted, and is put back",
    async run(world) {
      await world.up(at(headquarters));
      for (const siteId of [warehouse, null]) {
        world.device(mac).siteId = siteId;
        const run = await world.refresh();
        expect(run.operations).toEqual({ device: "update" });
        expect(run.paths).toEqual({ device: ["siteId"] });
        await world.up(at(headquarters));
        expect(world.where(mac)).toEqual([headquarters]);
      }
    },
  },
  {
    name: "a device that was moved by hand is left where it is when the assignment goes",
    async run(world) {
      await world.up(at(headquarters, { onDelete: "unassign" }));
      world.device(mac).siteId = warehouse;
      const run = await world.stack.destroy();
      expect(warnings(run)).toContain(`device ${mac} stays at site ${warehouse}, where this program did not put it`);
      expect(world.where(mac)).toEqual([warehouse]);
    },
  },
  {
    name: "a device that left the organization is gone",
    async run(world) {
      await world.up(at(headquarters));
      world.device(mac).orgId = null;
      expect((await world.refresh()).operations).toEqual({ device: "delete" });
      const { message } = await world.failingUp(at(headquarters, { timeoutSeconds: 1 }));
      expect(message).toContain(`device ${mac} is not in the inventory of organization ${mistOrgId}: claim it first`);
    },
  },
  {
    name: "mistConfigured goes with the assignment, and with a later call of its own",
    async run(world) {
      const gateway = world.mist.world.addDevice({ mac: "485a0d0000ff", type: "gateway", orgId: mistOrgId });
      const program = (mistConfigured?: boolean) => ({
        device: { mac: gateway.mac, siteId: headquarters, ...(mistConfigured !== undefined && { mistConfigured }) },
      });
      await world.up(program(true));
      expect(gateway.config).toMatchObject({ mist_configured: true, managed: true, disable_auto_config: false });
      await world.expectSettled(program(true));
      await world.up(program(false));
      expect(world.takeWrites()).toEqual([changed("assign")]);
      expect(gateway.config).toMatchObject({ mist_configured: false, managed: false, disable_auto_config: true });
      await world.up(program());
      expect(world.takeWrites()).toEqual([]);
    },
  },
  {
    name: "a device that comes into the organization only now is waited for",
    async run(world) {
      const fresh = world.device(ap(1).mac);
      await world.up(
        { device: { mac: fresh.mac, siteId: headquarters } },
        {
          async during() {
            await until(() => world.simulators.requests.count({ service: "mist", path: /inventory$/ }) > 1);
            fresh.orgId = mistOrgId;
          },
        },
      );
      expect(world.where(fresh.mac)).toEqual([headquarters]);
    },
  },
  {
    name: "a virtual chassis is assigned by its own MAC, and a member brings it with all members",
    async run(world) {
      const program = (mac: string, siteId: string) => ({ device: { mac, siteId } });
      await world.up(program(chassis, headquarters));
      expect(world.where(chassis, firstMember, secondMember)).toEqual([headquarters, headquarters, headquarters]);
      expect((await world.stack.destroy()).failures).toEqual({});
      world.takeCalls();
      await world.up(program(firstMember, warehouse));
      expect(world.takeCalls()).toEqual([list, changed("assign")]);
      expect(world.where(chassis, firstMember, secondMember)).toEqual([warehouse, warehouse, warehouse]);
      const { outputs } = world.stack.state("device");
      expect(outputs).toMatchObject({ chassisMac: chassis, deviceId: `00000000-0000-0000-1000-${chassis}` });
      await world.expectSettled(program(firstMember, warehouse));
    },
  },
  {
    name: "two members of one chassis cannot be at two sites",
    async run(world) {
      const run = await world.stack.up({
        one: { mac: firstMember, siteId: warehouse },
        other: { mac: secondMember, siteId: headquarters },
      });
      const [message] = Object.values(run.failures).map((failure) => failure.message);
      expect(message).toContain(`the virtual chassis ${chassis} is at one site with all of its members`);
      expect(Object.keys(run.failures)).toHaveLength(1);
    },
  },
  {
    name: "a virtual chassis is unassigned with the last of its members",
    async run(world) {
      const member = (mac: string) => ({ mac, siteId: warehouse, onDelete: "unassign" });
      const [one, other] = [member(firstMember), member(secondMember)];
      await world.up({ one, other });
      const run = await world.up({ one });
      expect(warnings(run)).toContain(`device ${secondMember} stays at site ${warehouse}: it is a member of virtual`);
      await world.up({ one, other });
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.takeWrites()).toEqual([changed("unassign")]);
      expect(world.where(chassis, firstMember, secondMember)).toEqual([undefined, undefined, undefined]);
    },
  },
  {
    name: "imported by MAC in any spelling; a device without a site has nothing to import",
    async run(world) {
      for (const [index, id] of [placed.mac, `${mistOrgId}/${placed.mac}`, `${mistOrgId}.5C5B.350D.BBA1`].entries()) {
        expect((await world.stack.import(`device${index}`, id)).failures).toEqual({});
        const { id: canonical, inputs } = world.stack.state(`device${index}`);
        expect(canonical).toBe(`${mistOrgId}/${placed.mac}`);
        expect(visible(inputs)).toEqual({ mac: placed.mac, siteId: headquarters });
      }
      const { failures } = await world.stack.import("device", mac);
      expect(failures.device?.message).toContain(`device ${mac} is at no site`);
    },
  },
  {
    name: "a claim and the assignment of its device come about together",
    hosts: ["plugin"],
    async run(world) {
      const { mac, claimCode } = ap(1);
      await world.up({ claim: ofType("mist:DeviceClaim", { claimCode }), device: { mac, siteId: headquarters } });
      expect(world.where(mac)).toEqual([headquarters]);
      expect(world.writes()).toEqual([claimed(), changed("assign")]);
    },
  },
];
