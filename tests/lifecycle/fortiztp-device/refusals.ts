import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { organizationApiId, readOnlyApiId } from "../../../simulators";
import type { JsonMap } from "../harness/host";
import { type DeviceOptions, type DeviceScenario, gate, hiddenGate, toCloud, unknownGate } from "./world";

interface Refusal {
  name: string;
  options?: DeviceOptions;
  inputs?: JsonMap;
  /** All of these must be said. */
  words: readonly RegExp[];
}

/** What inputs and configuration alone tell: no call is made. */
const withoutCalls: readonly Refusal[] = [
  {
    name: "credentials that are missing are named with the commands that set them",
    options: { config: { apiId: undefined, password: undefined } },
    words: [
      /ztp:fortinet\.apiId is missing: run `pulumi config set --path ztp:fortinet\.apiId`/,
      /ztp:fortinet\.password is missing: run `pulumi config set --secret --path ztp:fortinet\.password`/,
      /ZTP_FORTINET_PASSWORD/,
    ],
  },
  {
    name: "an apiId without a password is half of the credentials",
    options: { config: { password: undefined } },
    words: [/^ztp:fortinet\.password is missing, though the other half of the credentials is set/],
  },
  {
    name: "a password without an apiId is half of the credentials",
    options: { config: { apiId: undefined } },
    words: [/^ztp:fortinet\.apiId is missing, though the other half of the credentials is set/],
  },
  {
    name: "both kinds of credentials are one too many",
    options: { config: { oauthToken: "a-token-from-elsewhere" } },
    words: [/both an oauthToken and an apiId or password; remove one of the two/],
  },
  {
    name: "a FortiManager that is not named is asked for in both of its forms",
    inputs: { serial: gate, provisionTarget: "FortiManager" },
    words: [/needs fortiManagerOid, or externalControllerSerial and externalControllerAddress together/],
  },
  {
    name: "a FortiManager that is named by half is asked for in both of its forms",
    inputs: { serial: gate, provisionTarget: "FortiManager", externalControllerSerial: "FMG-VMTM22000001" },
    words: [/needs fortiManagerOid, or externalControllerSerial and externalControllerAddress together/],
  },
  {
    name: "everything that is wrong with one resource is said at once, each with its path",
    inputs: { serial: "FGT 60F", provisionTarget: 7, regoin: "europe", adopt: "always", timeoutSeconds: 0.5 },
    words: [
      /^serial must be a serial number/m,
      /^provisionTarget must be a string/m,
      /^regoin is not a known property; did you mean "region"\?/m,
      /^adopt must be one of never, identical, update/m,
      /^timeoutSeconds must be a whole number/m,
    ],
  },
  {
    name: "a cloud target without a region is incomplete",
    inputs: { serial: gate, provisionTarget: "FortiGateCloud" },
    words: [/provisionTarget FortiGateCloud needs a region/],
  },
];

/** What only the service can tell; a plugin tells it in the preview. */
const withCalls: readonly Refusal[] = [
  {
    name: "an API user of type ORG is told that it must be of type Local",
    options: { config: { apiId: organizationApiId } },
    words: [/^FortiCloud could not log in as API user/, /\(HTTP 401\)/, /must be of type Local, not ORG/],
  },
  {
    name: "a wrong password is told with what usually makes it wrong",
    options: { config: { password: "a-password-of-yesterday" } },
    words: [/\(HTTP 401\)/, /downloading the credentials again in the portal resets the password/],
  },
  {
    name: "a token that is not good cannot be renewed",
    options: { config: { apiId: undefined, password: undefined, oauthToken: "a-token-from-elsewhere" } },
    words: [/^FortiZTP could not list devices/, /\(HTTP 401\)/, /cannot be renewed: obtain a new one/],
  },
  {
    name: "a serial that nobody knows points to Asset Management",
    inputs: { ...toCloud, serial: unknownGate },
    words: [/^FGT60FTK99990001 is not in this FortiCloud account/, /registered in Asset Management/],
  },
  {
    name: "a device of another account is not in this one",
    options: {
      fortinet: { accounts: { other: { devices: [{ deviceSN: unknownGate, deviceType: "FortiGate" }] } } },
    },
    inputs: { ...toCloud, serial: unknownGate },
    words: [/^FGT60FTK99990001 is not in this FortiCloud account/],
  },
  {
    name: "a region that the device cannot go to is told with those that it can",
    inputs: { ...toCloud, region: "Mars" },
    words: [/^FGT60FTK22090001 cannot go to region Mars; it can go to global, europe, JP, US$/],
  },
  {
    name: "a type that the device is not is corrected",
    inputs: { ...toCloud, deviceType: "FortiSwitch" },
    words: [/^FGT60FTK22090001 is a FortiGate, not a FortiSwitch; correct deviceType or leave it out$/],
  },
  {
    name: "a hidden device has to be unhidden first",
    inputs: { ...toCloud, serial: hiddenGate },
    words: [/is hidden in the FortiZTP portal; unhide it there/],
  },
  {
    name: "an address where nobody listens points to the network and the proxy",
    options: { config: { fortiztpUrl: "http://127.0.0.1:9/public/api", maxRetries: 0 } },
    words: [/^FortiZTP could not list devices: .*refused/, /HTTPS_PROXY/],
  },
];

