import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Progress } from "../../cli/import/terminal";
import { type Account, listener, project, run } from "./import-support";

const account: Account = {
  "acme:Site": { 1: { name: "Berlin", gatewayOid: 9, key: "hush\n" }, 2: { name: "Lyon" } },
  "acme:Gateway": { 9: { serial: "G9", title: "HQ" } },
};
const readText = (folder: string, file: string) => readFileSync(join(folder, file), "utf8");
const readImports = (folder: string) => JSON.parse(readText(folder, "import.json")).resources;
const row = (type: string, name: string, id: string, more: object = {}) => ({
  urn: `urn:pulumi:dev::fleet::${type}::${name}`,
  type,
  id,
  ...more,
});

describe("in the plugin host", () => {
  test("plain ids and a program are written, and every object is read once", async () => {
    const place = project({ stack: {} });
    const reads: string[] = [];
    const ran = await run(account, place, {}, reads);
    expect(readImports(place.folder)).toEqual([
      { type: "ztp:acme:Gateway", name: "hq", id: "9" },
      { type: "ztp:acme:Site", name: "berlin", id: "1" },
      { type: "ztp:acme:Site", name: "lyon", id: "2" },
    ]);
    expect(readText(place.folder, "imported.ts")).toContain("gatewayOid: hq.oid");
    expect(reads.sort()).toEqual(["acme:Gateway 9", "acme:Site 1", "acme:Site 2"]);
    expect(ran.ok).toBe(true);
    expect(ran.out).toBe(`Found 1 acme:Gateway, 2 acme:Site.
Wrote import.json and imported.ts: 1 acme:Gateway, 2 acme:Site.
In the stack's configuration, encrypted: berlinKey.
Vendor calls, sign-in included: none.

Next:

  pulumi import --file import.json --yes --protect=false --generate-code=false
  pulumi preview

The preview shows no changes once imported.ts is in the program, such as by \`import "./imported";\`.
`);
    expect(ran.error).toContain("reading acme:Site: 2\nreading acme:Site: done\n");
  });

  test("secrets go to Pulumi through standard input, to the byte, and nowhere else", async () => {
    const place = project({ stack: {} });
    const { out, error } = await run(account, place, { stack: "dev" });
    const set = place.commands.filter(({ args }) => args[1] === "set");
    const args = ["config", "set", "--secret", "--raw", "berlinKey", "--stack", "dev"];
    expect(set).toEqual([{ args, input: "hush\n" }]);
    const written = ["import.json", "imported.ts"].map((file) => readText(place.folder, file));
    for (const text of [out, error, ...written]) expect(text).not.toContain("hush");
    expect(out).toContain("--generate-code=false --stack dev\n  pulumi preview --stack dev\n");
  });

  test("a secret that the configuration has already is left there", async () => {
    const place = project({ stack: { config: { "fleet:berlinKey": "hush\n" } } });
    await run(account, place);
    expect(place.commands.some(({ args }) => args[1] === "set")).toBe(false);
  });

  test("another value under its key is overwritten only by force", async () => {
    const place = project({ stack: { config: { "fleet:berlinKey": "mine" } } });
    await expect(run(account, place)).rejects.toThrow(/stack dev has other values for berlinKey.*--force/);
    expect(existsSync(join(place.folder, "imported.ts"))).toBe(false);
    await run(account, place, { force: true });
    expect(place.commands.find(({ args }) => args[1] === "set")?.input).toBe("hush\n");
  });

  test.each([
    ["with --no-config", { stack: {} }, { config: false }],
    ["without a stack", {}, {}],
  ])("%s the keys to set are told", async (_, options, flags) => {
    const place = project(options);
    const { out } = await run(account, place, flags);
    expect(place.commands.some(({ args }) => args[1] === "set")).toBe(false);
    expect(out).toContain("Not in the stack's configuration: berlinKey.\n");
    expect(out).toContain("  pulumi config set --secret --raw berlinKey\n  pulumi import ");
    expect(out).toContain("berlinKey is the key of acme:Site 1; its command reads standard input.\n");
  });
});

