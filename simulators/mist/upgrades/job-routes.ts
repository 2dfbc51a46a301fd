import type { Route, SimReply } from "../../core/http";
import { type Call, done, idParam, invalid, type MistContext, mistRoute, notFound, ok, orgOf, siteOf } from "../call";
import type { DeviceJob } from "./device-job";
import type { OrgJob } from "./org-job";
import { startOrgJob } from "./org-upgrade";
import { startSiteJob } from "./site-upgrade";

/** Upgrades of the devices of a site, or of an organisation. */
export function jobRoutes(context: MistContext): Route[] {
  const { jobs } = context;
  const route = (method: string, path: string, handle: (call: Call) => SimReply): Route =>
    mistRoute(context, { method, path, handle });
  const site = "/sites/{site_id}/devices/upgrade";
  const org = "/orgs/{org_id}/devices/upgrade";
  return [
    route("POST", site, (call) => ok({ upgrade_id: startSiteJob(call).id })),
    route("GET", site, (call) => {
      const status = call.request.query.get("status");
      const { id } = siteOf(call);
      const rows = jobs.site
        .list()
        .filter((job) => job.plan.siteId === id && (status === null || job.status === status))
        .map((job) => ({ ...job.show(), counts: job.counts() }));
      return ok(rows);
    }),
    route("GET", `${site}/{id}`, (call) => {
      const job = siteJob(call);
      return ok({ ...job.show(), targets: job.targets() });
    }),
    route("POST", `${site}/{id}/cancel`, (call) => cancel(call, [siteJob(call)])),
    route("POST", org, (call) => ok(startOrgJob(call).show())),
    route("GET", org, (call) => {
      const { id } = orgOf(call);
      const own = jobs.org.list().filter(({ orgId }) => orgId === id);
      return ok(own.map((job) => job.row()));
    }),
    route("GET", `${org}/{id}`, (call) => ok(orgJob(call).show())),
    route("POST", `${org}/{id}/cancel`, (call) => cancel(call, orgJob(call).jobs)),
  ];
}

function siteJob(call: Call): DeviceJob {
  const id = idParam(call, "id");
  const job = call.context.jobs.site.find(id);
  if (job?.plan.siteId !== siteOf(call).id) throw notFound(id, call.context.variants);
  return job;
}

function orgJob(call: Call): OrgJob {
  const id = idParam(call, "id");
  const job = call.context.jobs.org.find(id);
  if (job?.orgId !== orgOf(call).id) throw notFound(id, call.context.variants);
  return job;
}

/** Leaves alone what hasn't begun; devices in flight, and those that are through, stay as they are. */
export function cancel(call: Call, jobs: readonly { cancel(): boolean }[]): SimReply {
  const stopped = jobs.map((job) => job.cancel());
  if (!stopped.includes(true) && call.context.variants.cancelFinished === "refused")
    throw invalid("The upgrade is already finished.");
  return done(call.context);
}
