import { normalizeMac } from "./normal";
import type { Row } from "./pages";
import type { UpgradeKey } from "./upgrade-keys";
import { numberOf, textOf } from "./wire";

/** Where a device is within a job, in order; `upgrading` is all that is told of routers and Mist Edges on their way. */
export const stages = [
  "scheduled",
  "downloadRequested",
  "downloading",
  "downloaded",
  "upgrading",
  "rebootInProgress",
  "rebooted",
  "upgraded",
  "skipped",
  "failed",
] as const;

export type Stage = (typeof stages)[number];

const lastStages: ReadonlySet<Stage> = new Set(["upgraded", "skipped", "failed"]);

export function isLastStage(stage: Stage): boolean {
  return lastStages.has(stage);
}

/** How many devices are at each stage; those without any are left out. */
export type StageCounts = { readonly [Name in Stage]?: number };

/** An upgrade job as Mist tells of it, with whatever of it is there. */
export interface UpgradeView {
  key: UpgradeKey;
  /** In the words of Mist; of an organization, which has none, that of its sites that matters most. */
  status: string;
  /** What the status means. A word that is not known means that the job goes on. */
  outcome: "active" | "completed" | "failed" | "cancelled";
  strategy?: string;
  /** One version for all devices; what was asked for, or nothing, where they have different ones. */
  targetVersion?: string;
  force?: boolean;
  /** Seconds since 1970. */
  startTime?: number;
  /** Seconds since 1970. */
  rebootAt?: number;
  /** 1 for the first of the plan. */
  currentPhase?: number;
  /** MACs, phase after phase. */
  plan: readonly (readonly string[])[];
  /** The highest stage of each device by its MAC; undefined where Mist tells numbers only, as in a list. */
  devices?: ReadonlyMap<string, Stage>;
  counts: StageCounts;
  total: number;
  /** The jobs that an organization's job consists of. */
  sites: readonly { siteId: string; upgradeId: string }[];
  /** As it came. */
  row: Row;
}

const wireStages: Readonly<Record<string, Stage>> = {
  scheduled: "scheduled",
  queued: "scheduled",
  download_requested: "downloadRequested",
  downloading: "downloading",
  downloaded: "downloaded",
  upgrading: "upgrading",
  reboot_in_progress: "rebootInProgress",
  rebooted: "rebooted",
  upgraded: "upgraded",
  success: "upgraded",
  skipped: "skipped",
  failed: "failed",
};

const ends: Readonly<Record<string, UpgradeView["outcome"]>> = {
  completed: "completed",
  success: "completed",
  failed: "failed",
  cancelled: "cancelled",
  canceled: "cancelled",
};

/** What a reply about a job, or its row in a list, says. */
export function upgradeView(key: UpgradeKey, row: Row): UpgradeView {
  const parts = rowsIn(row.upgrades);
  if (key.kind === "org" && Array.isArray(row.upgrades)) return orgView(key, row, parts);
  if (key.kind === "org") return orgRow(key, row);
  const targets = mapIn(row.targets);
  const devices = targets && stagesOf(targets);
  const counts = devices ? countsOf(devices.values()) : countsFrom(mapIn(row.counts) ?? {});
  const total = integer((targets ?? mapIn(row.counts))?.total) ?? devices?.size ?? sumOf(counts);
  const status = textOf(row.status) ?? "unknown";
  return {
    key,
    status,
    outcome: outcomeOf(key, status, counts, total),
    strategy: textOf(row.strategy),
    targetVersion: textOf(row.target_version) ?? (key.kind === "ssr" ? onlyText(row.versions) : undefined),
    force: typeof row.force === "boolean" ? row.force : undefined,
    startTime: numberOf(row.start_time),
    rebootAt: numberOf(row.reboot_at),
    currentPhase: integer(row.current_phase),
    plan: planOf(row.upgrade_plan),
    devices,
    counts,
    total,
    sites: [],
    row,
  };
}

/** The words that routers and Mist Edges end with are not written down, so that their devices tell as well. */
function outcomeOf({ kind }: UpgradeKey, status: string, counts: StageCounts, total: number): UpgradeView["outcome"] {
  const end = ends[status.toLowerCase()];
  if (end || kind === "site" || kind === "org") return end ?? "active";
  const over = (counts.upgraded ?? 0) + (counts.skipped ?? 0) + (counts.failed ?? 0);
  return total > 0 && over >= total ? "completed" : "active";
}