describe("in the dynamic host", () => {
  test("the import file holds the state, secrets in clear, for its owner only", async () => {
    const place = project({ host: "dynamic", stack: {} });
    writeFileSync(join(place.folder, "import.json"), "old", { mode: 0o644 });
    const { out } = await run(account, place, { force: true });
    const [gateway, berlin] = readImports(place.folder);
    expect(gateway).toMatchObject({
      type: "pulumi-nodejs:dynamic/acme:Gateway",
      id: "9",
      outputs: { serial: "G9", oid: 9 },
    });
    expect(berlin.inputs.key).toMatchObject({ plaintext: '"hush\\n"' });
    expect(berlin.inputs.__urn).toBe("urn:pulumi:dev::fleet::pulumi-nodejs:dynamic/acme:Site::berlin");
    expect(statSync(join(place.folder, "import.json")).mode & 0o777).toBe(0o600);
    expect(out).toContain("\n  rm import.json\n");
    expect(out).toContain("import.json holds secrets in clear: delete it after the import.");
    expect(out).not.toContain("hush");
  });

  test("a stack is needed, but not to look", async () => {
    const place = project({ host: "dynamic" });
    await expect(run(account, place)).rejects.toThrow("the dynamic host needs a stack, since project and stack");
    expect((await run(account, place, { dryRun: true })).ok).toBe(true);
  });

  test.each([
    [
      "what the stack's configuration says",
      { config: { "ztp:host": "dynamic" } },
      {},
      "pulumi-nodejs:dynamic/acme:Site",
    ],
    ["what --host says", { config: { "ztp:host": "dynamic" } }, { host: "plugin" }, "ztp:acme:Site"],
  ] as const)("is chosen by %s", async (_, stack, options, type) => {
    const place = project({ stack });
    await run(account, place, options);
    expect(readImports(place.folder)[2].type).toBe(type);
  });

  test("must be one that there is", async () => {
    const place = project({ stack: { config: { "ztp:host": "dynamo" } } });
    await expect(run(account, place)).rejects.toThrow('ztp:host must be "plugin" or "dynamic", not "dynamo"');
  });
});

describe("what the stack has", () => {
  test("is left out, of either host", async () => {
    const resources = [row("ztp:acme:Gateway", "hq", "9"), row("pulumi-nodejs:dynamic/acme:Site", "berlin", "1")];
    const place = project({ stack: { resources } });
    const { out } = await run(account, place);
    expect(out).toContain("Found 1 acme:Gateway, 2 acme:Site. 2 are in the stack already.\n");
    expect(readImports(place.folder)).toEqual([{ type: "ztp:acme:Site", name: "lyon", id: "2" }]);
  });

  test("is all there is: nothing is written, and nothing is wrong", async () => {
    const place = project({ stack: { resources: [row("ztp:acme:Gateway", "hq", "9")] } });
    const ran = await run(account, place, { types: ["Gateway"] });
    expect(ran).toMatchObject({ ok: true, out: expect.stringContaining("All are in the stack already.") });
    expect(existsSync(join(place.folder, "import.json"))).toBe(false);
  });

  test("counts whoever manages it, such as a fleet of which it is a member", async () => {
    const resources = [
      row("ztp:acme:Fleet", "branches", "77", { inputs: { serials: ["hq"] } }),
      row("ztp:acme:Gateway", "other", "8", { inputs: { serial: "x" } }),
    ];
    const place = project({ stack: { resources } });
    const gateways = { 7: { serial: "HQ" }, 8: { serial: "X" }, 9: { serial: "Y" } };
    const reads: string[] = [];
    const titled = Object.fromEntries(
      Object.entries(gateways).map(([id, { serial }]) => [id, { serial, title: serial }]),
    );
    const { out } = await run({ ...account, "acme:Gateway": titled }, place, { dryRun: true }, reads);
    expect(out).toMatch(/^acme:Gateway +branches +7 +in the stack$/m);
    expect(out).toMatch(/^acme:Gateway +other +8 +in the stack$/m);
    expect(out).toMatch(/^acme:Gateway +y +9 +new$/m);
    // Only its inputs tell for sure what an object is.
    expect(reads).toEqual(["acme:Gateway 7"]);
  });

  test("does not count what the program only reads, but its names are taken", async () => {
    const resources = [row("ztp:acme:Gateway", "hq", "9", { external: true })];
    const place = project({ stack: { resources } });
    await run(account, place);
    expect(readImports(place.folder)[0]).toMatchObject({ name: "hq-9", id: "9" });
  });
});

