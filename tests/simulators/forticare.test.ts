import { expect, test } from "vitest";
import { organizationApiId, readOnlyApiId } from "../../simulators";
import { CareBench, contract, fresh, inFortiZtp, mainId, registered, secondId } from "./forticare-helper";
import { Bench, call } from "./helper";

/** Every endpoint: a body that is fine but for what it names, and the payload of a failure. */
const endpoints: Array<[path: string, access: "read" | "write", body: object, payload: object]> = [
  ["/products/list", "read", { serialNumber: "%" }, { assets: null, pageNumber: 0, totalPages: 0 }],
  ["/products/details", "read", { serialNumber: "X" }, { assetDetails: null }],
  ["/products/register", "write", { registrationUnits: [{ serialNumber: "X" }] }, { assets: null }],
  ["/products/description", "write", { serialNumber: "X", description: "" }, {}],
  ["/products/location", "write", { serialNumber: "X", location: null }, {}],
  ["/products/folder", "write", { serialNumbers: ["X"], folderId: null }, {}],
  ["/products/decommission", "write", { serialNumbers: ["X"] }, {}],
  ["/products/transfer", "write", { serialNumbers: ["X"], sourceAccountId: 1, targetAccountId: 2 }, { assets: null }],
  ["/licenses/list", "read", {}, { licenses: null }],
  [
    "/licenses/register",
    "write",
    { licenseRegistrationCode: "AAAAA-AAAAA-AAAAA-AAAAA-AAAAAA" },
    { assetDetails: null },
  ],
  ["/licenses/download", "write", { serialNumber: "X" }, { serialNumber: null, licenseFile: "" }],
  ["/contracts/list", "read", {}, { contracts: null }],
  ["/folders/list", "read", {}, { assetFolders: null }],
  ["/folders/create", "write", { folderName: "X" }, { assetFolders: null }],
  ["/folders/delete", "write", { folderId: 1 }, {}],
  ["/services/register", "write", { contractNumber: "X" }, { assetDetails: null }],
];

const refused = (errorCode: number, message: string) => ({
  build: "1.0.0",
  version: "3.0",
  status: -1,
  message: "Invalid incoming request.",
  error: { errorCode, message },
});
const denied = "Access denied. No permission to access the requested action or resource.";

test.each(endpoints)(
  "%s refuses a bad token, in an envelope with that token and no result",
  async (path, _, body, payload) => {
    await using care = await CareBench.start();
    const reply = await care.call(path, body, "bad-token");
    expect(reply.status).toBe(400);
    expect(reply.headers.get("content-type")).toMatch(/^application\/json/);
    expect(reply.json()).toEqual({ ...refused(201, "Invalid security token."), token: "bad-token", ...payload });
  },
);

test.each(endpoints)("%s (%s) and a read-only user", async (path, access, body, payload) => {
  await using care = await CareBench.start();
  const token = await care.signIn(readOnlyApiId);
  const reply = await care.call(path, body, token);
  const isDenied = reply.json<{ error: { errorCode: number } | null }>().error?.errorCode === 202;
  expect(isDenied).toBe(access === "write");
  if (isDenied) expect(reply.json()).toEqual({ ...refused(202, denied), token, ...payload });
});

test("a success has the whole envelope and echoes the token", async () => {
  await using care = await CareBench.start();
  const list = await care.ok("/products/list", { serialNumber: registered });
  expect(list).toEqual({
    build: "1.0.0",
    version: "3.0",
    status: 0,
    message: "Request processed successfully",
    error: null,
    token: care.token,
    assets: [expect.objectContaining({ serialNumber: registered })],
    pageNumber: 1,
    totalPages: 1,
  });
  expect(await care.ok("/folders/list")).toMatchObject({ message: "Success", token: care.token });
});

test("a token of another service, an expired one and none at all are refused", async () => {
  await using care = await CareBench.start();
  expect(await care.problem("/folders/list", {}, care.bench.token)).toEqual([400, -1, 201, "Invalid security token."]);
  await care.ok("/folders/list", {}, await care.bench.signIn({ client_id: "fcelite" }));
  const bare = await call(`${care.bench.simulators.fortinet.forticareUrl}/folders/list`, { method: "POST", json: {} });
  expect(bare.json()).toMatchObject({
    error: { errorCode: 201, message: "Please provide token in request." },
    token: "",
  });
  care.bench.seconds(14_400);
  expect(await care.problem("/folders/list")).toEqual([400, -1, 201, "Invalid security token."]);
});

