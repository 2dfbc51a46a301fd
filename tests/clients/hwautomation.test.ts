import { describe, expect, test } from "vitest";
import { isVendorError } from "../../provider/clients/http/errors";
import { unsupported } from "../../provider/clients/hwautomation/dialects";
import { setup } from "./hwautomation-support";
import { answer, rejection, serve } from "./support";

const order = { serverId: "server-001", deviceType: "a1.c5.large", targetIpmiIp: "192.168.1.100" };

describe("the dialect", () => {
  test.each([
    ["doc", {}],
    ["doc", { health: "served" }],
    ["doc", { envelope: "wrapped", serverListing: "array" }],
    ["shipped", {}],
  ] as const)("%s is found out, once, with %j", async (profile, variants) => {
    const { client, clientWith, calls } = await setup({ profile, variants });
    expect(await Promise.all([client.dialect(), client.dialect(), clientWith().dialect()])).toEqual(
      Array.from({ length: 3 }, () => profile),
    );
    expect(await clientWith().dialect()).toBe(profile);
    const looks = ["GET /api/database/servers", "GET /health"];
    expect(calls()).toEqual(profile === "doc" ? looks.slice(0, 1) : looks);
  });

  test("that is configured costs no call", async () => {
    const { clientWith, calls } = await setup();
    expect(await clientWith({ profile: "shipped" }).dialect()).toBe("shipped");
    expect(calls()).toEqual([]);
  });

  test("of something else is an error, and is asked for again", async () => {
    const { url, calls } = await serve((_, response) => {
      response.writeHead(404, { "content-type": "text/html" }).end("<html>Not Found</html>");
    });
    const { clientWith } = await setup();
    const error = await rejection(clientWith({ baseUrl: url }).dialect());
    expect(String(error)).toContain("neither /api/database/servers nor /health");
    await rejection(clientWith({ baseUrl: url }).dialect());
    expect(calls).toHaveLength(4);
  });

  test("says what it cannot do without a call, and the client refuses it likewise", async () => {
    const { clientWith, calls } = await setup({ profile: "shipped" });
    const client = clientWith({ profile: "shipped" });
    const refused = [
      client.server("s1"),
      client.createServer({ serverId: "s1" }),
      client.updateServer("s1", { status: "Ready" }),
      client.applyBios("s1", { template: "t" }),
      client.firmware("s1"),
      client.commissionMachine("aaa001"),
      client.provision({ ...order, firmwarePolicy: "latest" }),
    ];
    for (const call of refused) expect(await rejection(call)).toMatchObject({ kind: "rejected", code: "unsupported" });
    const doc = clientWith({ profile: "doc" });
    const others = [doc.scheduleFirmware("s1", ["bios"]), doc.deviceTypes(), doc.databaseInfo(), doc.firmwareImages()];
    for (const call of others) expect(await rejection(call)).toMatchObject({ kind: "rejected", code: "unsupported" });
    expect(calls()).toEqual([]);
    expect(unsupported("doc", "bios")).toBeUndefined();
    expect(unsupported("shipped", "bios")).toMatch(/dialect shipped.*\.$/);
  });
});

