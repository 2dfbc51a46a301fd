import { startPluginServer } from "../../provider/hosts/plugin-server";
import { fortinetConfig } from "../../provider/resources/fortinet/config";
import { device } from "../../provider/resources/fortiztp/device";

/** The device resource without a vendor: the same inputs, checks and size of state, and a create that is done at once. */
const instantDevice: typeof device = {
  ...device,
  plan: undefined,
  create: async (_context, { serial }: { serial: string }) => ({
    id: serial,
    outputs: {
      provisionStatus: "incomplete",
      provisionSubStatus: "waiting",
      message: "Waiting for the device to call home",
      provisioningStartedAt: new Date().toISOString(),
      effectiveDeviceType: "FortiGate",
    },
  }),
};

async function main(): Promise<void> {
  const registry = { config: [fortinetConfig], resources: [instantDevice], functions: [] };
  const engineAddress = process.argv.slice(2).findLast((argument) => !argument.startsWith("-"));
  const server = await startPluginServer(registry, "0.0.0", engineAddress);
  process.stdout.write(`${server.port}\n`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(0));
}

void main();
