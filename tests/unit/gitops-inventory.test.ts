import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { devicesOf, readFleet } from "../../examples/gitops/fleet/inventory";
import { fillIn, placeholdersOf } from "../../examples/gitops/fleet/script-text";
import { describe as described } from "../../examples/gitops/fleet/source-file";
import { defaultInventory } from "../../simulators/fortinet/seeds";
import { gitops } from "./gitops-support";

describe("the inventories of examples/gitops", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pulumi-ztp-gitops-"));
    for (const part of ["inventory", "scripts", "inventory.schema.json", "Pulumi.emea.yaml", "Pulumi.amer.yaml"]) {
      cpSync(join(gitops, part), join(folder, part), { recursive: true });
    }
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const problems = (): string[] => readFleet(folder).problems.map(described);

  /** Replaces a text that the file has, so that a test cannot pass because it changed nothing. */
  function edit(file: string, from: string, to: string): void {
    const text = readFileSync(join(folder, file), "utf8");
    expect(text).toContain(from);
    writeFileSync(join(folder, file), text.replace(from, to));
  }

  test("are in order, and their devices are in the simulator's account", () => {
    const { names, regions, problems } = readFleet(folder);
    expect(problems).toEqual([]);
    expect(names).toEqual(["amer", "emea"]);
    const serials = regions.flatMap(({ inventory }) => Object.values(devicesOf(inventory)).map(({ serial }) => serial));
    expect(serials).toHaveLength(10);
    const account = defaultInventory(0).devices.map(({ deviceSN }) => deviceSN);
    expect(serials.filter((serial) => !account.includes(serial))).toEqual([]);
  });

  test("give a device what the nearest of defaults, role and itself says", () => {
    const settings = { provisionTarget: "FortiManager", fortiManager: "one", onDelete: "retain" } as const;
    const devices = devicesOf({
      defaults: { onDelete: "unprovision", adopt: "never" },
      roles: { firewall: settings },
      sites: {
        oslo: { fw1: { serial: "S1", role: "firewall" }, fw2: { serial: "S2", role: "firewall", fortiManager: "two" } },
      },
    });
    expect(devices).toEqual({
      "oslo-fw1": { ...settings, adopt: "never", serial: "S1" },
      "oslo-fw2": { ...settings, adopt: "never", serial: "S2", fortiManager: "two" },
    });
  });

  test.each([
    ["    ap1:", "    fw1:", "inventory/emea.yaml:28:5: Map keys must be unique"],
    ["sites:", "sites: [", /^inventory\/emea\.yaml:\d+:\d+: /],
    [
      "FP231FTF23010001",
      "fp231f",
      "28:20 sites.berlin.ap1.serial: must be 16 capital letters, digits and hyphens, as on the label",
    ],
    [
      "role: switch",
      "rol: switch",
      "29:38 sites.berlin.sw1.rol: is not known here; there are: serial, role, provisionTarget",
    ],
    [", role: switch", "", "29:10 sites.berlin.sw1: has no role"],
    [
      "FortiEdgeCloud, region: europe",
      "FortiCloud",
      "22:36 roles.access-point.provisionTarget: must be one of FortiManager, ",
    ],
    ["  berlin:", "  Berlin:", "26:3 sites.Berlin: must be lower-case letters and digits, a letter first"],
    [
      "addresses: [fmg-frankfurt.example.net]",
      "addresses: fmg",
      "10:16 fortiManagers.frankfurt.addresses: must be array",
    ],
    [
      "role: switch",
      "role: swich",
      "29:44 sites.berlin.sw1.role: there is no role swich; there are: firewall, access-point, switch",
    ],
    [
      "fortiManager: frankfurt",
      "fortiManager: paris",
      "21:60 roles.firewall.fortiManager: there is no FortiManager paris; there are: frankfurt, london",
    ],
    [
      "    script: branch",
      "    script: brunch",
      "11:13 fortiManagers.frankfurt.script: there is no script brunch; there are: branch",
    ],
    ["branch.conf", "brunch.conf", "5:11 scripts.branch: there is no file scripts/brunch.conf"],
  ])("say where %s is wrong as %s", (from, to, problem) => {
    edit("inventory/emea.yaml", from, to);
    if (typeof problem === "string") expect(problems().join("\n")).toContain(problem);
    else expect(problems()[0]).toMatch(problem);
  });

  test("tell everything that is wrong at once, in the order of the files", () => {
    edit("inventory/amer.yaml", "onDelete: retain", "onDelete: keep");
    edit("inventory/amer.yaml", "bogota:", "bogota: []\n  quito:");
    edit("inventory/emea.yaml", "role: switch", "role: swich");
    expect(problems().map((problem) => problem.replace(/: .*/, ""))).toEqual([
      "inventory/amer.yaml:15:13 defaults.onDelete",
      "inventory/amer.yaml:26:11 sites.bogota",
      "inventory/emea.yaml:29:44 sites.berlin.sw1.role",
    ]);
  });

  test("may not name a device or a FortiManager twice, whatever the region", () => {
    edit("inventory/emea.yaml", "FGT60FTK22090002", "FGT60FTK22090003");
    edit("inventory/emea.yaml", "FMG-VMTM22000101", "FMG-VMTM22000102");
    expect(problems()).toEqual([
      "inventory/emea.yaml:9:21 fortiManagers.frankfurt.serialNumbers.0: FMG-VMTM22000102 is dallas (inventory/amer.yaml:10) already",
      "inventory/emea.yaml:31:20 sites.lyon.fw1.serial: FGT60FTK22090003 is dallas-fw1 (inventory/amer.yaml:24) already",
    ]);
  });

  test("need a stack of their name", () => {
    cpSync(join(folder, "inventory/amer.yaml"), join(folder, "inventory/apac.yaml"));
    expect(problems()[0]).toContain("inventory/apac.yaml:1:1: has no Pulumi.apac.yaml beside Pulumi.yaml");
  });

  test("name scripts whose placeholders are filled in, whatever the value", () => {
    const text = readFileSync(join(folder, "scripts", "branch.conf"), "utf8");
    expect(placeholdersOf(text + text)).toEqual(["syslog", "psk"]);
    const filled = fillIn(text, { psk: "$1$& $(x)", syslog: "192.0.2.1" });
    expect(filled).toContain('set psksecret "$1$& $(x)"');
    expect(filled).toContain('set server "192.0.2.1"');
    expect(placeholdersOf(filled)).toEqual([]);
  });
});
