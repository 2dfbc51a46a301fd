import specificationFile from "./specification.json";

/** What is used of a schema of the OpenAPI description. */
export interface Schema {
  /** The name of another schema. */
  $ref?: string;
  type?: string;
  readOnly?: boolean;
  default?: unknown;
  enum?: unknown[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  required?: string[];
  properties?: { [key: string]: Schema };
  additionalProperties?: Schema | boolean;
  items?: Schema;
  oneOf?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
}

/** The bodies of Mist's API, trimmed from its OpenAPI description (published under the MIT licence) by `npm run generate`. */
export interface Specification {
  /** The version of the description. */
  version: string;
  schemas: { [name: string]: Schema };
}

/** The bundle of the plugin has the file as a text, which is not parsed before it is needed. */
const file = specificationFile as unknown as Specification | string;
let parsed: Specification | undefined;

export function specification(): Specification {
  parsed ??= typeof file === "string" ? (JSON.parse(file) as Specification) : file;
  return parsed;
}
