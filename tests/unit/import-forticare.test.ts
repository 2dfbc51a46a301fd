import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ImportOptions, runImport } from "../../cli/import/run";
import { registry } from "../../provider/registry";
import { mainAccount, organizationApiId, type ProductSeed, type Simulators, startSimulators } from "../../simulators";
import { listener, project, usual } from "./import-support";

const serialOf = (number: number) => `FV100ETA24${String(number).padStart(6, "0")}`;
const folders = [
  { folderId: 6_001, folderName: "Europe" },
  { folderId: 6_002, folderName: "Berlin", parentFolderId: 6_001 },
];
const entitlements = [
  {
    level: 5,
    levelDesc: "Advanced HW",
    type: 1,
    typeDesc: "Hardware",
    startDate: "2024-01-01T00:00:00",
    endDate: "2034-01-01T00:00:00",
  },
];
const berlin = { address: "1 Example Street", city: "Berlin", countryCode: "DE", postalCode: "10115" };
const unknown = { company: null, stateOrProvince: null, email: null, phone: null, fax: null };
/** In the root without a word, in Berlin with a description each, or in Europe with one that all have. */
const kinds = [
  { description: null },
  { folderId: 6_002, location: { addressId: "1", ...unknown, ...berlin } },
  { folderId: 6_001, description: "spare" },
];
const count = 300;
const products: ProductSeed[] = Array.from({ length: count }, (_, index) => ({
  serialNumber: serialOf(index),
  productModel: "FortiWeb 100E",
  entitlements,
  description: `Rack ${index}`,
  ...kinds[index % kinds.length],
}));
const [retired, waiting, virtual] = ["FV100ETA24900001", "FV100ETA24900002", "FGVM02TM24000100"];
products.push(
  { serialNumber: retired, productModel: "FortiWeb 100E", entitlements, isDecommissioned: true },
  { serialNumber: waiting, productModel: "FortiWeb 100E", entitlements, status: "Pending" },
  { serialNumber: virtual, productModel: "FortiGate VM02", virtual: true, entitlements, description: "lab" },
);
const contractNumber = "2401AA000001";
const mints = { productModel: "FortiGate VM02", serialPrefix: "FGVM02TM24" };
const licenses = [
  { licenseRegistrationCode: "LICAA-24AAA-24BBB-24CCC-24DDDD", licenseNumber: "FGVM24000042", serialNumber: virtual },
  { licenseRegistrationCode: "LICBB-24AAA-24BBB-24CCC-24DDDD", licenseNumber: "FGVM24000043", account: mainAccount },
];
/** A user who may use FortiZTP only. */
const stranger = { apiId: "00000000-0000-4000-8000-00000000000C", password: "strange-password-1!aA" };
let simulators: Simulators;

beforeAll(async () => {
  simulators = await startSimulators({
    fortinet: {
      devices: [],
      scripts: [{ oid: 101, name: "baseline", content: "config system global\nend\n" }],
      fortiManagers: [],
      users: [{ ...stranger, assetManagement: false }],
      forticare: {
        warehouse: [],
        products,
        folders,
        licenses: licenses.map((license) => ({ ...license, licenseSKU: "FG-VM02", mints })),
        contracts: [{ contractNumber, sku: "FC-10-0100E-247-02-12", consumedBy: serialOf(0) }],
      },
    },
  });
});
afterAll(() => simulators?.close());

interface More {
  options?: Partial<ImportOptions>;
  fortinet?: object;
  resources?: object[];
}

async function run({ options = { services: ["forticare"] }, fortinet, resources }: More = {}) {
  const credentials = { ...simulators.describe().fortinet, ...fortinet };
  const place = project({ stack: { config: { "ztp:fortinet": JSON.stringify(credentials) }, resources } });
  const { said, terminal } = listener();
  simulators.requests.clear();
  const ok = await runImport({ ...usual, ...options }, { registry, environment: {}, terminal, ...place });
  const paths = simulators.requests.filter({ service: "forticare" }).map(({ relativePath }) => relativePath);
  const calls = Object.fromEntries([...Map.groupBy(paths, (path) => path)].map(([path, { length }]) => [path, length]));
  return { ok, calls, ...said, text: (file: string) => readFileSync(join(place.folder, file), "utf8") };
}

/** What the state has of a resource. */
const row = (type: string, id: string, inputs: object, outputs: object = {}) => ({
  urn: `urn:pulumi:dev::fleet::ztp:forticare:${type}::mine`,
  type: `ztp:forticare:${type}`,
  id,
  inputs,
  outputs,
});

const pages = Math.ceil((count + 2) / 50);
const listCalls = { "/folders/list": 1, "/licenses/list": 1, "/products/list": pages };

test("hundreds of products take the pages of one list, and no details", async () => {
  const { ok, out, error, calls } = await run();
  expect(ok).toBe(true);
  expect(calls).toEqual(listCalls);
  expect(out).toContain("Found 2 forticare:Folder, 1 forticare:License, 301 forticare:Product.\n");
  expect(out).toContain(`Vendor calls, sign-in included: ${pages + 3} (1 to FortiCloud, ${pages + 2} to FortiCare).\n`);
  expect(error).not.toContain("Not imported");
});

