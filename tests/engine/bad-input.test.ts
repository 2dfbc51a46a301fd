import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { organizationApiId, readOnlyApiId } from "../../simulators";
import { commands, credentialVariables, devices, gate, hosts, Scene, toManager } from "./support";

describe.each(hosts)("what goes wrong outside in the %s host", (host) => {
  let scene: Scene;
  let credentials: Record<string, string>;

  beforeAll(async () => {
    scene = await Scene.open({ host, credentials: "none", tls: true, env: { ZTP_FORTINET_MAX_RETRIES: "0" } });
    credentials = credentialVariables(scene.simulators.describe().fortinet);
  });
  beforeEach(() => {
    scene.simulators.faults.clear();
    scene.write(devices({ gate: { serial: gate, ...toManager } }));
  });
  afterAll(() => scene?.close());

  /** Runs up with these variables besides the credentials; it must fail and change nothing. */
  async function failure(env: Record<string, string>): Promise<string> {
    const up = await scene.fail([...commands.up], { env: { ...credentials, ...env } });
    expect(up.output).not.toContain(scene.simulators.fortinet.password);
    expect(scene.status(gate)).toBe("unprovisioned");
    return up.output;
  }

  test("missing credentials are told with the commands that set them", async () => {
    const output = await failure({ ZTP_FORTINET_API_ID: "", ZTP_FORTINET_PASSWORD: "" });
    expect(output).toContain("`pulumi config set --path ztp:fortinet.apiId`");
    expect(output).toContain("`pulumi config set --secret --path ztp:fortinet.password`");
    expect(output).toContain("ZTP_FORTINET_PASSWORD");
  });

  test("half of the credentials is told as such", async () => {
    const output = await failure({ ZTP_FORTINET_PASSWORD: "" });
    expect(output).toContain("ztp:fortinet.password is missing, though the other half of the credentials is set");
    expect(output).not.toContain("ztp:fortinet.apiId is missing");
  });

  test("a user of the organisation type is told that it must be a local one", async () => {
    const output = await failure({ ZTP_FORTINET_API_ID: organizationApiId });
    expect(output).toContain("The API user must be of type Local, not ORG");
  });

  test("a read-only user is told that it may not write", async () => {
    const output = await failure({ ZTP_FORTINET_API_ID: readOnlyApiId });
    expect(output).toMatch(/403|read-only|permission/i);
  });

  test("an HTML page of a proxy is told as what it is", async () => {
    scene.simulators.faults.add({ service: "fortiztp", action: { kind: "html" } });
    const output = await failure({});
    expect(output).toContain("A web page came back, not an answer of FortiZTP");
    expect(output).not.toContain("<html");
  });

  test("a certificate that is not trusted is told with a way to trust it", async () => {
    const { tls } = scene.simulators.fortinet;
    if (!tls) throw new Error("The simulators have no TLS.");
    const output = await failure({ ZTP_FORTINET_AUTH_URL: tls.authUrl, ZTP_FORTINET_FORTIZTP_URL: tls.fortiztpUrl });
    expect(output).toMatch(/certificate/i);
    expect(output).toMatch(/caFile/);
  });

  test("an unknown serial fails alone, and says what to look at", async () => {
    scene.write(devices({ lost: { serial: "FGT60FTK99000001", ...toManager } }));
    const output = await failure({});
    expect(output).toContain("FGT60FTK99000001 is not in this FortiCloud account: check the serial");
  });
});
