import { readdirSync } from "node:fs";
import { join } from "node:path";
import { referenceProblems } from "./references.ts";
import { schemaProblems } from "./schema.ts";
import { type Problem, SourceFile } from "./source-file.ts";

/** What can be said of all devices, of those of a role, or of one: the nearest word counts. */
export interface Settings {
  provisionTarget?: string;
  region?: string;
  /** The name of a FortiManager entry of the same file. */
  fortiManager?: string;
  /** The name of a script of the same file. */
  script?: string;
  useDefaultScript?: boolean;
  firmwareProfile?: string;
  adopt?: "never" | "identical" | "update";
  onDelete?: "unprovision" | "retain";
}

export interface Role extends Settings {
  provisionTarget: string;
}

export interface Device extends Settings {
  serial: string;
  role: string;
}

export interface FortiManagerEntry {
  serialNumbers: string[];
  addresses: string[];
  /** The name of a script of the same file. */
  script?: string;
}

/** What inventory/<region>.yaml says, by inventory.schema.json. */
export interface Inventory {
  /** Names of files in scripts/. */
  scripts?: { [name: string]: string };
  fortiManagers?: { [name: string]: FortiManagerEntry };
  defaults?: Settings;
  roles: { [name: string]: Role };
  sites: { [site: string]: { [name: string]: Device } };
}

/** A region with the file that it was read from. */
export interface Region {
  name: string;
  source: SourceFile;
  inventory: Inventory;
}

export interface Fleet {
  /** The names of all inventories, whether or not they are in order. */
  names: string[];
  /** Those whose form is in order. */
  regions: Region[];
  /** Everything that is wrong, in the order of the files. */
  problems: Problem[];
}

/** Reads the inventories of all regions: some mistakes, such as a serial in two of them, no single file shows. */
export function readFleet(folder: string): Fleet {
  const fleet: Fleet = { names: regionNames(folder), regions: [], problems: [] };
  const schema = schemaProblems(join(folder, "inventory.schema.json"));
  for (const name of fleet.names) {
    const source = new SourceFile(folder, `inventory/${name}.yaml`);
    const problems = source.problems.length > 0 ? source.problems : schema(source);
    fleet.problems.push(...problems);
    if (problems.length === 0) fleet.regions.push({ name, source, inventory: source.value as Inventory });
  }
  fleet.problems.push(...referenceProblems(fleet.regions, folder));
  fleet.problems.sort(
    (one, other) => one.file.localeCompare(other.file) || one.line - other.line || one.column - other.column,
  );
  return fleet;
}

/** The devices of a region as `site-name`, each with what its role and the defaults say of it. */
export function devicesOf({ defaults, roles, sites }: Inventory): { [name: string]: Role & { serial: string } } {
  const devices = Object.entries(sites).flatMap(([site, named]) =>
    Object.entries(named).map(([name, { role, ...own }]) => {
      return [`${site}-${name}`, { ...defaults, ...(roles[role] as Role), ...own }] as const;
    }),
  );
  return Object.fromEntries(devices);
}

function regionNames(folder: string): string[] {
  return readdirSync(join(folder, "inventory"))
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => file.slice(0, -".yaml".length))
    .sort();
}
