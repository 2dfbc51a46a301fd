import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { type ImportFileOptions, makeImportFile } from "../../cli/import-file";
import { defineConfig } from "../../provider/core/config";
import { defineResource, type Resource, type Service } from "../../provider/core/resource";
import { field, object } from "../../provider/core/shape";
import { devices, existing, gate, Scene } from "./support";

const service: Service<string> = {
  name: "Vault",
  config: defineConfig({
    name: "vault",
    doc: "A vault.",
    identity: [],
    fields: { token: field(z.string().optional(), { doc: "A token." }) },
  }),
  problems: ({ token }) => (token ? [] : ["ztp:vault.token is missing"]),
  create: ({ token }) => String(token),
};

/** A resource with secrets at every depth. */
const safe: Resource = defineResource({
  token: "vault:Safe",
  doc: "A safe.",
  service,
  inputs: {
    label: field(z.string(), { doc: "A label." }),
    code: field(z.string(), { doc: "A code.", secret: true }),
    owner: field(
      object("Owner", {
        name: field(z.string(), { doc: "A name." }),
        pin: field(z.string(), { doc: "A pin.", secret: true }),
      }),
      { doc: "An owner." },
    ),
    guests: field(z.array(object("Guest", { pin: field(z.string(), { doc: "A pin.", secret: true }) })), {
      doc: "The guests.",
    }),
    note: field(z.string().optional(), { doc: "A note." }),
  },
  outputs: { opened: field(z.int(), { doc: "How often it was opened." }) },
  async create() {
    throw new Error("not here");
  },
  async read(context, id) {
    const token = await context.use(service);
    if (id === "none") return undefined;
    return {
      inputs: { label: `${id} of ${token}`, code: "1234", owner: { name: "Ann", pin: "56" }, guests: [{ pin: "78" }] },
      outputs: { opened: 3 },
    };
  },
  async update() {
    throw new Error("not here");
  },
  async delete() {},
  async *list() {},
});

const options: ImportFileOptions = {
  host: "dynamic",
  project: "project",
  stack: "stack",
  environment: { ZTP_VAULT_TOKEN: "token" },
  registry: { config: [service.config], resources: [safe], functions: [] },
};
const secret = (plaintext: string): object => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  plaintext,
});

describe("an import file", () => {
  const requests = [{ type: "vault:Safe", name: "mine", id: "safe-1" }];

  test("has plain ids for the plugin, and asks no vendor for them", async () => {
    const content = await makeImportFile(requests, { ...options, host: "plugin", environment: {} });
    expect(content).toEqual({ resources: [{ type: "ztp:vault:Safe", name: "mine", id: "safe-1" }] });
  });

  test("holds the state of a dynamic resource, with JSON-encoded secrets", async () => {
    const { resources } = await makeImportFile(requests, options);
    const inputs = {
      label: "safe-1 of token",
      code: secret('"1234"'),
      owner: { name: "Ann", pin: secret('"56"') },
      guests: secret('[{"pin":"78"}]'),
      __provider: 'exports.handler=()=>require("pulumi-ztp/dynamic/v1").handler("vault:Safe")',
      __urn: "urn:pulumi:stack::project::pulumi-nodejs:dynamic/vault:Safe::mine",
    };
    expect(resources).toEqual([
      {
        type: "pulumi-nodejs:dynamic/vault:Safe",
        name: "mine",
        id: "safe-1",
        inputs,
        outputs: { ...inputs, opened: 3 },
      },
    ]);
  });

  test("takes the configuration of the stack, and the environment before it", async () => {
    const configuration = { vault: '{ "token": "from config" }' };
    const label = async (environment: NodeJS.ProcessEnv): Promise<unknown> =>
      (await makeImportFile(requests, { ...options, configuration, environment })).resources[0]?.inputs?.label;
    expect(await label({})).toBe("safe-1 of from config");
    expect(await label({ ZTP_VAULT_TOKEN: "environment" })).toBe("safe-1 of environment");
  });

  test("is not made when anything is missing, and every problem is told", async () => {
    const bad = [
      { type: "vault:Safe", name: "gone", id: "none" },
      { type: "vault:Sofa", name: "soft", id: "1" },
      { type: "ztp:vault:Safe", name: "fine", id: "2" },
    ];
    await expect(makeImportFile(bad, options)).rejects.toThrow(
      "gone: there is no vault:Safe with the id none\nsoft: there is no resource type vault:Sofa",
    );
    await expect(makeImportFile(requests, { ...options, environment: {} })).rejects.toThrow(
      /^ztp:vault\.token is missing$/,
    );
  });
});

describe("an import through the plugin", () => {
  const flags = ["--yes", "--protect=false", "--generate-code=false"];
  let scene: Scene;

  beforeAll(async () => {
    scene = await Scene.open({ host: "plugin", program: "" });
  });
  afterAll(() => scene?.close());

  test("takes a device in any case of letters with exactly the inputs that a program would write", async () => {
    await scene.succeed(["import", "ztp:fortiztp:Device", "fw", existing.toLowerCase(), ...flags]);
    const { id, inputs } = await scene.resource("fw");
    expect(id).toBe(existing);
    const program = { serial: existing, provisionTarget: "FortiManager", fortiManagerOid: 201, useDefaultScript: true };
    expect(inputs).toEqual(program);
    scene.write(devices({ fw: program }));
    expect((await scene.succeed(["preview", "--expect-no-changes"])).counts).toEqual({ unchanged: 2 });
  });

  test("says why there is nothing to import", async () => {
    const unprovisioned = await scene.fail(["import", "ztp:fortiztp:Device", "gate", gate, ...flags]);
    expect(unprovisioned.output).toContain(`${gate} is unprovisioned, so there is no provisioning to read or import`);
    const unknown = await scene.fail(["import", "ztp:fortiztp:Device", "lost", "FGT60FTK99000001", ...flags]);
    expect(unknown.output).toContain("does not exist");
    const misspelled = await scene.fail(["import", "ztp:fortiztp:Devise", "fw", existing, ...flags]);
    expect(misspelled.output).toContain("has no resource type ztp:fortiztp:Devise");
  });

  test("works with the import option of a resource as well", async () => {
    scene.simulators.fortinet.patch(gate, {
      provisionStatus: "provisioned",
      provisionTarget: "FortiManager",
      fortiManagerOid: 201,
    });
    scene.write(`
      const to = { provisionTarget: "FortiManager", fortiManagerOid: 201 };
      device("fw", { serial: "${existing}", ...to, useDefaultScript: true });
      device("gate", { serial: "${gate}", ...to }, { import: "${gate}" });
    `);
    const up = await scene.up();
    expect(up.counts).toEqual({ imported: 1, unchanged: 2 });
    expect(scene.writes).toBe(0);
  });
});
