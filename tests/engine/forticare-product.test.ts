import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commands, Scene, storyHosts } from "./support";

const gate = "FGT60FTK24090001";
const keyed = "FGT60FTK24090031";
const cloudKey = "KEYF0031";
/** Registered already, and described as "Web shop". */
const shop = "FV100ETA23010001";
const decommissioned = "FGT60ETK18000001";
/** Registered already, and of no program. */
const manager = "FMGVMETM23000001";
const contracts = ["2401CT000001", "2401CT000002"];
const cannotBeUndone = (serial: string) =>
  `${serial} is registered for good, unless it is registered already: that cannot be undone`;

interface Wishes {
  description?: string;
  contracts?: string[];
  /** More of the gate. */
  gate?: string;
  /** More resources. */
  more?: string;
}

function program({
  description = "Berlin",
  contracts: numbers = contracts.slice(0, 1),
  gate: more = "",
  ...rest
}: Wishes = {}) {
  return `
    const folder = new ztp.forticare.Folder("branches", { name: "Branches" });
    new ztp.forticare.Product("gate", {
      serialNumber: "${gate}", description: "${description}", folderId: folder.folderId, onDelete: "decommission",
      location: { address: "1 Example Street", city: "${description}", countryCode: "DE", postalCode: "10115" },
      contractNumbers: ${JSON.stringify(numbers)}, ${more}
    });
    new ztp.forticare.Product("keyed", { serialNumber: "${keyed}", cloudKey: pulumi.secret("${cloudKey}") });
    new ztp.forticare.Product("shop", { serialNumber: "${shop}", description: "Shop" });
    ${rest.more ?? ""}`;
}

