import { isObject } from "../../core/http";
import { refused } from "./envelope";

/**
 * Reads the fields of a request. A missing one counts before a bad one, wherever they are, so problems are gathered and
 * `check` throws the one that decides. Null stands for a field that isn't there.
 */
export class Fields {
  readonly #missing: string[];
  readonly #bad: string[];

  constructor(
    private readonly body: Record<string, unknown>,
    parent?: Fields,
    /** The part of the request that they are in, for messages. */
    private readonly part?: string,
  ) {
    // Fields of a nested object report to the whole request.
    this.#missing = parent ? parent.#missing : [];
    this.#bad = parent ? parent.#bad : [];
  }

  /** Notes what is missing (101). */
  missing(problem: string): void {
    this.#missing.push(problem);
  }

  /** Notes a bad value (102). */
  bad(problem: string): void {
    this.#bad.push(problem);
  }

  /** Notes that a field has a bad value (102). */
  invalid(name: string): void {
    this.bad(`Invalid ${name} provided${this.#place}.`);
  }

  /** Throws the first problem, if there is one. */
  check(): void {
    const [missing] = this.#missing;
    if (missing !== undefined) throw refused(101, missing);
    const [bad] = this.#bad;
    if (bad !== undefined) throw refused(102, bad);
  }

  has(name: string): boolean {
    return Object.hasOwn(this.body, name);
  }

  raw(name: string): unknown {
    return this.body[name] ?? null;
  }

  /** A text; null when absent or blank. */
  text(name: string): string | null {
    const value = this.raw(name);
    if (typeof value === "string") return value.trim() === "" ? null : value;
    if (value !== null) this.invalid(name);
    return null;
  }

  /** A text that must be there; `what` names it. */
  requiredText(name: string, what: string): string {
    const value = this.text(name);
    if (this.isEmpty(name)) this.missing(`${what} cannot be empty${this.#place}.`);
    return value ?? "";
  }

  /** Whether a field is absent, null or blank. */
  isEmpty(name: string): boolean {
    const value = this.raw(name);
    return value === null || (typeof value === "string" && value.trim() === "");
  }

  integer(name: string): number | null {
    const value = this.raw(name);
    if (value === null || Number.isInteger(value)) return value as number | null;
    this.invalid(name);
    return null;
  }

  boolean(name: string): boolean {
    const value = this.raw(name);
    if (value !== null && typeof value !== "boolean") this.invalid(name);
    return value === true;
  }

  /** One of `allowed`, or null when absent. */
  choice<T extends string>(name: string, allowed: readonly T[]): T | null {
    const value = this.text(name);
    const found = allowed.find((item) => item === value);
    if (value !== null && found === undefined) this.invalid(name);
    return found ?? null;
  }

  /** Serials that must be there, in capitals; at most `maximum`, unless that is 0. */
  serials(name: string, maximum: number): string[] {
    const value = this.raw(name);
    if (value !== null && !Array.isArray(value)) this.invalid(name);
    else if (value === null || value.length === 0) this.missing("Serial numbers cannot be empty.");
    else if (!value.every((item) => typeof item === "string" && item.trim() !== "")) this.invalid(name);
    else if (maximum > 0 && value.length > maximum) this.bad(`At most ${maximum} serial numbers are allowed.`);
    else return [...new Set(value.map(folded))];
    return [];
  }

  /** A nested object; null when absent. */
  nested(name: string): Fields | null {
    const value = this.raw(name);
    if (isObject(value)) return new Fields(value, this);
    if (value !== null) this.invalid(name);
    return null;
  }

  get #place(): string {
    return this.part === undefined ? "" : ` for ${this.part}`;
  }
}

/** A serial, number or code as it is compared: in capitals, without blanks around. */
export function folded(text: string): string {
  return text.trim().toUpperCase();
}
