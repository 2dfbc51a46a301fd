const form = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?::(\d{2})(?:[.,](\d+))?)?\s*(Z|[+-]\d{2}:?\d{2})?Z?$/i;

/**
 * A time as the daemon and other writers of its files have it, as ISO 8601 in UTC with milliseconds. The daemon writes
 * both an offset and a Z, which no parser takes; a time without a zone is UTC. Undefined for what is no time.
 */
export function instantOf(value: unknown): string | undefined {
  const match = typeof value === "string" ? form.exec(value.trim()) : null;
  if (!match) return undefined;
  const [, day, minutes, seconds = "00", fraction = "", zone = "Z"] = match;
  const milliseconds = fraction.slice(0, 3).padEnd(3, "0");
  const offset = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase();
  const time = Date.parse(`${day}T${minutes}:${seconds}.${milliseconds}${offset}`);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

/** The time in the name of a validation file, `20261121_203609`, which is UTC. */
export function instantOfName(stamp: string): string | undefined {
  const match = /^(\d{4})(\d{2})(\d{2})_(\d{2})(\d{2})(\d{2})$/.exec(stamp);
  return match ? instantOf(`${match[1]}-${match[2]}-${match[3]}T${match[4]}:${match[5]}:${match[6]}Z`) : undefined;
}

/** Milliseconds since the epoch as ISO 8601. */
export function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}

/** ISO 8601 as milliseconds since the epoch; undefined stays so. */
export function msOf(instant: string | undefined): number | undefined {
  return instant === undefined ? undefined : Date.parse(instant);
}
