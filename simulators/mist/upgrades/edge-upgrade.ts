import { isObject } from "../../core/http";
import { type Call, invalid, objectBody, orgOf } from "../call";
import type { Body } from "../types";
import { resolved } from "./catalogue";
import { EdgeJob, type EdgePlan } from "./edge-job";
import { badField, Fields } from "./fields";
import { phasesOf } from "./plan";
import { checkNotEmpty } from "./selection";
import { startOf } from "./site-upgrade";
import { channels } from "./ssr-upgrade";
import { approachOf } from "./strategy";

const packages = ["mxagent", "tunterm", "radsecproxy", "mxocproxy", "mxdas"];

/** Starts an upgrade of Mist Edges of the organisation, or of the call's site. */
export function startEdgeJob(call: Call): EdgeJob {
  const request = objectBody(call.request);
  const job = new EdgeJob(request, planOf(call, request), call.context.firmware);
  return call.context.jobs.edge.add(job);
}

/** Changes a job that hasn't begun. */
export function changeEdgeJob(call: Call, job: EdgeJob): void {
  if (job.begun || job.endedAt !== undefined) throw invalid("The upgrade has started already.");
  const request = { ...job.request, ...objectBody(call.request) };
  job.change(request, planOf(call, request));
}

/** Mist Edges of the organisation, or of the call's site: id and settings. */
function edgesOf(call: Call): Map<string, Body> {
  const { id } = orgOf(call);
  const entries = [...call.context.world.objects("org", id, "mxedges").values()];
  const there = entries.filter(({ data }) => call.site === undefined || data.site_id === call.site.id);
  return new Map(there.map((entry) => [entry.id, entry.data]));
}

function planOf(call: Call, request: Body): EdgePlan {
  const fields = new Fields(request);
  const known = edgesOf(call);
  const ids = fields.ids("mxedge_ids");
  if (ids === undefined) throw badField("mxedge_ids", "mxedge_ids is required");
  const missing = ids.filter((id) => !known.has(id));
  if (missing.length > 0 && call.context.variants.unknownUpgradeDevices === "refused")
    throw badField("mxedge_ids", `Mist Edge not found: ${missing.join(", ")}`);
  const edges = new Set(ids.filter((id) => known.has(id)));
  checkNotEmpty(call.context, edges);
  const channel = fields.choice("channel", channels, "stable");
  const distro = fields.text("distro");
  const asked = askedVersions(fields, distro);
  const allowed = { strategy: ["big_bang", "serial", "canary"] };
  const { strategy, tolerance, shown } = approachOf(fields, [], { allowed: allowed.strategy });
  const downgrades = isObject(request.allow_downgrades) ? request.allow_downgrades : {};
  return {
    orgId: orgOf(call).id,
    siteId: call.site?.id ?? null,
    phases: phasesOf([...edges], strategy),
    versions: new Map([...edges].map((id) => [id, versionsFor(call, id, asked, channel, downgrades)])),
    distro,
    tolerance,
    startAt: startOf(call, fields.time("start_time"), "start_time"),
    shown: { channel, ...(distro !== undefined && { distro }), ...shown, versions: asked },
  };
}

/** Words and numbers by package; with a distribution they don't count. */
function askedVersions(fields: Fields, distro: string | undefined): Record<string, string> {
  if (distro !== undefined) return {};
  const { versions } = fields.body;
  if (!isObject(versions)) throw badField("versions", "versions is required");
  for (const name of Object.keys(versions))
    if (!packages.includes(name)) throw badField("versions", `no such package: ${name}`);
  const inside = new Fields(versions);
  const given = packages.map((name): [string, string | undefined] => [
    name,
    name === "mxagent" || name === "tunterm" ? inside.required(name) : inside.text(name),
  ]);
  return Object.fromEntries(given.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** What one Mist Edge is to run; undefined when that would be a downgrade that isn't allowed. */
function versionsFor(
  { context }: Call,
  id: string,
  asked: Record<string, string>,
  channel: string,
  downgrades: Body,
): Record<string, string> | undefined {
  const running = context.firmware.edge(id).versions;
  const wanted: Record<string, string> = {};
  for (const [name, word] of Object.entries(asked)) {
    if (word === "current") continue;
    const rows = context.world.firmware.filter((row) => row.type === "mxedge" && row.name === name);
    const meant = { latest: channel, default: "stable" }[word] ?? word;
    const version = resolved(rows, meant);
    if (version === undefined) throw badField("versions", `${name} ${word} is not available`);
    const place = (one: string | undefined): number => rows.findIndex((row) => row.version === one);
    if (place(version) < place(running[name]) && downgrades[name] !== true) return undefined;
    wanted[name] = version;
  }
  return wanted;
}
