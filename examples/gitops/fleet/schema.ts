import { readFileSync } from "node:fs";
import { Ajv, type ErrorObject } from "ajv";
import type { Path, Problem, SourceFile } from "./source-file.ts";

/** Compiles a JSON schema into a function that tells everything that is wrong with the form of a file. */
export function schemaProblems(schemaFile: string): (source: SourceFile) => Problem[] {
  const validate = new Ajv({ allErrors: true, verbose: true }).compile(JSON.parse(readFileSync(schemaFile, "utf8")));
  return (source) => {
    if (validate(source.value)) return [];
    return (validate.errors ?? []).flatMap((error) => problemOf(source, error) ?? []);
  };
}

function problemOf(source: SourceFile, error: ErrorObject): Problem | undefined {
  const path = pathOf(error);
  const { keyword, params, parentSchema = {}, propertyName } = error;
  // The rule that the name breaks says more than that the name is invalid.
  if (keyword === "propertyNames") return undefined;
  if (propertyName !== undefined) return source.problem([...path, propertyName], sentence(error), "key");
  if (keyword === "additionalProperties") {
    const known = Object.keys(parentSchema.properties ?? {}).join(", ");
    return source.problem([...path, params.additionalProperty], `is not known here; there are: ${known}`, "key");
  }
  if (keyword === "required") return source.problem(path, `has no ${params.missingProperty}`);
  if (keyword === "enum") return source.problem(path, `must be one of ${params.allowedValues.join(", ")}`);
  return source.problem(path, sentence(error));
}

function sentence({ message, keyword, parentSchema }: ErrorObject): string {
  // A pattern is for machines; what it means stands beside it.
  return keyword === "pattern" && parentSchema?.description ? `must be ${parentSchema.description}` : `${message}`;
}

/** A JSON pointer as a path: indexes of lists are numbers, as the YAML document has them. */
function pathOf({ instancePath }: ErrorObject): Path {
  const keys = instancePath.split("/").slice(1);
  return keys.map((key) => (/^\d+$/.test(key) ? Number(key) : key.replaceAll("~1", "/").replaceAll("~0", "~")));
}
