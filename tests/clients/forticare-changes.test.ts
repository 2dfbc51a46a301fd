import { describe, expect, test } from "vitest";
import type { Forticare } from "../../provider/clients/fortinet/forticare";
import { mainAccount, secondAccount } from "../../simulators";
import { brief, failureAt, organization, serials, setup } from "./forticare-support";
import { vendorError } from "./fortinet-support";

const lostAfter = [{ kind: "resetAfterCommit" }, { kind: "truncatedJson" }, { kind: "lostResponse" }] as const;
const location = {
  address: "2 Side Street",
  city: "Lyon",
  countryCode: "fr",
  postalCode: "69001",
  email: "noc@example.com",
};
const done = (count: number) => Array.from({ length: count }, () => "done");
const errorsOf = async (client: Forticare) => (await client.budget()).windows[2]?.used;

/** The main account with the forty gates registered. */
async function setupGates(options: Parameters<typeof setup>[0] = {}) {
  const world = await setup({ ...options, client: { requestTimeoutSeconds: 0.2, ...options.client } });
  world.forticare.seed(serials.gates.map((serialNumber) => ({ serialNumber, productModel: "FortiGate 60F" })));
  return world;
}

describe("description and location", () => {
  test("are set and cleared", async () => {
    const { client, forticare, bodies } = await setup();
    await client.products.describe(serials.web.toLowerCase(), "New shop");
    expect(forticare.products.get(serials.web)?.description).toBe("New shop");
    await client.products.describe(serials.web, "");
    expect((await client.products.get(serials.web))?.description).toBeUndefined();
    await client.products.locate(serials.web, location);
    expect((await client.products.get(serials.web))?.location).toMatchObject({ ...location, countryCode: "FR" });
    await client.products.locate(serials.web, null);
    expect((await client.products.get(serials.web))?.location).toBeUndefined();
    expect(bodies("/products/description")[1]).toEqual({ serialNumber: serials.web, description: "" });
    expect(bodies("/products/location")).toEqual([
      { serialNumber: serials.web, location: { ...location, countryCode: "FR" } },
      { serialNumber: serials.web, location: null },
    ]);
  });

  const writes: [string, (client: Forticare) => Promise<void>][] = [
    ["/products/description", (client) => client.products.describe(serials.web, "New shop")],
    ["/products/location", (client) => client.products.locate(serials.web, location)],
    ["/products/location", (client) => client.products.locate(serials.web, null)],
  ];

  test.each(writes)("an answer of %s that is lost is looked for, the call never repeated", async (path, write) => {
    for (const action of lostAfter) {
      const { client, fault, calls, slept } = await setup({ client: { requestTimeoutSeconds: 0.2 } });
      fault(path, action);
      await write(client);
      expect(calls()).toEqual([path, "/products/details"]);
      expect(slept).toEqual([5_000]);
    }
  });

  test.each(writes)("and what %s did not do fails, in doubt", async (path, write) => {
    const { client, fault, calls } = await setup();
    fault(path, { kind: "resetBeforeCommit" });
    expect(await vendorError(write(client))).toMatchObject({ kind: "network", ambiguous: true });
    expect(calls(path)).toHaveLength(1);
  });

  test("of an unknown product are refused, and its details asked for once at most", async () => {
    const { client, fault, calls } = await setup();
    expect(await vendorError(client.products.describe(serials.unknown, "x"))).toMatchObject({ kind: "rejected" });
    fault("/products/description", { kind: "resetBeforeCommit" });
    const failure = await vendorError(client.products.describe(serials.unknown, "x"));
    expect(failure.message).toContain("could not be checked");
    expect(calls("/products/details")).toHaveLength(1);
  });

  test("of a decommissioned product are refused with what to do", async () => {
    const { client } = await setup();
    const failure = await vendorError(client.products.describe(serials.decommissioned, "x"));
    expect(failure).toMatchObject({ kind: "rejected", code: "decommissioned" });
    expect(failure.message).toContain("in the FortiCare portal first");
  });
});

