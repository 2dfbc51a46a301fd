import { Snapshot } from "../http/coalesce";
import { isVendorError } from "../http/errors";
import { compareVersions } from "../http/versions";
import type { Mist } from "./mist";
import { normalizeMac } from "./normal";
import type { Row } from "./pages";

/** A version that there is. */
export interface FirmwareVersion {
  /** The model that it is for; of routers and Mist Edges the package. */
  name: string;
  version: string;
  /** Its channels, such as stable; none: a build for developers. */
  tags: readonly string[];
  /** What is meant where no version is named; only told of routers and Mist Edges. */
  isDefault?: boolean;
  /** The distribution of a Mist Edge that it is for. */
  distro?: string;
}

export type DeviceType = "ap" | "switch" | "gateway";

/**
 * Whether two texts mean the same version: exactly, or by their number only, as access points tell it in two forms
 * (`0.7.20216` and `apfw-0.7.20216-gilly-1a2b`). Other numbers without what follows them would be another release.
 */
export function sameVersion(one: string | undefined, other: string | undefined): "exact" | "similar" | undefined {
  if (one === undefined || other === undefined) return undefined;
  if (one.trim().toLowerCase() === other.trim().toLowerCase()) return "exact";
  const [first, second] = [accessPointBuild(one), accessPointBuild(other)];
  return first !== undefined && first === second ? "similar" : undefined;
}

/** `0.14.29633`: only access points count their builds so high. */
function accessPointBuild(version: string): string | undefined {
  return /^(?:apfw-)?(\d+\.\d+\.\d{4,})(?![\w.])/i.exec(version.trim())?.[1];
}

/** The newest version of each model or package among some. */
export function newestOf(versions: readonly FirmwareVersion[]): Map<string, FirmwareVersion> {
  const newest = new Map<string, FirmwareVersion>();
  for (const each of versions) {
    const best = newest.get(each.name);
    if (!best || compareVersions(each.version, best.version) > 0) newest.set(each.name, each);
  }
  return newest;
}

/** A word for versions, such as stable, in place of a version. */
export function isTag(version: string): boolean {
  return /^(?:stable|beta|alpha|custom)$/i.test(version);
}

/**
 * The version that a request means for a model: an exact one; a channel, for its newest; nothing, for the newest of any
 * channel. Undefined when there is none.
 */
export function meantVersion(
  versions: readonly FirmwareVersion[],
  model: string,
  wanted: string | undefined,
): string | undefined {
  const own = versions.filter(({ name }) => name === model);
  const named =
    own.find(({ version }) => sameVersion(version, wanted) === "exact") ??
    own.find(({ version }) => sameVersion(version, wanted) === "similar");
  if (named) return named.version;
  const tag = wanted?.toLowerCase();
  const offered = own.filter(({ tags }) => (tag === undefined ? tags.length > 0 : tags.includes(tag)));
  return newestOf(offered).get(model)?.version;
}

type Lists = Pick<Mist, "list">;

/** The versions that Mist offers: each list asked for once in a run. */
export class FirmwareVersions {
  private readonly lists = new Map<string, Snapshot<readonly FirmwareVersion[]>>();

  constructor(private readonly client: Lists) {}

  /** Those for the devices of an organization. */
  forDevices(orgId: string, type: DeviceType, signal: AbortSignal): Promise<readonly FirmwareVersion[]> {
    return this.read([`/orgs/${encodeURIComponent(orgId)}/devices/versions`], { type }, signal);
  }

  /** The same at a site, where the organization need not be known. */
  atSite(siteId: string, type: DeviceType, signal: AbortSignal): Promise<readonly FirmwareVersion[]> {
    return this.read([`/sites/${encodeURIComponent(siteId)}/devices/versions`], { type }, signal);
  }

  /** Those for Session Smart Routers, or for one of them. */
  forRouters(
    orgId: string,
    { channel, mac }: { channel?: string; mac?: string },
    signal: AbortSignal,
  ): Promise<readonly FirmwareVersion[]> {
    const query = { channel, mac: mac && normalizeMac(mac) };
    return this.read([`/orgs/${encodeURIComponent(orgId)}/ssr/versions`], query, signal);
  }

  /** Those for Mist Edges. */
  forEdges(
    orgId: string,
    { channel, distro }: { channel?: string; distro?: string },
    signal: AbortSignal,
  ): Promise<readonly FirmwareVersion[]> {
    const base = `/orgs/${encodeURIComponent(orgId)}/mxedges`;
    // An older API has it in the singular.
    return this.read([`${base}/versions`, `${base}/version`], { channel, distro }, signal);
  }

  private read(
    paths: readonly string[],
    query: Readonly<Record<string, string | undefined>>,
    signal: AbortSignal,
  ): Promise<readonly FirmwareVersion[]> {
    const key = JSON.stringify([paths[0], query]);
    const list =
      this.lists.get(key) ??
      new Snapshot({ maxAgeMs: Number.POSITIVE_INFINITY, load: (all) => this.load(paths, query, all) });
    this.lists.set(key, list);
    return list.read({ signal });
  }

  private async load(
    [path, ...others]: readonly string[],
    query: Readonly<Record<string, string | undefined>>,
    signal: AbortSignal,
  ): Promise<FirmwareVersion[]> {
    try {
      const found: FirmwareVersion[] = [];
      const rows = this.client.list(path as string, { query, signal, action: "list versions of firmware" });
      for await (const row of rows) found.push(versionFrom(row));
      return found;
    } catch (error) {
      if (others.length === 0 || !isVendorError(error, "not-found")) throw error;
      return this.load(others, query, signal);
    }
  }
}

function versionFrom(row: Row): FirmwareVersion {
  const tags = [row.tag, ...(Array.isArray(row.tags) ? row.tags : [])].filter((tag) => typeof tag === "string");
  return {
    name: String(row.model ?? row.package ?? ""),
    version: String(row.version ?? ""),
    tags: [...new Set(tags.map((tag) => tag.toLowerCase()))].filter((tag) => tag !== ""),
    isDefault: typeof row.default === "boolean" ? row.default : undefined,
    distro: typeof row.distro === "string" ? row.distro : undefined,
  };
}