describe("a dry run", () => {
  test("shows a table, reads no object and writes nothing", async () => {
    const place = project({ stack: { resources: [row("ztp:acme:Site", "old-name", "1")] } });
    const reads: string[] = [];
    const ran = await run(account, place, { dryRun: true }, reads);
    expect(ran.out).toBe(`TYPE          NAME      ID  STATE
acme:Gateway  hq        9   new
acme:Site     lyon      2   new
acme:Site     old-name  1   in the stack

Found 1 acme:Gateway, 2 acme:Site. 1 is in the stack already.
Vendor calls, sign-in included: none.
`);
    expect(reads).toEqual([]);
    expect(existsSync(join(place.folder, "import.json"))).toBe(false);
  });

  test("shows no characters of a vendor that steer the terminal", async () => {
    const { out } = await run({ "acme:Site": { "\u001b[2J": { name: "x" } } }, project(), { dryRun: true });
    expect(out).not.toContain("\u001b");
  });
});

test("whoever watches sees one line that is kept up to date", () => {
  const { said, terminal } = listener(true);
  const progress = new Progress(terminal, "reading", 2);
  progress.step();
  progress.step();
  progress.end();
  const clear = "\r\u001b[K";
  expect(said.error).toBe(`${clear}reading: 0 of 2${clear}reading: 1 of 2${clear}reading: 2 of 2${clear}`);
});

describe("files that are there", () => {
  test.each(["import.json", "imported.ts"])("such as %s are overwritten only by force", async (file) => {
    const place = project({ stack: {} });
    writeFileSync(join(place.folder, file), "mine");
    const reads: string[] = [];
    await expect(run(account, place, {}, reads)).rejects.toThrow(/ exists; overwrite it with --force/);
    expect(readText(place.folder, file)).toBe("mine");
    expect(reads).toEqual([]);
    expect((await run(account, place, { force: true })).ok).toBe(true);
    expect(readText(place.folder, file)).not.toBe("mine");
  });

  test("are no hindrance where others are written with --out", async () => {
    const place = project({ stack: {} });
    writeFileSync(join(place.folder, "imported.ts"), "mine");
    const { out } = await run(account, place, { out: "new here" });
    expect(readImports(join(place.folder, "new here"))).toHaveLength(3);
    expect(out).toContain("pulumi import --file 'new here/import.json' --yes");
    expect(readText(place.folder, "imported.ts")).toBe("mine");
  });
});

describe("what cannot be imported", () => {
  const bad: Account = {
    "acme:Site": { 1: { name: "Berlin" }, 2: { name: "Lyon", broken: true }, 3: { name: "" } },
    "acme:Gateway": { 9: { serial: "G9", target: "nowhere" } },
  };

  test("is told at the end, and does not stop the rest", async () => {
    const place = project({ stack: {} });
    const ran = await run(bad, place);
    expect(ran.ok).toBe(true);
    expect(readImports(place.folder)).toEqual([{ type: "ztp:acme:Site", name: "berlin", id: "1" }]);
    expect(ran.error).toMatch(
      /\nNot imported:\n\n {2}acme:Gateway 9: what the vendor tells of it makes no valid program \(nowhere is no target\): declare it by hand\n {2}acme:Site lyon \(2\): 2 is broken\n {2}acme:Site site-3 \(3\): what the vendor tells of it makes no valid program \(name is required\): declare it by hand\n$/,
    );
  });

  test("is a failure when it is all there is", async () => {
    const place = project({ stack: {} });
    const ran = await run(bad, place, { types: ["Gateway"] });
    expect(ran.ok).toBe(false);
    expect(existsSync(join(place.folder, "import.json"))).toBe(false);
    expect(ran.out).not.toContain("Next:");
  });

  test("may be a whole type", async () => {
    const ran = await run({ ...account, "acme:Gateway": { broken: {} } }, project({ stack: {} }));
    expect(ran.ok).toBe(true);
    expect(ran.error).toContain("\n  acme:Gateway: acme:Gateway cannot be listed\n");
    expect(ran.out).toContain("Wrote import.json and imported.ts: 2 acme:Site.");
  });

  test("shares a line with others that fail for the same reason", async () => {
    const sites = Object.fromEntries(
      [1, 2, 3, 4, 5].map((id) => [id, { name: `s${id}`, extra: { a: 1 }, limit: "x" }]),
    );
    const { error } = await run({ "acme:Site": sites }, project({ stack: {} }));
    expect(error).toMatch(
      / {2}acme:Site s1 \(1\), acme:Site s2 \(2\), acme:Site s3 \(3\) and 2 others: what the vendor tells of it makes no valid program \(limit must be a number\): declare it by hand\n$/,
    );
  });
});