describe("moving products", () => {
  test("ten a call, and one sweep to see them there", async () => {
    const { client, forticare, bodies, calls } = await setupGates();
    expect(brief(await client.products.move(serials.gates.slice(0, 25), 5_001))).toEqual(done(25));
    expect(calls()).toEqual(["/products/folder", "/products/folder", "/products/folder", ...calls("/products/list")]);
    expect(bodies("/products/folder")[0]).toMatchObject({ folderId: 5_001 });
    expect(forticare.products.get(serials.gates[24] ?? "")?.folderId).toBe(5_001);
    expect(brief(await client.products.move(serials.gates.slice(0, 2), 0))).toEqual(done(2));
    expect(bodies("/products/folder").at(-1)).toEqual({ folderId: null, serialNumbers: serials.gates.slice(0, 2) });
  });

  test.each(["atomic", "prefix", "partial"] as const)(
    "one that cannot be moved does not hold up the others (FortiCare's way: %s)",
    async (bulkOnError) => {
      const { client, calls } = await setupGates({ variants: { bulkOnError } });
      const wanted = serials.gates.slice(0, 6).with(3, serials.unknown);
      const outcomes = await client.products.move(wanted, 5_001);
      expect(brief(outcomes)).toEqual(done(6).with(3, "rejected"));
      expect(failureAt(outcomes, 3).message).toContain(`FortiCare could not move product ${serials.unknown}`);
      expect(calls("/products/folder").length).toBeLessThanOrEqual(2);
      expect(await errorsOf(client)).toBe(1);
    },
  );

  test("a folder that is not there fails them all, and the next ten as well", async () => {
    const { client, calls } = await setupGates();
    expect(new Set(brief(await client.products.move(serials.gates.slice(0, 12), 99)))).toEqual(new Set(["rejected"]));
    expect(calls("/products/folder")).toHaveLength(2);
  });

  test.each(lostAfter)("an answer that is lost is looked for: %j", async (action) => {
    const { client, fault, calls } = await setupGates();
    fault("/products/folder", action);
    expect(brief(await client.products.move(serials.gates.slice(0, 12), 5_001))).toEqual(done(12));
    expect(calls("/products/folder")).toHaveLength(2);
  });

  test("what was not done after all is said to be unknown", async () => {
    const { client, fault, slept } = await setupGates();
    fault("/products/folder", { kind: "resetBeforeCommit" });
    const outcomes = await client.products.move(serials.gates.slice(0, 12), 5_001);
    expect(brief(outcomes)).toEqual([...Array.from({ length: 10 }, () => "network, unknown"), "done", "done"]);
    expect(failureAt(outcomes, 0).message).toContain("Run again: what is done is then left as it is.");
    expect(slept).toEqual([5_000, 10_000, 20_000]);
  });

  test("what no list shows is looked at in the details", async () => {
    const { client, calls } = await setup();
    expect(brief(await client.products.move([serials.hidden, serials.web], 5_002))).toEqual(done(2));
    expect(calls("/products/details")).toHaveLength(1);
  });

  test("without access nothing else is sent", async () => {
    const { client, forticare, simulators, calls } = await setupGates();
    simulators.fortinet.addUser({
      apiId: simulators.fortinet.apiId,
      password: simulators.fortinet.password,
      readOnly: true,
    });
    const outcomes = await client.products.move(serials.gates.slice(0, 12), 5_001);
    expect(brief(outcomes)).toEqual([
      ...Array.from({ length: 10 }, () => "forbidden"),
      "forbidden, not attempted",
      "forbidden, not attempted",
    ]);
    expect(calls()).toEqual(["/products/folder"]);
    expect(forticare.products.get(serials.gates[0] ?? "")?.folderId).toBe(0);
  });
});

describe("decommissioning products", () => {
  test.each(["refused", "accepted"] as const)(
    "skips those that are (a second time is %s)",
    async (repeatDecommission) => {
      const { client, bodies } = await setupGates({ variants: { repeatDecommission } });
      const wanted = [serials.decommissioned, ...serials.gates.slice(0, 11)];
      expect(brief(await client.products.decommission(wanted))).toEqual(done(12));
      expect(bodies("/products/decommission").map(({ serialNumbers }) => (serialNumbers as string[]).length)).toEqual([
        10, 1,
      ]);
      expect(await client.products.find(serials.gates[0] ?? "")).toMatchObject({ isDecommissioned: true });
      expect(brief(await client.products.decommission(wanted))).toEqual(done(12));
      expect(bodies("/products/decommission")).toHaveLength(2);
    },
  );

  test.each(["atomic", "prefix", "partial"] as const)(
    "one that is unknown does not hold up the others, none of which is decommissioned twice (%s)",
    async (bulkOnError) => {
      const { client, bodies } = await setupGates({ variants: { bulkOnError } });
      const wanted = serials.gates.slice(0, 4).with(2, serials.unknown);
      expect(brief(await client.products.decommission(wanted))).toEqual(done(4).with(2, "rejected"));
      const left = { atomic: [0, 1, 3], prefix: [3], partial: [] }[bulkOnError].map((index) => serials.gates[index]);
      const second = bodies("/products/decommission")[1];
      expect(second?.serialNumbers ?? []).toEqual(left);
    },
  );

  test("an answer that is lost is looked for, the call never repeated", async () => {
    const { client, fault, calls } = await setupGates();
    fault("/products/decommission", { kind: "resetAfterCommit" });
    expect(brief(await client.products.decommission(serials.gates.slice(0, 3)))).toEqual(done(3));
    expect(calls("/products/decommission")).toHaveLength(1);
  });

  test("nothing is sent when it cannot be seen what is", async () => {
    const { client, fault, calls } = await setupGates();
    fault("/products/list", { kind: "status", status: 500, body: {} }, { times: 9 });
    expect(brief(await client.products.decommission(serials.gates.slice(0, 2)))).toEqual([
      "server, not attempted",
      "server, not attempted",
    ]);
    expect(calls("/products/decommission")).toEqual([]);
  });
});

