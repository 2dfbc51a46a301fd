import { expect, test } from "vitest";
import { HwAutomationBench, known, type Row } from "./hwautomation-helper";

test("variants, the profile among them, are shown, changed, explained and checked", async () => {
  await using bench = await HwAutomationBench.start();
  const path = "/hwautomation/variants";
  expect((await bench.control("GET", path)).json()).toMatchObject({ profile: "doc", timeScale: 1 });
  expect((await bench.control("PATCH", path, { profile: "shipped" })).json()).toMatchObject({ profile: "shipped" });
  expect((await bench.raw("GET", "/api/database/servers")).headers.get("content-type")).toContain("text/html");
  expect((await bench.control("PATCH", path, { profile: "other", timeScale: 5 })).status).toBe(400);
  expect((await bench.control("PATCH", path, { unheardOf: 1 })).status).toBe(400);
  expect(bench.hw.variants.timeScale).toBe(1);
  const schema = (await bench.control("GET", `${path}/schema`)).json<{ properties: Record<string, Row> }>();
  expect(Object.keys(schema.properties)).toEqual(Object.keys(bench.hw.variants));
  for (const property of Object.values(schema.properties)) expect(property.description).toEqual(expect.any(String));
});

test("workflows, what they did to hardware, and scripts", async () => {
  await using bench = await HwAutomationBench.start();
  const script = await bench.control("PATCH", `/hwautomation/scripts/${known}`, { hangAtStep: 3 });
  expect(script.json()).toEqual({ hangAtStep: 3 });
  expect((await bench.control("PATCH", `/hwautomation/scripts/${known}`, { hangAtStep: 0 })).status).toBe(400);
  const [id] = [await bench.provision(), await bench.provision({ server_id: "server-002" })];
  bench.seconds(1_000);
  const of = async (path: string) => (await bench.control("GET", `/hwautomation/${path}`)).json<Row[]>();
  expect(await of("workflows")).toHaveLength(2);
  expect(await of(`workflows?server=${known}`)).toMatchObject([{ id, status: "RUNNING", step: 2 }]);
  expect(await of("effects")).toHaveLength(4);
  expect(await of("effects?server=server-002&kind=biosApply")).toMatchObject([{ detail: "a1.c5.large" }]);
  expect(await of("scripts")).toEqual({ [known]: { hangAtStep: 3 } });
  expect((await bench.control("DELETE", "/hwautomation/scripts")).status).toBe(204);
  bench.seconds(1_000);
  expect(await bench.status(id)).toMatchObject({ status: "COMPLETED" });
  expect((await bench.control("DELETE", "/hwautomation/effects")).status).toBe(204);
  expect(await of("effects")).toEqual([]);
  expect((await bench.control("DELETE", `/hwautomation/workflows/${id}`)).status).toBe(204);
  expect((await bench.call("GET", `/api/orchestration/workflow/${id}/status`)).status).toBe(404);
  expect((await bench.control("POST", "/hwautomation/restart")).status).toBe(204);
  expect(await bench.get("/api/orchestration/workflows")).toEqual({ workflows: [], total: 0 });
});

test("servers and machines can be changed behind the service's back", async () => {
  await using bench = await HwAutomationBench.start();
  const change = { status: "Broken", firmware: { bios: { current: "1", available: "2" } } };
  expect((await bench.control("PATCH", `/hwautomation/servers/${known}`, change)).status).toBe(200);
  expect(await bench.get(`/api/hardware/server/${known}`)).toMatchObject({ status: "Broken", bios_version: "1" });
  expect((await bench.control("POST", "/hwautomation/servers", [{ serverId: "b-1" }])).status).toBe(200);
  expect(await bench.get("/api/hardware/server/b-1")).toMatchObject({ status: "New", vendor: null });
  expect((await bench.control("PATCH", "/hwautomation/servers/nobody", change)).status).toBe(404);
  const machine = { systemId: "m-1", hostname: "b-1", status: "Ready" };
  expect((await bench.control("PUT", "/hwautomation/machines", [machine])).status).toBe(200);
  expect((await bench.control("PATCH", "/hwautomation/machines/m-1", { status: "Broken" })).status).toBe(200);
  expect(await bench.get("/api/maas/discover")).toMatchObject({ total: 1, machines: [{ status: "Broken" }] });
  expect((await bench.control("PATCH", "/hwautomation/machines/nobody", {})).status).toBe(404);
  expect((await bench.control("GET", "/hwautomation/sockets")).json()).toEqual([]);
  for (const [path, body] of [
    ["alerts", { level: "warning", message: "hot" }],
    ["events", { event: "log_entry", data: {} }],
  ] as const)
    expect((await bench.control("POST", `/hwautomation/${path}`, body)).status).toBe(204);
  expect((await bench.control("DELETE", "/hwautomation/sockets")).status).toBe(204);
});

test("a reset brings everything back", async () => {
  await using bench = await HwAutomationBench.start({ stepSeconds: 3 });
  const before = JSON.stringify([...bench.hw.servers.values()]);
  bench.hw.setVariants({ profile: "shipped", stepSeconds: 9 });
  bench.hw.setScript(known, { failAtStep: 1 });
  bench.hw.servers.delete(known);
  await bench.control("POST", "/reset");
  expect(bench.hw.variants).toMatchObject({ profile: "doc", stepSeconds: 3 });
  const id = await bench.provision();
  await bench.control("POST", "/reset");
  bench.seconds(1_000);
  expect((await bench.call("GET", `/api/orchestration/workflow/${id}/status`)).status).toBe(404);
  expect(bench.hw.effects).toEqual([]);
  expect(JSON.stringify([...bench.hw.servers.values()])).toBe(before);
});
