import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defineFunction, defineResource } from "../../provider/core/resource";
import { packageSchema } from "../../provider/core/schema";
import { type Fields, field, object } from "../../provider/core/shape";
import { registry } from "../../provider/registry";
import { version } from "../../provider/version";
import { acme, acmeConfig, site } from "./support";

const login = object("Login", { password: field(z.string(), { doc: "A password.", secret: true }) }, "A login.");
const inputs: Fields = {
  name: field(z.string(), { doc: "A name." }),
  count: field(z.int().optional(), { doc: "A count.", default: 3 }),
  ratio: field(z.number().optional(), { doc: "A ratio." }),
  on: field(z.boolean().optional(), { doc: "A switch." }),
  logins: field(z.array(login).optional(), { doc: "Some logins." }),
  byName: field(z.record(z.string(), login).optional(), { doc: "Logins by name." }),
  either: field(z.union([z.string(), login]).optional(), { doc: "One of two." }),
  anything: field(z.any().optional(), { doc: "Anything." }),
  password: field(z.string().optional(), { doc: "A password.", secret: true }),
};
const resource = defineResource<Fields, Fields>({
  ...site(),
  doc: "A thing.",
  example: 'new Thing("x");',
  inputs,
  outputs: {
    address: field(z.string(), { doc: "An address." }),
    note: field(z.string().optional(), { doc: "A note." }),
  },
});
const func = defineFunction({
  token: "acme:find",
  doc: "Finds.",
  service: acme,
  inputs: { name: field(z.string(), { doc: "A name." }) },
  outputs: { login: field(login, { doc: "A login." }) },
  run: async () => ({ login: { password: "pw" } }),
});

/** Through JSON, as the engine gets it. */
const written = JSON.parse(
  JSON.stringify(packageSchema({ config: [acmeConfig], resources: [resource], functions: [func] }, "ztp", "1.2.3")),
);

describe("the schema of a package", () => {
  test("describes every kind of input", () => {
    const type = { $ref: "#/types/ztp:acme:Login" };
    expect(written.resources["ztp:acme:Site"].inputProperties).toEqual({
      name: { type: "string", description: "A name." },
      count: { type: "integer", description: "A count." },
      ratio: { type: "number", description: "A ratio." },
      on: { type: "boolean", description: "A switch." },
      logins: { type: "array", items: type, description: "Some logins." },
      byName: { type: "object", additionalProperties: type, description: "Logins by name." },
      either: { oneOf: [{ type: "string" }, type], description: "One of two." },
      anything: { $ref: "pulumi.json#/Any", description: "Anything." },
      password: { type: "string", description: "A password.", secret: true },
    });
  });

  test("has nested types with their secrets and what they require", () => {
    expect(written.types["ztp:acme:Login"]).toEqual({
      type: "object",
      description: "A login.",
      properties: { password: { type: "string", description: "A password.", secret: true } },
      required: ["password"],
    });
  });

  test("gives a resource its inputs as properties too, what is required, its example, and a list", () => {
    const spec = written.resources["ztp:acme:Site"];
    expect(Object.keys(spec.properties)).toEqual([...Object.keys(inputs), "address", "note"]);
    expect(spec.required).toEqual(["name", "address"]);
    expect(spec.requiredInputs).toEqual(["name"]);
    expect(spec.description).toContain('new Thing("x");');
    expect(spec.listInputs).toEqual({ type: "object", properties: {} });
  });

  test("offers no list of what exists in programs only", () => {
    const registered = { config: [acmeConfig], resources: [{ ...resource, list: undefined }], functions: [] };
    const schema = JSON.parse(JSON.stringify(packageSchema(registered, "ztp", "1.2.3")));
    expect(Object.keys(schema.resources["ztp:acme:Site"])).not.toContain("listInputs");
  });

  test("describes functions", () => {
    expect(written.functions["ztp:acme:find"]).toEqual({
      description: "Finds.",
      inputs: { type: "object", properties: { name: { type: "string", description: "A name." } }, required: ["name"] },
      outputs: {
        type: "object",
        properties: { login: { $ref: "#/types/ztp:acme:Login", description: "A login." } },
        required: ["login"],
      },
    });
  });

  test("marks a whole section of the configuration secret when a part of it is", () => {
    for (const properties of [written.config.variables, written.provider.inputProperties]) {
      expect(properties.acme).toMatchObject({ $ref: "#/types/ztp:config:AcmeConfig", secret: true });
    }
    expect(written.types["ztp:config:AcmeConfig"].properties.token.secret).toBe(true);
  });

  test("has the names, the version and no default values, which the state must not hold", () => {
    expect(written).toMatchObject({ name: "ztp", version: "1.2.3", meta: { moduleFormat: "(.*)" } });
    expect(JSON.stringify(written)).not.toContain('"default"');
  });
});

describe("the schema of this package", () => {
  const schema = packageSchema(registry, "ztp", version);
  const text = JSON.stringify(schema);

  test("has every resource and function, each with a description on every property", () => {
    for (const { token } of registry.resources) expect(schema.resources).toHaveProperty([`ztp:${token}`]);
    for (const { token } of registry.functions) expect(schema.functions).toHaveProperty([`ztp:${token}`]);
    for (const { inputs: own, outputs, doc } of [...registry.resources, ...registry.functions]) {
      expect(doc).not.toBe("");
      for (const { doc: described } of [...Object.values(own), ...Object.values(outputs)])
        expect(described).not.toBe("");
    }
  });

  test("refers to no type that it does not have", () => {
    for (const [, token] of text.matchAll(/"#\/types\/([^"]+)"/g)) expect(schema.types).toHaveProperty([String(token)]);
    expect(text).not.toContain('"default"');
  });
});
