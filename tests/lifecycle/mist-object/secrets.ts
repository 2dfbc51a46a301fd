import { expect } from "vitest";
import { type JsonMap, secret, secretSignature } from "../harness/host";
import { psk, webhook, wlan } from "./fixtures";
import { type ObjectScenario, ofType, secretTexts } from "./world";

const [first, second, third] = secretTexts;

/** Resources whose secrets stand at every depth. What comes out of a host is searched for them after each scenario. */
const bodies: { readonly [name: string]: [token: string, inputs: JsonMap, at: string] } = {
  wlan: [
    "mist:Wlan",
    {
      ...wlan,
      authServers: [{ host: "192.0.2.1", secret: second }],
      portal: { enabled: true, twilioAuthToken: third },
    },
    "authServers.0.secret",
  ],
  webhook: ["mist:Webhook", { ...webhook, splunkToken: third }, "headers"],
  psk: ["mist:Psk", psk, "passphrase"],
  template: [
    "mist:NetworkTemplate",
    {
      name: "secrets",
      radiusConfig: { authServers: [{ host: "192.0.2.1", secret: first }] },
      snmpConfig: { v2cConfig: [{ communityName: second }] },
      switchMgmt: { rootPassword: third, localAccounts: { ann: { password: first } } },
    },
    "switchMgmt.localAccounts.ann.password",
  ],
  gateways: [
    "mist:GatewayTemplate",
    { name: "secrets", tunnelConfigs: { a: { psk: first } }, bgpConfig: { b: { authKey: second } } },
    "tunnelConfigs.a.psk",
  ],
  object: [
    "mist:ConfigObject",
    {
      collection: "ssos",
      body: {
        name: "login",
        ldap_bind_password: first,
        mxedge_proxy: { auth_servers: [{ host: "192.0.2.1", secret: second }] },
      },
      additionalKeys: { later: { api_key: third } },
    },
    "body.mxedge_proxy.auth_servers.0.secret",
  ],
};

const program = Object.fromEntries(
  Object.entries(bodies).map(([name, [token, inputs]]) => [name, ofType(token, inputs)]),
);

function at(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((inside, key) => (inside as JsonMap | undefined)?.[key], value);
}

export const secrets: readonly ObjectScenario[] = [
  {
    name: "secrets at every depth reach Mist and nobody else: not through state, previews, drift, imports or messages",
    async run(world) {
      await world.stack.preview(program);
      await world.up(program);
      expect(JSON.stringify(world.object("ssos", "login").data)).toContain(second);
      await world.expectNoDrift(program);
      for (const [name, [token, inputs, path]] of Object.entries(bodies)) {
        const { inputs: state } = world.stateOf(name, token);
        if (world.stack.kind === "plugin") expect(at(state, path), name).toMatchObject({ value: at(inputs, path) });
      }
      // Somebody changes them, and the next run shows that.
      Object.assign(world.object("psks", "ann").data, { passphrase: third });
      Object.assign(world.object("wlans", "office").data, { auth: { type: "psk", psk: third } });
      expect((await world.refresh()).operations).toMatchObject({ psk: "update", wlan: "update" });
      await world.up(program);
      expect(world.object("psks", "ann").data.passphrase).toBe(first);
      await world.stack.withHost(async (host) => {
        for (const [name, [token]] of Object.entries(bodies))
          await host.importRead(world.stack.urn(`${name}2`, token), world.stateOf(name, token).id);
      });
      expect((await world.stack.destroy()).failures).toEqual({});
    },
  },
  {
    name: "what Mist repeats in an error is masked",
    async run(world) {
      const action = {
        kind: "status",
        status: 400,
        body: { detail: `bad passphrase ${first} and ${second}` },
      } as const;
      world.simulators.faults.add({ method: "POST", action });
      const run = await world.stack.up({ psk: ofType("mist:Psk", { ...psk, oldPassphrase: second }) });
      expect(run.failures.psk?.message).toContain('"bad passphrase [redacted] and [redacted]"');
    },
  },
  {
    name: "what a program marks as secret stays so, though no description says it",
    hosts: ["plugin"],
    async run(world) {
      const marked = { office: ofType("mist:Wlan", { ...wlan, apIds: secret(["a"]) }) };
      await world.up(marked);
      const state = JSON.stringify(world.stateOf("office", "mist:Wlan"));
      expect(state.split(secretSignature).length).toBeGreaterThan(3);
      await world.refresh();
      expect(world.stateOf("office", "mist:Wlan").inputs.apIds).toEqual(secret(["a"]));
    },
  },
];
