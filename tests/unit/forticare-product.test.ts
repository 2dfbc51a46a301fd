import { describe, expect, test } from "vitest";
import { type Product, productSchema } from "../../provider/clients/fortinet/forticare";
import { checkResource, impactOf } from "../../provider/core/lifecycle";
import { unknown } from "../../provider/core/values";
import { product } from "../../provider/resources/forticare/product";
import { productName } from "../../provider/resources/forticare/product-inputs";
import { changedSettings, memberProblems, wantedOf } from "../../provider/resources/forticare/product-set-members";
import { dueIn, refusalsOf } from "../../provider/resources/forticare/product-set-work";
import {
  adoptionRefusal,
  contractsRefusal,
  describeSteps,
  stepsFor,
} from "../../provider/resources/forticare/product-steps";

const serial = "FGT60FTK24090001";
const contract = "2401CT000001";
const berlin = { address: "1 Example Street", city: "Berlin", countryCode: "DE", postalCode: "10115" };

function found(rest: object = {}): Product {
  return productSchema.parse({ serialNumber: serial, status: "Registered", ...rest });
}

describe("what has to be done to a product", () => {
  const rows: [name: string, ...Parameters<typeof stepsFor>, ReturnType<typeof stepsFor>][] = [
    ["nothing for a program that says nothing", found({ description: "x", folderId: 5 }), {}, {}, { contracts: [] }],
    ["what differs", found(), {}, { description: "x", folderId: 5 }, { contracts: [], description: "x", folderId: 5 }],
    ["nothing that is so already", found({ folderId: 5 }), { folderId: 4 }, { folderId: 5 }, { contracts: [] }],
    ["the root is where it is", found({ folderId: 0 }), {}, { folderId: 0 }, { contracts: [] }],
    [
      "what is taken out is undone",
      found({ description: "x" }),
      { description: "x" },
      {},
      { contracts: [], description: "" },
    ],
    ["and goes back to the root", found({ folderId: 5 }), { folderId: 5 }, {}, { contracts: [], folderId: 0 }],
    ["a location that was said is removed", found(), { location: berlin }, {}, { contracts: [], location: null }],
    ["one that is as said is left", found(), { location: berlin }, { location: { ...berlin } }, { contracts: [] }],
    [
      "a part of one that is taken out is a change",
      found(),
      { location: { ...berlin, fax: "+49 30123" } },
      { location: berlin },
      { contracts: [], location: berlin },
    ],
    [
      "a contract is added once",
      found(),
      {},
      { contractNumbers: [contract, contract.toLowerCase()] },
      { contracts: [contract.toLowerCase()] },
    ],
    [
      "but none that it has",
      found({ contracts: [{ contractNumber: contract }] }),
      {},
      { contractNumbers: [contract.toLowerCase()] },
      { contracts: [] },
    ],
  ];
  test.each(rows)("%s", (_name, product, held, wanted, steps) =>
    expect(stepsFor(product, held, wanted)).toEqual(steps),
  );

  test("is said in words", () => {
    expect(describeSteps({ contracts: [] })).toBe("");
    expect(describeSteps({ contracts: [contract], description: "", location: null })).toBe(
      "description, location and a contract",
    );
  });
});

test("contracts that a program no longer says are refused without naming them", () => {
  const refused = contractsRefusal(serial, { contractNumbers: [contract, "2401CT000002"] }, {});
  expect(refused).toMatch(/^2 contracts are no longer in contractNumbers .*; put them back$/);
  expect(refused).not.toContain(contract);
  expect(contractsRefusal(serial, { contractNumbers: [contract] }, { contractNumbers: [contract.toLowerCase()] })).toBe(
    undefined,
  );
});

test("adoption is refused as the program says", () => {
  const different = { contracts: [], description: "x" };
  expect(adoptionRefusal(found(), different, "update")).toBe(undefined);
  expect(adoptionRefusal(found(), { contracts: [] }, "identical")).toBe(undefined);
  expect(adoptionRefusal(found(), different, "identical")).toContain("(description)");
  expect(adoptionRefusal(found(), { contracts: [] }, "never")).toContain('adopt is "never"');
  expect(adoptionRefusal(found({ isDecommissioned: true }), { contracts: [] }, "update")).toContain(
    "restore it in the portal",
  );
});

