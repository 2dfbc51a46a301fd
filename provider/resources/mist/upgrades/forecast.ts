import { compareVersions } from "../../../clients/http/versions";
import type { DeviceState } from "../../../clients/mist/device-states";
import {
  type DeviceType,
  type FirmwareVersion,
  isTag,
  meantVersion,
  sameVersion,
} from "../../../clients/mist/firmware-versions";
import { count, someOf } from "../../../core/words";

/** What an upgrade would do to its devices, told before it is asked for. */

/** What is asked for, for a device. */
export interface Wish {
  /** Undefined: the newest that Mist has. */
  version?: string;
  /** Whether devices that run it already are upgraded again. */
  force?: boolean;
  /** Whether switches and gateways reboot. */
  reboot?: boolean;
  /** Seconds since 1970. */
  startTime?: number;
  rebootAt?: number;
}

export interface Forecast {
  /** How many devices match, and what becomes of them. */
  matched: number;
  skipped: number;
  upgraded: number;
  /** What it does, in a sentence; undefined when nothing happens. */
  impact?: string;
  problems: string[];
  warnings: string[];
}

export const typeWords: Readonly<Record<string, readonly [one: string, many: string]>> = {
  ap: ["access point", "access points"],
  switch: ["switch", "switches"],
  gateway: ["gateway", "gateways"],
};

export function counted(amount: number, type: string | undefined): string {
  const [one, many] = typeWords[type ?? ""] ?? ["device", "devices"];
  return count(amount, one, many);
}

/** The types of devices whose versions a forecast needs. */
export function typesOf(devices: readonly DeviceState[]): DeviceType[] {
  const types = new Set(devices.map(({ type }) => type));
  return (["ap", "switch", "gateway"] as const).filter((type) => types.has(type));
}

/**
 * @param place where the devices are, as it follows "at": "site Berlin (1f2e…)"
 * @param wishFor what is asked for, for this device
 */
export function forecast(
  devices: readonly DeviceState[],
  versions: readonly FirmwareVersion[],
  place: string,
  wishFor: (device: DeviceState) => Wish,
): Forecast {
  const groups = new Map<string, { devices: DeviceState[]; target: string; wish: Wish }>();
  const without: { device: DeviceState; wish: Wish }[] = [];
  const skipped: DeviceState[] = [];
  for (const device of devices) {
    const wish = wishFor(device);
    const target = meantVersion(versions, device.model, wish.version);
    if (target === undefined) without.push({ device, wish });
    else if (!wish.force && sameVersion(device.version, target)) skipped.push(device);
    else {
      const key = `${device.type} ${target}`;
      const group = groups.get(key) ?? { devices: [], target, wish };
      group.devices.push(device);
      groups.set(key, group);
    }
  }
  const going = [...groups.values()];
  const upgraded = going.flatMap((group) => group.devices);
  const sentences = going.map((group) => groupText(group, place));
  if (sentences.length > 0 && skipped.length > 0) {
    sentences.push(
      `${skipped.length} that ${skipped.length === 1 ? "runs" : "run"} it already ${isOrAre(skipped)} skipped`,
    );
  }
  const missing = without.length > 0 ? [missingText(without, versions)] : [];
  const nothing = devices.length > 0 && without.length === devices.length;
  return {
    matched: devices.length,
    skipped: skipped.length,
    upgraded: upgraded.length,
    impact: sentences.length > 0 ? sentences.join("; ") : undefined,
    problems: nothing ? missing : [],
    warnings: [...(nothing ? [] : missing), ...offlineText(upgraded), ...idleText(devices, skipped)],
  };
}

function groupText(
  { devices, target: version, wish }: { devices: readonly DeviceState[]; target: string; wish: Wish },
  place: string,
): string {
  const [first] = devices;
  // Which one that is, is for Mist to say.
  const target = wish.version === undefined ? `the newest version that Mist has, by its list ${version},` : version;
  const what = counted(devices.length, first?.type);
  const from = wish.startTime === undefined ? "" : ` from ${timeText(wish.startTime)} on`;
  if (first?.type === "ap") return `${what} at ${place} will be upgraded to ${target}${from} and reboot`;
  if (!wish.reboot) {
    return `${what} at ${place} will get ${target}${from}, and go on with what they run until somebody reboots them`;
  }
  const at = wish.rebootAt === undefined ? "" : ` at ${timeText(wish.rebootAt)}`;
  return `${what} at ${place} will be upgraded to ${target}${from} and reboot${at}`;
}

function missingText(
  without: readonly { device: DeviceState; wish: Wish }[],
  versions: readonly FirmwareVersion[],
): string {
  const models = [...new Set(without.map(({ device }) => device.model))];
  const wanted = [...new Set(without.map(({ wish }) => wish.version ?? "at all"))].join(" or ");
  const offered = versions.filter(({ name }) => models.includes(name)).map(({ version }) => version);
  const newest = [...new Set(offered)].sort((a, b) => compareVersions(b, a));
  const list = newest.length > 0 ? `it offers ${someOf(newest, 5)}` : "it offers none";
  const what = isTag(wanted) ? `no version that is ${wanted}` : `no version ${wanted}`;
  return `Mist has ${what} for ${someOf(models)} (${counted(without.length, undefined)}): ${list}`;
}

function offlineText(devices: readonly DeviceState[]): string[] {
  const away = devices.filter(({ connected }) => !connected).map(({ name, mac }) => name || mac);
  if (away.length === 0) return [];
  const they = away.length === 1 ? "is not connected: it is" : "are not connected: they are";
  return [`${someOf(away)} ${they} upgraded when Mist can reach ${away.length === 1 ? "it" : "them"} again`];
}

/** What is said of devices of which none needs anything. */
function idleText(devices: readonly DeviceState[], skipped: readonly DeviceState[]): string[] {
  if (skipped.length === 0 || skipped.length < devices.length) return [];
  return [
    `${counted(devices.length, typeOfAll(devices))} ${isOrAre(devices)} skipped: nothing newer is asked for than what runs`,
  ];
}

function typeOfAll(devices: readonly DeviceState[]): string | undefined {
  const [type, ...others] = new Set(devices.map((device) => device.type));
  return others.length === 0 ? type : undefined;
}

function isOrAre({ length }: readonly unknown[]): string {
  return length === 1 ? "is" : "are";
}

function timeText(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}
