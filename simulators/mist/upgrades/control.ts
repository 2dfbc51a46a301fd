import { z } from "zod";
import { jsonBody, param, type Route, SimFailure, type SimReply } from "../../core/http";
import type { MistSimulator } from "../simulator";
import { type FirmwareRow, updateOutcomes } from "./types";

const name = z.string().min(1);

const firmwareRows: z.ZodType<FirmwareRow[]> = z.array(
  z.strictObject({
    type: z.enum(["ap", "switch", "gateway", "ssr", "mxedge"]),
    name,
    version: name,
    tag: z.enum(["stable", "beta", "alpha"]).optional(),
    distro: name.optional(),
  }),
);

const edgeChange = z
  .strictObject({
    versions: z.record(name, name),
    distro: name,
    connected: z.boolean(),
    updateOutcomes: z.array(z.enum(updateOutcomes)),
  })
  .partial();

/** The part of the control endpoint that is about upgrades. */
export function upgradeControl(mist: MistSimulator): Route[] {
  const { world, firmware, jobs } = mist;
  const ok = (json: unknown): SimReply => ({ status: 200, json });
  const none: SimReply = { status: 204 };
  return [
    {
      method: "GET",
      path: "/mist/firmware",
      doc: "Versions that there are; of one channel the later row is the newer version",
      handle: () => ok(world.firmware),
    },
    {
      method: "PUT",
      path: "/mist/firmware",
      doc: "Replace them all: an array of {type, name, version} with tag and distro",
      handle(request) {
        world.firmware = firmwareRows.parse(jsonBody(request));
        return ok(world.firmware);
      },
    },
    {
      method: "POST",
      path: "/mist/fleet",
      doc: "Add a site, Campus, with devices and Mist Edges of several models that don't run the newest version",
      handle() {
        mist.addFleet();
        return none;
      },
    },
    {
      method: "GET",
      path: "/mist/firmware-actions",
      doc: "What was really done to devices: download, install, reboot, snapshot; ?device= selects",
      handle({ query }) {
        const device = query.get("device");
        return ok(mist.firmwareActions(device ?? undefined));
      },
    },
    {
      method: "DELETE",
      path: "/mist/firmware-actions",
      doc: "Forget these",
      handle() {
        firmware.journal.actions.length = 0;
        return none;
      },
    },
    {
      method: "GET",
      path: "/mist/upgrades",
      doc: "Every upgrade job, by kind, as the API shows it",
      handle: () =>
        ok({
          site: jobs.site.list().map((job) => ({ ...job.show(), targets: job.targets() })),
          org: jobs.org.list().map((job) => job.show()),
          ssr: jobs.ssr.list().map((job) => ({ ...job.show(), targets: job.targets() })),
          edge: jobs.edge.list().map((job) => job.show()),
        }),
    },
    {
      method: "DELETE",
      path: "/mist/upgrades/{id}",
      doc: "Purge a job: the API answers 404 then; what it does goes on",
      handle(request) {
        const id = param(request, "id");
        const gone = Object.values(jobs.shelves).map((shelf) => shelf.purge(id));
        if (!gone.includes(true)) throw new SimFailure(404, `There is no upgrade ${id}`);
        return none;
      },
    },
    {
      method: "PATCH",
      path: "/mist/edges/{id}",
      doc: 'Change what runs on a Mist Edge, for example {"updateOutcomes": ["installFails"]}',
      handle(request) {
        const id = param(request, "id");
        return ok(Object.assign(firmware.edge(id), edgeChange.parse(jsonBody(request))));
      },
    },
  ];
}