describe("transferring products", () => {
  async function setupAccounts(options: Parameters<typeof setup>[0] = {}) {
    const world = await setupGates(options);
    const { world: accounts } = world.forticare;
    const id = (name: string) => accounts.accountIds.get(name) ?? 0;
    const { apiId } = organization;
    return { ...world, main: id(mainAccount), second: id(secondAccount), client: world.clientWith({ apiId }) };
  }

  test.each([{}, { unitStatus: "text" }, { partialFailureHttp: 200 }] as const)(
    "each has its own outcome: %j",
    async (variants) => {
      const { client, main, second, calls, forticare } = await setupAccounts({ variants });
      const wanted = [...serials.gates.slice(0, 11), serials.unknown];
      const outcomes = await client.products.transfer(wanted, main, second);
      expect(brief(outcomes)).toEqual([...done(11), "rejected"]);
      expect(failureAt(outcomes, 11).message).toContain("not found in the source account");
      expect(forticare.products.get(serials.gates[10] ?? "")?.account).toBe(secondAccount);
      expect(calls()).toEqual(["/products/transfer", "/products/transfer"]);
      expect(await client.products.find(serials.gates[0] ?? "", { accountId: second })).toMatchObject({
        folderId: undefined,
      });
      expect(await client.products.find(serials.gates[0] ?? "", { accountId: main, confirm: true })).toBeUndefined();
    },
  );

  test.each(lostAfter)("an answer that is lost is looked for in the new account: %j", async (action) => {
    const { client, main, second, calls, fault } = await setupAccounts();
    fault("/products/transfer", action);
    expect(brief(await client.products.transfer(serials.gates.slice(0, 5), main, second))).toEqual(done(5));
    expect(calls("/products/transfer")).toHaveLength(1);
  });
});

describe("folders", () => {
  test("are created, and deleted when they are empty", async () => {
    const { client, bodies } = await setup();
    const top = await client.folders.create({ folderName: " Labs ", parentFolderId: 0 });
    expect(top).toMatchObject({ folderName: "Labs", folderPath: "/My Assets/Labs", parentFolderId: undefined });
    const child = await client.folders.create({ folderName: "One", parentFolderId: top.folderId });
    expect(child.folderPath).toBe("/My Assets/Labs/One");
    expect(bodies("/folders/create")).toEqual([
      { folderName: "Labs" },
      { folderName: "One", parentFolderId: top.folderId },
    ]);
    const full = await vendorError(client.folders.delete(top.folderId));
    expect(full).toMatchObject({ kind: "rejected", code: "folder-not-empty" });
    expect(full.message).toContain("Move its products");
    await client.folders.delete(child.folderId);
    await client.folders.delete(top.folderId);
    await client.folders.delete(top.folderId);
    expect(await client.folders.list()).toHaveLength(3);
  });

  test("one that exists is refused", async () => {
    const { client } = await setup();
    const failure = await vendorError(client.folders.create({ folderName: "production" }));
    expect(failure).toMatchObject({ kind: "rejected", code: "folder-exists" });
  });

  test.each(lostAfter)("an answer that is lost is looked for, the call never repeated: %j", async (action) => {
    const { client, fault, calls } = await setup({ client: { requestTimeoutSeconds: 0.2 } });
    fault("/folders/create", action);
    const folder = await client.folders.create({ folderName: "Labs", parentFolderId: 5_001 });
    expect(folder).toMatchObject({ folderPath: "/My Assets/Production/Labs", parentFolderId: 5_001 });
    fault("/folders/delete", action);
    await client.folders.delete(folder.folderId);
    expect(calls("/folders/create")).toHaveLength(1);
    expect(calls("/folders/delete")).toHaveLength(1);
    expect(await client.folders.list()).toHaveLength(3);
  });

  test("and what was not done fails, in doubt", async () => {
    const { client, fault } = await setup();
    fault("/folders/create", { kind: "resetBeforeCommit" });
    expect(await vendorError(client.folders.create({ folderName: "Labs" }))).toMatchObject({ ambiguous: true });
    fault("/folders/delete", { kind: "resetBeforeCommit" });
    expect(await vendorError(client.folders.delete(5_002))).toMatchObject({ ambiguous: true });
  });
});
