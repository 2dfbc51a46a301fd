import { describe, expect, test } from "vitest";
import { open } from "./hwautomation-service";
import { failureOf } from "./support";

describe.each(["plugin", "dynamic"] as const)("functions of HWAutomation, %s host", (host) => {
  test("getServer and getServers tell records, those that are marked as deleted only when asked for", async () => {
    const { simulators, call } = await open(host, { serverCount: 3 });
    const { servers } = simulators.hwautomation;
    expect(await call("getServer", { serverId: "server-001" })).toMatchObject({
      deviceType: "a1.c5.large",
      vendor: "HPE",
      biosVersion: "U32.1.2.3",
      ipmiIp: "192.168.1.100",
      status: "Ready",
    });
    Object.assign(servers.get("server-002") as object, { status: "Deleted" });
    const all = await call("getServers");
    expect(all).toMatchObject({ total: 2, servers: [{ serverId: "server-001" }, { serverId: "server-003" }] });
    const nobody = await failureOf(call("getServer", { serverId: "nobody" }));
    expect(nobody.message).toContain("HWAutomation has no record of server nobody");
  });

  test("getServers filters by status and device type", async () => {
    const { simulators, call } = await open(host, { serverCount: 3 });
    Object.assign(simulators.hwautomation.servers.get("server-002") as object, { status: "Deleted", deviceType: "x1" });
    expect(await call("getServers", { status: "deleted" })).toMatchObject({
      total: 1,
      servers: [{ serverId: "server-002", deviceType: "x1" }],
    });
    expect(await call("getServers", { deviceType: "x1" })).toEqual({ servers: [], total: 0 });
  });

  test("getServers of the shipped application come from its tables, of which it shows a hundred", async () => {
    const { call } = await open(host, { profile: "shipped", serverCount: 101 });
    expect(await call("getServers")).toMatchObject({ total: 100 });
    expect(await call("getServer", { serverId: "server-100" })).toMatchObject({ model: "ProLiant RL300 Gen11" });
    const hidden = await failureOf(call("getServer", { serverId: "server-101" }));
    expect(hidden.message).toContain(
      "the first 100 records of servers, and that of server server-101 is not among them",
    );
  });

  test("getFirmwareStatus tells what runs and what there is, and the shipped application does not", async () => {
    const { call } = await open(host);
    expect(await call("getFirmwareStatus", { serverId: "server-001" })).toEqual({
      components: [
        { component: "bios", currentVersion: "U32.1.2.3", availableVersion: "U32.1.2.4", updateAvailable: true },
        { component: "bmc", currentVersion: "2.85.0", availableVersion: "2.85.0", updateAvailable: false },
      ],
      updateAvailable: true,
    });
    expect(await call("getFirmwareStatus", { serverId: "server-003" })).toMatchObject({ updateAvailable: false });
    const unknown = await failureOf(call("getFirmwareStatus", { serverId: "nobody" }));
    expect(unknown.message).toContain("does not know the firmware of server nobody");
    const shipped = await open(host, { profile: "shipped" });
    const refused = await failureOf(shipped.call("getFirmwareStatus", { serverId: "server-001" }));
    expect(refused.message).toContain("dialect shipped");
  });

  test.each(["doc", "shipped"] as const)(
    "getMaasMachines tells machines, and never that there are none (%s)",
    async (profile) => {
      const { simulators, call } = await open(host, { profile, serverCount: 1 });
      expect(await call("getMaasMachines")).toMatchObject({ total: 3 });
      expect(await call("getMaasMachines", { status: "new" })).toMatchObject({
        total: 1,
        machines: [{ systemId: "new001", hostname: "lively-otter", status: "New", cpuCount: 16 }],
      });
      simulators.hwautomation.setVariants({ maas: "down" });
      // What was listed a moment ago is still at hand; another process asks anew.
      expect(await call("getMaasMachines")).toMatchObject({ total: 3 });
      const down = await open(host, { profile, variants: { maas: "down" } });
      expect((await failureOf(down.call("getMaasMachines"))).message).toContain("when it cannot reach MaaS");
    },
  );

  test("getHealth tells which dialect it is, in both", async () => {
    const doc = await open(host);
    expect(await doc.call("getHealth")).toEqual({ status: "healthy", dialect: "doc" });
    const shipped = await open(host, { profile: "shipped" });
    expect(await shipped.call("getHealth")).toEqual({
      status: "healthy",
      serviceName: "hwautomation-web",
      dialect: "shipped",
    });
  });

  test("what only the shipped application tells: device types, database, images", async () => {
    const { call } = await open(host, { profile: "shipped", serverCount: 4 });
    const { deviceTypes } = await call("getDeviceTypes");
    expect(deviceTypes).toContain("a1.c5.large");
    expect(await call("getDatabaseInfo")).toMatchObject({ path: "data/hw_automation.db", serverCount: 4 });
    expect(await call("getFirmwareInventory")).toMatchObject({
      total: expect.any(Number),
      images: expect.arrayContaining([expect.objectContaining({ version: "U32.1.2.4" })]),
    });
    const doc = await open(host);
    for (const name of ["getDeviceTypes", "getDatabaseInfo", "getFirmwareInventory"] as const) {
      expect((await failureOf(doc.call(name))).message).toContain("dialect doc");
    }
  });
});
