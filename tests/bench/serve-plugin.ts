import { startPluginServer } from "../../provider/hosts/plugin-server";
import type { Registry } from "../../provider/registry";

/** What the plugin's executable does, with other resources. */
export async function servePlugin(registry: Registry): Promise<void> {
  const engineAddress = process.argv.slice(2).findLast((argument) => !argument.startsWith("-"));
  const server = await startPluginServer(registry, "0.0.0", engineAddress);
  process.stdout.write(`${server.port}\n`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(0));
}
