/** The names under which the engine knows our types. */

export const packageName = "ztp";
export const dynamicPackage = "pulumi-nodejs";

/** `fortiztp:Device` -> `ztp:fortiztp:Device` */
export function pluginToken(token: string): string {
  return `${packageName}:${token}`;
}

/** `fortiztp:Device` -> `pulumi-nodejs:dynamic/fortiztp:Device` */
export function dynamicToken(token: string): string {
  return `${dynamicPackage}:dynamic/${token}`;
}

/** The key under which the engine keeps the source text of a dynamic provider. */
export const providerKey = "__provider";

/**
 * The source text of our dynamic provider: a constant, so that no upgrade ever shows a difference and refresh and
 * destroy always run the installed code. `dynamic/v1` is a promise: states hold this text, so it never moves.
 */
export function providerSource(token: string): string {
  return `exports.handler=()=>require("pulumi-ztp/dynamic/v1").handler(${JSON.stringify(token)})`;
}

/** Hidden inputs that the SDK adds for the dynamic host: the resource's URN, and a mark that this run is a preview. */
export const urnKey = "__urn";
export const previewKey = "__preview";
/** Hidden input in previews: the SDK has told the problems of this resource, as it does for all resources together. */
export const reportedKey = "__reported";
/** Argument of an explicit provider instance, which tells it from the stack's own configuration. */
export const instanceKey = `${packageName}:instance`;