/** An organization's job has no status of its own: it is at work as long as one of its sites is. */
function orgView(key: UpgradeKey, row: Row, parts: readonly Row[]): UpgradeView {
  const views = parts.map((part) => {
    const upgrade = mapIn(part.upgrade) ?? {};
    const own = { kind: "site", place: textOf(part.site_id) ?? "", id: textOf(upgrade.id) ?? "" } as const;
    return upgradeView(own, upgrade);
  });
  const devices = new Map(views.flatMap((view) => [...(view.devices ?? [])]));
  const decisive =
    views.find(({ outcome }) => outcome === "active") ??
    views.find(({ outcome }) => outcome === "failed") ??
    views.find(({ outcome }) => outcome === "completed") ??
    views[0];
  const starts = views.map(({ startTime }) => startTime).filter((start) => start !== undefined);
  return {
    key,
    status: decisive?.status ?? "completed",
    outcome: decisive?.outcome ?? "completed",
    strategy: textOf(row.strategy),
    targetVersion: textOf(row.target_version),
    force: typeof row.force === "boolean" ? row.force : undefined,
    startTime: starts.length > 0 ? Math.min(...starts) : undefined,
    plan: [],
    devices,
    counts: countsOf(devices.values()),
    total: views.reduce((sum, { total }) => sum + total, 0),
    sites: views.map((view) => ({ siteId: view.key.place, upgradeId: view.key.id })),
    row,
  };
}

/** In the list of an organization a job is only the ids of its parts. */
function orgRow(key: UpgradeKey, row: Row): UpgradeView {
  const sites = rowsIn(row.site_upgrades).map((part) => ({
    siteId: textOf(part.site_id) ?? "",
    upgradeId: textOf(part.upgrade_id) ?? "",
  }));
  return { key, status: "unknown", outcome: "active", plan: [], counts: {}, total: 0, sites, row };
}

/** A device may stand in several lists: the highest counts. */
function stagesOf(targets: Row): Map<string, Stage> {
  const found = new Map<string, Stage>();
  for (const [name, macs] of Object.entries(targets)) {
    const stage = wireStages[name];
    if (stage === undefined || !Array.isArray(macs)) continue;
    for (const given of macs) {
      const mac = macIn(String(given));
      const before = found.get(mac);
      if (before === undefined || stages.indexOf(stage) > stages.indexOf(before)) found.set(mac, stage);
    }
  }
  return found;
}

/** Routers are told by their ids, which end with the MAC. */
function macIn(name: string): string {
  const [, mac] = /^0{8}-0{4}-0{4}-[01]000-([0-9a-f]{12})$/i.exec(name) ?? [];
  return normalizeMac(mac ?? name);
}

function countsOf(found: Iterable<Stage>): StageCounts {
  const counts: { [Name in Stage]?: number } = {};
  for (const stage of found) counts[stage] = (counts[stage] ?? 0) + 1;
  return counts;
}

function countsFrom(row: Row): StageCounts {
  const counts: { [Name in Stage]?: number } = {};
  for (const [name, value] of Object.entries(row)) {
    const stage = wireStages[name];
    const found = integer(value);
    if (stage !== undefined && found) counts[stage] = (counts[stage] ?? 0) + found;
  }
  return counts;
}

function sumOf(counts: StageCounts): number {
  return Object.values(counts).reduce((sum, each) => sum + each, 0);
}

/** Phases by their number, which is a text. */
function planOf(value: unknown): string[][] {
  const phases = Object.entries(mapIn(value) ?? {}).sort(([a], [b]) => Number(a) - Number(b));
  return phases.map(([, macs]) => (Array.isArray(macs) ? macs.map((mac) => macIn(String(mac))) : []));
}

/** Of routers there is one package. */
function onlyText(value: unknown): string | undefined {
  const [only, ...others] = Object.values(mapIn(value) ?? {});
  return others.length === 0 ? textOf(only) : undefined;
}

function mapIn(value: unknown): Row | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Row) : undefined;
}

function rowsIn(value: unknown): Row[] {
  return Array.isArray(value) ? value.filter((row) => mapIn(row) !== undefined) : [];
}

function integer(value: unknown): number | undefined {
  return Number.isInteger(value) ? (value as number) : undefined;
}
