import { z } from "zod";
import { isVendorError } from "../../../clients/http/errors";
import { type DeviceState, isUnderWay } from "../../../clients/mist/device-states";
import { sameVersion } from "../../../clients/mist/firmware-versions";
import { deviceIdOf, normalizeMac, normalizeUuid } from "../../../clients/mist/normal";
import { type Context, defineResource, type WriteContext } from "../../../core/resource";
import { type Field, field, type ValuesOf } from "../../../core/shape";
import { isUnknown } from "../../../core/values";
import { type Account, account, accountOf } from "../account";
import { macText } from "../device-names";
import { siteIdField } from "../object-resource";
import { siteNameText } from "../site-names";
import { bringTo, deviceText, type Reached, type Wanted } from "./device-work";
import { idOfDevice, macOfDevice, reboots, times } from "./fields";
import { forecast, typesOf } from "./forecast";

const local = <T>(declared: Field<T>): Field<T> => ({ ...declared, change: "local" });

const inputs = {
  siteId: { ...siteIdField("The site that it is assigned to."), required: true } as Field<string>,
  mac: field(macText, {
    doc: "The MAC address, however it is spelled; of a virtual chassis its own, not that of a member. Another one is another device.",
    change: "replace",
    canonical: normalizeMac,
    references: "mist:DeviceAssignment.mac",
  }),
  targetVersion: field(z.string().min(1), {
    doc:
      "The version that it is to run: an exact one, or stable for what is stable when it is first asked for. A device that " +
      "runs another one is upgraded, or downgraded, and reboots.",
  }),
  reboot: local(
    field(z.boolean().optional(), {
      doc:
        "Whether a switch or gateway reboots into it. With false the version waits on the device for somebody to reboot it. " +
        "Access points always reboot. Default: true.",
      default: true,
    }),
  ),
  snapshot: local(reboots.snapshot),
  startTime: local(times.startTime),
  rebootAt: local(times.rebootAt),
  timeoutSeconds: field(z.number().positive().optional(), {
    doc: "How long to wait for the device to run it, in seconds; the upgrade goes on after that. Default: 3600.",
    change: "local",
    default: 3600,
  }),
};

const outputs = {
  deviceId: field(z.string(), { doc: "The id by which Mist knows the device.", stable: true }),
  model: field(z.string(), { doc: "The model.", stable: true }),
  deviceType: field(z.string().optional(), { doc: "ap, switch or gateway.", stable: true }),
  resolvedVersion: field(z.string(), { doc: "The version that was asked for: what stable meant then." }),
  runningVersion: field(z.string().optional(), { doc: "The version that it runs." }),
  pendingReboot: field(z.boolean(), { doc: "Whether the version waits on the device for its next reboot." }),
};

type Inputs = ValuesOf<typeof inputs>;
type Outputs = ValuesOf<typeof outputs>;

export const deviceFirmware = defineResource<typeof inputs, typeof outputs>({
  token: "mist:DeviceFirmware",
  doc: [
    "The version of the firmware that one device runs. Create and update upgrade it only when it runs another one, wait with its",
    "progress on the row, and succeed only when the device itself tells that it runs the version. An update that is under way",
    "already is waited for, so that an interrupted run, or one that took too long, asks for nothing twice.",
    "It reboots with that, a switch or gateway unless `reboot` is false. A refresh finds a device that has come to run another",
    "version. A change of anything but the version asks for nothing. For many devices `UpgradeJob` is cheaper, and takes them in",
    "phases. Delete forgets the version and leaves the device as it is.",
    "Imported by the id of the site, a slash, and the MAC address or id of the device, with the version that it runs.",
  ].join(" "),
  example: `new ztp.mist.DeviceFirmware("lobby", { siteId: berlin.id, mac: lobby.mac, targetVersion: "0.14.29633" });`,
  service: account,
  work: "both",
  inputs,
  outputs,
  owns: ({ mac }) => (typeof mac === "string" ? [`firmware of Mist device ${normalizeMac(mac)}`] : []),
  idOf: ({ siteId, mac }) => (siteId && mac ? idOf(siteId, mac) : undefined),
  impact: {
    create: ({ mac, targetVersion: version }) =>
      `device ${normalizeMac(mac)} will run ${version}: if it does not already, it reboots`,
    update: ({ mac }, { targetVersion: version }, changed) =>
      changed.has("targetVersion")
        ? `device ${normalizeMac(mac)} will be upgraded to ${textOf(version)} and reboot`
        : undefined,
  },

  async plan(context, known) {
    const { siteId, mac, targetVersion: version, reboot, startTime, rebootAt } = known;
    if (!siteId || !mac || !version) return {};
    const own = await accountOf(context);
    const device = await listed(own, siteId, mac, context);
    if (!device) {
      return {
        warnings: [
          `device ${normalizeMac(mac)} is not at site ${siteId} at the moment: it must be assigned there first`,
        ],
      };
    }
    const { impact, problems, warnings } = await foretell(
      own,
      device,
      { version, reboot, startTime, rebootAt },
      siteId,
      context,
    );
    return { problems, warnings, impact: impact ?? "" };
  },

  async planUpdate(context, { inputs: from }, to, replaces) {
    if (replaces || isUnknown(to.targetVersion)) return {};
    const own = await accountOf(context);
    const device = await listed(own, from.siteId, from.mac, context);
    if (!device) return {};
    const { problems, warnings } = await foretell(own, device, { version: to.targetVersion }, from.siteId, context);
    return { problems, warnings };
  },

  create: (context, given) => bring(context, given),

  async read(context, id, prior) {
    const own = await accountOf(context);
    const [siteId, mac] = parse(id);
    const device = await listed(own, siteId, mac, context);
    if (!device) return undefined;
    const running = device.version;
    const wanted = prior?.inputs.targetVersion ?? running ?? "";
    const target = prior?.outputs.resolvedVersion ?? wanted;
    const isAsWanted = sameVersion(running, target) !== undefined;
    // What waits for a reboot is no drift, nor is it a change that the device does not tell its version for a while.
    const isAsBefore = running === undefined || running === prior?.outputs.runningVersion;
    const unfinished = prior?.unfinished !== undefined && !isAsWanted;
    const version = isAsWanted || isAsBefore || unfinished ? wanted : running;
    return {
      id: idOf(siteId, mac),
      inputs: { siteId, mac, targetVersion: version },
      outputs: outputsOf({
        state: device,
        target,
        pendingReboot: !isAsWanted && prior?.outputs.pendingReboot === true,
      }),
      unfinished: unfinished
        ? `${deviceText(device)} runs ${running}, not ${target} yet; \`pulumi up\` goes on with it`
        : undefined,
    };
  },

  async update(context, _id, _from, to) {
    return (await bring(context, to)).outputs;
  },

  async delete(context) {
    context.progress("the device keeps its firmware");
  },

  async *list(context) {
    const { client } = await accountOf(context);
    const id = await client.organization(undefined, { signal: context.signal });
    for (const device of (
      await client.states.all({ scope: "org", id }, { signal: context.signal, maxAgeMs: 60_000 })
    ).values()) {
      if (device.siteId) yield { id: idOf(device.siteId, device.mac), name: device.name || device.mac };
    }
  },
  importOnRequest: true,
});

