import { fortinetConfig } from "../../provider/resources/fortinet/config";
import { device } from "../../provider/resources/fortiztp/device";
import { servePlugin } from "./serve-plugin";

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

void servePlugin({ config: [fortinetConfig], resources: [instantDevice], functions: [] });