describe("workflows", () => {
  test.each([
    {},
    { envelope: "wrapped" },
    { statusCase: "engine" },
    { statusShape: "legacy" },
    { progress: "float" },
  ] as const)("are started and told with %j", async (variants) => {
    const { client, simulator, clock } = await setup({ variants });
    const started = await client.provision({ ...order, gateway: "192.168.1.1", rackLocation: "R1" });
    expect(started).toEqual({
      workflowId: simulator.workflows[0]?.id,
      serverId: "server-001",
      submittedAt: "2025-01-31T12:00:00.000Z",
      ipmiIp: "192.168.1.100",
    });
    clock.advance(2_000);
    const running = await client.workflow(started.workflowId);
    expect(running).toMatchObject({ id: started.workflowId, status: "running", stepsCompleted: 0, totalSteps: 7 });
    expect(running?.currentStep).toBeTruthy();
    expect(running?.subTasks.length).toBeGreaterThan(0);
    clock.advance(86_400_000);
    expect(await client.workflow(started.workflowId)).toMatchObject({ status: "completed", stepsCompleted: 7 });
    expect(await client.workflows()).toMatchObject([
      { id: started.workflowId, serverId: "server-001", status: "completed", createdAt: "2025-01-31T12:00:00.000Z" },
    ]);
  });

  test("firmware first have a policy", async () => {
    const { client, calls, bodies } = await setup();
    await client.provision({ ...order, firmwarePolicy: "security_only" });
    expect(calls("POST")).toEqual(["POST /api/orchestration/provision-firmware-first"]);
    expect(bodies("POST")).toMatchObject([{ firmware_policy: "security_only" }]);
  });

  test("that failed say why", async () => {
    const { client, simulator, clock } = await setup();
    simulator.setScript("server-001", { failAtStep: 3, failure: "no BIOS here" });
    const { workflowId } = await client.provision(order);
    clock.advance(86_400_000);
    const failed = await client.workflow(workflowId);
    expect(failed).toMatchObject({ status: "failed", statusText: "FAILED" });
    expect(failed?.error).toContain("no BIOS here");
  });

  test("of the shipped dialect go through a batch of one and are told by their ids", async () => {
    const { client, calls, clock } = await setup({ profile: "shipped" });
    const started = await client.provision({ ...order, subnetMask: "255.255.255.0" });
    expect(started).toMatchObject({ workflowId: "provision_server-001", ipmiIp: "192.168.1.100" });
    expect(calls("POST")).toEqual(["POST /api/batch/commission"]);
    clock.advance(10);
    const [workflow] = await client.workflows();
    expect(workflow).toMatchObject({ serverId: "server-001", status: "running", stepsCompleted: 0, totalSteps: 23 });
    expect(workflow?.progress).toBeCloseTo(4.35);
    expect(await client.workflow("provision_nobody")).toBeUndefined();
  });

  test("are gone only on the service's own word", async () => {
    const { client, fault } = await setup();
    expect(await client.workflow("nobody")).toBeUndefined();
    fault({ kind: "html", status: 404 });
    const page = await rejection(client.workflow("nobody"));
    expect(page).toMatchObject({ kind: "not-json", status: 404 });
    expect(String(page)).toContain("does not have the endpoint");
    fault({ kind: "status", status: 404, body: { message: "no Route matched with those values" } });
    expect(await rejection(client.workflow("nobody"))).toMatchObject({ kind: "not-json" });
  });

  test.each([
    [{ kind: "html", status: 200 }],
    [{ kind: "status", status: 200, body: { workflows: null } }],
    [{ kind: "status", status: 200, body: {} }],
    [{ kind: "status", status: 200, body: { workflows: ["x"] } }],
    [{ kind: "status", status: 200, body: { workflows: [{ id: "x" }] } }],
    [{ kind: "status", status: 200, body: { success: false, error: "no list today" } }],
  ] as const)("that cannot be read are an error, never none: %j", async (action) => {
    const { client, simulators } = await setup();
    await client.dialect();
    simulators.faults.add({ service: "hwautomation", action });
    expect(isVendorError(await rejection(client.workflows()), "not-json", "rejected")).toBe(true);
  });

  test("asked for together are asked for once, and never before somebody asked", async () => {
    const { client, calls, fault } = await setup();
    await Promise.all(Array.from({ length: 20 }, () => client.workflows()));
    expect(calls()).toEqual(["GET /api/orchestration/workflows"]);
    fault({ kind: "delay", ms: 50 });
    const early = client.workflows();
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    const { workflowId } = await client.provision(order);
    const late = await Promise.all([client.workflows(), client.workflows()]);
    expect(late.map((list) => list.map(({ id }) => id))).toEqual([[workflowId], [workflowId]]);
    await early;
    expect(calls("GET").filter((call) => call.endsWith("workflows"))).toHaveLength(3);
  });

  test("in a status that nobody knows are taken for running, with one warning", async () => {
    const { client, fault, warnings } = await setup();
    const body = { workflows: [{ id: "a", status: "PONDERING" }] };
    fault({ kind: "status", status: 200, body }, { times: 2 });
    expect(await client.workflows()).toMatchObject([{ status: "running", statusText: "PONDERING" }]);
    await client.workflows();
    expect(warnings).toHaveLength(1);
  });
});

