import { join } from "node:path";
import { projectRoot } from "./files.mjs";
import { Problem, say } from "./problem.mjs";
import { capture } from "./process.mjs";
import { pulumiVersion } from "./versions.mjs";

/** Long enough for a slow link to fetch the whole CLI, once the installer itself has been reached. */
const installSeconds = 600;

/** Runs the official installer. It needs a newer Node than setup itself, hence a process of its own. */
export async function downloadCli({ node, staging, environment }) {
  const script = join(projectRoot, "tools", "setup", "official-installer.mjs");
  say(`Looking for the Pulumi CLI ${pulumiVersion} at pulumi.com ...`);
  const env = { ...environment, NODE_USE_ENV_PROXY: "1" };
  const result = await capture(node, [script, pulumiVersion, staging], { env, timeoutSeconds: installSeconds });
  if (result.code !== 0) throw new Problem(`official download: ${lastLine(result.output) || "failed"}`);
}

const lastLine = (text) => text.trimEnd().split("\n").at(-1);
