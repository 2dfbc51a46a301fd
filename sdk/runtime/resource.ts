import * as pulumi from "@pulumi/pulumi";
import {
  dynamicToken,
  pluginToken,
  previewKey,
  providerKey,
  providerSource,
  reportedKey,
  urnKey,
} from "../../provider/hosts/tokens";
import { currentHost } from "./host";
import { markSecrets } from "./secrets";
import { reportProblems } from "./validation";

/** What the generated class of a resource tells about it. */
export interface ResourceType {
  /** `service:Type` */
  token: string;
  /** The outputs that no input has. */
  outputs: readonly string[];
  /** Paths of secret inputs: property names, `*` for the items of a list or map. */
  secretInputs?: readonly (readonly string[])[];
  secretOutputs?: readonly string[];
  /** Outputs that are the id as a number. */
  idOutputs?: readonly string[];
}

/** The base of all resources: registers with the host that the project has chosen, under an alias for the other. */
export abstract class Resource extends pulumi.CustomResource {
  constructor(type: ResourceType, name: string, args: object | undefined, options: pulumi.CustomResourceOptions = {}) {
    const dynamic = currentHost() === "dynamic";
    const [own, other] = dynamic
      ? [dynamicToken(type.token), pluginToken(type.token)]
      : [pluginToken(type.token), dynamicToken(type.token)];
    const inputs: pulumi.Inputs = { ...markSecrets(args ?? {}, type.secretInputs ?? []) };
    // Declared outputs are unknown, not absent, until the resource exists.
    for (const output of type.outputs) inputs[output] = undefined;
    const isRead = options.id !== undefined || options.urn !== undefined;
    if (dynamic && !options.urn) {
      inputs[providerKey] = providerSource(type.token);
      inputs[urnKey] = pulumi.createUrn(name, own, options.parent);
    }
    const preview = pulumi.runtime.isDryRun() && !isRead;
    const problems = preview && args ? reportProblems.find(type.token, args) : [];
    if (preview && dynamic) inputs[previewKey] = true;
    if (problems.length > 0) inputs[reportedKey] = true;
    super(own, name, inputs, {
      ...options,
      aliases: [...((options.aliases as pulumi.Alias[] | undefined) ?? []), { type: other }],
      additionalSecretOutputs: [...(options.additionalSecretOutputs ?? []), ...(type.secretOutputs ?? [])],
    });
    if (dynamic) this.deriveFromId(type.idOutputs ?? []);
    reportProblems.tell(problems, this);
  }

  /** A dynamic resource that is updated forgets all outputs in a preview, but never its id. */
  private deriveFromId(outputs: readonly string[]): void {
    for (const name of outputs) Object.assign(this, { [name]: this.id.apply(Number) });
  }
}