describe("a cancel", () => {
  test("is accepted, and refused to what has ended or is not known", async () => {
    const { client, clock } = await setup();
    const { workflowId } = await client.provision(order);
    clock.advance(5_000);
    expect(await client.cancel(workflowId)).toBe("accepted");
    clock.advance(86_400_000);
    expect(await client.workflow(workflowId)).toMatchObject({ status: "cancelled" });
    expect(await client.cancel(workflowId)).toBe("ended");
    expect(await client.cancel("nobody")).toBe("unknown");
  });

  test("of the shipped dialect is not supported, and asked for once", async () => {
    const { client, calls } = await setup({ profile: "shipped" });
    const { workflowId } = await client.provision(order);
    expect(await client.cancel(workflowId)).toBe("unsupported");
    expect(await client.cancel("provision_nobody")).toBe("unknown");
    expect(calls("POST").filter((call) => call.endsWith("/cancel"))).toHaveLength(2);
  });

  test("whose answer is lost is asked for again while the workflow goes on", async () => {
    const { client, clock, fault, calls } = await setup();
    const { workflowId } = await client.provision(order);
    clock.advance(5_000);
    fault({ kind: "resetBeforeCommit" }, { method: "POST" });
    expect(await client.cancel(workflowId)).toBe("accepted");
    const cancels = () => calls("POST").filter((call) => call.endsWith("/cancel"));
    expect(cancels()).toHaveLength(2);
    clock.advance(86_400_000);
    const next = await client.provision(order);
    // It has not begun, so that it is cancelled at once.
    fault({ kind: "resetAfterCommit" }, { method: "POST" });
    expect(await client.cancel(next.workflowId)).toBe("accepted");
    expect(cancels()).toHaveLength(3);
  });

  test("that is refused matters only while the workflow goes on", async () => {
    const { client, clock, fault } = await setup();
    const { workflowId } = await client.provision(order);
    clock.advance(5_000);
    const refusal = { kind: "status", status: 200, body: { success: false, message: "not now" } } as const;
    fault(refusal, { method: "POST" });
    expect(await rejection(client.cancel(workflowId))).toMatchObject({ kind: "rejected", vendorMessage: "not now" });
    clock.advance(86_400_000);
    fault(refusal, { method: "POST" });
    expect(await client.cancel(workflowId)).toBe("ended");
  });
});

describe("calls", () => {
  test("carry credentials and an id of their operation", async () => {
    const { url, calls } = await serve((_, response) => answer(response, 200, { workflows: [] }));
    const { clientWith } = await setup();
    const basic = clientWith({ baseUrl: url, profile: "doc" });
    await basic.workflows();
    await basic.workflows();
    await clientWith({
      baseUrl: url,
      profile: "doc",
      username: undefined,
      password: undefined,
      token: "t0ken",
    }).workflows();
    await clientWith({ baseUrl: url, profile: "doc", username: undefined, password: undefined }).workflows();
    const pair = Buffer.from("admin:Sim-HwAutomation-1").toString("base64");
    expect(calls.map(({ headers }) => headers.authorization)).toEqual([
      `Basic ${pair}`,
      `Basic ${pair}`,
      "Bearer t0ken",
      undefined,
    ]);
    expect(new Set(calls.map(({ headers }) => headers["x-correlation-id"])).size).toBe(4);
  });

  test("of one operation have one id, and reads are repeated", async () => {
    const { url, calls } = await serve((_, response, number) =>
      number < 3 ? answer(response, 500, { error: "database is locked" }) : answer(response, 200, { workflows: [] }),
    );
    const { clientWith } = await setup();
    expect(await clientWith({ baseUrl: url }).workflows()).toEqual([]);
    expect(calls).toHaveLength(3);
    expect(new Set(calls.map(({ headers }) => headers["x-correlation-id"])).size).toBe(1);
  });

  test("that are refused say what to do", async () => {
    const { clientWith } = await setup();
    const wrong = await rejection(clientWith({ password: "wrong-Password" }).workflows());
    expect(wrong).toMatchObject({ kind: "unauthorized" });
    expect(String(wrong)).toContain("Check username and password");
    const nobody = await rejection(clientWith({ username: undefined, password: undefined }).workflows());
    expect(String(nobody)).toContain("set username and password");
  });

  test("never tell what is secret, not even what the service echoes", async () => {
    const { clientWith, fault, password } = await setup();
    const lines: string[] = [];
    const client = clientWith({ trace: (entry) => lines.push(JSON.stringify(entry)) });
    const pair = Buffer.from(`admin:${password}`).toString("base64");
    const echo = {
      error: { type: "E", message: `login with ${password} and ${pair}`, details: { credentials: { a: "hunter2" } } },
    };
    fault({ kind: "status", status: 400, body: echo });
    const error = String(await rejection(client.workflows()));
    expect(error).toContain("login with [redacted] and [redacted]");
    const failed = { workflow: { id: "a", status: "FAILED", error: `ipmi refused ${password}` } };
    fault({ kind: "status", status: 200, body: failed });
    const workflow = await client.workflow("a");
    expect(workflow?.error).toBe("ipmi refused [redacted]");
    for (const told of [error, JSON.stringify(workflow), ...lines]) {
      for (const secret of [password, pair, "hunter2"]) expect(told).not.toContain(secret);
    }
  });

  test("are so many at once at most", async () => {
    let open = 0;
    let most = 0;
    const { url } = await serve((_, response) => {
      most = Math.max(most, ++open);
      setTimeout(() => {
        open--;
        answer(response, 200, { id: "a", status: "RUNNING" });
      }, 10);
    });
    const { clientWith } = await setup();
    const client = clientWith({ baseUrl: url, profile: "doc", maxConcurrent: 3 });
    await Promise.all(Array.from({ length: 12 }, (_, index) => client.workflow(`w${index}`)));
    expect(most).toBe(3);
  });
});