function refused({ name, options, inputs, words }: Refusal, calls: boolean): DeviceScenario {
  return {
    name,
    options,
    async run(world) {
      const message = await world.refusal({ gate: inputs ?? toCloud });
      for (const word of words) expect(message).toMatch(word);
      if (!calls) expect(world.simulators.requests.count()).toBe(0);
      expect(message).not.toMatch(/a-password-of-yesterday|a-token-from-elsewhere/);
      expect(message).not.toMatch(/undefined|\[object|Error:/);
      expect(world.stack.resources.size).toBe(0);
    },
  };
}

export const refusals: readonly DeviceScenario[] = [
  ...withoutCalls.map((refusal) => refused(refusal, false)),
  ...withCalls.map((refusal) => refused(refusal, true)),
  {
    name: "a user who may only look can preview, and is told what the profile lacks when it comes to writing",
    options: { config: { apiId: readOnlyApiId } },
    async run(world) {
      expect((await world.stack.preview({ gate: toCloud })).failures).toEqual({});
      const { message } = await world.failingUp({ gate: toCloud });
      expect(message).toMatch(
        /^FortiZTP could not provision device FGT60FTK22090001 to FortiGateCloud: access was denied/,
      );
      expect(message).toMatch(/lacks read and write access to FortiZTP/);
      expect(world.stack.has("gate")).toBe(false);
    },
  },
  {
    name: "readOnly refuses the write and names itself",
    options: { config: { readOnly: true } },
    async run(world) {
      const { message } = await world.failingUp({ gate: toCloud });
      expect(message).toBe(`${gate} was not changed: ztp:fortinet.readOnly is set`);
      expect(world.stack.has("gate")).toBe(false);
    },
  },
  {
    name: "a page of a proxy in place of an answer is told as such",
    options: { config: { maxRetries: 0 } },
    async run(world) {
      for (const status of [200, 502]) {
        world.simulators.faults.clear();
        const page = "<html><body>Please log in to the guest network</body></html>";
        world.simulators.faults.add({ service: "fortiztp", action: { kind: "html", status, body: page } });
        const message = await world.refusal({ gate: toCloud });
        expect(message).toMatch(/^FortiZTP could not list devices: .*web page came back/);
        expect(message).toMatch(/HTTPS_PROXY/);
        expect(message).not.toContain("<html>");
      }
    },
  },
  {
    name: "a certificate that nobody vouches for is refused, and trusted once its authority is named",
    options: { tls: true, config: { maxRetries: 0 } },
    async run(world) {
      const { tls } = world.fortinet;
      if (!tls) throw new Error("The simulators were started without TLS.");
      world.configure({ authUrl: tls.authUrl, fortiztpUrl: tls.fortiztpUrl });
      const message = await world.refusal({ gate: toCloud });
      expect(message).toMatch(/the secure connection could not be made \(\w+\)/);
      expect(message).toMatch(/name its CA file in caFile or NODE_EXTRA_CA_CERTS/);
      world.configure({ caFile: "/nowhere/at-all.pem" });
      expect(await world.refusal({ gate: toCloud })).toMatch(/the file \/nowhere\/at-all.pem cannot be read/);
      const folder = mkdtempSync(join(tmpdir(), "pulumi-ztp-lifecycle-"));
      try {
        writeFileSync(join(folder, "ca.pem"), tls.certificate);
        world.configure({ caFile: join(folder, "ca.pem") });
        await world.up({ gate: toCloud });
      } finally {
        rmSync(folder, { recursive: true });
      }
      world.configure({ caFile: undefined, insecureSkipVerify: true });
      await world.expectNoDrift({ gate: toCloud });
    },
  },
  {
    name: "a token from elsewhere does all that a login does",
    async run(world) {
      const user = world.fortinet.users.get(world.fortinet.apiId);
      if (!user) throw new Error("There is no main user.");
      const { value } = world.fortinet.tokens.issue(user, "fortiztp", false);
      world.configure({ apiId: undefined, password: undefined, oauthToken: value });
      await world.up({ gate: toCloud });
      await world.expectNoDrift({ gate: toCloud });
      expect(world.simulators.requests.count({ service: "oauth" })).toBe(0);
    },
  },
  {
    name: "a target that FortiZTP may have learned since is warned of and tried",
    async run(world) {
      const program = { gate: { serial: gate, provisionTarget: "FortiMoonCloud" } };
      const preview = await world.stack.preview(program);
      expect(preview.messages.map(({ text }) => text).join()).toMatch(/provisionTarget is not one of the values known/);
      expect((await world.failingUp(program)).message).toMatch(/provisionTarget FortiMoonCloud isn't supported/);
    },
  },
];
