import {
  accessSync,
  chmodSync,
  constants,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { environmentName } from "../../provider/core/config";
import { registry } from "../../provider/registry";
import { type CommandResult, runCommand } from "../../tools/command";
import { gitops } from "./gitops-support";

interface Step {
  uses?: string;
  with?: { [key: string]: unknown };
  run?: string;
  if?: string;
  env?: { [name: string]: string };
}

interface Job {
  needs?: string;
  outputs?: { [name: string]: string };
  strategy?: { "fail-fast": boolean; matrix: { stack: string } };
  permissions?: { [scope: string]: string };
  "timeout-minutes"?: number;
  concurrency?: { group: string; "cancel-in-progress": boolean };
  environment?: string;
  env?: { [name: string]: string };
  steps: Step[];
}

interface Workflow {
  permissions: { [scope: string]: string };
  jobs: { [name: string]: Job };
}

const read = (file: string): string => readFileSync(join(gitops, file), "utf8");
const workflow = parse(read(".github/workflows/fleet.yml")) as Workflow;
const jobs = Object.entries(workflow.jobs);
const steps = jobs.flatMap(([job, { steps: own, env }]) =>
  own.map((step) => ({ job, step, env: { ...env, ...step.env } })),
);
const scripts = readdirSync(join(gitops, "ci")).filter((name) => name !== "src");

const expression = (text: string): string => `$\{{ ${text} }}`;

describe("the workflow file of examples/gitops", () => {
  test.each(steps.flatMap(({ job, step, env }) => (step.run ? [[job, step.run, env] as const] : [])))(
    "%s runs %s, a script that is there, with what it asks for",
    (_, run, env) => {
      const [, name = "", given = ""] = /^ci\/(\w+)((?: "\$[A-Z_]+")*)$/.exec(run) ?? [];
      expect(scripts).toContain(name);
      accessSync(join(gitops, "ci", name), constants.X_OK);
      const text = read(`ci/${name}`);
      expect(text).toMatch(/^#!\/bin\/sh\n#/);
      const [, usage = ""] = /^# Usage: (.*)$/m.exec(text) ?? [];
      const variables = [...given.matchAll(/\$(\w+)/g)].map(([, variable = ""]) => variable);
      expect(variables).toHaveLength(usage.match(/</g)?.length ?? 0);
      const asked = [...usage.matchAll(/([A-Z_]+)=/g)].map(([, variable = ""]) => variable);
      expect(Object.keys(env)).toEqual(expect.arrayContaining([...variables, ...asked]));
    },
  );

  test("runs once for every region that the first job has found, or for the one that somebody names", () => {
    const { validate, preview, up, drift } = workflow.jobs;
    const found = "needs.validate.outputs.regions";
    expect(validate?.outputs).toEqual({ regions: expression("steps.validate.outputs.regions") });
    const named = expression(`fromJSON(inputs.region && format('[{0}]', toJSON(inputs.region)) || ${found})`);
    expect(up?.strategy).toEqual({ "fail-fast": false, matrix: { stack: named } });
    for (const job of [preview, drift]) {
      expect(job?.strategy).toEqual({ "fail-fast": false, matrix: { stack: expression(`fromJSON(${found})`) } });
    }
    for (const job of [preview, up, drift]) {
      expect(job).toMatchObject({ needs: "validate", env: { STACK: expression("matrix.stack") } });
    }
  });

  test("uses nothing but the official actions, and every script", () => {
    const actions = steps.flatMap(({ step }) => step.uses ?? []);
    expect(actions.filter((action) => !/^actions\/(checkout|setup-node)@v\d+$/.test(action))).toEqual([]);
    expect(steps.filter(({ step }) => !step.run === !step.uses)).toEqual([]);
    const called = new Set(steps.flatMap(({ step }) => /^ci\/\w+/.exec(step.run ?? "")?.[0] ?? []));
    expect([...called].sort()).toEqual(scripts.map((name) => `ci/${name}`).sort());
  });

  test("gives each job no more than it needs", () => {
    expect(workflow.permissions).toEqual({ contents: "read" });
    expect(Object.fromEntries(jobs.map(([name, { permissions }]) => [name, permissions]))).toEqual({
      validate: undefined,
      preview: { contents: "read", "pull-requests": "write" },
      up: undefined,
      drift: { contents: "read", issues: "write" },
    });
    const checkouts = steps.filter(({ step }) => step.uses?.startsWith("actions/checkout"));
    expect(checkouts).toHaveLength(jobs.length);
    for (const { step } of checkouts) expect(step.with).toEqual({ "persist-credentials": false });
    for (const [, job] of jobs) expect(job["timeout-minutes"]).toBeGreaterThan(0);
  });

  test("shows secrets only to the steps that need them, and never together with the token of the run", () => {
    const shown = steps.filter(({ step }) => JSON.stringify(step).includes("secrets."));
    expect(shown.map(({ step }) => step.run?.split(" ")[0])).toEqual(["ci/preview", "ci/up", "ci/drift"]);
    for (const { step } of shown) expect(step.env).not.toHaveProperty("GITHUB_TOKEN");
    for (const { step } of steps) expect(step.run ?? "").not.toContain("{{");
  });

  test("writes with one API user only, one run at a time that nothing cuts off", () => {
    const writing = steps.filter(({ env }) => "ZTP_FORTINET_API_ID" in env && !("ZTP_FORTINET_READ_ONLY" in env));
    expect(writing.map(({ job }) => job)).toEqual(["up"]);
    const { preview, up, drift } = workflow.jobs;
    expect(up?.concurrency).toMatchObject({ "cancel-in-progress": false });
    const groups = [preview, up, drift].map((job) => job?.concurrency?.group ?? "");
    expect(groups.filter((group) => group.includes("matrix.stack"))).toHaveLength(3);
    expect(new Set(groups).size).toBe(3);
    expect(up?.environment).toBe(expression("matrix.stack"));
    for (const job of [preview, drift]) expect(job?.environment).toBe(`${up?.environment}-read-only`);
  });

  test("speaks to the provider in variables that it knows", () => {
    const known = registry.config.flatMap(({ name, fields }) =>
      Object.keys(fields).map((key) => environmentName(name, key)),
    );
    const used = steps.flatMap(({ env }) => Object.keys(env)).filter((name) => name.startsWith("ZTP_"));
    expect(used.length).toBeGreaterThan(0);
    expect(used.filter((name) => !known.includes(name))).toEqual([]);
  });
});

describe("the project of examples/gitops", () => {
  test("names the plugin as `npx ztp init` does, and lets Node run the program as it is", () => {
    expect(parse(read("Pulumi.yaml"))).toMatchObject({
      runtime: { name: "nodejs", options: { typescript: false } },
      plugins: { providers: [{ name: "ztp", path: "node_modules/pulumi-ztp/plugin" }] },
    });
    expect(JSON.parse(read("package.json"))).toMatchObject({ type: "module", main: "index.ts" });
  });

  test.each(["Pulumi.amer.yaml", "Pulumi.emea.yaml"])("%s has limits and no secret", (file) => {
    const { config, ...rest } = parse(read(file)) as { config: { [key: string]: unknown } };
    expect(rest).toEqual({});
    expect(Object.keys(config).sort()).toEqual(["network:syslog", "ztp:limits"]);
    expect(config["ztp:limits"]).toEqual({ maxUnprovision: 2, maxReprovision: "25%" });
  });
});

describe("ci/install", () => {
  const version = /^version=(.*)$/m.exec(read("ci/install"))?.[1] ?? "";

  /** Runs it where each of these is the only program of its name. */
  async function install(programs: {
    [name: string]: string;
  }): Promise<CommandResult & { path: string; home: string }> {
    const home = mkdtempSync(join(tmpdir(), "pulumi-ztp-gitops-"));
    onTestFinished(() => rmSync(home, { recursive: true, force: true }));
    const bin = join(home, "bin");
    mkdirSync(bin);
    for (const [name, text] of Object.entries(programs)) {
      writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
      chmodSync(join(bin, name), 0o755);
    }
    const paths = join(home, "path");
    writeFileSync(paths, "");
    const env = { PATH: `${bin}:/usr/bin:/bin`, HOME: home, GITHUB_PATH: paths };
    const result = await runCommand(join(gitops, "ci", "install"), [], { env });
    return { ...result, path: readFileSync(paths, "utf8"), home };
  }

  test("leaves a Pulumi CLI of its version alone", async () => {
    const run = await install({ npm: 'echo "npm $*"', pulumi: `echo v${version}`, curl: "exit 1" });
    expect(run).toMatchObject({ code: 0, stdout: "npm ci\n", path: "" });
  });

  test("installs the CLI of its version, for the steps that follow", async () => {
    const installer = [
      'mkdir -p "$HOME/.pulumi/bin"',
      'printf "#!/bin/sh\\necho v$2\\n" >"$HOME/.pulumi/bin/pulumi"',
      'chmod +x "$HOME/.pulumi/bin/pulumi"',
    ];
    const curl = `echo "curl $*" >&2\ncat <<'END'\n${installer.join("\n")}\nEND`;
    const run = await install({ npm: "true", pulumi: "echo v3.1.0", curl });
    expect(run).toMatchObject({ code: 0, stdout: `v${version}\n`, stderr: "curl -fsSL https://get.pulumi.com\n" });
    expect(run.path).toBe(`${run.home}/.pulumi/bin\n`);
  });

  test("fails when there is nothing to install from", async () => {
    const run = await install({ npm: "true", pulumi: "echo v3.1.0", curl: "exit 22" });
    expect(run.code).not.toBe(0);
    expect(run.path).toBe("");
  });
});
