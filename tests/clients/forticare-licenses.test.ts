import { describe, expect, test } from "vitest";
import { serials, setup } from "./forticare-support";
import { vendorError } from "./fortinet-support";

const code = (number: number) => `LIC0${number}-24AAA-24BBB-24CCC-24DDDD`;
const lostAfter = [{ kind: "resetAfterCommit" }, { kind: "truncatedJson" }, { kind: "lostResponse" }] as const;
const quick = { client: { requestTimeoutSeconds: 0.2 } };

describe("registering a licence", () => {
  test.each([{}, { licenseShape: "array" }, { licenseKey: "licenses", expirationKey: "expirationDate" }] as const)(
    "makes a virtual product, or is added to one: %j",
    async (variants) => {
      const { client, bodies } = await setup({ variants });
      const product = await client.licenses.register({ licenseRegistrationCode: ` ${code(1)} `, description: "vm" });
      expect(product).toMatchObject({
        productModel: "FortiGate VM02",
        description: "vm",
        licenses: [{ licenseSKU: "FG-VM02", licenseFile: expect.stringContaining("-----BEGIN") }],
      });
      const onto = await client.licenses.register({ licenseRegistrationCode: code(6), serialNumber: serials.web });
      expect(onto).toMatchObject({ serialNumber: serials.web, licenses: [{ licenseSKU: "FC-VDOM-5-UG" }] });
      expect(await client.licenses.download(product.serialNumber)).toContain("-----BEGIN");
      expect(bodies("/licenses/register")[1]).toMatchObject({ serialNumber: serials.web, isGovernment: false });
    },
  );

  test("a code that is used up is refused for good", async () => {
    const { client } = await setup();
    const failure = await vendorError(client.licenses.register({ licenseRegistrationCode: code(8) }));
    expect(failure).toMatchObject({ kind: "rejected", code: "used-up", transient: false });
    expect(failure.message).not.toContain(code(8));
  });

  test.each(lostAfter)(
    "an answer that is lost: what is new in the list tells, even with two at once: %j",
    async (action) => {
      const { client, fault, calls } = await setup(quick);
      // From the first write that succeeds on, others run beside each other.
      await client.products.describe(serials.web, "x");
      fault("/licenses/register", action);
      const [lost, other] = await Promise.all([
        client.licenses.register({ licenseRegistrationCode: code(4) }),
        client.licenses.register({ licenseRegistrationCode: code(5) }),
      ]);
      expect(lost).toMatchObject({ productModel: "FortiManager VM", licenses: [{ licenseSKU: "FMG-VM-100-UG" }] });
      expect(other).toMatchObject({ productModel: "FortiAnalyzer VM" });
      expect(calls("/licenses/register")).toHaveLength(2);
    },
  );

  test("what was not done fails, in doubt, and is not repeated", async () => {
    const { client, fault, calls } = await setup();
    fault("/licenses/register", { kind: "resetBeforeCommit" });
    const failure = await vendorError(client.licenses.register({ licenseRegistrationCode: code(1) }));
    expect(failure).toMatchObject({ kind: "network", ambiguous: true });
    expect(calls("/licenses/register")).toHaveLength(1);
  });
});

test("only licences of virtual products can be downloaded", async () => {
  const { client } = await setup();
  expect(await client.licenses.download(serials.manager)).toContain("-----BEGIN");
  const failure = await vendorError(client.licenses.download(serials.web));
  expect(failure).toMatchObject({ kind: "rejected", code: "no-download", status: 400 });
  expect(failure.message).toMatch(/^FortiCare could not download the license of product FV100ETA23010001: .*error 301/);
});

describe("registering a service contract", () => {
  const contractNumber = "2401VS000001";

  test("makes a product", async () => {
    const { client } = await setup();
    const product = await client.services.register({ contractNumber, description: "cloud firewall" });
    expect(product).toMatchObject({
      productModel: "FortiGate VM-S",
      description: "cloud firewall",
      contracts: [{ contractNumber }],
    });
    const again = await vendorError(client.services.register({ contractNumber }));
    expect(again).toMatchObject({ kind: "rejected", code: "used-up" });
    expect(again.message).not.toContain(contractNumber);
  });

  test.each(lostAfter)("an answer that is lost: the product with the contract tells: %j", async (action) => {
    const { client, fault, calls } = await setup(quick);
    fault("/services/register", action);
    expect(await client.services.register({ contractNumber })).toMatchObject({ productModel: "FortiGate VM-S" });
    expect(calls("/services/register")).toHaveLength(1);
  });

  test("what was not done fails, in doubt", async () => {
    const { client, fault } = await setup();
    fault("/services/register", { kind: "resetBeforeCommit" });
    expect(await vendorError(client.services.register({ contractNumber }))).toMatchObject({ ambiguous: true });
  });
});
