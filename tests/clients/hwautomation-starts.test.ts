import { describe, expect, test } from "vitest";
import { addressRuns, duplicatesIn } from "../../provider/clients/hwautomation/address-runs";
import { noon, setup } from "./hwautomation-support";
import { answer, rejection, serve } from "./support";

const order = { serverId: "server-001", deviceType: "a1.c5.large", targetIpmiIp: "192.168.1.100" };
const deviceType = "a1.c5.large";
const server = (name: string, targetIpmiIp?: string) => ({ serverId: name, targetIpmiIp });

describe("addresses", () => {
  test("travel in runs that follow each other, whatever the order of the servers", () => {
    const servers = [
      server("d", "10.0.0.9"),
      server("none-1"),
      server("b", "10.0.0.2"),
      server("a", "10.0.0.1"),
      server("edge", "10.0.0.255"),
      server("over", "10.0.1.0"),
      server("v6", "2001:db8::1"),
      server("none-2"),
      server("c", "10.0.0.10"),
    ];
    const told = addressRuns(servers).map(
      ({ servers: run, ipmiRange }) => `${run.map(({ serverId }) => serverId).join()} ${ipmiRange}`,
    );
    expect(told).toEqual([
      "none-1,none-2 undefined",
      "a,b 10.0.0.1-2",
      "d,c 10.0.0.9-10",
      "edge 10.0.0.255-255",
      "over 10.0.1.0-0",
      "v6 undefined",
    ]);
  });

  test("and servers may be named once", () => {
    expect(duplicatesIn([server("a", "10.0.0.1"), server("b")])).toBeUndefined();
    expect(duplicatesIn([server("a"), server("a"), server("a")])).toContain("list: a");
    expect(duplicatesIn([server("a", "10.0.0.1"), server("b", "10.0.0.1")])).toContain("10.0.0.1");
  });
});

describe("a batch", () => {
  test("of the reference is one call for each run, and answers in the order of the servers", async () => {
    const { client, bodies, simulator, warnings } = await setup();
    const servers = [server("s3", "10.0.0.7"), server("s1", "10.0.0.5"), server("s4"), server("s2", "10.0.0.6")];
    const results = await client.commission({ deviceType, gateway: "10.0.0.254", servers });
    expect(results.map(({ serverId }) => serverId)).toEqual(["s3", "s1", "s4", "s2"]);
    expect(results.map((result) => ("workflowId" in result ? result.ipmiIp : result.error))).toEqual([
      "10.0.0.7",
      "10.0.0.5",
      undefined,
      "10.0.0.6",
    ]);
    for (const result of results) {
      expect(result).toMatchObject({ workflowId: simulator.workflowsOf(result.serverId)[0]?.id });
    }
    expect(bodies("POST")).toEqual([
      { server_ids: ["s4"], device_type: deviceType, gateway: "10.0.0.254" },
      { server_ids: ["s1", "s2", "s3"], device_type: deviceType, ipmi_range: "10.0.0.5-7", gateway: "10.0.0.254" },
    ]);
    expect(warnings).toEqual([]);
  });

  test("of the shipped dialect is a call for each server, with its own address", async () => {
    const { client, bodies, calls } = await setup({ profile: "shipped" });
    const servers = [server("s1", "10.0.0.5"), server("s2", "10.0.0.6")];
    const results = await client.commission({ deviceType, subnetMask: "255.255.255.0", servers });
    expect(results).toMatchObject([
      { workflowId: "provision_s1", ipmiIp: "10.0.0.5" },
      { workflowId: "provision_s2", ipmiIp: "10.0.0.6" },
    ]);
    expect(bodies("POST")).toMatchObject([
      { server_ids: ["s1"], target_ipmi_ip: "10.0.0.5", subnet_mask: "255.255.255.0" },
      { server_ids: ["s2"], target_ipmi_ip: "10.0.0.6" },
    ]);
    // One look for all, by which lost answers would be told apart from what was there.
    expect(calls("GET").filter((call) => call.endsWith("/workflows"))).toHaveLength(1);
  });

  test.each(["doc", "shipped"] as const)("of dialect %s goes on when a server is refused", async (profile) => {
    const { client, simulator } = await setup({ profile });
    simulator.setScript("s2", { refuse: "no such hardware" });
    const servers = [server("s1", "10.0.0.5"), server("s2", "10.0.0.6"), server("s3", "10.0.0.7")];
    const [first, second, third] = await client.commission({ deviceType, servers });
    expect(first).toMatchObject({ workflowId: expect.any(String) });
    expect(second).toEqual({
      serverId: "s2",
      error: 'HWAutomation could not start a workflow for s2: the request was rejected: "no such hardware".',
    });
    expect(third).toMatchObject({ workflowId: expect.any(String) });
  });

  test("tells of a call that failed in the places of its servers alone", async () => {
    const { client, fault, simulator } = await setup();
    fault({ kind: "status", status: 400, body: { error: { type: "E", message: "bad range" } } }, { method: "POST" });
    const servers = [server("s1"), server("s2", "10.0.0.6")];
    const [first, second] = await client.commission({ deviceType, servers });
    expect(first).toMatchObject({ serverId: "s1", error: expect.stringContaining("bad range") });
    expect(first).not.toHaveProperty("ambiguous");
    expect(second).toMatchObject({ workflowId: expect.any(String) });
    expect(simulator.workflows).toHaveLength(1);
  });

  test("with a server or an address twice is refused before any call", async () => {
    const { clientWith, calls } = await setup();
    const client = clientWith({ profile: "doc" });
    const twice = [server("s1", "10.0.0.5"), server("s1", "10.0.0.6")];
    expect(String(await rejection(client.commission({ deviceType, servers: twice })))).toContain("s1");
    const same = [server("s1", "10.0.0.5"), server("s2", "10.0.0.5")];
    expect(String(await rejection(client.commission({ deviceType, servers: same })))).toContain("10.0.0.5");
    expect(calls()).toEqual([]);
  });

  test("that was given up before it began throws", async () => {
    const { client, simulator } = await setup();
    await client.dialect();
    await rejection(client.commission({ deviceType, servers: [server("s1")] }, AbortSignal.abort(new Error("enough"))));
    expect(simulator.workflows).toEqual([]);
  });

  test("warns when the service gives another address, and tells that one", async () => {
    const { url } = await serve((_, response) =>
      answer(response, 200, {
        success: true,
        workflows: [{ server_id: "s1", workflow_id: "w1", ipmi_ip: "10.0.0.99" }],
      }),
    );
    const { clientWith, warnings } = await setup();
    const client = clientWith({ baseUrl: url, profile: "doc" });
    const servers = [server("s1", "10.0.0.5")];
    expect(await client.commission({ deviceType, servers })).toMatchObject([{ workflowId: "w1", ipmiIp: "10.0.0.99" }]);
    expect(warnings).toEqual([expect.stringContaining("10.0.0.99, although 10.0.0.5 was asked for")]);
  });
});

