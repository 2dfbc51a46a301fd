import type { Service } from "../../core/resource";
import { budget } from "../budget";
import { fortinetConfig } from "../fortinet/config";
import { credentialProblems } from "../fortinet/credentials";
import { longWaits } from "../waits";
import type { Assets } from "./assets";

/** FortiCare for one API user: the client, and what its accounts hold, read and written together. */
export const forticare: Service<Promise<Assets>> = {
  name: "FortiCare",
  config: fortinetConfig,
  needs: [budget],
  problems: credentialProblems,
  async probe(context) {
    const assets = await context.use(forticare);
    const { id, folders } = assets.account(undefined);
    await folders.all(context.signal);
    return `signed in. FortiCare lets the API user read ${id === undefined ? "its account" : `account ${id}`}.`;
  },
  async create(config, { warn, use }) {
    // Loaded on first use: the plugin answers GetSchema, Check and Diff without any client.
    const [{ createForticare }, { Assets }] = await Promise.all([
      import("../../clients/fortinet/forticare"),
      import("./assets"),
    ]);
    const client = createForticare({ ...config, ...use(budget), onWarning: warn, onWait: longWaits(warn) });
    return new Assets(client, {
      accountId: typeof config.accountId === "number" ? config.accountId : undefined,
      organization: config.scope === "organization",
      readOnly: config.readOnly === true,
    });
  },
};
