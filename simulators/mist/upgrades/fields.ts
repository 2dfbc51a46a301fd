import { isObject } from "../../core/http";
import { invalid, type MistFailure } from "../call";
import { isUuid } from "../ids";
import type { Body } from "../types";

/** A field that the service doesn't take. */
export function badField(name: string, reason: string): MistFailure {
  return invalid({ detail: `invalid field: ${name}`, reason });
}

/** Reads the fields of a body by their types; 400 for one of another. A null is as good as nothing. */
export class Fields {
  constructor(readonly body: Body) {}

  has(name: string): boolean {
    return this.body[name] !== undefined && this.body[name] !== null;
  }

  text(name: string): string | undefined {
    if (!this.has(name)) return undefined;
    const value = this.body[name];
    if (typeof value !== "string" || value === "") throw badField(name, "a string is expected");
    return value;
  }

  required(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw badField(name, `${name} is required`);
    return value;
  }

  flag(name: string, usual = false): boolean {
    if (!this.has(name)) return usual;
    const value = this.body[name];
    if (typeof value !== "boolean") throw badField(name, "a boolean is expected");
    return value;
  }

  choice<Value extends string>(name: string, values: readonly Value[], usual: Value): Value {
    const given = this.text(name);
    if (given === undefined) return usual;
    const value = values.find((one) => one === given);
    if (value === undefined) throw badField(name, `must be one of ${values.join(", ")}`);
    return value;
  }

  integer(name: string, minimum: number, maximum = Number.MAX_SAFE_INTEGER): number | undefined {
    return this.has(name) ? integer(name, this.body[name], minimum, maximum) : undefined;
  }

  integers(name: string, minimum: number, maximum = Number.MAX_SAFE_INTEGER): number[] | undefined {
    return this.#list(name)?.map((value) => integer(name, value, minimum, maximum));
  }

  texts(name: string): string[] | undefined {
    return this.#list(name)?.map((value) => {
      if (typeof value !== "string" || value === "") throw badField(name, "a list of strings is expected");
      return value;
    });
  }

  ids(name: string): string[] | undefined {
    return this.texts(name)?.map((value) => {
      if (!isUuid(value)) throw badField(name, `${value} is not a valid UUID`);
      return value.toLowerCase();
    });
  }

  objects(name: string): Body[] | undefined {
    return this.#list(name)?.map((value) => {
      if (!isObject(value)) throw badField(name, "a list of objects is expected");
      return value;
    });
  }

  /** A time in seconds since the epoch, as milliseconds. */
  time(name: string, minimum = 0): number | undefined {
    // Later than the year 2286 it is a time in milliseconds.
    const value = this.integer(name, minimum, 9_999_999_999);
    return value === undefined ? undefined : value * 1_000;
  }

  #list(name: string): unknown[] | undefined {
    if (!this.has(name)) return undefined;
    const value = this.body[name];
    if (!Array.isArray(value)) throw badField(name, "a list is expected");
    return value;
  }
}

function integer(name: string, value: unknown, minimum: number, maximum: number): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= minimum && value <= maximum) return value;
  const range = maximum === Number.MAX_SAFE_INTEGER ? `of at least ${minimum}` : `from ${minimum} to ${maximum}`;
  throw badField(name, `an integer ${range} is expected`);
}
