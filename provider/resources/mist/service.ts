import type { Mist } from "../../clients/mist/mist";
import type { Service } from "../../core/resource";
import { budget } from "../budget";
import { longWaits } from "../waits";
import { mistConfig } from "./config";
import { credentialProblems } from "./credentials";

/** Juniper Mist for one account. */
export const mist: Service<Promise<Mist>> = {
  name: "Mist",
  config: mistConfig,
  needs: [budget],
  problems: credentialProblems,
  async probe(context) {
    const client = await context.use(mist);
    const { kind, name } = await client.self(context.signal);
    const organizations = [...(await client.organizations(context.signal)).values()];
    const list = organizations.map(({ id, name: called }) => (called ? `${called} (${id})` : id)).join(", ");
    return `signed in. ${kind === "user" ? "User" : "API token"} ${name} may use ${list || "no organization"}.`;
  },
  async create(config, { warn, use }) {
    // Loaded on first use: the plugin answers GetSchema, Check and Diff without any client.
    const [{ createMist }, { createMistRedactor }, { mistOptions }] = await Promise.all([
      import("../../clients/mist/mist"),
      import("../../clients/mist/secrets"),
      import("./options"),
    ]);
    const surroundings = { ...use(budget), redactor: createMistRedactor(), onWarning: warn, onWait: longWaits(warn) };
    return createMist({ ...(await mistOptions(config, surroundings)), ...surroundings });
  },
};
