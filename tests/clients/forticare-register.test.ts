import { describe, expect, test } from "vitest";
import { brief, failureAt, keyOf, sentSerials, serials, setup, units } from "./forticare-support";
import { answer, serve } from "./support";

const path = "/products/register";
const answered = (count: number) => Array.from({ length: count }, () => "answer");

const location = {
  address: "1 Main Street",
  city: "Springfield",
  stateOrProvince: "il",
  countryCode: "us",
  postalCode: "62701",
  phone: "+1 217-555-0100",
};

describe("registering products", () => {
  test("ten a call, one call after the other, with everything set on the way", async () => {
    const { client, bodies, forticare } = await setup();
    const wanted = units(25, { description: "branch", folderId: 5_001, location, isGovernment: true });
    const outcomes = await client.products.register(wanted);
    expect(brief(outcomes)).toEqual(answered(25));
    expect(outcomes[24]).toMatchObject({
      serialNumber: serials.gates[24],
      productModel: "FortiGate 60F",
      status: "Registered",
      folderId: 5_001,
      folderPath: "/My Assets/Production",
      isDecommissioned: false,
    });
    expect(sentSerials(bodies(path)).map((sent) => sent.length)).toEqual([10, 10, 5]);
    expect(forticare.products.get(serials.gates[24] ?? "")).toMatchObject({
      description: "branch",
      isGovernment: true,
      location: { city: "Springfield", stateOrProvince: "IL", countryCode: "US" },
    });
  });

  test("equal locations are sent once, the root folder and what is empty not at all", async () => {
    const { client, bodies } = await setup();
    const [one = "", two = "", three = ""] = serials.gates;
    const elsewhere = { ...location, city: "Chicago" };
    await client.products.register([
      { serialNumber: one, location, folderId: 0, assetGroupIds: [], cloudKey: " keyf0001 " },
      { serialNumber: two, location: elsewhere, assetGroupIds: [501] },
      { serialNumber: ` ${three.toLowerCase()}`, location: { ...location, countryCode: "US " }, folderId: null },
    ]);
    const first = { ref: "#/locations/0" };
    expect(bodies(path)).toEqual([
      {
        registrationUnits: [
          { serialNumber: one, isGovernment: false, cloudKey: expect.any(String), location: first },
          { serialNumber: two, isGovernment: false, assetGroupIds: [501], location: { ref: "#/locations/1" } },
          { serialNumber: three, isGovernment: false, location: first },
        ],
        locations: [
          expect.objectContaining({ city: "Springfield", countryCode: "US" }),
          expect.objectContaining({ city: "Chicago" }),
        ],
      },
    ]);
  });

  test.each([
    {},
    { partialFailureHttp: 200 },
    { unitStatus: "text" },
    { errorShape: "string" },
    { countUnitErrors: "call" },
  ] as const)("each unit has its own outcome: %j", async (variants) => {
    const { client } = await setup({ variants });
    const keyed = serials.gates[30] ?? "";
    const outcomes = await client.products.register([
      ...units(2),
      { serialNumber: serials.web },
      { serialNumber: keyed },
      { serialNumber: serials.elsewhere },
      { serialNumber: keyed.replace("31", "32"), cloudKey: "WRONGKEY" },
      { serialNumber: serials.gates[32] ?? "", cloudKey: keyOf(serials.gates[32] ?? "") },
    ]);
    expect(brief(outcomes)).toEqual([
      "answer",
      "answer",
      "already-registered",
      "cloud-key-required",
      "registered-elsewhere",
      "cloud-key-invalid",
      "answer",
    ]);
    const failure = failureAt(outcomes, 3);
    expect(failure.message).toBe(
      `FortiCare could not register product ${keyed}: the request was rejected: "Product-> FortiCloud Key is Required". ` +
        "Set cloudKey: the 8 letters and digits that are printed on the device or its packaging.",
    );
    expect(failure).toMatchObject({ kind: "rejected", ambiguous: false, notAttempted: false });
    expect((await client.budget()).windows[2]).toMatchObject({ counts: "errors", used: 4 });
  });

  test("a contract goes to a product that is registered already", async () => {
    const { client } = await setup();
    const contractNumber = "2401CT000001";
    const outcomes = await client.products.register([{ serialNumber: serials.web, contractNumber }]);
    expect(outcomes).toMatchObject([{ knownFrom: "answer", contractNumber }]);
    const product = await client.products.find(serials.web);
    expect(product?.contracts.map((contract) => contract.contractNumber)).toContain(contractNumber);
    const again = await client.products.register([{ serialNumber: serials.web, contractNumber }]);
    expect(brief(again)).toEqual(["used-up"]);
    expect(failureAt(again, 0).message).not.toContain(contractNumber);
  });

  const picky = [
    { folderZero: "refused" },
    { locationFields: "required" },
    { assetGroupIds: "array" },
    { wrongCloudKey: "batch" },
    { listHidesUnentitled: false },
  ] as const;

  test.each(picky)("nothing is sent that could be refused without need: %j", async (variants) => {
    const { client } = await setup({ variants });
    const keyed = serials.gates[31] ?? "";
    const outcomes = await client.products.register([
      ...units(2, { folderId: 0, location, assetGroupIds: [501] }),
      { serialNumber: keyed, cloudKey: keyOf(keyed).toLowerCase(), contractNumber: " ", replacedSerialNumber: "" },
    ]);
    expect(brief(outcomes)).toEqual(answered(3));
    expect(outcomes[0]).toMatchObject({ folderId: undefined, assetGroups: [{ assetGroupId: 501 }] });
  });

  test("a key of another product may refuse the whole batch, too", async () => {
    const { client, calls } = await setup({ variants: { wrongCloudKey: "batch" } });
    const keyed = { serialNumber: serials.gates[30] ?? "", cloudKey: "WRONGKEY" };
    expect(brief(await client.products.register([...units(2), keyed]))).toEqual([
      "answer",
      "answer",
      "cloud-key-invalid",
    ]);
    expect(calls()).toEqual([path, path]);
  });

  test("results are found by serial, in whatever order and case; one that is left out is looked for", async () => {
    const { clientWith } = await setup();
    const [one = "", two = "", three = ""] = serials.gates;
    const assets = [
      { serialNumber: two.toLowerCase(), status: 2, message: "Product-> No." },
      { serialNumber: one, status: 0 },
    ];
    const server = await serve((call, response) => {
      const register = call.url.endsWith(path);
      answer(response, register ? 400 : 200, {
        status: register ? 2 : 0,
        error: register ? { errorCode: 301, message: "Failed" } : null,
        assets: register ? assets : [{ serialNumber: three, status: "Registered" }],
      });
    });
    const client = clientWith({ forticareUrl: server.url });
    const outcomes = await client.products.register([one, two, three].map((serialNumber) => ({ serialNumber })));
    expect(brief(outcomes)).toEqual(["answer", "rejected", "look"]);
  });

  test("one bad key among ten: nine are registered, one failed, in two calls", async () => {
    const { client, calls, bodies } = await setup();
    const wanted = units(10).map((unit, index) => (index === 3 ? { ...unit, cloudKey: "bad" } : unit));
    const outcomes = await client.products.register(wanted);
    const expected = answered(10).with(3, "cloud-key-invalid");
    expect(brief(outcomes)).toEqual(expected);
    expect(calls()).toEqual([path, path]);
    expect(sentSerials(bodies(path))[1]).toEqual(serials.gates.slice(0, 10).toSpliced(3, 1));
    expect(failureAt(outcomes, 3).message).toMatch(
      /^FortiCare could not register product FGT60FTK24090004: .*error 102/,
    );
  });

  test("two bad keys, one after the other: the rest is sent one by one while errors are left", async () => {
    const { client, calls } = await setup();
    const wanted = units(6).map((unit, index) => (index < 2 ? { ...unit, cloudKey: `bad${index}` } : unit));
    expect(brief(await client.products.register(wanted))).toEqual([
      "cloud-key-invalid",
      "cloud-key-invalid",
      ...answered(4),
    ]);
    expect(calls()).toEqual(Array.from({ length: 6 }, () => path));
  });

  test("and fails with the reason when too few are left", async () => {
    const { client, calls } = await setup();
    const wanted = units(20).map((unit, index) => (index < 2 ? { ...unit, cloudKey: `bad${index}` } : unit));
    const outcomes = await client.products.register(wanted);
    expect(brief(outcomes.slice(0, 3))).toEqual(["cloud-key-invalid", "cloud-key-invalid", "rejected, not attempted"]);
    expect(failureAt(outcomes, 2).message).toContain("the 6 errors that are left in this hour are too few to send 9");
    expect(failureAt(outcomes, 19).message).toContain("10 products that were sent before it failed");
    expect(failureAt(outcomes, 19)).toMatchObject({ notAttempted: true, action: "register product FGT60FTK24090020" });
    expect(calls()).toHaveLength(2);
  });

  test("a refusal that names no unit fails them all, and a full batch of failures ends the rest", async () => {
    const { client, calls } = await setup({ variants: { limits: { unitsPerBatch: 9 } } });
    const outcomes = await client.products.register(units(12));
    expect(brief(outcomes)).toEqual([
      ...Array.from({ length: 10 }, () => "rejected"),
      "rejected, not attempted",
      "rejected, not attempted",
    ]);
    expect(calls()).toHaveLength(1);
  });

  test("after more than five failures FortiCare stops: what it left out is looked for, what follows is not attempted", async () => {
    const { client, calls, slept } = await setup();
    const missing = Array.from({ length: 6 }, (_, index) => ({ serialNumber: `FGT60FTK9999000${index}` }));
    const outcomes = await client.products.register([...missing, ...units(9)]);
    expect(brief(outcomes)).toEqual([
      ...Array.from({ length: 5 }, () => "rejected"),
      ...Array.from({ length: 5 }, () => "rejected, unknown"),
      ...Array.from({ length: 5 }, () => "rejected, not attempted"),
    ]);
    expect(failureAt(outcomes, 6).message).toContain("the answer says nothing about it");
    expect(slept).toEqual([5_000, 10_000, 20_000]);
    expect(calls("/products/register")).toHaveLength(1);
    expect((await client.budget()).windows[2]).toMatchObject({ used: 5 });
  });

  test("or it refuses the whole batch", async () => {
    const { client, calls } = await setup({ variants: { batchOverflow: "rejectAll" } });
    const missing = Array.from({ length: 6 }, (_, index) => ({ serialNumber: `FGT60FTK9999000${index}` }));
    const outcomes = await client.products.register([...missing, ...units(9)]);
    expect(new Set(brief(outcomes.slice(0, 10)))).toEqual(new Set(["rejected"]));
    expect(new Set(brief(outcomes.slice(10)))).toEqual(new Set(["rejected, not attempted"]));
    expect(calls()).toHaveLength(1);
  });

  test("the fewer errors are left, the fewer travel together", async () => {
    const { client, bodies } = await setup();
    const bad = Array.from({ length: 4 }, (_, index) => ({ serialNumber: `FGT60FTK9999000${index}` }));
    await client.products.register(bad);
    expect(brief(await client.products.register(units(10)))).toEqual(answered(10));
    expect(sentSerials(bodies(path)).map((sent) => sent.length)).toEqual([4, 4, 4, 2]);
  });

  test("a serial that is given twice is sent once", async () => {
    const { client, bodies } = await setup();
    const [serial = ""] = serials.gates;
    const outcomes = await client.products.register([{ serialNumber: serial }, { serialNumber: serial.toLowerCase() }]);
    expect(brief(outcomes)).toEqual(["answer", "rejected, not attempted"]);
    expect(sentSerials(bodies(path))).toEqual([[serial]]);
  });
});