describe.each(storyHosts)("products in the %s host", (host) => {
  let scene: Scene;
  const forticare = () => scene.simulators.fortinet.forticare;
  const product = (serial: string) => forticare().products.get(serial);
  const calls = () => scene.simulators.requests.filter({ service: "forticare" }).map((entry) => entry.relativePath);
  const writes = () => calls().filter((path) => !/\/(?:list|details)$/.test(path));

  beforeAll(async () => {
    scene = await Scene.open({ host, program: program(), credentials: "config" });
  });
  afterAll(() => scene?.close());

  test("that are malformed are refused with every reason, and without their secrets", async () => {
    scene.write(program({ more: `new ztp.forticare.Product("typo", { serialNumber: "FGT-1", cloudKey: "KEY-1" });` }));
    const { output } = await scene.fail(["preview"]);
    expect(output).toContain('the serial number "FGT-1" must be 8 to 32 letters and digits');
    expect(output).toContain("the FortiCloud key must be 8 letters and digits, as printed on the device");
    expect(output).not.toContain("KEY-1");
    expect(output).not.toContain("FGT-1 is registered");
    expect(writes()).toEqual([]);
  });

  test("are previewed with what will be for good", async () => {
    scene.write(program());
    const { output, counts } = await scene.succeed(["preview"]);
    expect(counts).toEqual({ "to create": 5 });
    expect(output).toContain(cannotBeUndone(keyed));
    expect(output).toContain(`${cannotBeUndone(gate)}; 1 contract is used up`);
    if (host === "plugin") {
      expect(output).toContain(`${shop} is registered already; the program changes its description`);
      expect(output).not.toContain(cannotBeUndone(shop));
    }
    expect(writes()).toEqual([]);
  });

  test("are registered together, taken over, and put into the new folder", async () => {
    const { counts, output } = await scene.up();
    expect(counts).toEqual({ created: 5 });
    expect(output).not.toContain(cloudKey);
    const { folderId } = (await scene.resource("branches")).outputs ?? {};
    const held = [{ contractNumber: contracts[0] }];
    expect(product(gate)).toMatchObject({ folderId, location: { city: "Berlin" }, contracts: held });
    expect([product(keyed)?.status, product(shop)?.description]).toEqual(["Registered", "Shop"]);
    expect((await scene.resource("shop")).outputs).toMatchObject({ adopted: true, productModel: "FortiWeb 100E" });
    expect(JSON.stringify(await scene.workspace.state())).not.toContain(cloudKey);
    expect(forticare().usage()[0]?.errorsLastHour).toBe(0);
  });

  test("are left alone by the next run, without a call", async () => {
    await scene.succeed(["preview", "--expect-no-changes"]);
    expect(calls()).toEqual([]);
  });

  test("that cannot be taken over are refused with their reasons, in the preview where that may look", async () => {
    const old = `new ztp.forticare.Product("old", { serialNumber: "${decommissioned}" });`;
    scene.write(program({ more: old }));
    // The dynamic host looks only when it writes, and the engine stops at the first failure.
    const refused = await scene.fail(host === "plugin" ? ["preview"] : [...commands.up]);
    expect(refused.output).toContain(`${decommissioned} is decommissioned: restore it in the portal first`);
    if (host === "dynamic") return;
    scene.write(
      program({ more: `${old} new ztp.forticare.Product("mine", { serialNumber: "${manager}", adopt: "never" });` }),
    );
    const { output } = await scene.fail(["preview"]);
    expect(output).toContain(`${decommissioned} is decommissioned: restore it in the portal first`);
    expect(output).toContain(`${manager} is registered already, and adopt is "never"; import it, or set adopt`);
    expect(writes()).toEqual([]);
  });

  test("change in place, after a preview of exactly what changes", async () => {
    scene.write(program({ description: "Hamburg", contracts }));
    const preview = await scene.succeed(["preview", "--diff"]);
    const changed = preview.output.split("\n").filter((line) => /^\s+[-+~] \w+ *: /.test(line));
    expect(changed.map((line) => line.trim().replace(/ +:/, ":"))).toEqual([
      "~ contractNumbers: [secret] => [secret]",
      '~ description: "Berlin" => "Hamburg"',
      "~ location: {",
      '~ city: "Berlin" => "Hamburg"',
    ]);
    expect(preview.output).toContain(`1 contract is used up for ${gate}, once and for all`);
    expect((await scene.up()).counts).toEqual({ updated: 1, unchanged: 4 });
    expect(writes()).toEqual(["/products/register", "/products/description", "/products/location"]);
    expect(product(gate)).toMatchObject({ description: "Hamburg", location: { city: "Hamburg" } });
    expect(product(gate)?.contracts).toHaveLength(2);
  });

  test("refuse what FortiCare cannot change or take back", async () => {
    const refusing = host === "plugin" ? ["preview"] : [...commands.up];
    scene.write(program({ description: "Hamburg", contracts, gate: "isGovernment: true" }));
    expect((await scene.fail(refusing)).output).toContain("isGovernment cannot be changed once the object exists");
    scene.write(program({ description: "Hamburg", contracts: contracts.slice(1) }));
    const { output } = await scene.fail(refusing);
    expect(output).toContain(
      `1 contract is no longer in contractNumbers of ${gate}, but FortiCare cannot take a contract`,
    );
    expect(output).not.toContain(contracts[0]);
    expect(writes()).toEqual([]);
  });

  test("that somebody has changed by hand are drift, and are put right", async () => {
    scene.write(program({ description: "Hamburg", contracts }));
    forticare().patch(gate, { description: "by hand", folderId: 0 });
    const refresh = await scene.succeed([...commands.refresh, "--diff"]);
    expect(refresh.output).toContain('"Hamburg" => "by hand"');
    expect(refresh.counts).toEqual({ updated: 1, unchanged: 4 });
    const up = await scene.up();
    expect(up.counts).toEqual({ updated: 1, unchanged: 4 });
    expect(writes()).toEqual(["/products/folder", "/products/description"]);
    expect(product(gate)?.description).toBe("Hamburg");
  });

  test("that exist are imported as a program would say them", async () => {
    const flags = ["--yes", "--protect=false", "--generate-code=false"];
    forticare().patch(manager, { description: "manager" });
    if (host === "plugin") await scene.succeed(["import", "ztp:forticare:Product", "manager", manager, ...flags]);
    else {
      const file = await scene.workspace.ztp(["import", "--type", "Product", "--match", manager]);
      expect(file, file.output).toMatchObject({ code: 0 });
      await scene.succeed(["import", "--file", "import.json", ...flags]);
    }
    const name = host === "plugin" ? "manager" : manager.toLowerCase();
    const more = `new ztp.forticare.Product("${name}", { serialNumber: "${manager}", description: "manager" });`;
    scene.write(program({ description: "Hamburg", contracts, more }));
    await scene.succeed(["preview", "--expect-no-changes"]);
    expect(calls()).toEqual([]);
  });

  test("are forgotten when they are destroyed, or decommissioned, which is told", async () => {
    forticare().patch(gate, { folderId: 0 });
    const { counts, output } = await scene.succeed([...commands.destroy]);
    expect(counts).toEqual({ deleted: 6 });
    expect(output).toContain(`${gate} is decommissioned now: only the portal can restore it`);
    expect(writes()).toEqual(["/products/decommission", "/folders/delete"]);
    expect([product(gate)?.isDecommissioned, product(keyed)?.isDecommissioned]).toEqual([true, false]);
    expect([product(gate)?.status, product(shop)?.status]).toEqual(["Registered", "Registered"]);
  });
});