describe("a start whose answer is lost", () => {
  const losses = [
    { kind: "resetAfterCommit" },
    { kind: "truncatedJson" },
    { kind: "status", status: 502, applied: true },
    { kind: "status", status: 500, body: { error: "database is locked" }, applied: true },
  ] as const;

  test.each(losses)("is found in the list, and not sent again: %j", async (action) => {
    const { client, calls, fault, simulator } = await setup();
    fault(action, { method: "POST" });
    expect(await client.provision(order)).toEqual({
      workflowId: simulator.workflows[0]?.id,
      serverId: "server-001",
      submittedAt: "2025-01-31T12:00:00.000Z",
      found: true,
    });
    expect(calls("POST")).toHaveLength(1);
    expect(simulator.workflows).toHaveLength(1);
  });

  test("is found although it is listed later", async () => {
    const { client, fault, simulator } = await setup({ variants: { visibilityDelayMs: 2_500 } });
    fault({ kind: "resetAfterCommit" }, { method: "POST" });
    expect(await client.provision(order)).toMatchObject({ workflowId: simulator.workflows[0]?.id, found: true });
  });

  test("is never taken for one of before, nor sent again", async () => {
    const { client, calls, clock, fault, simulator } = await setup();
    await client.provision(order);
    clock.advance(60_000);
    fault({ kind: "resetBeforeCommit" }, { method: "POST" });
    const error = await rejection(client.provision(order));
    expect(error).toMatchObject({ code: "outcome-unknown", ambiguous: true });
    expect(String(error)).toMatch(/not known whether it was started.*server-001.*at or after 2025-01-31T12:01:00.000Z/);
    expect(calls("POST")).toHaveLength(2);
    expect(simulator.workflows).toHaveLength(1);
  });

  test("is not taken for that of another server, nor for one of two", async () => {
    const { client, clientWith, fault, clock } = await setup();
    await clientWith().provision({ ...order, serverId: "server-002", targetIpmiIp: undefined });
    fault({ kind: "resetBeforeCommit" }, { method: "POST" });
    expect(await rejection(client.provision(order))).toMatchObject({ code: "outcome-unknown" });
    clock.advance(60_000);
    // Somebody else starts two at the same time: any of them may be ours.
    const other = clientWith();
    fault({ kind: "resetAfterCommit" }, { method: "POST", times: 1 });
    const lost = rejection(client.provision(order));
    await other.provision(order);
    expect(await lost).toMatchObject({ code: "outcome-unknown" });
  });

  test("is judged by the service's clock, however wrong ours is", async () => {
    const { simulators, clientWith, fault, simulator } = await setup();
    let ours = noon + 7 * 3_600_000;
    const clock = {
      now: () => ours,
      sleep: async (ms: number) => {
        ours += ms;
      },
    };
    const client = clientWith({ clock });
    fault({ kind: "resetAfterCommit" }, { method: "POST" });
    expect(await client.provision(order)).toMatchObject({
      workflowId: simulator.workflows[0]?.id,
      submittedAt: "2025-01-31T12:00:00.000Z",
      found: true,
    });
    expect(simulators.hwautomation.workflows).toHaveLength(1);
  });

  test("is found although times have no zone, by what was not there before", async () => {
    const created = "2025-01-31T21:00:00";
    const rows = [{ id: "old", server_id: "server-001", status: "FAILED", created_at: "2025-01-31T20:59:00" }];
    const { url } = await serve((call, response) => {
      if (call.method === "GET") answer(response, 200, { workflows: rows });
      else {
        rows.push({ id: "new", server_id: "server-001", status: "PENDING", created_at: created });
        response.destroy();
      }
    });
    const { clientWith } = await setup();
    const client = clientWith({ baseUrl: url, profile: "doc" });
    await client.workflows();
    expect(await client.provision(order)).toMatchObject({ workflowId: "new", found: true });
  });

  test("says so when it cannot be looked for either", async () => {
    const { client, fault, simulators } = await setup();
    await client.dialect();
    fault({ kind: "resetAfterCommit" }, { method: "POST" });
    simulators.faults.add({ service: "hwautomation", method: "GET", action: { kind: "status", status: 503 } });
    const error = await rejection(client.provision(order));
    expect(error).toMatchObject({ code: "outcome-unknown", ambiguous: true });
    expect(String(error)).toContain("could not be checked either");
  });

  test("of a batch is told for each of its servers", async () => {
    const { client, fault, calls } = await setup();
    const servers = [server("s1", "10.0.0.5"), server("s2", "10.0.0.6")];
    fault({ kind: "resetAfterCommit" }, { method: "POST" });
    expect(await client.commission({ deviceType, servers })).toMatchObject([
      { serverId: "s1", workflowId: expect.any(String), found: true },
      { serverId: "s2", workflowId: expect.any(String), found: true },
    ]);
    fault({ kind: "resetBeforeCommit" }, { method: "POST" });
    const others = [server("s3", "10.0.0.7"), server("s4", "10.0.0.8")];
    expect(await client.commission({ deviceType, servers: others })).toMatchObject([
      { serverId: "s3", ambiguous: true, error: expect.stringContaining("of server s3") },
      { serverId: "s4", ambiguous: true, error: expect.stringContaining("of server s4") },
    ]);
    expect(calls("POST")).toHaveLength(2);
  });

  test("of the shipped dialect is found by its id, unless that was there before", async () => {
    const { client, calls, clock, fault, simulator } = await setup({ profile: "shipped" });
    fault({ kind: "resetAfterCommit" }, { method: "POST" });
    expect(await client.provision(order)).toMatchObject({ workflowId: "provision_server-001", found: true });
    clock.advance(60_000);
    fault({ kind: "resetBeforeCommit" }, { method: "POST" });
    expect(await rejection(client.provision(order))).toMatchObject({ code: "outcome-unknown" });
    expect(calls("POST")).toHaveLength(2);
    expect(simulator.workflows).toHaveLength(1);
  });

  test("of the shipped dialect is not taken for the one that was started right before", async () => {
    const { client, fault } = await setup({ profile: "shipped" });
    await client.provision(order);
    fault({ kind: "resetBeforeCommit" }, { method: "POST" });
    expect(await rejection(client.provision(order))).toMatchObject({ code: "outcome-unknown" });
  });

  test("is waited for also by a caller that has given up", async () => {
    const run = new AbortController();
    const { url } = await serve((_, response) => {
      run.abort(new Error("enough"));
      answer(response, 200, { success: true, id: "w1" });
    });
    const { clientWith } = await setup();
    const client = clientWith({ baseUrl: url, profile: "doc" });
    expect(await client.provision(order, run.signal)).toMatchObject({ workflowId: "w1" });
    expect(await rejection(client.provision(order, run.signal))).toMatchObject({ kind: "canceled", ambiguous: false });
  });

  test("for want of a connection was certainly none, and is sent again", async () => {
    const { clientWith } = await setup();
    const client = clientWith({ baseUrl: "http://127.0.0.1:1", profile: "doc", maxRetries: 1 });
    expect(await rejection(client.provision(order))).toMatchObject({
      kind: "network",
      ambiguous: false,
      code: "ECONNREFUSED",
    });
  });
});
