import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ensureCli } from "../../tools/setup/cli.mjs";
import { buildCli } from "../../tools/setup/cli-build.mjs";
import { downloadCli } from "../../tools/setup/cli-download.mjs";
import { pulumiVersion } from "../../tools/setup/versions.mjs";
import { silenceSetup, temporaryFolder, write } from "./folder.mjs";

silenceSetup();

function fakeCli(bin, version, { language = true } = {}) {
  write(join(bin, "pulumi"), `#!/bin/sh\necho ${version}\n`, 0o755);
  if (language) write(join(bin, "pulumi-language-nodejs"), "#!/bin/sh\n", 0o755);
}

function machine() {
  const folder = temporaryFolder({ "root/node_modules/@pulumi/pulumi/pulumi-resource-pulumi-nodejs": "#!/bin/sh\n" });
  const tried = [];
  const fail = (name) => async () => {
    tried.push(name);
    throw new Error(`${name} failed`);
  };
  const succeed =
    (name) =>
    async ({ staging }) => {
      tried.push(name);
      fakeCli(join(staging, "bin"), `v${pulumiVersion}`);
    };
  const path = join(folder, "path");
  const cache = join(folder, "cache", "pulumi-ztp", `pulumi-${pulumiVersion}`, "bin");
  const environment = { PATH: path, XDG_CACHE_HOME: join(folder, "cache") };
  const sources = { downloadCli: fail("download"), buildCli: fail("build") };
  const ensure = (more = {}) =>
    ensureCli({ root: join(folder, "root"), node: process.execPath, environment, sources, ...more });
  return { folder, path, cache, tried, sources, fail, succeed, ensure };
}

test("a CLI on the PATH comes first", async () => {
  const { path, cache, tried, ensure } = machine();
  fakeCli(path, "v3.300.0");
  fakeCli(cache, `v${pulumiVersion}`);
  const found = await ensure();
  expect(found).toMatchObject({ command: join(path, "pulumi"), version: "v3.300.0", directories: [path] });
  expect(tried).toEqual([]);
});

test.each([
  ["too old", (path) => fakeCli(path, "v3.253.9")],
  ["without its Node language host", (path) => fakeCli(path, "v3.300.0", { language: false })],
  ["broken", (path) => write(join(path, "pulumi"), "#!/bin/sh\nexit 3\n", 0o755)],
])("a CLI on the PATH that is %s gives way to the cache", async (_, install) => {
  const { path, cache, ensure } = machine();
  install(path);
  fakeCli(cache, `v${pulumiVersion}`);
  expect((await ensure()).command).toBe(join(cache, "pulumi"));
});

test("without one on the PATH or in the cache it is downloaded into the cache", async () => {
  const { cache, tried, sources, succeed, ensure } = machine();
  sources.downloadCli = succeed("download");
  expect((await ensure()).command).toBe(join(cache, "pulumi"));
  expect(existsSync(join(cache, "pulumi-resource-pulumi-nodejs"))).toBe(true);
  expect((await ensure()).command).toBe(join(cache, "pulumi"));
  expect(tried).toEqual(["download"]);
});

test("where the download fails it is built, and nothing else is left in the cache", async () => {
  const { cache, tried, sources, succeed, ensure } = machine();
  sources.buildCli = succeed("build");
  expect((await ensure()).command).toBe(join(cache, "pulumi"));
  expect(tried).toEqual(["download", "build"]);
  expect(readdirSync(join(cache, "..", ".."))).toEqual([`pulumi-${pulumiVersion}`]);
});

test("setups at the same time build it once", async () => {
  const { tried, sources, succeed, ensure } = machine();
  sources.downloadCli = succeed("download");
  const found = await Promise.all([ensure(), ensure(), ensure()]);
  expect(new Set(found.map(({ command }) => command)).size).toBe(1);
  expect(tried).toEqual(["download"]);
});

test("an unchanged CLI is not asked for its version again", async () => {
  const { path, ensure } = machine();
  fakeCli(path, "v3.300.0");
  const known = { ...(await ensure()), version: "v3.301.0" };
  expect((await ensure({ known })).version).toBe("v3.301.0");
  fakeCli(path, "v3.302.00");
  expect((await ensure({ known })).version).toBe("v3.302.00");
});

test("when nothing works one message says what was tried and what to install", async () => {
  const { path, ensure } = machine();
  fakeCli(path, "v3.0.0");
  const message = await ensure().then(String, (error) => error.message);
  expect(message).toContain("- on the PATH:");
  expect(message).toContain("- download failed");
  expect(message).toContain("- build failed");
  expect(message).toContain("https://www.pulumi.com/docs/install/");
  expect(message).toContain("https://go.dev/dl/");
});

test("a download that fails is one short line", async () => {
  const folder = temporaryFolder();
  const node = join(folder, "node");
  write(node, "#!/bin/sh\necho noise\necho 'fetch failed: no such host' >&2\nexit 1\n", 0o755);
  await expect(downloadCli({ node, staging: folder, environment: {} })).rejects.toThrow(
    "official download: fetch failed: no such host",
  );
});

test("only the CLI and its Node language host must build", async () => {
  const folder = temporaryFolder();
  const fakeGo = (broken) => write(join(folder, "go"), `#!/bin/sh\ncase "$*" in *${broken}) exit 1;; esac\n`, 0o755);
  const build = () => buildCli({ staging: join(folder, "staging"), environment: { PATH: folder } });
  fakeGo("pulumi-language-yaml");
  await build();
  fakeGo("pulumi-language-nodejs");
  await expect(build()).rejects.toThrow("build from source: pulumi-language-nodejs");
});
