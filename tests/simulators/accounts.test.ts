import { expect, test } from "vitest";
import { readOnlyApiId } from "../../simulators";
import { Bench, gate, toCloud, until } from "./helper";

test("a read-only user may look but not write", async () => {
  await using bench = await Bench.start();
  const token = await bench.signIn({ username: readOnlyApiId });
  expect((await bench.ztp("GET", "/v2/devices", undefined, token)).status).toBe(200);
  for (const path of ["/v2/devices", `/v2/devices/${gate}`]) {
    const reply = await bench.ztp("PUT", path, toCloud, token);
    expect([reply.status, reply.json().error]).toEqual([403, "access_denied"]);
  }
});

test("accounts don't see each other", async () => {
  const devices = [{ deviceSN: "FGT60FTK99990001", deviceType: "FortiGate" }];
  const users = [{ apiId: "OTHER", password: "other", account: "second" }];
  await using bench = await Bench.start({}, { fortinet: { accounts: { second: { devices } }, users } });
  const token = await bench.signIn({ username: "OTHER", password: "other" });
  const page = (await bench.ztp("GET", "/v2/devices", undefined, token)).json();
  expect(page).toMatchObject({ total: 1, data: devices });
  const reply = await bench.ztp("PUT", `/v2/devices/${gate}`, toCloud, token);
  expect(reply.json()).toEqual({
    error: "invalid_request",
    error_description: `Device ${gate} doesn't exist in this account`,
  });
  expect(bench.simulators.requests.count({ account: "second", service: "fortiztp" })).toBe(2);
});

test("2,000 calls an hour for each user, in a sliding window", async () => {
  await using bench = await Bench.start();
  const path = "/v2/system";
  await bench.ztp("GET", path);
  bench.seconds(600);
  for (let call = 1; call < 2_000; call += 100) {
    const replies = await Promise.all(
      Array.from({ length: Math.min(100, 2_000 - call) }, () => bench.ztp("GET", path)),
    );
    expect(replies.every((reply) => reply.status === 200)).toBe(true);
  }
  const refused = await bench.ztp("GET", path);
  expect([refused.status, refused.json().error]).toEqual([429, "too_many_requests"]);
  expect(refused.headers.get("retry-after")).toBe("3000");
  const other = await bench.signIn({ username: readOnlyApiId });
  expect((await bench.ztp("GET", path, undefined, other)).status).toBe(200);
  bench.seconds(2_999);
  expect((await bench.ztp("GET", path)).headers.get("retry-after")).toBe("1");
  bench.seconds(1);
  expect((await bench.ztp("GET", path)).status).toBe(200);
  expect((await bench.ztp("GET", path)).headers.get("retry-after")).toBe("600");
});

test("with real time a device comes online by itself", async () => {
  await using bench = await Bench.start({ onlineAfterSeconds: 0.02, provisioningSeconds: 0.02 }, { clock: undefined });
  await bench.write(gate, toCloud);
  await until(() => bench.simulators.fortinet.devices.get(gate)?.provisionStatus === "provisioned");
});
