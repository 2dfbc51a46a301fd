import type { Route, SimReply } from "../../core/http";
import { type Call, done, idParam, type MistContext, mistRoute, notFound, ok, orgOf } from "../call";
import type { EdgeJob } from "./edge-job";
import { changeEdgeJob, startEdgeJob } from "./edge-upgrade";
import { cancel } from "./job-routes";

/** Upgrades of Mist Edges, of an organisation or of a site. */
export function edgeRoutes(context: MistContext): Route[] {
  const route = (method: string, path: string, handle: (call: Call) => SimReply): Route =>
    mistRoute(context, { method, path, handle });
  return ["/orgs/{org_id}/mxedges/upgrade", "/sites/{site_id}/mxedges/upgrade"].flatMap((path) => [
    // The answer doesn't name the job.
    route("POST", path, (call) => {
      startEdgeJob(call);
      return done(context);
    }),
    route("GET", path, (call) => ok(jobsOf(call).map((job) => job.show()))),
    route("GET", `${path}/{id}`, (call) => ok(jobOf(call).show())),
    route("PUT", `${path}/{id}`, (call) => {
      const job = jobOf(call);
      changeEdgeJob(call, job);
      return ok(job.show());
    }),
    route("POST", `${path}/{id}/cancel`, (call) => cancel(call, [jobOf(call)])),
  ]);
}

function jobsOf(call: Call): EdgeJob[] {
  const siteId = call.site?.id ?? null;
  const { id } = orgOf(call);
  return call.context.jobs.edge.list().filter(({ plan }) => plan.orgId === id && plan.siteId === siteId);
}

function jobOf(call: Call): EdgeJob {
  const id = idParam(call, "id");
  const job = jobsOf(call).find((one) => one.id === id);
  if (!job) throw notFound(id, call.context.variants);
  return job;
}
