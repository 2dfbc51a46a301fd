import { describe, expect, test } from "vitest";
import { setup } from "./hwautomation-support";
import { rejection } from "./support";

describe("what else the service knows", () => {
  test("is told by its shipped dialect", async () => {
    const { client } = await setup({ profile: "shipped" });
    expect(await client.health()).toMatchObject({ status: "healthy", dialect: "shipped" });
    expect(await client.databaseInfo()).toMatchObject({ serverCount: 6, size: expect.any(Number) });
    expect((await client.deviceTypes()).length).toBeGreaterThan(3);
    expect(await client.firmwareImages()).toContainEqual({
      vendor: "hpe",
      model: "a1.c5.large",
      component: "bios",
      version: "U32.1.2.4",
      file: "U32_1.2.4.fwpkg",
    });
    expect(await client.machines()).toContainEqual(expect.objectContaining({ systemId: "aaa001", status: "Ready" }));
    expect(await client.servers()).toContainEqual(expect.objectContaining({ serverId: "server-002", status: "Ready" }));
    const scheduled = await client.scheduleFirmware("server-001", ["bios"]);
    expect(scheduled).toMatchObject({ serverId: "server-001", status: "scheduled" });
    expect(scheduled.workflowId).toMatch(/^fw-update-server-001-\d{14}$/);
  });

  test.each([{}, { envelope: "wrapped" }, { serverListing: "array" }, { writeBodies: "success" }] as const)(
    "is told by that of the reference with %j",
    async (variants) => {
      const { client, clock, simulator } = await setup({ variants });
      expect(await client.health()).toEqual({ status: "healthy", dialect: "doc" });
      expect(await client.servers()).toHaveLength(6);
      expect(await client.server("server-001")).toMatchObject({ vendor: "HPE", ipmiIp: "192.168.1.100" });
      expect(await client.server("nobody")).toBeUndefined();
      expect(await client.firmware("server-001")).toContainEqual({
        component: "bios",
        currentVersion: "U32.1.2.3",
        availableVersion: "U32.1.2.4",
        updateAvailable: true,
      });
      expect(await client.firmware("nobody")).toBeUndefined();
      await client.createServer({ serverId: "rack-9", deviceType: "a1.c5.large ", notes: "n" });
      await client.updateServer("rack-9", { status: "Ready", ipmiIp: "10.1.1.1" });
      expect(await client.server("rack-9")).toMatchObject({
        deviceType: "a1.c5.large ",
        status: "Ready",
        ipmiIp: "10.1.1.1",
      });
      expect(await rejection(client.updateServer("nobody", { status: "x" }))).toMatchObject({ kind: "not-found" });
      await client.commissionMachine("new001");
      expect(await client.machines()).toContainEqual(
        expect.objectContaining({ systemId: "new001", status: "Commissioning" }),
      );
      clock.advance(3_600_000);
      expect(simulator.machines.get("new001")?.status).toBe("Ready");
    },
  );

  test("of machines is nothing while MaaS is not configured", async () => {
    const { client } = await setup({ profile: "shipped", variants: { maas: "unconfigured" } });
    expect(await rejection(client.machines())).toMatchObject({ kind: "rejected", status: 400 });
  });

  test("of servers may be incomplete, with a warning", async () => {
    const { client, warnings } = await setup({ profile: "shipped", hwautomation: { serverCount: 120 } });
    expect(await client.servers()).toHaveLength(100);
    expect(warnings).toEqual([expect.stringContaining("may be incomplete")]);
  });
});

describe("a BIOS", () => {
  test("is configured, or only validated", async () => {
    const { client, simulator } = await setup();
    const settings = { boot_mode: "Legacy", serial_number: "X" };
    const dry = await client.applyBios("server-001", { settings, dryRun: true });
    expect(dry).toMatchObject({ success: false, validationErrors: [expect.stringContaining("serial_number")] });
    expect(simulator.effectsOf("server-001")).toEqual([]);
    const done = await client.applyBios("server-001", { settings });
    expect(done).toMatchObject({
      success: false,
      methodUsed: "redfish_standard",
      settingsApplied: { boot_mode: "Legacy" },
      settingsFailed: { serial_number: expect.any(String) },
      rebootRequired: true,
    });
    expect(simulator.effectsOf("server-001")).toEqual(["biosApply"]);
    expect(await rejection(client.applyBios("nobody", { template: "t" }))).toMatchObject({ kind: "not-found" });
  });

  test("that tells only that it worked has worked", async () => {
    const { client } = await setup({ variants: { writeBodies: "success" } });
    expect(await client.applyBios("server-001", { template: "t" })).toMatchObject({ success: true });
    expect(await rejection(client.applyBios("server-001", { settings: { tpm: "on" } }))).toMatchObject({
      kind: "rejected",
    });
  });

  test("is never applied twice, but a dry run may be repeated", async () => {
    const { client, simulator, fault } = await setup();
    fault({ kind: "resetAfterCommit" }, { method: "POST" });
    const error = await rejection(client.applyBios("server-001", { template: "t" }));
    expect(error).toMatchObject({ code: "outcome-unknown", ambiguous: true });
    expect(simulator.effectsOf("server-001")).toEqual(["biosApply"]);
    fault({ kind: "resetAfterCommit" }, { method: "POST" });
    expect(await client.applyBios("server-001", { template: "t", dryRun: true })).toMatchObject({ success: true });
  });
});

describe("a record whose answer is lost", () => {
  test("is found to have been made, or written again", async () => {
    const { client, calls, fault } = await setup();
    fault({ kind: "resetAfterCommit" }, { method: "POST" });
    await client.createServer({ serverId: "rack-9", deviceType: "d1.c1.small" });
    expect(calls("POST")).toHaveLength(1);
    fault({ kind: "resetBeforeCommit" }, { method: "POST" });
    expect(await rejection(client.createServer({ serverId: "rack-8" }))).toMatchObject({ ambiguous: true });
    fault({ kind: "resetAfterCommit" }, { method: "PUT" });
    await client.updateServer("rack-9", { status: "Ready" });
    expect(calls("PUT")).toHaveLength(2);
  });
});
