import type { Value } from "../../provider/core/values";
import { NoStack, namespaceOf, stackFlags } from "../project";
import type { SecretOf } from "./program";
import type { Surroundings, Target } from "./target";
import { Progress } from "./terminal";

/**
 * Puts the program's secrets into the stack's configuration, encrypted; undefined where there is no stack. Values go
 * through standard input, where nobody sees them.
 * @throws Error when one of the keys holds something else, unless that may be overwritten
 */
export async function storeSecrets(
  secrets: readonly SecretOf[],
  options: { stack?: string; force: boolean },
  { project, stack }: Target,
  { pulumi, terminal }: Surroundings,
): Promise<readonly SecretOf[] | undefined> {
  if (!project || stack instanceof NoStack) return undefined;
  const config = namespaceOf(stack.config, project.name);
  const missing = secrets.filter(({ key, value }) => config[key] !== configText(value));
  const others = missing.filter(({ key }) => Object.hasOwn(config, key)).map(({ key }) => key);
  if (others.length > 0 && !options.force) {
    throw new Error(
      `the configuration of stack ${stack.name} has other values for ${others.join(", ")}; rename them, or overwrite ` +
        "them with --force",
    );
  }
  if (missing.length === 0) return secrets;
  const progress = new Progress(terminal, "setting secrets in the stack's configuration", missing.length);
  for (const { key, value } of missing) {
    // Without --raw Pulumi cuts off line breaks at the end.
    const args = ["config", "set", "--secret", "--raw", key, ...stackFlags(options.stack)];
    await pulumi(args, { folder: project.folder, input: configText(value) });
    progress.step();
  }
  progress.end();
  return secrets;
}

/** What `config.requireSecret` and its like read. */
function configText(value: Value): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