test("a user without the permission gets a token and 202 on each call", async () => {
  await using care = await CareBench.start();
  care.bench.simulators.fortinet.addUser({ apiId: "GUEST", password: "guest", assetManagement: false });
  const token = await care.bench.signIn({ username: "GUEST", password: "guest", client_id: "assetmanagement" });
  expect(await care.problem("/folders/list", {}, token)).toEqual([400, -1, 202, denied]);
});

test("checks come in the service's order", async () => {
  await using care = await CareBench.start({ limits: { errorsPerHour: 4 } });
  const reader = await care.signIn(readOnlyApiId);
  const { forticareUrl } = care.bench.simulators.fortinet;
  const codeOf = async (path: string, body: unknown, token: string) => (await care.problem(path, body, token))[2];
  const malformed = { serialNumber: fresh[0], cloudKey: "short" };
  const bad = { registrationUnits: [malformed] };
  const missing = { registrationUnits: [malformed, { description: "no serial" }] };
  const good = { registrationUnits: [{ serialNumber: fresh[0] }] };
  expect(await codeOf("/products/register", "no object", "bad")).toBe(201);
  expect(await codeOf("/products/register", "no object", reader)).toBe(202);
  const organization = await care.organization();
  expect(await codeOf("/products/register", missing, organization)).toBe(101);
  expect(await codeOf("/products/register", bad, organization)).toBe(102);
  expect(await care.problem("/products/register", good, organization)).toEqual([
    400,
    -1,
    301,
    "Request should include a positive number for accountId.",
  ]);
  expect(await codeOf("/products/register", { ...good, accountId: 999 }, organization)).toBe(202);
  // The fifth error is one too many, and that is said before anything but the path is looked at.
  expect((await care.call("/products/register", "no object", organization)).status).toBe(429);
  expect((await care.call("/nothing", {}, organization)).status).toBe(404);
  expect((await call(`${forticareUrl}/products/register`, { token: organization })).status).toBe(404);
});

test("unknown paths and other methods are 404, in an envelope", async () => {
  await using care = await CareBench.start();
  const { forticareUrl } = care.bench.simulators.fortinet;
  const unknown = await care.call("/products/unregister");
  expect(unknown.status).toBe(404);
  expect(unknown.json()).toMatchObject({ status: -1, error: { errorCode: 404 }, token: care.token });
  for (const method of ["GET", "PUT", "PATCH", "DELETE"])
    expect((await call(`${forticareUrl}/folders/list`, { method, token: care.token })).status).toBe(404);
  expect((await call(forticareUrl.replace("/v3", "/v2"), { method: "POST", json: {} })).status).toBe(404);
});

test.each<[string, string]>([
  ["/products/list", "Both serialNumber and expireBefore cannot be empty at the same time."],
  ["/products/details", "Serial number cannot be empty."],
  ["/products/register", "Registration units cannot be empty."],
  ["/products/description", "Serial number cannot be empty."],
  ["/products/location", "Serial number cannot be empty."],
  ["/products/folder", "Serial numbers cannot be empty."],
  ["/products/decommission", "Serial numbers cannot be empty."],
  ["/products/transfer", "Source account id cannot be empty."],
  ["/licenses/register", "License registration code cannot be empty."],
  ["/licenses/download", "Serial number cannot be empty."],
  ["/folders/create", "Folder name cannot be empty."],
  ["/folders/delete", "Folder id cannot be empty."],
  ["/services/register", "Contract number cannot be empty."],
])("%s says what is missing", async (path, message) => {
  await using care = await CareBench.start();
  expect(await care.problem(path, {})).toEqual([400, -1, 101, message]);
});

test.each<[string, object]>([
  ["/products/list", { serialNumber: 1 }],
  ["/products/list", { serialNumber: "F", status: "registered" }],
  ["/products/list", { serialNumber: "F", pageNumber: 0 }],
  ["/products/list", { serialNumber: "F", accountId: "100001" }],
  ["/products/list", { expireBefore: "tomorrow" }],
  ["/products/description", { serialNumber: registered, description: 1 }],
  ["/products/location", { serialNumber: registered, location: "here" }],
  ["/products/location", { serialNumber: registered, location: { countryCode: "USA" } }],
  ["/products/location", { serialNumber: registered, location: { countryCode: "US", stateOrProvince: "California" } }],
  ["/products/folder", { serialNumbers: [registered], folderId: "5001" }],
  ["/products/decommission", { serialNumbers: registered }],
  ["/products/decommission", { serialNumbers: [1] }],
  ["/products/decommission", { serialNumbers: fresh.slice(0, 11) }],
  ["/products/transfer", { serialNumbers: [registered], sourceAccountId: -1, targetAccountId: 2 }],
  ["/licenses/list", { status: "Lost" }],
  ["/licenses/register", { licenseRegistrationCode: "AAAAA-AAAAA" }],
  ["/folders/create", { folderName: "a/b" }],
  ["/folders/create", { folderName: "x".repeat(101) }],
  ["/folders/delete", { folderId: 1.5 }],
  ["/contracts/list", { status: 1 }],
])("%s refuses the value in %j", async (path, body) => {
  await using care = await CareBench.start();
  expect((await care.problem(path, body)).slice(0, 3)).toEqual([400, -1, 102]);
});

