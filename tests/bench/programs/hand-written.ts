import * as pulumi from "@pulumi/pulumi";
import { readFleet } from "./list";

interface Login {
  benchToken?: Promise<string>;
}

/** What one writes without this package: sign in once, then look, write and look again, one device at a time. */
const provider: pulumi.dynamic.ResourceProvider = {
  async create(inputs: { serial: string; fortiManagerOid: number }) {
    const { ZTP_FORTINET_AUTH_URL: authUrl = "", ZTP_FORTINET_FORTIZTP_URL: apiUrl = "" } = process.env;
    const signIn = async () => {
      const reply = await fetch(authUrl, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({
          username: process.env.ZTP_FORTINET_API_ID,
          password: process.env.ZTP_FORTINET_PASSWORD,
          client_id: "fortiztp",
          grant_type: "password",
        }),
      });
      return ((await reply.json()) as { access_token: string }).access_token;
    };
    const shared = globalThis as Login;
    shared.benchToken ??= signIn();
    const headers = { Authorization: `Bearer ${await shared.benchToken}`, "Content-Type": "application/json" };
    const url = `${apiUrl}/v2/devices/${inputs.serial}`;
    const call = async (init: RequestInit) => {
      const reply = await fetch(url, { ...init, headers });
      const text = await reply.text();
      if (!reply.ok) throw new Error(`${init.method} ${url}: ${reply.status} ${text}`);
      return text;
    };
    const before = JSON.parse(await call({ method: "GET" })) as { deviceType: string };
    const write = {
      deviceSN: inputs.serial,
      deviceType: before.deviceType,
      provisionStatus: "provisioned",
      provisionTarget: "FortiManager",
      fortiManagerOid: inputs.fortiManagerOid,
      useDefaultScript: true,
    };
    await call({ method: "PUT", body: JSON.stringify(write) });
    const after = JSON.parse(await call({ method: "GET" })) as object;
    return { id: inputs.serial, outs: { ...after, ...inputs } };
  },
};

class Device extends pulumi.dynamic.Resource {
  constructor(name: string, inputs: { serial: string; fortiManagerOid: number }) {
    super(provider, name, inputs);
  }
}

for (const serial of readFleet().serials) new Device(serial.toLowerCase(), { serial, fortiManagerOid: 201 });
