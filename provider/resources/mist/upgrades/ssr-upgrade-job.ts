import { z } from "zod";
import { deviceIdOf } from "../../../clients/mist/normal";
import { defineJob } from "../../../core/job";
import { field, type ValuesOf } from "../../../core/shape";
import type { ValueMap } from "../../../core/values";
import { fromVendor, toVendor } from "../../../core/wire-names";
import { account, accountOf } from "../account";
import { orgIdField } from "../object-resource";
import { areKnown, deviceText, idOfDevice, jobOutputs, macOfDevice } from "./fields";
import { forecast } from "./forecast";
import { jobVerbs } from "./job-verbs";
import { isAsAsked, macsOf, sameMacs } from "./likeness";
import { selected } from "./selection";

const orNever = z.int().min(-1).max(9_999_999_999, "must be in seconds since 1970, not in milliseconds");

/** What goes to Mist. */
const request = {
  deviceIds: field(z.array(deviceText).min(1), {
    doc: "The routers, by their ids or MAC addresses.",
    wire: "device_ids",
    unordered: true,
    canonical: idOfDevice,
  }),
  channel: field(z.enum(["stable", "beta", "alpha"]).optional(), {
    doc: "The channel whose newest version they get where none is named. Default: stable.",
  }),
  targetVersion: field(z.string().min(1).optional(), {
    doc: "The version. Default: the newest of the channel.",
    wire: "version",
  }),
  strategy: field(z.enum(["big_bang", "serial"]).optional(), {
    doc: "All at once, or one after the other. Default: big_bang.",
  }),
  startTime: field(orNever.optional(), {
    doc: "When downloads begin, in seconds since 1970; -1: never, what was loaded before is only rebooted into. Default: at once.",
    wire: "start_time",
  }),
  rebootAt: field(orNever.optional(), {
    doc: "When they reboot, in seconds since 1970; -1: never, the version is only loaded. Default: startTime.",
    wire: "reboot_at",
  }),
};

const inputs = { orgId: orgIdField, ...request };

type Inputs = ValuesOf<typeof inputs>;

const verbs = jobVerbs<Inputs>({
  kind: "ssr",
  what: ({ deviceIds }, orgId) => `${deviceIds.length} routers of organization ${orgId}`,
  place: (context, own, { orgId }) => own.client.organization(orgId, { signal: context.signal, write: true }),
  body: (given) => toVendor(request, { ...given, deviceIds: given.deviceIds.map(idOfDevice) } as ValueMap),
  isLike: (view, { strategy, targetVersion: version, channel = "stable" }) =>
    isAsAsked(view, { strategy, version }) && (version !== undefined || (view.row.channel ?? channel) === channel),
  hasDevices: async (view, { deviceIds }) => sameMacs(macsOf(view), new Set(deviceIds.map(macOfDevice))),
  inputs: (view) => ({
    ...(fromVendor({ channel: request.channel, strategy: request.strategy }, view.row as ValueMap) as Partial<Inputs>),
    orgId: view.key.place,
    targetVersion: view.targetVersion,
    deviceIds: [...(macsOf(view) ?? [])].map(deviceIdOf),
  }),
});

export const ssrUpgradeJob = defineJob<typeof inputs, typeof jobOutputs>({
  token: "mist:SsrUpgradeJob",
  doc: [
    "An upgrade of Session Smart Routers of an organization. They reboot with it, unless `rebootAt` is -1.",
    "Create asks for it and ends as soon as Mist has accepted: an `UpgradeCompletion` waits for the outcome. It never changes:",
    "another specification, or another value of `triggers`, is another job, and the old one is cancelled first if it goes on.",
    "Delete cancels what has not begun, or leaves the job alone with `onDelete: leave`; nothing is rolled back. A job that has",
    "ended is history: it is never run again by itself.",
    "Imported by the id of the job, where it is not in the configured organization after the id of its own and a slash.",
  ].join(" "),
  example: `new ztp.mist.SsrUpgradeJob("routers", { deviceIds: [router.deviceId], targetVersion: "6.3.0-107r1" });`,
  service: account,
  inputs,
  outputs: jobOutputs,
  impact: {
    create: ({ deviceIds, targetVersion: version, channel = "stable", rebootAt }) =>
      `${deviceIds.length} routers will be upgraded to ${version ?? `the newest version that is ${channel}`}` +
      (rebootAt === -1 ? "" : " and reboot"),
  },

  async plan(context, given) {
    const { orgId, deviceIds, channel, targetVersion: version, rebootAt } = given;
    if (!areKnown(orgId, deviceIds, channel, version, rebootAt)) return {};
    const own = await accountOf(context);
    const { signal } = context;
    const id = await own.client.organization(orgId, { signal, write: true });
    const states = await own.client.states.all({ scope: "org", id }, { signal, maxAgeMs: 60_000 });
    const routers = selected(states.values(), { deviceIds });
    const macs = new Set(routers.map(({ mac }) => mac));
    const unknown = deviceIds.filter((device) => !macs.has(macOfDevice(device)));
    const missing = unknown.map((device) => `${device} is no device of organization ${id} that is at a site`);
    if (routers.length === 0) return { warnings: missing, impact: "" };
    const offered = (await own.client.versions.forRouters(id, {}, signal)).flatMap((each) =>
      routers.map(({ model }) => ({ ...each, name: model })),
    );
    const wish = { version: version ?? channel, reboot: rebootAt !== -1 };
    const { impact, problems, warnings } = forecast(routers, offered, `organization ${id}`, () => wish);
    return { problems, warnings: [...missing, ...warnings], impact: impact ?? "" };
  },

  ...verbs,
});