describe("an answer that is lost", () => {
  const applied = [
    { kind: "resetAfterCommit" },
    { kind: "lostResponse" },
    { kind: "truncatedJson" },
    { kind: "status", status: 500, body: {}, applied: true },
    { kind: "html", status: 502, applied: true },
  ] as const;

  test.each(applied)("after the commit: found by a look, never sent again: %j", async (action) => {
    const { client, fault, calls, slept } = await setup({ client: { requestTimeoutSeconds: 0.2 } });
    fault(path, action);
    const outcomes = await client.products.register(units(12, { description: "branch" }));
    expect(brief(outcomes)).toEqual([...Array.from({ length: 10 }, () => "look"), "answer", "answer"]);
    expect(outcomes[0]).toMatchObject({ serialNumber: serials.gates[0], description: "branch", status: "Registered" });
    expect(calls()).toEqual([path, "/products/list", path]);
    expect(slept).toEqual([5_000]);
  });

  const lost = [
    { kind: "resetBeforeCommit" },
    { kind: "status", status: 503, body: {} },
    { kind: "html", status: 200 },
  ] as const;

  test.each(lost)("before the commit: unknown, and nothing else is sent: %j", async (action) => {
    const { client, fault, calls, slept } = await setup();
    fault(path, action);
    const outcomes = await client.products.register(units(12));
    const kind = failureAt(outcomes, 0).kind;
    expect(brief(outcomes)).toEqual([
      ...Array.from({ length: 10 }, () => `${kind}, unknown`),
      `${kind}, not attempted`,
      `${kind}, not attempted`,
    ]);
    expect(failureAt(outcomes, 11).message).toContain("It was not sent, since that happened before its turn.");
    expect(failureAt(outcomes, 0).message).toContain("Run again: what has been registered is found then.");
    expect(failureAt(outcomes, 0).transient).toBe(true);
    expect(calls(path)).toHaveLength(1);
    expect(slept).toEqual([5_000, 10_000, 20_000]);
    // One question for details tells that it was not carried out.
    expect(calls("/products/details")).toHaveLength(1);
  });

  test("what takes a while to show is looked for again", async () => {
    const { client, fault, slept } = await setup({ variants: { visibilityDelayMs: 12_000 } });
    fault(path, { kind: "resetAfterCommit" });
    expect(brief(await client.products.register(units(2)))).toEqual(["look", "look"]);
    expect(slept).toEqual([5_000, 10_000]);
  });

  test("what lists leave out is found in the details", async () => {
    const { client, fault, calls } = await setup();
    fault(path, { kind: "resetAfterCommit" });
    const hidden = serials.bigger.slice(0, 2).map((serialNumber) => ({ serialNumber }));
    expect(brief(await client.products.register(hidden))).toEqual(["look", "look"]);
    expect(calls("/products/details")).toHaveLength(2);
    expect((await client.budget()).windows[2]).toMatchObject({ used: 1 });
  });

  test("what waits for its registration is not taken for registered", async () => {
    const { client, fault } = await setup();
    fault(path, { kind: "resetBeforeCommit" });
    const outcomes = await client.products.register([{ serialNumber: serials.pending }]);
    expect(brief(outcomes)).toEqual(["network, unknown"]);
  });

  test("of a product that was there before, only its new contract tells", async () => {
    const { client, fault } = await setup();
    const unit = { serialNumber: serials.web, contractNumber: "2401CT000001" };
    fault(path, { kind: "resetBeforeCommit" });
    expect(brief(await client.products.register([unit]))).toEqual(["network, unknown"]);
    fault(path, { kind: "resetAfterCommit" });
    expect(brief(await client.products.register([unit]))).toEqual(["look"]);
  });

  test("a look that fails says so", async () => {
    const { client, fault } = await setup();
    fault(path, { kind: "resetAfterCommit" });
    fault("/products/list", { kind: "status", status: 500, body: {} }, { times: 9 });
    const outcomes = await client.products.register(units(1));
    expect(brief(outcomes)).toEqual(["network, unknown"]);
    expect(failureAt(outcomes, 0).message).toContain("could not be checked (FortiCare could not list products");
  });

  test("a run that is canceled while it waits for an answer still tells of it; the rest is not sent", async () => {
    const stop = new AbortController();
    const { client, fault, calls } = await setup();
    fault(path, { kind: "delay", ms: 50 });
    const work = client.products.register(units(12), { signal: stop.signal });
    await expect.poll(() => calls(path)).toHaveLength(1);
    stop.abort();
    expect(brief(await work)).toEqual([...answered(10), "canceled, not attempted", "canceled, not attempted"]);
  });

  test("a token that expires in mid-batch is replaced", async () => {
    const { client, fault, simulators } = await setup();
    fault(path, { kind: "expireTokens" }, { after: 1 });
    expect(brief(await client.products.register(units(25)))).toEqual(answered(25));
    expect(simulators.requests.count({ service: "oauth" })).toBe(2);
  });
});
