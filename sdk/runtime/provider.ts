import * as pulumi from "@pulumi/pulumi";
import { dynamicPackage, instanceKey, packageName } from "../../provider/hosts/tokens";
import { currentHost } from "./host";

/** The base of the generated `Provider`: one instance is one account, in either host. */
export abstract class ProviderResource extends pulumi.ProviderResource {
  /** The configuration of this instance, which functions in the program's own process use. @internal */
  readonly configuration: { [section: string]: pulumi.Input<unknown> };

  constructor(
    name: string,
    args: { [section: string]: pulumi.Input<unknown> | undefined },
    options?: pulumi.ResourceOptions,
  ) {
    const dynamic = currentHost() === "dynamic";
    const configuration: { [section: string]: pulumi.Input<unknown> } = {};
    const inputs: pulumi.Inputs = {};
    for (const [section, value] of Object.entries(args)) {
      if (value === undefined) continue;
      // The whole section is secret, as the engine treats an object with a secret inside.
      configuration[section] = pulumi.secret(value);
      inputs[`${packageName}:${section}`] = configuration[section];
    }
    inputs[instanceKey] = name;
    const other = dynamic ? packageName : dynamicPackage;
    super(dynamic ? dynamicPackage : packageName, name, inputs, {
      ...options,
      aliases: [...((options?.aliases as pulumi.Alias[] | undefined) ?? []), { type: `pulumi:providers:${other}` }],
    });
    this.configuration = configuration;
  }
}
