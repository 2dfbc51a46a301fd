import { parseArgs } from "node:util";
import { type SimulatorDescription, type Simulators, startSimulators } from "../simulators";

const usage = `Usage: ztp simulate [options]

Runs stand-ins for the vendor services on this machine until it is interrupted.

  --json               print addresses and credentials as one line of JSON
  --devices <n>        size of the inventory (default 31)
  --latency <ms>       time added to every request (default 0)
  --online-after <s>   devices come online so long after they were provisioned (default: never by themselves)
  --panos-dir <dir>    work directory of the PAN-OS upgrade daemon (default: a temporary one)
  --panos-speed <n>    that daemon and its firewalls run so many times faster (default 1)
  --hwautomation <p>   profile of HWAutomation: doc, its reference, or shipped, the application (default doc)
  --hwautomation-speed <n>
                       its workflows run so many times faster (default 1)
  --port <p>           control endpoint on port p, sign-in, FortiZTP, FortiCare, Mist and HWAutomation on the next five
                       (default: free ports)
`;

/** Runs the simulators in the foreground until SIGTERM or SIGINT. */
export async function simulate(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
      devices: { type: "string" },
      latency: { type: "string" },
      "online-after": { type: "string" },
      "panos-dir": { type: "string" },
      "panos-speed": { type: "string" },
      hwautomation: { type: "string" },
      "hwautomation-speed": { type: "string" },
      port: { type: "string" },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  const onlineAfterSeconds = numberOption("online-after", values["online-after"]);
  const port = numberOption("port", values.port);
  if (port !== undefined && (port < 1 || port > 65_530)) throw new Error("--port takes a number from 1 to 65530.");
  const speed = (name: "panos-speed" | "hwautomation-speed"): number => {
    const timeScale = numberOption(name, values[name]) ?? 1;
    if (timeScale < 1) throw new Error(`--${name} takes a number from 1.`);
    return timeScale;
  };
  const { hwautomation: profile = "doc" } = values;
  if (profile !== "doc" && profile !== "shipped") throw new Error("--hwautomation takes doc or shipped.");
  const simulators = await startSimulators({
    latencyMs: numberOption("latency", values.latency),
    port,
    fortinet: {
      deviceCount: numberOption("devices", values.devices),
      variants: onlineAfterSeconds === undefined ? {} : { onlineAfterSeconds },
    },
    panos: { baseDir: values["panos-dir"], variants: { timeScale: speed("panos-speed") } },
    hwautomation: { profile, variants: { timeScale: speed("hwautomation-speed") } },
  });
  const stopped = new Promise<void>((resolve) => {
    process.once("SIGTERM", () => resolve());
    process.once("SIGINT", () => resolve());
  });
  const description = simulators.describe();
  process.stdout.write(values.json ? `${JSON.stringify(description)}\n` : humanText(simulators, description));
  await stopped;
  await simulators.close();
}

function numberOption(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (!/^\d+$/.test(value)) throw new Error(`--${name} takes a whole number, not ${JSON.stringify(value)}.`);
  return Number(value);
}

function humanText(simulators: Simulators, description: SimulatorDescription): string {
  const { fortinet, mist, panos, hwautomation, controlUrl } = description;
  const signIn = JSON.stringify({
    username: fortinet.apiId,
    password: fortinet.password,
    client_id: "fortiztp",
    grant_type: "password",
  });
  const { provisioningSeconds } = simulators.fortinet.variants;
  const serial = simulators.fortinet.devices.keys().next().value ?? "SERIAL";
  return `Simulated FortiCloud with ${simulators.fortinet.devices.size} devices. Stop it with Ctrl-C.

Point the provider at it:

  export ZTP_FORTINET_API_ID='${fortinet.apiId}'
  export ZTP_FORTINET_PASSWORD='${fortinet.password}'
  export ZTP_FORTINET_AUTH_URL='${fortinet.authUrl}'
  export ZTP_FORTINET_FORTIZTP_URL='${fortinet.fortiztpUrl}'
  export ZTP_FORTINET_FORTICARE_URL='${fortinet.forticareUrl}'
  export ZTP_MIST_BASE_URL='${mist.url}'
  export ZTP_MIST_ORG_ID='${mist.orgId}'
  export ZTP_MIST_API_TOKEN='${mist.apiToken}'
  export ZTP_HWAUTOMATION_BASE_URL='${hwautomation.url}'
  export ZTP_HWAUTOMATION_USERNAME='${hwautomation.username}'
  export ZTP_HWAUTOMATION_PASSWORD='${hwautomation.password}'

Or try it by hand:

  TOKEN=$(curl -s "$ZTP_FORTINET_AUTH_URL" -H 'Content-Type: application/json' \\
    -d '${signIn}' | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
  curl -s "$ZTP_FORTINET_FORTIZTP_URL/v2/devices" -H "Authorization: Bearer $TOKEN"

A device that was given a target stays incomplete until it comes online, and for ${provisioningSeconds} seconds more:

  curl -s -X POST ${controlUrl}/fortinet/devices/${serial}/online

FortiCare (client_id assetmanagement) has more products to register, contracts, licences and folders:

  curl -s ${controlUrl}/forticare/warehouse

Mist has ${simulators.mist.world.sites.size} sites, and ${freshDevices(simulators)} devices to claim:

  curl -s "$ZTP_MIST_BASE_URL/api/v1/orgs/$ZTP_MIST_ORG_ID/sites" -H "Authorization: Token $ZTP_MIST_API_TOKEN"
  curl -s ${controlUrl}/mist/devices

The PAN-OS upgrade daemon works on a directory, with ${simulators.panos.devices.size} firewalls behind it:

  ls ${panos.baseDir}/queue/*
  cat ${panos.baseDir}/devices/inventory.json ${panos.baseDir}/status/daemon.json
  curl -s ${controlUrl}/panos/actions

HWAutomation (profile ${simulators.hwautomation.variants.profile}) has ${simulators.hwautomation.servers.size} servers:

  curl -s -u '${hwautomation.username}:${hwautomation.password}' ${hwautomation.url}/api/maas/discover
  curl -s ${controlUrl}/hwautomation/effects

What else can be steered (clock, faults, behaviour): curl -s ${controlUrl}/
`;
}

function freshDevices({ mist }: Simulators): number {
  return [...mist.world.devices.values()].filter(({ orgId }) => orgId === null).length;
}
