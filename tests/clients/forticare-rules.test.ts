import { describe, expect, test } from "vitest";
import {
  accountIdProblem,
  cloudKeyProblem,
  contractNumberProblem,
  folderIdProblem,
  folderNameProblem,
  licenseCodeWarning,
  locationProblems,
  normalizeFolderId,
  productProblems,
  serialProblem,
} from "../../provider/clients/fortinet/forticare-rules";

describe("values that FortiCare would refuse", () => {
  test.each([
    [
      "serial",
      serialProblem,
      ["FGT60FTK24090001", " fgt60ftk24090001 "],
      ["FGT60F", "FGT60FTK-24090001", "", "A".repeat(33)],
    ],
    ["contract", contractNumberProblem, ["2401CT000001", "12345678"], ["1234567", "2401-CT-000001", ""]],
    ["cloud key", cloudKeyProblem, ["KEYF0031", " keyf0031"], ["KEYF003", "KEYF-031", ""]],
    [
      "licence code",
      licenseCodeWarning,
      ["LIC01-24AAA-24BBB-24CCC-24DDDD"],
      ["LIC01", "LIC01-24AAA-24BBB-24CCC-24DDD"],
    ],
    ["folder name", folderNameProblem, ["Labs", "x".repeat(100)], ["", "  ", "a/b", "x".repeat(101)]],
  ] as const)("%s", (_what, problem, good, bad) => {
    expect(good.map(problem).filter((found) => found !== undefined)).toEqual([]);
    expect(bad.map(problem).filter((found) => found === undefined)).toEqual([]);
  });

  test("numbers", () => {
    expect([0, 17].map(folderIdProblem)).toEqual([undefined, undefined]);
    expect([-1, 1.5].map(folderIdProblem)).toEqual([expect.any(String), expect.any(String)]);
    expect([accountIdProblem(undefined), accountIdProblem(7, true)]).toEqual([undefined, undefined]);
    expect(accountIdProblem(undefined, true)).toContain("organization");
    expect([0, -1, 1.5].map((id) => accountIdProblem(id))).toEqual(Array(3).fill(expect.any(String)));
  });

  test("what is secret is not repeated", () => {
    for (const problem of [cloudKeyProblem, contractNumberProblem, licenseCodeWarning]) {
      expect(problem("SECRET-!")).not.toContain("SECRET");
    }
  });

  test.each([
    [{ address: "1 Main Street", city: "Lyon", countryCode: "FR", postalCode: "69001" }, []],
    [
      { address: "1 Main Street", city: "Springfield", countryCode: "us", postalCode: "62701" },
      ["stateOrProvince must be the two-letter code of the state or province, since the country is US"],
    ],
    [
      { address: " ", city: "Lyon", countryCode: "FRA", phone: "0472", fax: "+33 472000000" },
      [
        "address is missing",
        "postalCode is missing",
        'countryCode "FRA" must be the two letters of ISO 3166-1, such as DE',
        "phone must be a plus, the country code, a space and the number, such as +1 408-555-0100",
      ],
    ],
  ])("the location %j", (location, problems) => {
    expect(locationProblems(location)).toEqual(problems);
  });

  test("all of a product at once", () => {
    const location = { city: "Lyon", address: "1", postalCode: "1", countryCode: "FR", phone: "1" };
    const unit = {
      serialNumber: "x",
      replacedSerialNumber: "y",
      contractNumber: "1",
      cloudKey: "1",
      folderId: -1,
      location,
    };
    expect(productProblems(unit)).toHaveLength(6);
    expect(productProblems({ serialNumber: "FGT60FTK24090001", folderId: null, cloudKey: "KEYF0031" })).toEqual([]);
  });
});

test("all names of the root folder are one", () => {
  expect([0, null, undefined, 17].map(normalizeFolderId)).toEqual([undefined, undefined, undefined, 17]);
});
