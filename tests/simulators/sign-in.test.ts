import { expect, test } from "vitest";
import { organizationApiId } from "../../simulators";
import { Bench, call } from "./helper";

test("a password grant answers with all documented fields", async () => {
  await using bench = await Bench.start();
  const reply = await bench.grant();
  expect(reply.status).toBe(200);
  expect(reply.headers.get("content-type")).toMatch(/^application\/json/);
  expect(reply.json()).toEqual({
    access_token: expect.stringMatching(/^\w{30}$/),
    expires_in: 14_400,
    refresh_token: expect.stringMatching(/^\w{30}$/),
    scope: "read write",
    token_type: "Bearer",
    message: "successfully authenticated",
    status: "success",
  });
});

test.each([
  ["wrong password", { password: "wrong" }, 401],
  ["unknown user", { username: "NOBODY" }, 401],
  ["organisation user", { username: organizationApiId }, 401],
  ["unknown client_id", { client_id: "FortiZTP" }, 401],
  ["no user", { username: undefined }, 400],
  ["no password", { password: undefined }, 400],
  ["no client_id", { client_id: undefined }, 400],
  ["no grant_type", { grant_type: undefined }, 400],
  ["unknown grant_type", { grant_type: "client_credentials" }, 400],
])("sign-in is refused: %s", async (_name, change, status) => {
  await using bench = await Bench.start();
  const reply = await bench.grant(change);
  expect(reply.status).toBe(status);
  expect(reply.json()).toEqual({ error: expect.any(String), error_description: expect.any(String) });
  expect(reply.text).not.toContain(bench.simulators.fortinet.password);
});

test("a body that isn't a JSON object is malformed", async () => {
  await using bench = await Bench.start();
  const { authUrl } = bench.simulators.fortinet;
  for (const body of ["{", "[]", "", "username=a&password=b"]) {
    expect((await call(authUrl, { method: "POST", body })).status).toBe(400);
  }
});

test("the token endpoint needs its trailing slash", async () => {
  await using bench = await Bench.start();
  const { authUrl } = bench.simulators.fortinet;
  expect((await call(authUrl.slice(0, -1), { method: "POST", json: {} })).status).toBe(404);
});

test("a token belongs to one client_id and ends with its life", async () => {
  await using bench = await Bench.start();
  const other = await bench.signIn({ client_id: "assetmanagement" });
  expect((await bench.ztp("GET", "/v2/system", undefined, other)).status).toBe(401);
  expect((await bench.ztp("GET", "/v2/system")).status).toBe(200);
  bench.seconds(14_399);
  expect((await bench.ztp("GET", "/v2/system")).status).toBe(200);
  bench.seconds(1);
  const reply = await bench.ztp("GET", "/v2/system");
  expect(reply.status).toBe(401);
  expect(reply.json()).toMatchObject({ error: "invalid_token" });
});

test("a refresh works after the access token has expired, and once", async () => {
  await using bench = await Bench.start();
  const { refresh_token: first } = (await bench.grant()).json<{ refresh_token: string }>();
  bench.seconds(20_000);
  const reply = await bench.refresh(first);
  expect(reply.status).toBe(200);
  const next = reply.json<{ access_token: string; refresh_token: string }>();
  expect(next.refresh_token).not.toBe(first);
  expect((await bench.ztp("GET", "/v2/system", undefined, next.access_token)).status).toBe(200);
  expect((await bench.refresh(first)).status).toBe(401);
  expect((await bench.refresh(next.refresh_token, { client_id: "FortiManager" })).status).toBe(401);
  expect((await bench.refresh(next.refresh_token)).status).toBe(200);
});

test("a password grant may carry a refresh token", async () => {
  await using bench = await Bench.start();
  expect((await bench.grant({ refresh_token: "stray" })).status).toBe(200);
});

test("verify tells the user and the remaining life", async () => {
  await using bench = await Bench.start();
  const url = bench.simulators.fortinet.authUrl.replace("/token/", "/verify_token/");
  bench.seconds(400);
  const reply = await call(`${url}?client_id=fortiztp`, { token: bench.token });
  expect(reply.status).toBe(200);
  expect(reply.json()).toMatchObject({ username: bench.simulators.fortinet.apiId, expires_in: 14_000 });
  expect((await call(`${url}?client_id=iam`, { token: bench.token })).status).toBe(401);
  expect((await call(`${url}?client_id=fortiztp`)).status).toBe(401);
});

test("revoke ends the token", async () => {
  await using bench = await Bench.start();
  const url = bench.simulators.fortinet.authUrl.replace("/token/", "/revoke_token/");
  const revoke = (json: unknown) => call(url, { method: "POST", json });
  expect((await revoke({ client_id: "fortiztp", token: "" })).status).toBe(400);
  expect((await revoke({ client_id: "nonsense", token: bench.token })).status).toBe(401);
  expect((await revoke({ client_id: "iam", token: bench.token })).status).toBe(401);
  expect((await bench.ztp("GET", "/v2/system")).status).toBe(200);
  expect((await revoke({ client_id: "fortiztp", token: bench.token })).status).toBe(200);
  expect((await bench.ztp("GET", "/v2/system")).status).toBe(401);
});
