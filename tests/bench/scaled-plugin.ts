import { registry } from "../../provider/registry";
import { forticare } from "../../provider/resources/forticare/service";
import { servePlugin } from "./serve-plugin";
import { windowScale } from "./sizes";

const { create } = forticare;
// No user can set it: at the real service it would break the account.
Object.assign(forticare, {
  create: (config, environment) => create({ ...config, windowScale }, environment),
} satisfies Pick<typeof forticare, "create">);

void servePlugin(registry);