describe("the choice", () => {
  const written = async (options: object) => {
    const place = project({ stack: {} });
    await run(account, place, options);
    return readImports(place.folder).map(({ name }: { name: string }) => name);
  };

  test.each([
    [{ services: ["acme"] }, ["hq", "berlin", "lyon"]],
    [{ services: ["ACME"], types: ["Site"] }, ["berlin", "lyon"]],
    [{ types: ["acme:Site", "ztp:acme:Gateway"] }, ["hq", "berlin", "lyon"]],
    [{ types: ["pulumi-nodejs:dynamic/acme:Gateway"] }, ["hq"]],
    [{ match: ["b*"] }, ["berlin"]],
    [{ match: ["BERL?N", "9"] }, ["hq", "berlin"]],
    [{ match: ["?"] }, ["hq", "berlin", "lyon"]],
    [{ match: ["Ly.n", "l*n"] }, ["lyon"]],
  ])("%j takes %j", async (options, names) => {
    expect(await written(options)).toEqual(names);
  });

  test.each([
    [{ services: ["acne"] }, 'there is no service "acne"; did you mean "acme"?'],
    [{ services: ["mist"] }, 'there is no service "mist" (there are: acme)'],
    [{ types: ["Gatewy"] }, 'there is no resource type "Gatewy"; did you mean "Gateway"?'],
    [{ types: ["acme:Stie"] }, 'there is no resource type "acme:Stie"; did you mean "acme:Site"?'],
    [{ types: ["Router"] }, 'there is no resource type "Router" (there are: Gateway, Site)'],
    [{ types: ["Fleet"] }, "nothing lists acme:Fleet; its documentation says what `pulumi import` takes, if anything"],
    [{ match: ["x*", "y"] }, "none of 3 objects fits x* or y"],
  ])("%j is refused", async (options, message) => {
    await expect(run(account, project({ stack: {} }), options)).rejects.toThrow(message);
  });
});

test("a project file that is no YAML is named", async () => {
  const place = project({ stack: {} });
  writeFileSync(join(place.folder, "Pulumi.yaml"), "name: [fleet\n");
  await expect(run(account, place)).rejects.toThrow(/Pulumi\.yaml is not valid YAML: /);
});

test("without a project the environment does, for the plugin", async () => {
  const { folder, pulumi } = project();
  const bare = { pulumi, folder: "/" };
  const out = join(folder, "out");
  const ran = await run(account, bare, { out });
  expect(ran.error).toContain(
    "Only the environment is looked at, not a stack: there is no Pulumi.yaml here or above\n",
  );
  expect(readImports(out)[0].type).toBe("ztp:acme:Gateway");
  await expect(run(account, bare, { out, force: true, host: "dynamic" })).rejects.toThrow("needs a stack");
  await expect(run(account, bare, { stack: "dev" })).rejects.toThrow("there is no Pulumi.yaml here or above; change");
});

test("credentials that are missing are told before anything else", async () => {
  const place = project({ stack: { config: { "ztp:acme": '{"retries": 1}' } } });
  await expect(run(account, { ...place, environment: {} })).rejects.toThrow("ztp:acme.token is missing");
});
