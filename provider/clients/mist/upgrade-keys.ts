import { normalizeUuid } from "./normal";

/** The kinds of upgrade jobs: of a site's devices, of an organization's, of its Session Smart Routers, of its Mist Edges. */
export const upgradeKinds = ["site", "org", "ssr", "mxedge"] as const;

export type UpgradeKind = (typeof upgradeKinds)[number];

/** What names an upgrade job, since Mist knows each only at the place that it is of. */
export interface UpgradeKey {
  kind: UpgradeKind;
  /** The id of the site, for all other kinds that of the organization. */
  place: string;
  id: string;
}

const collections: Readonly<Record<UpgradeKind, string>> = {
  site: "devices",
  org: "devices",
  ssr: "ssr",
  mxedge: "mxedges",
};

/** Where the jobs of a kind are. */
export function upgradesPath(kind: UpgradeKind, place: string): string {
  return `/${kind === "site" ? "sites" : "orgs"}/${encodeURIComponent(place)}/${collections[kind]}/upgrade`;
}

/** `site:<siteId>/<upgradeId>`: the id of the job as a resource. */
export function upgradeKeyText({ kind, place, id }: UpgradeKey): string {
  return `${kind}:${place}/${id}`;
}

const uuid = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const keyText = new RegExp(`^(?:(${upgradeKinds.join("|")})[:/.])?(?:(${uuid})[/:.])?(${uuid})$`, "i");

/**
 * Reads what people write for a job: `site:<siteId>/<upgradeId>`, where `:`, `/` and the `.` of other tools mean the same, and
 * the kind may be left out where it is known.
 * @returns undefined when the text is no such key, or that of another kind
 */
export function parseUpgradeKey(
  text: string,
  expected?: UpgradeKind,
): (Partial<UpgradeKey> & { id: string }) | undefined {
  const [, named, place, id] = keyText.exec(text.trim()) ?? [];
  const kind = (named?.toLowerCase() as UpgradeKind | undefined) ?? expected;
  if (id === undefined || (expected !== undefined && kind !== expected)) return undefined;
  return { kind, place: place && normalizeUuid(place), id: normalizeUuid(id) };
}
