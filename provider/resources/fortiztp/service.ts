import type { Service } from "../../core/resource";
import { budget } from "../budget";
import { fortinetConfig } from "../fortinet/config";
import { credentialProblems } from "../fortinet/credentials";
import { limits } from "../limits";
import { longWaits } from "../waits";
import type { Provisioner } from "./provisioner";

/** FortiZTP for one account: the client, and what brings devices to their targets. */
export const fortiztp: Service<Promise<Provisioner>> = {
  name: "FortiZTP",
  config: fortinetConfig,
  needs: [limits, budget],
  problems: credentialProblems,
  async probe(context) {
    const { fleet } = await context.use(fortiztp);
    const { serviceName, serviceRegion, serviceStatus } = await fleet.client.system.get({ signal: context.signal });
    return `signed in. ${serviceName ?? "FortiZTP"}${serviceRegion ? ` in ${serviceRegion}` : ""} is ${serviceStatus ?? "there"}.`;
  },
  async create(config, { warn, use }) {
    // Loaded on first use: the plugin answers GetSchema, Check and Diff without any client.
    const [{ createFortiZtp }, { Fleet }, { Settings }, { Provisioner }] = await Promise.all([
      import("../../clients/fortinet/fortiztp"),
      import("./fleet"),
      import("./settings"),
      import("./provisioner"),
    ]);
    const client = createFortiZtp({ ...config, ...use(budget), onWarning: warn, onWait: longWaits(warn) });
    const pollSeconds = typeof config.pollSeconds === "number" ? config.pollSeconds : 10;
    const readOnly = config.readOnly === true;
    const fleet = new Fleet(client, { pollMs: pollSeconds * 1000, readOnly, limits: use(limits) });
    return new Provisioner(fleet, new Settings(client, readOnly));
  },
};
