import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defineFunction, defineResource } from "../../provider/core/resource";
import { type Fields, field, object, openEnum } from "../../provider/core/shape";
import { nodeSdk } from "../../tools/generate/typescript";
import { acme, acmeConfig, site } from "./support";

const login = object("Login", { password: field(z.string(), { doc: "A password.", secret: true }) }, "A login.");
const inputs: Fields = {
  name: field(z.string(), { doc: "A name." }),
  mode: field(z.enum(["a", "b"]).optional(), { doc: "A mode." }),
  kind: field(openEnum(["x"]).optional(), { doc: "A kind." }),
  password: field(z.string().optional(), { doc: "A password.", secret: true }),
  logins: field(z.array(login).optional(), { doc: "Logins." }),
  byName: field(z.record(z.string(), login).optional(), { doc: "Logins by name." }),
};
const resource = defineResource<Fields, Fields>({
  ...site(),
  doc: "A thing.",
  inputs,
  outputs: { token: field(z.string().optional(), { doc: "A token.", secret: true }) },
});
const func = defineFunction({
  token: "acme:find",
  doc: "Finds.",
  service: acme,
  inputs: { name: field(z.string().optional(), { doc: "A name." }) },
  outputs: { count: field(z.int(), { doc: "A count." }) },
  run: async () => ({ count: 0 }),
});

/** The generated text of a file, with the spaces that the formatter would set. */
function generated(name: string): string {
  const files = nodeSdk({ config: [acmeConfig], resources: [resource], functions: [func] });
  return (files.get(name) ?? "").replaceAll(/\s+/g, " ");
}

describe("the generated SDK", () => {
  test("has a file for each service, the provider and an index", () => {
    expect(generated("index.ts")).toContain('export * as acme from "./acme"; export * from "./provider";');
    expect(generated("provider.ts")).toContain("acme?: Inputs<AcmeConfig>;");
    expect(generated("provider.ts")).toContain("export class Provider extends ProviderResource");
  });

  test("tells the paths of secrets at every depth, and which outputs are secret", () => {
    expect(generated("acme.ts")).toContain(
      'secretInputs: [["password"],["logins","*","password"],["byName","*","password"]]',
    );
    expect(generated("acme.ts")).toMatch(/secretOutputs: \["password",.*"token"\]/);
  });

  test("takes outputs at every level of the arguments and has plain types in the results", () => {
    const text = generated("acme.ts");
    expect(text).toContain("name: pulumi.Input<string>;");
    expect(text).toContain('mode?: pulumi.Input<"a" | "b">;');
    expect(text).toContain('kind?: pulumi.Input<"x" | (string & {})>;');
    expect(text).toContain("logins?: Inputs<Login[]>;");
    expect(text).toContain("byName?: Inputs<{ [key: string]: Login }>;");
    expect(text).toContain("declare readonly logins: pulumi.Output<Login[] | undefined>;");
    expect(text).toContain("export interface Login { /** A password. */ password: string; }");
  });

  test("has functions in both forms, whose arguments may be left out when none is required", () => {
    const text = generated("acme.ts");
    expect(text).toContain(
      "export function find(args: FindArgs = {}, options?: pulumi.InvokeOptions): Promise<FindResult>",
    );
    expect(text).toContain("export function findOutput(args: FindOutputArgs = {},");
    expect(text).toContain('return invoke("acme:find", args, options);');
  });
});
