import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { parse } from "yaml";
import { checkCredentials, writePlugin } from "../../cli/init";
import { findProject } from "../../cli/project";
import { registry } from "../../provider/registry";
import { startSimulators } from "../../simulators";

let folder: string;
let project: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ztp-init-"));
  project = join(folder, "Pulumi.yaml");
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

function write(text: string): string {
  writeFileSync(project, text);
  return writePlugin(project, join(folder, "node_modules/pulumi-ztp/plugin"));
}
const entry = { name: "ztp", path: "node_modules/pulumi-ztp/plugin" };
const written = () => readFileSync(project, "utf8");

describe("ztp init and Pulumi.yaml", () => {
  it("adds the plugin and keeps comments and everything else", () => {
    const said = write("# the fleet\nname: fleet\nruntime: nodejs # TypeScript\n");
    expect(said).toContain("names the plugin now: node_modules/pulumi-ztp/plugin");
    expect(parse(written())).toEqual({ name: "fleet", runtime: "nodejs", plugins: { providers: [entry] } });
    expect(written()).toContain("# the fleet");
    expect(written()).toContain("runtime: nodejs # TypeScript");
  });

  it("changes nothing the second time", () => {
    write("name: fleet\nruntime: nodejs\n");
    const once = written();
    expect(write(once)).toContain("names the plugin already");
    expect(written()).toBe(once);
  });

  it("corrects the path of an entry that stands there, and leaves other plugins alone", () => {
    const other = "name: fleet\nruntime: nodejs\nplugins:\n  providers:\n    - { name: aws, path: ../aws }\n";
    write(`${other}    - { name: ztp, path: ../old }\n`);
    expect(parse(written()).plugins.providers).toEqual([{ name: "aws", path: "../aws" }, entry]);
    write(other);
    expect(parse(written()).plugins.providers).toEqual([{ name: "aws", path: "../aws" }, entry]);
  });

  it("joins plugins of another kind", () => {
    write("name: fleet\nruntime: nodejs\nplugins:\n  languages: []\n");
    expect(parse(written()).plugins).toEqual({ languages: [], providers: [entry] });
  });

  it("refuses a file that is not YAML, and leaves it as it is", () => {
    const broken = "name: [fleet\n";
    expect(() => write(broken)).toThrow(/is not valid YAML/);
    expect(written()).toBe(broken);
  });

  it("finds the project above the current folder, and says what to do where there is none", () => {
    mkdirSync(join(folder, "infra/deep"), { recursive: true });
    expect(() => findProject(join(folder, "infra/deep"))).toThrow(/pulumi new typescript/);
    writeFileSync(project, "name: fleet\n");
    expect(findProject(join(folder, "infra/deep"))).toBe(project);
  });
});

describe("ztp init and credentials", () => {
  const said: string[] = [];

  beforeEach(() => {
    said.length = 0;
    // All but the folder for what outlives a run, which is the tests' own.
    for (const name of Object.keys(process.env)) if (/^ZTP_(?!STATE_DIR$)/.test(name)) vi.stubEnv(name, undefined);
    vi.spyOn(process.stdout, "write").mockImplementation((text) => said.push(String(text)) > 0);
  });
  afterEach(() => vi.unstubAllEnvs());

  it("sign in with what the stack's configuration says", async () => {
    const simulators = await startSimulators();
    try {
      await checkCredentials(registry, { fortinet: JSON.stringify(simulators.describe().fortinet) });
      expect(said.join("")).toMatch(/^FortiZTP: signed in\. FortiZTP in \S+ is Operational\.$/m);
      expect(said.join("")).toMatch(/^FortiCare: signed in\. FortiCare lets the API user read its account\.$/m);
      for (const service of ["fortiztp", "forticare"]) expect(simulators.requests.count({ service })).toBe(1);
    } finally {
      await simulators.close();
    }
  });

  it("of an API user without one of the services are told and do not fail", async () => {
    const user = { apiId: "11111111-0000-4000-8000-000000000001", password: "ztp-only-1!" };
    const simulators = await startSimulators({ fortinet: { users: [{ ...user, assetManagement: false }] } });
    try {
      await checkCredentials(registry, { fortinet: JSON.stringify({ ...simulators.describe().fortinet, ...user }) });
      expect(said.join("")).toMatch(/^FortiZTP: signed in\./m);
      expect(said.join("")).toMatch(/^FortiCare: .*permission/im);
    } finally {
      await simulators.close();
    }
  });

  it("that do not work fail with the vendor's words and without the password", async () => {
    const simulators = await startSimulators();
    try {
      const fortinet = { ...simulators.describe().fortinet, password: "wrong-and-secret" };
      const failure = await checkCredentials(registry, { fortinet }).then(String, String);
      expect(failure).toMatch(/FortiZTP: .*HTTP 401.*Local/s);
      expect(failure + said.join("")).not.toContain("wrong-and-secret");
    } finally {
      await simulators.close();
    }
  });

  it("of which half is missing fail with the command that sets it", async () => {
    const checking = checkCredentials(registry, { fortinet: { apiId: "id" } });
    await expect(checking).rejects.toThrow("pulumi config set --secret --path ztp:fortinet.password");
  });

  it("that are not given at all are no failure: what to set is said", async () => {
    await checkCredentials(registry, {});
    expect(said.join("")).toContain("FortiZTP: not configured.");
    expect(said.join("")).toContain("ZTP_FORTINET_API_ID");
  });
});
