import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commands, type Run, Scene, storyHosts } from "./support";

const gate = "FGT60FTK24090001";
const code = "LIC01-24AAA-24BBB-24CCC-24DDDD";
const contractNumber = "2401CT000001";

const program = (name: string): string => `
  const region = new ztp.forticare.Folder("region", { name: ${JSON.stringify(name)} });
  const berlin = new ztp.forticare.Folder("berlin", { name: "Berlin", parentFolderId: region.folderId });
  const gate = new ztp.forticare.Product("gate", { serialNumber: "${gate}", folderId: berlin.folderId });
  new ztp.forticare.Contract("support", { serialNumber: gate.serialNumber, contractNumber: "${contractNumber}" });
  const vm = new ztp.forticare.License("vm", { licenseRegistrationCode: "${code}", description: "lab" });
  exports.path = berlin.folderPath;
  exports.file = vm.licenseFile;`;

describe.each(storyHosts)("folders, a product in them, its contract and a licence in the %s host", (host) => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await Scene.open({ host, program: program("Branches"), credentials: "config" });
  });
  afterAll(() => scene?.close());

  /** Neither the code nor the licence file, whoever looks. */
  async function succeed(args: readonly string[]): Promise<Run> {
    const run = await scene.succeed([...args]);
    expect(run.output).not.toContain(code);
    expect(run.output).not.toContain("VM LICENSE");
    return run;
  }

  /** The writes of the last command, in their order. */
  function writes(): string[] {
    const requests = scene.simulators.requests.filter({ service: "forticare" });
    const read = /\/(?:list|details)$/;
    return requests
      .filter((entry) => entry.applied && !read.test(entry.relativePath))
      .map((entry) => entry.relativePath);
  }

  test("are previewed with what they use up, and made in their order", async () => {
    const preview = await succeed(["preview", "--diff"]);
    expect(preview.output).toContain("uses up the licence code for a new virtual product, once and for all");
    expect(preview.output).toContain(`uses up the contract for product ${gate}, once and for all`);
    expect(preview.output).not.toContain(contractNumber);
    expect(writes()).toEqual([]);
    expect((await succeed(commands.up)).counts).toEqual({ created: 6 });
    const made = writes();
    expect(made.filter((path) => path.startsWith("/folders"))).toEqual(["/folders/create", "/folders/create"]);
    expect(made.indexOf("/products/register")).toBeGreaterThan(made.lastIndexOf("/folders/create"));
    const product = scene.simulators.fortinet.forticare.products.get(gate);
    expect(product).toMatchObject({ folderId: 5_005, contracts: [{ contractNumber }] });
  });

  test("are left alone by the next run and by a refresh", async () => {
    await succeed(["preview", "--expect-no-changes"]);
    await succeed(["refresh", "--yes", "--skip-preview", "--expect-no-changes"]);
    expect(writes()).toEqual([]);
  });

  test("follow a folder that gets another name: new folders, then the product, and the old ones go at last", async () => {
    scene.write(program("Sites"));
    await succeed(commands.up);
    expect(writes()).toEqual([
      "/folders/create",
      "/folders/create",
      "/products/folder",
      "/folders/delete",
      "/folders/delete",
    ]);
    const { products, world, usage } = scene.simulators.fortinet.forticare;
    expect(products.get(gate)?.folderId).toBe(5_007);
    expect(world.folderPath(5_007)).toBe("/My Assets/Sites/Berlin");
    expect([world.folders.has(5_004), world.folders.has(5_005)]).toEqual([false, false]);
    expect(usage.call(scene.simulators.fortinet.forticare)[0]?.errorsLastHour).toBe(0);
    await succeed(["preview", "--expect-no-changes"]);
  });

  test("are destroyed as far as FortiCare lets them: the product stays, and so does its folder", async () => {
    const run = await scene.fail([...commands.destroy]);
    expect(run.output).toContain(`is not empty, so it was not deleted: it holds 1 product (${gate})`);
    expect(run.output).toContain(`the contract stays with product ${gate}`);
    scene.simulators.fortinet.forticare.patch(gate, { folderId: 0 });
    await succeed(commands.destroy);
    expect(scene.simulators.fortinet.forticare.products.get(gate)?.status).toBe("Registered");
  });
});
