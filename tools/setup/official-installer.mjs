import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const [version, root] = process.argv.slice(2);

try {
  // Without this a network that swallows packets would keep the installer waiting for minutes.
  await fetch("https://get.pulumi.com/install.sh", { method: "HEAD", signal: AbortSignal.timeout(15_000) });
  const { PulumiCommand } = require("@pulumi/pulumi/automation");
  const { SemVer } = require("semver");
  await PulumiCommand.install({ version: new SemVer(version), root });
} catch (error) {
  const cause = error.cause?.message ? `${error.message}: ${error.cause.message}` : error.message;
  process.stderr.write(`${cause.trim().split("\n")[0]}\n`);
  process.exitCode = 1;
}
