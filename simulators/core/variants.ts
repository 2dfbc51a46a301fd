import { z } from "zod";
import { jsonBody, type Route, type SimReply } from "./http";

/** Compiled once: simulators are started thousands of times in the tests. */
const partials = new WeakMap<z.ZodObject, z.ZodObject>();

function partialOf(schema: z.ZodObject): z.ZodObject {
  const partial = partials.get(schema) ?? schema.partial();
  partials.set(schema, partial);
  return partial;
}

/** Checks a partial change and applies it; throws a `ZodError`, and changes nothing, when a value is bad. */
export function changeGiven<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  variants: z.infer<z.ZodObject<Shape>>,
  change: unknown,
): void {
  Object.assign(variants, onlyGiven(partialOf(schema).parse(change), change as object));
}

/** What was checked without the defaults that Zod fills in for keys that are not there: only what was given may change. */
export function onlyGiven<T extends object>(checked: T, given: object): Partial<T> {
  return Object.fromEntries(Object.entries(checked).filter(([name]) => Object.hasOwn(given, name))) as Partial<T>;
}

/** What the control endpoint does with the variants of one service. */
export interface VariantControl {
  /** Such as `/mist/variants`. */
  path: string;
  /** Whose they are, as a sentence names it. */
  service: string;
  /** A change, as JSON. */
  example: string;
  schema: z.ZodType;
  variants: object;
  change(change: unknown): void;
}

/** Routes that show and change variants, and their schema. */
export function variantRoutes({ path, service, example, schema, variants, change }: VariantControl): Route[] {
  const current = (): SimReply => ({ status: 200, json: variants });
  return [
    { method: "GET", path, doc: `Current value of every variant of ${service}`, handle: current },
    {
      method: "PATCH",
      path,
      doc: `Change variants, for example ${example}`,
      handle(request) {
        change(jsonBody(request));
        return current();
      },
    },
    {
      method: "GET",
      path: `${path}/schema`,
      doc: "JSON schema of these variants: possible values, defaults and what they mean",
      handle: () => ({ status: 200, json: z.toJSONSchema(schema, { io: "input" }) }),
    },
  ];
}