describe("what the inputs alone tell", () => {
  const problems = (inputs: object) =>
    checkResource(product, undefined, { serialNumber: serial, ...inputs }).problems.map(({ path }) => path);

  test.each([
    [{ serialNumber: "FGT-1" }, "serialNumber"],
    [{ contractNumbers: ["short"] }, "contractNumbers[0]"],
    [{ cloudKey: "KEY-0001" }, "cloudKey"],
    [{ folderId: -1 }, "folderId"],
    [{ accountId: 0 }, "accountId"],
    [{ location: { ...berlin, countryCode: "US" } }, "location"],
    [{ location: { ...berlin, phone: "030 1234" } }, "location"],
    [{ location: { city: "Berlin" } }, "location.address"],
  ])("%o is refused", (inputs, path) => expect(problems(inputs)).toContain(path));

  test("what is right or not known yet passes", () => {
    expect(problems({ location: berlin, folderId: unknown, contractNumbers: [unknown], cloudKey: "abcd1234" })).toEqual(
      [],
    );
  });

  test("the owner's name is the same in any spelling", () => {
    expect(productName(" fgt60ftk24090001 ")).toBe("FortiCare product FGT60FTK24090001");
    expect(product.owns?.({ serialNumber: serial.toLowerCase() })).toEqual([productName(serial)]);
  });

  test("a create says that it is for good, and how many contracts it uses up", () => {
    const create = (inputs: object) => impactOf(product, undefined, { serialNumber: serial, ...inputs });
    expect(create({})).toContain(`${serial} is registered for good`);
    expect(create({ contractNumbers: [contract, "2401CT000002"] })).toContain("2 contracts are used up");
    expect(create({ serialNumber: unknown })).toBe(undefined);
  });
});

describe("a set", () => {
  const inputs = (products: object, rest: object = {}) => ({
    products: products as { [serial: string]: object },
    ...rest,
  });
  const state = (products: object, summaries: object) => ({
    inputs: inputs(products),
    outputs: { summaries: summaries as { [serial: string]: { status: "registered"; adopted: boolean } } },
    unfinished: undefined,
    attempted: undefined,
  });

  test("says for all what a product does not say itself", () => {
    const wanted = wantedOf(inputs({ [serial.toLowerCase()]: { folderId: 0 }, FGT60FTK24090002: {} }, { folderId: 5 }));
    expect([...wanted.values()].map(({ folderId }) => folderId)).toEqual([0, 5]);
    expect([...wanted.keys()]).toEqual([serial, "FGT60FTK24090002"]);
  });

  test("brings what is new, differs or is incomplete, and lets go what it has", () => {
    const registered = { status: "registered", adopted: false } as const;
    const from = state(
      { A0000001: {}, B0000001: { description: "x" }, C0000001: {}, D0000001: {} },
      {
        A0000001: registered,
        B0000001: registered,
        C0000001: { ...registered, status: "incomplete" },
        D0000001: registered,
      },
    );
    const { bring, letGo } = dueIn(from, inputs({ a0000001: {}, B0000001: {}, C0000001: {}, E0000001: {} }));
    expect([...bring.keys()]).toEqual(["B0000001", "C0000001", "E0000001"]);
    expect(letGo).toEqual(["D0000001"]);
  });

  test("refuses what FortiCare cannot change, but not for what it has not taken", () => {
    const from = state(
      { A0000001: { additionalInfo: "x" }, B0000001: { additionalInfo: "x" } },
      { A0000001: { status: "registered", adopted: false } },
    );
    const to = inputs({ A0000001: { additionalInfo: "y" }, B0000001: { additionalInfo: "y" } });
    expect(refusalsOf(from, to)).toEqual([
      "additionalInfo of A0000001 cannot be changed once it is registered; restore the old value",
    ]);
  });

  test("a key is no difference, an unknown product no problem", () => {
    const one = { serialNumber: serial, cloudKey: "ABCD1234" };
    expect(changedSettings(one, { serialNumber: serial })).toEqual([]);
    expect(memberProblems({ products: unknown as never })).toEqual([]);
    expect(memberProblems(inputs({ "X 1": {} }))[0]?.path).toBe('products["X 1"]');
  });
});
