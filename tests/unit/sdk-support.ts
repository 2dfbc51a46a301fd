import { createRequire } from "node:module";
import { onTestFinished } from "vitest";
import type { JsonMap } from "../../provider/core/values";

// The compiled package, as a program loads it: its parts load one another with require.
const load = createRequire(__filename);
export const pulumi = load("@pulumi/pulumi") as typeof import("@pulumi/pulumi");
export const ztp = load("pulumi-ztp") as typeof import("../../sdk/nodejs");
export const { markSecrets } = load("../../dist/sdk/runtime/secrets.js") as typeof import("../../sdk/runtime/secrets");
export const { currentHost } = load("../../dist/sdk/runtime/host.js") as typeof import("../../sdk/runtime/host");

/** A registration as it goes to the engine. */
export interface Registration {
  type: string;
  name: string;
  inputs: JsonMap;
  aliases: string[];
  secretOutputs: string[];
  provider: string;
}

interface RegisterRequest {
  getType(): string;
  getName(): string;
  getProvider(): string;
  getObject(): { toJavaScript(): JsonMap } | undefined;
  getAliasesList(): { getSpec(): { getType(): string } | undefined }[];
  getAdditionalsecretoutputsList(): string[];
}

export interface Program {
  host?: "plugin" | "dynamic";
  preview?: boolean;
  config?: { [key: string]: string };
  engineAddress?: string;
  /** The outputs that the engine answers with, besides the inputs. */
  outputs?: object;
  call?: (token: string, inputs: object) => object;
}

/** Lets a program's resources register with a stand-in for the engine; gives what they register. */
export async function startProgram({ host, preview = false, ...rest }: Program): Promise<Registration[]> {
  const { runtime } = pulumi;
  runtime.resetOptions("fleet", "dev", -1, rest.engineAddress ?? "", "mock", preview, "");
  runtime.setAllConfig({ ...(host && { "ztp:host": host }), ...rest.config });
  onTestFinished(() => runtime.setAllConfig({}));
  await runtime.setMocks(
    {
      newResource: ({ name, inputs, id }) => ({ id: id || `${name}-id`, state: { ...inputs, ...rest.outputs } }),
      call: ({ token, inputs }) => rest.call?.(token, inputs) ?? {},
    },
    "fleet",
    "dev",
    preview,
  );
  const registrations: Registration[] = [];
  const monitor: unknown = runtime.getMonitor();
  const { registerResource } = monitor as {
    registerResource: (request: RegisterRequest, ...more: unknown[]) => unknown;
  };
  Object.assign(monitor as object, {
    registerResource(request: RegisterRequest, ...more: unknown[]) {
      registrations.push({
        type: request.getType(),
        name: request.getName(),
        inputs: request.getObject()?.toJavaScript() ?? {},
        aliases: request.getAliasesList().map((alias) => alias.getSpec()?.getType() ?? ""),
        secretOutputs: request.getAdditionalsecretoutputsList(),
        provider: request.getProvider(),
      });
      return registerResource.call(monitor, request, ...more);
    },
  });
  return registrations;
}

type Output<T> = import("@pulumi/pulumi").Output<T>;

/** The value of an output once it is there. */
export function resolved<T>(output: Output<T>): Promise<T> {
  return new Promise((resolve) => {
    output.apply(resolve);
  });
}

/** Whether a preview knows the value of an output. */
export function isKnown(output: Output<unknown>): Promise<boolean> {
  const { isKnown: known } = output as unknown as { isKnown: Promise<boolean> };
  return known;
}
