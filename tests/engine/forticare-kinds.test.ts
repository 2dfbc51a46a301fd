import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { organizationApiId } from "../../simulators";
import { commands, Scene, storyHosts } from "./support";

const serialOf = (number: number): string => `FGT60FTK2409${String(number).padStart(4, "0")}`;
const serials = Array.from({ length: 12 }, (_, index) => serialOf(index + 1));
const manager = "FMGVMETM23000001";
const shop = "FV100ETA23010001";
const secrets = ["LIC01-24AAA-24BBB-24CCC-24DDDD", "2401VS000001", "2401CT000001", "VM LICENSE"];

/** One of every kind beside products and folders; the API user is one of an organization. */
const program = `
  const products = Object.fromEntries(${JSON.stringify(serials)}.map((serial) => [serial, { description: "branch" }]));
  new ztp.forticare.ProductSet("branches", { products, folderId: 5001 });
  const vm = new ztp.forticare.License("vm", { licenseRegistrationCode: "${secrets[0]}", description: "lab" });
  const cloud = new ztp.forticare.Service("cloud", { contractNumber: "${secrets[1]}", onDelete: "decommission" });
  new ztp.forticare.Contract("support", { serialNumber: vm.licensedSerialNumber, contractNumber: "${secrets[2]}" });
  new ztp.forticare.ProductTransfer("move", {
    sourceAccountId: 100001, targetAccountId: 100002, serialNumbers: ["${manager}"],
  });
  new ztp.forticare.ProductDecommission("retired", { serialNumber: "${shop}", confirm: true });
  exports.file = vm.licenseFile;
  exports.cloud = cloud.serialNumber;`;

describe.each(storyHosts)("everything of FortiCare but products and folders in the %s host", (host) => {
  let scene: Scene;
  const forticare = () => scene.simulators.fortinet.forticare;
  const paths = () => scene.simulators.requests.filter({ service: "forticare" }).map((entry) => entry.relativePath);
  const writes = () => paths().filter((path) => !/\/(?:list|details)$/.test(path));

  beforeAll(async () => {
    scene = await Scene.open({ host, program, credentials: "config" });
    await scene.configure({ apiId: organizationApiId, scope: "organization", accountId: "100001" });
  });
  afterAll(() => scene?.close());

  async function succeed(args: readonly string[]) {
    const run = await scene.succeed([...args]);
    for (const secret of secrets) expect(run.output).not.toContain(secret);
    return run;
  }

  test("is previewed with what cannot be undone", async () => {
    const { output } = await succeed(["preview"]);
    if (host === "plugin") {
      expect(output).toContain("12 products are registered for good, which cannot be undone:");
    }
    expect(output).toContain("uses up the licence code for a new virtual product, once and for all");
    expect(output).toContain("uses up the service contract, once and for all");
    expect(output).toContain(`${manager} is transferred from account 100001 to 100002`);
    expect(output).toContain(`${shop} is decommissioned: it leaves the cloud services`);
    expect(writes()).toEqual([]);
  });

  test("is made in as few calls as it takes, without an error", async () => {
    expect((await succeed(commands.up)).counts).toEqual({ created: 7 });
    const made = writes().sort();
    expect(made).toEqual([
      "/licenses/register",
      "/products/decommission",
      "/products/register",
      "/products/register",
      "/products/register",
      "/products/transfer",
      "/services/register",
    ]);
    const { products } = forticare();
    expect(products.get(serialOf(12))).toMatchObject({ folderId: 5_001, description: "branch" });
    expect(products.get(manager)).toMatchObject({ account: "branches", folderId: 0 });
    expect(products.get(shop)?.isDecommissioned).toBe(true);
    expect(forticare().usage()[0]?.errorsLastHour).toBe(0);
  });

  test("is left alone by the next run and by a refresh", async () => {
    await succeed(["preview", "--expect-no-changes"]);
    expect(paths()).toEqual([]);
    await succeed([...commands.refresh, "--expect-no-changes"]);
    expect(writes()).toEqual([]);
  });

  test("is forgotten by a destroy, which says what stays as it is", async () => {
    const { output, counts } = await succeed(commands.destroy);
    expect(counts).toEqual({ deleted: 7 });
    expect(output).toMatch(/licence \S+ stays registered to product/);
    expect(output).toContain("the contract stays with product");
    expect(output).toContain(`${shop} stays decommissioned: only the portal can restore it`);
    expect(output).toMatch(/FGVMSLTM24\d+ is decommissioned now: only the portal can restore it/);
    expect(writes()).toEqual(["/products/decommission"]);
  });
});
