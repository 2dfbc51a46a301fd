import { type ConfigValues, environmentName } from "../../core/config";
import type { Service } from "../../core/resource";
import { fortinetConfig } from "../fortinet/config";
import { limits } from "../limits";
import type { Provisioner } from "./provisioner";

/** FortiZTP for one account: the client, and what brings devices to their targets. */
export const fortiztp: Service<Promise<Provisioner>> = {
  name: "FortiZTP",
  config: fortinetConfig,
  needs: [limits],
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
    const client = createFortiZtp({ ...config, onWarning: warn, onWait: longWaits(warn) });
    const pollSeconds = typeof config.pollSeconds === "number" ? config.pollSeconds : 10;
    const readOnly = config.readOnly === true;
    const fleet = new Fleet(client, { pollMs: pollSeconds * 1000, readOnly, limits: use(limits) });
    return new Provisioner(fleet, new Settings(client, readOnly));
  },
};

/** Waits shorter than this pass unnoticed, in milliseconds. */
const noticeableMs = 5_000;
const quietMs = 60_000;

/** Tells of long waits, such as for the hourly budget, but not of each of the calls that wait for the same reason. */
function longWaits(warn: (message: string) => void): (wait: { ms: number; text: string }) => void {
  let lastTold = Number.NEGATIVE_INFINITY;
  return ({ ms, text }) => {
    if (ms < noticeableMs || Date.now() - lastTold < quietMs) return;
    lastTold = Date.now();
    warn(text);
  };
}

function credentialProblems(config: ConfigValues): string[] {
  if (config.oauthToken) {
    return config.apiId || config.password
      ? ["ztp:fortinet has both an oauthToken and an apiId or password; remove one of the two"]
      : [];
  }
  const missing = ["apiId", "password"].filter((key) => !config[key]);
  return missing.map((key) => {
    const secret = key === "password" ? " --secret" : "";
    const half = missing.length === 1 ? ", though the other half of the credentials is set" : "";
    return (
      `ztp:fortinet.${key} is missing${half}: run \`pulumi config set${secret} --path ztp:fortinet.${key}\` ` +
      `or set the environment variable ${environmentName("fortinet", key)}`
    );
  });
}
