import { expect } from "vitest";
import type { HwAutomationWorld } from "../harness/hwautomation-world";
import { fault, shipped, type WorkflowScenario, warnings } from "../hwautomation-workflow/world";

const serverId = "server-001";
const bios = { serverId, template: "a1.c5.large", settings: { boot_mode: "UEFI", turbo: "Disabled" } };
const path = `/api/hardware/server/${serverId}/bios`;

const applied = (world: HwAutomationWorld) => world.count("biosApply", serverId);
const settings = (world: HwAutomationWorld) => world.service.servers.get(serverId)?.biosSettings;
const bodies = (world: HwAutomationWorld) =>
  world.simulators.requests.filter({ service: "hwautomation", method: "POST" }).map(({ body }) => body);

/** BIOS settings are written and cannot be read. */
export const biosScenarios: readonly WorkflowScenario[] = [
  {
    name: "settings are applied once, again when something changes, and stay when the resource goes",
    async run(world) {
      const preview = await world.stack.preview({ node: bios });
      if (world.stack.kind === "plugin")
        expect(warnings(preview)).toContain(
          `the BIOS settings of server ${serverId} are written (of template a1.c5.large, 2 of its own); they take effect at its`,
        );
      expect(applied(world)).toBe(0);
      const run = await world.up({ node: bios });
      expect(warnings(run)).toContain(`server ${serverId} must be rebooted`);
      expect(bodies(world)).toEqual([
        { template: "a1.c5.large", settings: { boot_mode: "UEFI", turbo: "Disabled" }, dry_run: false },
      ]);
      world.expectOutputs("node", {
        isApplied: true,
        methodUsed: "redfish_standard",
        rebootRequired: true,
        settingsApplied: ["boot_mode", "hyper_threading", "turbo", "virtualization"],
        settingsFailed: {},
      });
      await world.expectNoDrift({ node: bios });
      const other = { ...bios, settings: { turbo: "Enabled" } };
      expect((await world.up({ node: other })).operations).toEqual({ node: "update" });
      expect(settings(world)).toMatchObject({ turbo: "Enabled" });
      expect((await world.up({ node: { ...other, triggers: { board: "2" } } })).operations).toEqual({ node: "update" });
      expect(applied(world)).toBe(3);
      const gone = await world.up({});
      expect(warnings(gone)).toContain(`server ${serverId} keeps its BIOS settings`);
      expect(warnings(gone)).toContain(`/var/backups/bios/${serverId}.xml`);
      expect(applied(world)).toBe(3);
    },
  },
  {
    name: "what somebody else sets is not seen, which a refresh does not pretend to",
    async run(world) {
      await world.up({ node: bios });
      world.takeCalls();
      Object.assign(world.service.servers.get(serverId) as object, { biosSettings: { boot_mode: "Legacy" } });
      await world.expectNoDrift({ node: bios });
      expect(world.takeCalls()).toEqual([]);
    },
  },
  {
    name: "another server gets settings of its own, and the first keeps its",
    async run(world) {
      await world.up({ node: bios });
      const run = await world.up({ node: { ...bios, serverId: "server-002" } });
      expect(run.operations).toEqual({ node: "replace" });
      expect([applied(world), world.count("biosApply", "server-002")]).toEqual([1, 1]);
    },
  },
  {
    name: "dry run then apply: what the service finds stands in the outputs, and a change applies it",
    async run(world) {
      world.service.setScript(serverId, { biosFailures: { turbo: "not supported by this CPU" } });
      const run = await world.up({ node: { ...bios, dryRun: true } });
      expect(warnings(run)).toContain("dry run: turbo: not supported by this CPU");
      expect(applied(world)).toBe(0);
      world.expectOutputs("node", {
        isApplied: false,
        settingsApplied: [],
        settingsFailed: { turbo: "not supported by this CPU" },
        validationErrors: ["turbo: not supported by this CPU"],
      });
      world.service.setScript(serverId, { biosFailures: {} });
      expect((await world.up({ node: bios })).operations).toEqual({ node: "update" });
      expect(applied(world)).toBe(1);
      world.expectOutputs("node", { isApplied: true });
      await world.up({ node: { ...bios, dryRun: true } });
      expect(warnings(await world.up({}))).toBe("");
      expect(applied(world)).toBe(1);
    },
  },
  {
    name: "partially failed settings fail the resource with each reason, keep the others, and are applied by the next up",
    async run(world) {
      world.service.setScript(serverId, { biosFailures: { turbo: "locked by the vendor" } });
      const { message } = await world.failingUp({ node: bios });
      expect(message).toContain("turbo: locked by the vendor");
      expect(message).toContain("3 others were applied");
      world.expectOutputs("node", { isApplied: true, settingsFailed: { turbo: "locked by the vendor" } });
      expect(settings(world)).toMatchObject({ boot_mode: "UEFI" });
      const preview = await world.stack.preview({ node: bios });
      expect(preview.operations).toEqual({ node: "update" });
      if (world.stack.kind === "plugin") expect(preview.paths.node).toEqual(["settings.turbo"]);
      world.service.setScript(serverId, { biosFailures: {} });
      await world.up({ node: bios });
      expect(settings(world)).toMatchObject({ turbo: "Disabled" });
      await world.expectNoDrift({ node: bios });
    },
  },
  {
    name: "a part that fails in an update keeps what was there before in the state, until it is through",
    async run(world) {
      await world.up({ node: bios });
      world.service.setScript(serverId, { biosFailures: { turbo: "locked by the vendor" } });
      const changed = { ...bios, settings: { boot_mode: "Legacy", turbo: "Enabled" } };
      await world.failingUp({ node: changed });
      expect((await world.stack.refresh()).failures.node?.message).toContain("locked by the vendor");
      world.service.setScript(serverId, { biosFailures: {} });
      await world.up({ node: changed });
      expect(settings(world)).toMatchObject({ boot_mode: "Legacy", turbo: "Enabled" });
      await world.expectNoDrift({ node: changed });
    },
  },
  {
    name: "lost POST response: nobody knows what was applied, which is said, and only the next up applies it again",
    async run(world) {
      fault(world, { kind: "resetAfterCommit" }, { method: "POST", path });
      const { message } = await world.failingUp({ node: bios });
      expect(message).toContain("not known whether the settings were applied");
      expect(message).toContain("`pulumi up` applies all of them again");
      expect(applied(world)).toBe(1);
      expect(world.stack.has("node")).toBe(true);
      expect((await world.stack.refresh()).failures.node?.message).toContain("applies all of them again");
      expect((await world.up({ node: bios })).operations).toEqual({ node: "update" });
      expect(applied(world)).toBe(2);
      await world.expectNoDrift({ node: bios });
    },
  },
  {
    name: "answers that say only whether it worked are enough",
    options: { hwautomation: { variants: { writeBodies: "success" } } },
    async run(world) {
      await world.up({ node: bios });
      world.expectOutputs("node", { isApplied: true, settingsApplied: [] });
      world.service.setScript(serverId, { biosFailures: { turbo: "locked" } });
      const { message } = await world.failingUp({ node: { ...bios, triggers: { again: "1" } } });
      expect(message).toContain(`could not apply the BIOS configuration of ${serverId}`);
    },
  },
  ...(
    [
      ["an unknown server", undefined, "Server nobody not found"],
      ["an HTML page", { kind: "html" }, "HWAutomation"],
      ["a 401", { kind: "status", status: 401, body: { error: "Unauthorized" } }, "Check username and password"],
    ] as const
  ).map(
    ([what, action, words]): WorkflowScenario => ({
      name: `${what} is an error in the service's words`,
      options: { config: { profile: "doc" } },
      async run(world) {
        if (action) fault(world, action, { method: "POST", times: 9 });
        const { message } = await world.failingUp({ node: action ? bios : { ...bios, serverId: "nobody" } });
        expect(message).toContain(words);
        expect(applied(world)).toBe(0);
      },
    }),
  ),
  {
    name: "a locked database is an error, after which nothing was applied, and the next up goes on",
    options: { hwautomation: { variants: { database: "locked" } }, config: { profile: "doc" } },
    async run(world) {
      expect((await world.failingUp({ node: bios })).message).toContain("database is locked");
      expect(applied(world)).toBe(0);
      world.change({ database: "ok" });
      await world.up({ node: bios });
      expect(applied(world)).toBe(1);
    },
  },
  {
    name: "what belongs to one machine is refused in the check, under any spelling",
    async run(world) {
      const own = {
        mac_address_lan1: "00:25:90:00:00:01",
        SystemSerialNumber: "S1",
        "System UUID": "1",
        boot_device_path_1: "PciRoot(0x0)",
        SecureBootKeyDb: "x",
        tpm_key_owner: "x",
        memory_timing_cl: "40",
        boot_mode: "UEFI",
        "Secure Boot": "Enabled",
        "TPM State": "Enabled",
        machine_check: "Enabled",
      };
      const message = await world.refusal({ node: { serverId, settings: own } });
      expect(message.match(/belongs to the machine itself/g)).toHaveLength(7);
      expect(message).toContain("mac_address_lan1 is a MAC address");
      expect(message).not.toMatch(/boot_mode|"Secure Boot"|TPM State|machine_check/);
      expect(await world.refusal({ node: { serverId } })).toContain("set template, settings, or both");
      expect(world.takeCalls()).toEqual([]);
    },
  },
  {
    name: "a password among the settings is a secret",
    async run(world) {
      const program = { node: { serverId, settings: { admin_password: world.service.password } } };
      await world.up(program);
      expect(settings(world)).toEqual({ admin_password: world.service.password });
      await world.expectNoDrift(program);
    },
  },
  {
    name: "it cannot be imported",
    async run(world) {
      const { failures } = await world.stack.import("node", serverId);
      expect(failures.node?.message).toContain("cannot be imported: HWAutomation does not tell the settings");
    },
  },
  {
    name: "a configuration that is read-only applies nothing, and checks",
    options: { config: { readOnly: true } },
    async run(world) {
      expect((await world.failingUp({ node: bios })).message).toContain("readOnly");
      await world.up({ node: { ...bios, dryRun: true } });
      expect(applied(world)).toBe(0);
    },
  },
  {
    name: "shipped: refused with the dialect's name",
    options: shipped,
    async run(world) {
      expect(await world.refusal({ node: bios })).toContain("dialect shipped");
      expect(world.takeCalls().filter((call) => call.startsWith("POST"))).toEqual([]);
    },
  },
];
