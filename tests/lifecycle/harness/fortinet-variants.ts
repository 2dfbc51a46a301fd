import type { z } from "zod";
import type { FortinetVariants } from "../../../simulators";
import { defaultVariants, variantSchema } from "../../../simulators/fortinet/variants";

/** One behaviour of the service that is not the default one. */
export interface OtherBehaviour {
  name: keyof FortinetVariants;
  value: unknown;
}

/** Values to try of what takes any number or text. */
const samples: { readonly [Name in keyof FortinetVariants]?: readonly FortinetVariants[Name][] } = {
  tokenLifetimeSeconds: [1],
  onlineAfterSeconds: [0],
  provisioningSeconds: [0],
  tooLongAfterSeconds: [1],
  bulkMaximum: [2],
  listCap: [1],
  scriptMaximumBytes: [2_000],
};

/** What only devices meet, and what every call meets alike: the sign-in and the call limit. */
const elsewhere: ReadonlySet<keyof FortinetVariants> = new Set([
  ...(["tokenLifetimeSeconds", "refreshToken", "refreshGrant", "newTokenInvalidatesOlder", "revokeReach"] as const),
  ...(["signInErrorBody", "rateLimit", "rateLimitCalls", "rateLimitWindowSeconds", "rateLimitWindow"] as const),
  ...(["signInFailureHttp", "missingSlash", "rateLimitScope", "rateLimitHeader"] as const),
  ...(["onlineAfterSeconds", "provisioningSeconds", "tooLongAfterSeconds", "reprovision", "writeSemantics"] as const),
  ...(["unprovisionBody", "deviceTypeMismatch", "irrelevantFields", "regionCheck", "letterCase"] as const),
  ...(["putStatus", "putBody", "bulkOnError", "bulkMaximum", "timestampUnit", "subStatusField"] as const),
  ...(["controllerReport", "hardwarePlatform", "vmDeviceType", "cache", "cacheDefault"] as const),
  ...(["unknownSerialOnGet", "unknownSerialOnPut", "firmwareProfiles"] as const),
  ...(["systemWithoutToken", "serviceStatus", "serviceRegion", "serverTime"] as const),
]);

/** What devices do not meet while they are written and read, or what limits and errors have tests of their own for. */
const notOfDevices: ReadonlySet<keyof FortinetVariants> = new Set([
  ...(["revokeReach", "signInErrorBody", "signInFailureHttp", "missingSlash", "emptyList"] as const),
  ...(["createStatus", "createBody", "createOid", "settingPutStatus", "settingPutBody"] as const),
  ...(["deleteStatus", "deleteReferenced", "unknownOid", "scriptNames", "scriptUpload", "scriptUploadStatus"] as const),
  ...(["scriptUploadTouches", "scriptDownload", "scriptMaximumBytes", "clearScript", "firmwareProfiles"] as const),
  ...(["rateLimit", "rateLimitCalls", "rateLimitWindowSeconds", "rateLimitWindow", "rateLimitScope"] as const),
  ...(["rateLimitHeader", "systemWithoutToken", "serviceStatus", "serviceRegion", "serverTime"] as const),
]);

/**
 * Every behaviour beside the default one that scripts and FortiManager entries could meet, so that a new one of the
 * simulator is met without being named here.
 */
export function settingsBehaviours(): OtherBehaviour[] {
  return behavioursBut(elsewhere);
}

/** The same for devices. */
export function deviceBehaviours(): OtherBehaviour[] {
  return behavioursBut(notOfDevices);
}

function behavioursBut(others: ReadonlySet<keyof FortinetVariants>): OtherBehaviour[] {
  const defaults = defaultVariants();
  const names = Object.keys(variantSchema.shape) as (keyof FortinetVariants)[];
  return names
    .filter((name) => !others.has(name))
    .flatMap((name) => {
      const values = samples[name] ?? listed(variantSchema.shape[name]);
      if (!values) throw new Error(`samples lacks values of the variant ${name}`);
      return values.filter((value) => value !== defaults[name]).map((value) => ({ name, value }));
    });
}

/** The values that a schema lists; undefined if it takes any. */
export function listed(schema: z.core.$ZodType): readonly unknown[] | undefined {
  const definition = schema._zod.def as z.core.$ZodTypeDef & {
    innerType?: z.core.$ZodType;
    entries?: Record<string, unknown>;
    values?: unknown[];
  };
  switch (definition.type) {
    case "default":
      return definition.innerType && listed(definition.innerType);
    case "enum":
      return Object.values(definition.entries ?? {});
    case "literal":
      return definition.values;
    case "boolean":
      return [true, false];
    default:
      return undefined;
  }
}
