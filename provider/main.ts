import { startPluginServer } from "./hosts/plugin-server";
import { registry } from "./registry";
import { version } from "./version";

/** How often the process looks whether the CLI that started it is still there. */
const orphanCheckMs = 2000;

/** The plugin executable: prints its port as the first thing on stdout, then serves until it is told to end. */
async function main(): Promise<void> {
  const startedBy = process.ppid;
  // Flags such as --logtostderr may come before; the engine's address is the last argument without a dash.
  const engineAddress = process.argv.slice(2).findLast((argument) => !argument.startsWith("-"));
  const server = await startPluginServer(registry, version, engineAddress);
  // An exit writes the compile cache; a signal without a handler would not.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(0));
  process.stdout.write(`${server.port}\n`);
  setInterval(() => {
    if (process.ppid === startedBy) return;
    // After a SIGKILL of the CLI nobody takes an answer: waits end now, and a write that is under way ends in order.
    server.cancel();
    if (server.inFlight() === 0) process.exit(0);
  }, orphanCheckMs).unref();
}

main().catch((error: unknown) => {
  process.stderr.write(`pulumi-resource-ztp could not start: ${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
});
