import { z } from "zod";
import { type FirmwareVersion, newestOf } from "../../../clients/mist/firmware-versions";
import { normalizeUuid } from "../../../clients/mist/normal";
import { defineFunction } from "../../../core/resource";
import { field, object } from "../../../core/shape";
import { account, accountOf } from "../account";
import { macText } from "../device-names";
import { inOrganization } from "../devices";
import { uuid } from "../object-resource";

/** The versions of firmware that Mist offers. */

const channel = (doc: string) => field(z.enum(["stable", "beta", "alpha"]).optional(), { doc });
const once = "Each list is asked for once in a run.";

const latest = (what: string) =>
  field(z.record(z.string(), z.string()), {
    doc: `The newest of these for each ${what}: with one channel only its newest, as \`latest["…"]\`.`,
  });

function latestOf(versions: readonly FirmwareVersion[]): { [name: string]: string } {
  return Object.fromEntries([...newestOf(versions)].map(([name, { version }]) => [name, version]));
}

const tags = field(z.array(z.string()), { doc: "Its channels, such as stable. None: a build for developers." });
const version = field(z.string(), { doc: "The version." });

const packageFields = {
  package: field(z.string(), { doc: "What it is a version of." }),
  version,
  tags,
  isDefault: field(z.boolean().optional(), { doc: "Whether it is meant where no version is named." }),
};

export const getDeviceVersions = defineFunction({
  token: "mist:getDeviceVersions",
  doc: `The firmware that Mist offers for access points, switches or gateways. ${once}`,
  service: account,
  inputs: {
    orgId: inOrganization,
    siteId: field(uuid.optional(), { doc: "Those for the devices of this site. Default: of the organization." }),
    deviceType: field(z.enum(["ap", "switch", "gateway"]).optional(), { doc: "The type of the devices. Default: ap." }),
    model: field(z.string().optional(), { doc: "Only those for this model, in any case of letters. Default: all." }),
    tag: channel("Only those of this channel. Default: all, builds for developers as well."),
  },
  outputs: {
    versions: field(
      z.array(
        object(
          "DeviceVersion",
          { model: field(z.string(), { doc: "The model that it is for." }), version, tags },
          "A version of firmware.",
        ),
      ),
      { doc: "The versions, in the order of Mist." },
    ),
    latest: latest("model"),
  },
  async run(context, { orgId, siteId, deviceType = "ap", model, tag }) {
    const { client } = await accountOf(context);
    const { signal } = context;
    const all =
      siteId === undefined
        ? await client.versions.forDevices(await client.organization(orgId, context), deviceType, signal)
        : await client.versions.atSite(normalizeUuid(siteId), deviceType, signal);
    const found = all.filter(
      ({ name, tags: its }) =>
        (model === undefined || name.toLowerCase() === model.toLowerCase()) && (tag === undefined || its.includes(tag)),
    );
    const versions = found.map((each) => ({ model: each.name, version: each.version, tags: [...each.tags] }));
    return { versions, latest: latestOf(found) };
  },
});

export const getSsrVersions = defineFunction({
  token: "mist:getSsrVersions",
  doc: `The software that Mist offers for Session Smart Routers. ${once}`,
  service: account,
  inputs: {
    orgId: inOrganization,
    channel: channel("Only those of this channel. Default: all."),
    mac: field(macText.optional(), { doc: "Only those for the router with this MAC address. Default: for any." }),
  },
  outputs: {
    versions: field(z.array(object("SsrVersion", packageFields, "A version of a router's software.")), {
      doc: "The versions, in the order of Mist.",
    }),
    latest: latest("package"),
  },
  async run(context, { orgId, channel: wanted, mac }) {
    const { client } = await accountOf(context);
    const id = await client.organization(orgId, context);
    const found = await client.versions.forRouters(id, { channel: wanted, mac }, context.signal);
    return { versions: found.map(packageFrom), latest: latestOf(found) };
  },
});

export const getMxEdgeVersions = defineFunction({
  token: "mist:getMxEdgeVersions",
  doc: `The software that Mist offers for Mist Edges. ${once}`,
  service: account,
  inputs: {
    orgId: inOrganization,
    channel: channel("Only those of this channel. Default: all."),
    distro: field(z.string().optional(), { doc: "Only those for this distribution, by its code name. Default: all." }),
  },
  outputs: {
    versions: field(
      z.array(
        object(
          "MxEdgeVersion",
          { ...packageFields, distro: field(z.string().optional(), { doc: "The distribution that it is for." }) },
          "A version of a package of Mist Edges.",
        ),
      ),
      { doc: "The versions, in the order of Mist." },
    ),
    latest: latest("package"),
  },
  async run(context, { orgId, channel: wanted, distro }) {
    const { client } = await accountOf(context);
    const id = await client.organization(orgId, context);
    const found = await client.versions.forEdges(id, { channel: wanted, distro }, context.signal);
    return { versions: found.map((each) => ({ ...packageFrom(each), distro: each.distro })), latest: latestOf(found) };
  },
});

function packageFrom({ name, version: number, tags: its, isDefault }: FirmwareVersion) {
  return { package: name, version: number, tags: [...its], isDefault };
}
