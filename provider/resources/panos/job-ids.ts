import { createHash, randomUUID } from "node:crypto";
import type { JobListing } from "../../clients/panos/panos";
import type { WorkDirectory } from "./service";

/** For how long a job of a run that did not get to keep its id is still that run's, when it has ended, in milliseconds. */
const rememberedMs = 86_400_000;

/** What ids of jobs begin with that one resource has submitted for one purpose; each job adds what nobody else has. */
export function idPrefix(urn: string | undefined, asked: object): string {
  const hash = createHash("sha256").update(JSON.stringify([urn ?? "", sorted(asked)]));
  return `pulumi-${hash.digest("hex").slice(0, 12)}-`;
}

/** An id for one use: the daemon remembers which were cancelled, and the history has one file for each. */
export function newId(prefix: string): string {
  return `${prefix}${randomUUID()}`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sorted(item)]));
}

/**
 * The job with such an id that an earlier run has submitted and not kept: one that has not ended, or has done what it was
 * for, lately and by the upgrade paths as they are now. What failed is submitted again.
 */
export async function lostJob(
  { client }: WorkDirectory,
  prefix: string,
  isTaken: (id: string) => boolean,
  signal: AbortSignal,
): Promise<string | undefined> {
  const all = await client.jobs.list("all", { signal, idPrefix: prefix });
  const own = all.filter(({ id }) => !isTaken(id));
  if (own.length === 0) return undefined;
  const open = own.find(({ state }) => state === "pending" || state === "active");
  if (open) return open.id;
  const paths = await client.config.upgradePaths();
  const since = Math.max(Date.now() - rememberedMs, Date.parse(paths?.writtenAt ?? "") || 0);
  const done = own.filter((job) => job.status === "complete" && !job.dryRun && createdAt(job) > since);
  return done.sort((a, b) => createdAt(b) - createdAt(a))[0]?.id;
}

function createdAt(job: JobListing): number {
  return Date.parse(job.createdAt ?? "") || 0;
}