async function bring(context: WriteContext<Outputs>, given: Inputs): Promise<{ id: string; outputs: Outputs }> {
  const own = await accountOf(context);
  const wanted: Wanted = {
    ...given,
    version: given.targetVersion,
    siteId: normalizeUuid(given.siteId),
    mac: normalizeMac(given.mac),
    reboot: given.reboot ?? true,
    timeoutSeconds: given.timeoutSeconds ?? 3600,
  };
  const id = idOf(given.siteId, given.mac);
  const reached = await bringTo(own, wanted, context, (so) => context.accepted(id, outputsOf(so)));
  return { id, outputs: outputsOf(reached) };
}

function outputsOf({ state, target, pendingReboot }: Reached): Outputs {
  const { deviceId, model, type, version } = state;
  return { deviceId, model, deviceType: type, resolvedVersion: target, runningVersion: version, pendingReboot };
}

async function foretell(
  own: Account,
  device: DeviceState,
  wish: { version: string; reboot?: boolean; startTime?: number; rebootAt?: number },
  siteId: string,
  context: Context,
) {
  const lists = typesOf([device]).map((type) =>
    own.client.versions.atSite(normalizeUuid(siteId), type, context.signal),
  );
  const place = await siteNameText(own, siteId, context);
  const told = forecast([device], (await Promise.all(lists)).flat(), place, () => ({
    ...wish,
    reboot: wish.reboot ?? true,
  }));
  const warnings = told.skipped > 0 ? [] : told.warnings;
  if (told.skipped === 0 && isUnderWay(device.update))
    warnings.push(`${deviceText(device)} is being updated already: that is waited for first`);
  return { ...told, warnings };
}

/** The device as the list of its site has it; what the list leaves out is asked for by itself. */
async function listed(
  own: Account,
  siteId: string,
  mac: string,
  { signal }: Context,
): Promise<DeviceState | undefined> {
  const id = normalizeUuid(siteId);
  try {
    const states = await own.client.states.all({ scope: "site", id }, { signal, maxAgeMs: 60_000 });
    const found = states.get(normalizeMac(mac));
    if (found) return found;
  } catch (error) {
    // The site may be gone, which is for the question about the device to tell.
    if (!isVendorError(error, "not-found")) throw error;
  }
  return own.client.states.find(id, deviceIdOf(mac), signal);
}

function idOf(siteId: string, mac: string): string {
  return `${normalizeUuid(siteId)}/${deviceIdOf(mac)}`;
}

function parse(id: string): [siteId: string, mac: string] {
  const [, siteId, device] = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})[/:.](.+)$/i.exec(id.trim()) ?? [];
  if (siteId && device && /^0{8}-0{4}-0{4}-1000-[0-9a-f]{12}$/.test(idOfDevice(device))) {
    return [normalizeUuid(siteId), macOfDevice(device)];
  }
  throw new Error(`${JSON.stringify(id)} names no device: give the id of its site, a slash, and its MAC address or id`);
}

function textOf(version: unknown): string {
  return isUnknown(version) ? "another version" : String(version);
}