test("the program names folders by their variables, and what is alike in loops and tables", async () => {
  const { text } = await run();
  const program = text("imported.ts");
  expect(program).toContain('const europe = new ztp.forticare.Folder("europe", { name: "Europe" });');
  expect(program).toContain('new ztp.forticare.Folder("berlin", { name: "Berlin", parentFolderId: europe.folderId });');
  expect(program).toContain('new ztp.forticare.License("license-fgvm24000042", {});');
  expect(program).toContain(`{ serialNumber: "${virtual}", description: "lab" }`);
  expect(program).toContain("  new ztp.forticare.Product(name, { serialNumber });\n");
  expect(program).toContain(
    'new ztp.forticare.Product(name, { serialNumber, description: "spare", folderId: europe.folderId });',
  );
  expect(program).toContain('  fv100eta24000001: { serialNumber: "FV100ETA24000001", description: "Rack 1" },\n');
  expect(program).toContain(
    "  new ztp.forticare.Product(name, { serialNumber, description, folderId: berlin.folderId });\n",
  );
  expect(program.match(/new ztp\.forticare\.Product\(/g)).toHaveLength(4);
});

test("what no program can have is left out: products out of service or not registered, licences that wait", async () => {
  const { out } = await run({ options: { services: ["forticare"], dryRun: true } });
  for (const id of [retired, waiting, "FGVM24000043"]) expect(out).not.toContain(id);
});

test("without any filter both services of Fortinet are listed", async () => {
  const { out, error, calls } = await run({ options: {} });
  expect(error).toMatch(/^Left out, since it is not configured: Mist, HWAutomation\n/);
  expect(error).not.toContain("Not imported");
  expect(calls).toEqual(listCalls);
  // The virtual FortiGate stands in FortiZTP as well, unprovisioned; nothing of that is to be imported.
  expect(out).toContain("Found 2 forticare:Folder, 1 forticare:License, 301 forticare:Product, 1 fortiztp:Script.\n");
  expect(out).toContain(`(2 to FortiCloud, ${pages + 2} to FortiCare, 4 to FortiZTP).\n`);
});

test.each([
  ["Contract", `${serialOf(0)}/${contractNumber}`],
  ["ProductDecommission", retired],
])("objects of the type %s come when it is named", async (type, id) => {
  const { out, calls, text } = await run({ options: { types: [type] } });
  expect(out).toContain(`Found 1 forticare:${type}.\n`);
  expect(calls).toEqual({ "/products/list": pages });
  expect(JSON.parse(text("import.json")).resources).toMatchObject([{ type: `ztp:forticare:${type}`, id }]);
  expect(text("imported.ts")).not.toContain(`"${contractNumber}"`);
});

test("a contract takes its product by the variable where both are imported", async () => {
  const { text } = await run({ options: { types: ["Contract", "Product"], match: [serialOf(0), `${serialOf(0)}/*`] } });
  const program = text("imported.ts");
  expect(program).toContain("serialNumber: fv100eta24000000.serialNumber,\n");
  expect(program).toContain('contractNumber: config.requireSecret("contract2401aa000001ContractNumber"),\n');
});

test.each([
  ["a ProductSet", row("ProductSet", "mine", { products: { [serialOf(7).toLowerCase()]: {} } })],
  ["a Service", row("Service", serialOf(7), {}, { serialNumber: serialOf(7) })],
])("a product that %s of the stack manages is not imported again", async (_, resource) => {
  const options = { types: ["Product"], match: [serialOf(7), serialOf(8)] };
  const { out, calls, text } = await run({ options, resources: [resource] });
  expect(out).toContain("Found 2 forticare:Product. 1 is in the stack already.\n");
  expect(text("imported.ts")).not.toContain(serialOf(7));
  expect(calls).toEqual({ "/products/list": pages });
});

test("a user of an organization is told to name the account, and gets its products then", async () => {
  const organization = { scope: "organization", apiId: organizationApiId };
  const missing = await run({ fortinet: organization });
  expect(missing).toMatchObject({ ok: false, calls: {} });
  expect(missing.error).toContain("accountId is missing: the scope of the API user is an organization");
  const named = await run({ fortinet: { ...organization, accountId: 100_001 } });
  expect(named.out).toContain("301 forticare:Product");
  // The account stands in the stack's configuration.
  expect(named.text("imported.ts")).not.toContain("accountId");
});

test("a user without the permission is told at the price of one call, and gets the rest", async () => {
  const { ok, out, error, calls } = await run({ options: {}, fortinet: stranger });
  expect(calls).toEqual({ "/folders/list": 1 });
  expect(out).toContain("4 to FortiZTP");
  expect(error).toMatch(/\nNot imported:\n\n {2}forticare:Folder.*Access denied/);
  expect(ok).toBe(true);
});
