import { param, type Route, type SimReply } from "../../core/http";
import { type Call, idParam, type MistContext, mistRoute, notFound, ok, orgOf, siteOf } from "../call";
import { deviceAt } from "../devices";
import { isSsr } from "./catalogue";
import type { DeviceJob } from "./device-job";
import { cancel } from "./job-routes";
import { shownSsrJob, startOneSsr, startSsrJob } from "./ssr-upgrade";

/** Upgrades of Session Smart Routers. */
export function ssrRoutes(context: MistContext): Route[] {
  const { jobs, variants, world } = context;
  const route = (method: string, path: string, handle: (call: Call) => SimReply): Route =>
    mistRoute(context, { method, path, handle });
  const org = "/orgs/{org_id}/ssr/upgrade";
  /** By the vendor's documentation the status is where the cancellation is. */
  const read = (path: "plain" | "cancel") => (call: Call) => {
    if (variants.ssrJobPath !== "both" && variants.ssrJobPath !== path)
      throw notFound(param(call.request, "id"), variants);
    return ok(shownSsrJob(call, orgJob(call), "targets"));
  };
  return [
    route("POST", org, (call) => ok(shownSsrJob(call, startSsrJob(call), "counts"))),
    route("GET", org, (call) => {
      const { id } = orgOf(call);
      const own = jobs.ssr.list().filter(({ plan }) => plan.orgId === id);
      return ok(own.map((job) => shownSsrJob(call, job, "counts")));
    }),
    route("GET", `${org}/{id}`, read("plain")),
    route("GET", `${org}/{id}/cancel`, read("cancel")),
    route("POST", `${org}/{id}/cancel`, (call) => cancel(call, [orgJob(call)])),
    route("POST", "/sites/{site_id}/ssr/{id}/upgrade", (call) => {
      const id = param(call.request, "id");
      const device = deviceAt(call, id);
      if (!isSsr(device)) throw notFound(id, variants);
      return ok(shownSsrJob(call, startOneSsr(call, device), "counts"));
    }),
    route("GET", "/sites/{site_id}/ssr/upgrade/{id}", (call) => {
      const id = idParam(call, "id");
      const job = jobs.ssr.find(id);
      const { id: siteId } = siteOf(call);
      const here = [...(job?.stages().keys() ?? [])].some((mac) => world.devices.get(mac)?.siteId === siteId);
      if (!job || !here) throw notFound(id, variants);
      return ok(shownSsrJob(call, job, "targets"));
    }),
  ];
}

function orgJob(call: Call): DeviceJob {
  const id = idParam(call, "id");
  const job = call.context.jobs.ssr.find(id);
  if (job?.plan.orgId !== orgOf(call).id) throw notFound(id, call.context.variants);
  return job;
}
