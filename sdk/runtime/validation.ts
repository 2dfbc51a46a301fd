import * as pulumi from "@pulumi/pulumi";

/** The exit code by which a Node program tells the engine that it has explained its failure itself. */
const explained = 32;
let failing = false;

/**
 * Tells the problems of all resources in one preview. The engine stops at the first resource that its provider refuses,
 * so what the program's own values tell is told here, resource by resource, and the preview fails at its end.
 */
export const reportProblems = {
  /** The problems of the arguments as far as they are plain values; outputs and promises count as unknown. */
  find(token: string, args: object): string[] {
    const { registry } = require("../../provider/registry") as typeof import("../../provider/registry");
    const { checkResource } =
      require("../../provider/core/lifecycle") as typeof import("../../provider/core/lifecycle");
    const { problemText } = require("../../provider/core/check") as typeof import("../../provider/core/check");
    const resource = registry.resources.find((candidate) => candidate.token === token);
    if (!resource) return [];
    return checkResource(resource, undefined, plainValues(args) as Parameters<typeof checkResource>[2]).problems.map(
      problemText,
    );
  },

  tell(problems: readonly string[], resource: pulumi.Resource): void {
    if (problems.length === 0) return;
    void pulumi.log.error(problems.join("\n"), resource);
    if (failing) return;
    failing = true;
    process.once("beforeExit", () => {
      process.exitCode = explained;
    });
  },
};

function plainValues(value: unknown): unknown {
  if (pulumi.Output.isInstance(value) || value instanceof Promise || pulumi.Resource.isInstance(value)) {
    return unknownValue();
  }
  if (Array.isArray(value)) return value.map(plainValues);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plainValues(item)]));
}

function unknownValue(): unknown {
  return (require("../../provider/core/values") as typeof import("../../provider/core/values")).unknown;
}
