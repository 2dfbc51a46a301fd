import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { SimulatorDescription } from "../../simulators";
import { call, until } from "./helper";

const folder = mkdtempSync(join(tmpdir(), "ztp-simulate-"));
const bundle = join(folder, "simulate.cjs");

beforeAll(() => {
  const entry = join(__dirname, "../../cli/simulate.ts");
  buildSync({ entryPoints: [entry], bundle: true, platform: "node", format: "cjs", outfile: bundle });
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Run {
  child: ChildProcess;
  output: { stdout: string; stderr: string };
  exit: Promise<unknown[]>;
}

function run(...args: string[]): Run {
  const script = `require(${JSON.stringify(bundle)}).simulate(process.argv.slice(1))`;
  const child = spawn(process.execPath, ["-e", script, "--", ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const output = { stdout: "", stderr: "" };
  child.stdout?.on("data", (data) => {
    output.stdout += data;
  });
  child.stderr?.on("data", (data) => {
    output.stderr += data;
  });
  return { child, output, exit: once(child, "close") };
}

async function signIn({ fortinet }: SimulatorDescription): Promise<string> {
  const json = { username: fortinet.apiId, password: fortinet.password, client_id: "fortiztp", grant_type: "password" };
  return (await call(fortinet.authUrl, { method: "POST", json })).json<{ access_token: string }>().access_token;
}

test.each(["SIGTERM", "SIGINT"] as const)("--json prints one line and runs until %s", async (signal) => {
  const { child, output, exit } = run("--json", "--devices", "50", "--latency", "1");
  await until(() => output.stdout.includes("\n"));
  const description: SimulatorDescription = JSON.parse(output.stdout);
  expect(description).toEqual({
    fortinet: {
      authUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/api\/v1\/oauth\/token\/$/),
      fortiztpUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/public\/api$/),
      forticareUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/ES\/api\/registration\/v3$/),
      apiId: expect.any(String),
      password: expect.any(String),
    },
    mist: {
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      apiToken: expect.any(String),
      orgId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      email: expect.any(String),
      password: expect.any(String),
    },
    panos: { baseDir: expect.stringMatching(/ztp-panos-/) },
    hwautomation: {
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      username: expect.any(String),
      password: expect.any(String),
    },
    controlUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
  });
  const { hwautomation } = description;
  const login = Buffer.from(`${hwautomation.username}:${hwautomation.password}`).toString("base64");
  const workflows = await fetch(`${hwautomation.url}/api/orchestration/workflows`, {
    headers: { authorization: `Basic ${login}` },
  });
  expect(await workflows.json()).toEqual({ workflows: [], total: 0 });
  const { url, apiToken, orgId } = description.mist;
  const sites = await fetch(`${url}/api/v1/orgs/${orgId}/sites`, { headers: { authorization: `Token ${apiToken}` } });
  expect(await sites.json()).toHaveLength(2);
  const token = await signIn(description);
  const page = await call(`${description.fortinet.fortiztpUrl}/v2/devices`, { token });
  expect(page.json()).toMatchObject({ total: 50 });
  expect((await call(`${description.controlUrl}/latency`)).json()).toEqual({ ms: 1 });
  child.kill(signal);
  expect(await exit).toEqual([0, null]);
  expect(output.stdout.trim().split("\n")).toHaveLength(1);
  expect(output.stderr).toBe("");
});

test("without --json it explains itself", async () => {
  const { child, output, exit } = run("--devices", "3");
  await until(() => output.stdout.includes("curl -s http"));
  for (const name of ["API_ID", "PASSWORD", "AUTH_URL", "FORTIZTP_URL", "FORTICARE_URL"])
    expect(output.stdout).toContain(`ZTP_FORTINET_${name}=`);
  for (const name of ["BASE_URL", "ORG_ID", "API_TOKEN"]) expect(output.stdout).toContain(`ZTP_MIST_${name}=`);
  child.kill("SIGTERM");
  expect(await exit).toEqual([0, null]);
});

test("--port takes that port and the next five", async () => {
  // Below the range that the system hands out; another base when one of the six is taken.
  const description = await (async (): Promise<SimulatorDescription> => {
    for (let attempt = 0; ; attempt += 1) {
      const { child, output, exit } = run("--json", "--port", String(20_000 + 6 * ((process.pid + attempt) % 2_000)));
      await until(() => output.stdout.includes("\n") || output.stderr !== "");
      child.kill("SIGTERM");
      await exit;
      if (output.stdout !== "" || attempt === 5) return JSON.parse(output.stdout);
    }
  })();
  const { authUrl, fortiztpUrl, forticareUrl } = description.fortinet;
  const urls = [
    description.controlUrl,
    authUrl,
    fortiztpUrl,
    forticareUrl,
    description.mist.url,
    description.hwautomation.url,
  ];
  const ports = urls.map((url) => Number(new URL(url).port));
  const [first = 0] = ports;
  expect(ports).toEqual([first, first + 1, first + 2, first + 3, first + 4, first + 5]);
});

test("bad options and occupied ports fail with a sentence", async () => {
  const bad = run("--devices", "many");
  expect(await bad.exit).toEqual([1, null]);
  expect(bad.output.stderr).toContain("--devices takes a whole number");
  const unknown = run("--hwautomation", "other");
  expect(await unknown.exit).toEqual([1, null]);
  expect(unknown.output.stderr).toContain("--hwautomation takes doc or shipped");
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const occupied = run("--json", "--port", String((server.address() as AddressInfo).port));
  expect(await occupied.exit).toEqual([1, null]);
  expect(occupied.output).toMatchObject({ stdout: "", stderr: expect.stringContaining("EADDRINUSE") });
  server.close();
});