test("a body that isn't a JSON object lacks everything; none at all is an empty one", async () => {
  await using care = await CareBench.start();
  const url = `${care.bench.simulators.fortinet.forticareUrl}/folders/list`;
  for (const body of ["{", "[]", '"text"']) {
    const reply = await call(url, { method: "POST", body, token: care.token });
    expect([reply.status, reply.json()]).toEqual([400, expect.objectContaining({ status: -1, assetFolders: null })]);
    expect(reply.json()).toMatchObject({ error: { errorCode: 101 } });
  }
  expect((await call(url, { method: "POST", token: care.token })).status).toBe(200);
});

test("an organisation's user names the account, and FortiZTP stays closed to them", async () => {
  await using care = await CareBench.start();
  const { fortinet } = care.bench.simulators;
  for (const client_id of ["fortiztp", "FortiManager"])
    expect((await care.bench.grant({ username: organizationApiId, client_id })).status).toBe(401);
  const token = await care.organization();
  for (const accountId of [undefined, null, 0, -5])
    expect((await care.problem("/folders/list", { accountId }, token)).slice(0, 3)).toEqual([400, -1, 301]);
  expect((await care.ok("/folders/list", { accountId: mainId }, token)).assetFolders).toHaveLength(3);
  expect((await care.ok("/folders/list", { accountId: secondId }, token)).assetFolders).toBe(null);
  // Endpoints without accountId find the product wherever it is.
  expect((await care.ok("/products/details", { serialNumber: registered }, token)).assetDetails).not.toBe(null);
  const units = { accountId: secondId, registrationUnits: [{ serialNumber: fresh[0] }] };
  expect((await care.ok("/products/register", units, token)).assets).toMatchObject([{ accountId: secondId }]);
  expect(care.bench.simulators.requests.entries.at(-1)).toMatchObject({ account: "branches" });

  fortinet.addUser({ apiId: "OU", password: "ou", type: "organization", scope: ["branches"] });
  const narrow = await care.bench.signIn({ username: "OU", password: "ou", client_id: "assetmanagement" });
  expect(await care.problem("/folders/list", { accountId: mainId }, narrow)).toEqual([400, -1, 202, denied]);
  expect((await care.problem("/products/details", { serialNumber: registered }, narrow))[2]).toBe(301);
  expect((await care.ok("/products/details", { serialNumber: fresh[0] }, narrow)).assetDetails).not.toBe(null);
});

test("a local user has one account, named or not", async () => {
  await using care = await CareBench.start();
  await care.ok("/folders/list", { accountId: mainId });
  expect(await care.problem("/folders/list", { accountId: secondId })).toEqual([400, -1, 202, denied]);
});

test("accounts don't see each other, and have the numbers they were given", async () => {
  const users = [{ apiId: "OTHER", password: "other", account: "second" }];
  const forticare = { accountIds: { second: 7 } };
  await using bench = await Bench.start({}, { fortinet: { accounts: { second: {} }, users, forticare } });
  const token = await bench.signIn({ username: "OTHER", password: "other", client_id: "assetmanagement" });
  const url = bench.simulators.fortinet.forticareUrl;
  const post = async (path: string, json: object) => (await call(url + path, { method: "POST", json, token })).json();
  expect(await post("/products/list", { serialNumber: "%" })).toMatchObject({ assets: null, totalPages: 0 });
  for (const serialNumber of [registered, inFortiZtp])
    expect(await post("/products/details", { serialNumber })).toMatchObject({ status: -2, assetDetails: null });
  expect(await post("/contracts/list", {})).toMatchObject({ contracts: null });
  const registrationUnits = [{ serialNumber: fresh[0], contractNumber: contract(16) }, { serialNumber: registered }];
  expect(await post("/products/register", { registrationUnits })).toMatchObject({
    assets: [
      { message: "Product-> Contract number is invalid. Please check again." },
      { message: "Product-> Product is registered in another account." },
    ],
  });
  await post("/products/register", { registrationUnits: [{ serialNumber: fresh[0] }] });
  expect(await post("/products/list", { serialNumber: fresh[0] })).toMatchObject({ assets: [{ accountId: 7 }] });
});
