import { z } from "zod";
import { normalizeClaimCode, normalizeMac, normalizeUuid } from "../../clients/mist/normal";
import type { Problem } from "../../core/check";
import { type Field, field, type ValuesOf } from "../../core/shape";
import { isAbsent, isMap, isUnknown, joinPath } from "../../core/values";
import { entriesOf } from "../sets";
import { assignedSite, macField, mistConfigured, noReassign } from "./device-fields";
import { claimCodeField, claimName, siteName } from "./device-names";

/** What a program says about the devices of an inventory. */

export type OnDelete = "retain" | "unassign" | "release";

function onDeleteField(doc: string, fallback?: OnDelete): Field<OnDelete | undefined> {
  return field(z.enum(["retain", "unassign", "release"]).optional(), { doc, change: "local", default: fallback });
}

/** One device of a map must not make another map of it. */
const changing = { change: "update", required: false } as const;

export const memberFields = {
  claimCode: {
    ...claimCodeField,
    ...changing,
    doc:
      "The claim code, for a device that the organization may not have yet: it is claimed then. Dashes and the case of letters " +
      "mean nothing. It is a secret: whoever has it can claim the device.",
  } as Field<string | undefined>,
  mac: {
    ...macField,
    ...changing,
    doc: "The MAC address, however it is spelled, of a device that the organization has or that is claimed elsewhere.",
  } as Field<string | undefined>,
  serial: field(z.string().min(1).optional(), {
    doc: "The serial number of a device that the organization has or that is claimed elsewhere.",
    canonical: serialOf,
  }),
  siteId: assignedSite(
    "The site. Default: the siteId of the inventory; without any, the device is left where it is. A change moves it.",
  ),
  mistConfigured: {
    ...mistConfigured,
    doc: "The same as that of the inventory, for this device.",
  } as typeof mistConfigured,
  onDelete: onDeleteField("The same as that of the inventory, for this device."),
};

/** What the devices have in common that do not say it themselves. */
export const sharedFields = {
  siteId: assignedSite("The site of the devices that have none of their own. A change moves them."),
  mistConfigured,
  noReassign,
  onDelete: onDeleteField(
    "What happens to a device that is taken out of the map, or when the resource is deleted: retain leaves it as it is; " +
      "unassign takes it from its site, with the configuration that it has there; release takes it out of the organization. " +
      "Default: retain.",
    "retain",
  ),
};

export type Member = ValuesOf<typeof memberFields>;
type Shared = ValuesOf<typeof sharedFields>;

/** In a preview any part of it may be `Unknown`. */
export interface Members extends Shared {
  devices: { [name: string]: Member };
}

/** What a program wants of one device; in a preview any of it may be `Unknown`, whatever its type says. */
export interface Wanted {
  /** What the program calls it. */
  name: string;
  claimCode?: string;
  mac?: string;
  serial?: string;
  siteId?: string;
  mistConfigured?: boolean;
  onDelete: OnDelete;
}

const names = ["claimCode", "mac", "serial"] as const;
const normal: { readonly [By in (typeof names)[number]]: (text: string) => string } = {
  claimCode: normalizeClaimCode,
  mac: normalizeMac,
  serial: serialOf,
};

/** What is wanted of each device of an inventory, by what the program calls it; what is not known at all has no name. */
export function wantedOf({ devices, siteId, mistConfigured, onDelete }: Partial<Members>): Map<string, Wanted> {
  const wanted = new Map<string, Wanted>();
  for (const [name, said] of entriesOf(devices)) {
    const member: Member = isMap(said) ? said : {};
    const device: Wanted = {
      name,
      mistConfigured: member.mistConfigured ?? mistConfigured,
      onDelete: member.onDelete ?? onDelete ?? "retain",
    };
    const site = member.siteId ?? siteId;
    if (!isAbsent(site)) device.siteId = typeof site === "string" ? normalizeUuid(site) : site;
    for (const by of names) {
      const text = member[by];
      if (!isAbsent(text)) device[by] = typeof text === "string" ? normal[by](text) : text;
    }
    wanted.set(name, device);
  }
  return wanted;
}

/** True if both name the same device in the same way. */
export function isSameDevice(one: Wanted, other: Wanted): boolean {
  return names.every((by) => one[by] === other[by]);
}

/** What a change of an inventory does to its devices, as far as it is known, by what the program calls them. */
export interface MemberChanges {
  released: string[];
  unassigned: string[];
  moved: string[];
}

export function memberChanges(from: Members, to: Members): MemberChanges {
  const changes: MemberChanges = { released: [], unassigned: [], moved: [] };
  if (isUnknown(to.devices)) return changes;
  const after = wantedOf(to);
  for (const was of wantedOf(from).values()) {
    const { name } = was;
    const own = after.get(name);
    // A device may have another name by now, and another device its name.
    const now = own && !isNamed(own) ? own : [...after.values()].find((other) => isSameDevice(was, other));
    const policy = from.devices[name]?.onDelete ?? to.onDelete;
    if (now?.siteId !== undefined) {
      if (was.siteId !== undefined && now.siteId !== was.siteId) changes.moved.push(name);
    } else if (policy === "release" && !now) changes.released.push(name);
    else if (was.siteId !== undefined && (policy === "unassign" || (policy === "release" && now)))
      changes.unassigned.push(name);
  }
  return changes;
}

/** Whether all is known that names the device. */
export function isNamed(wanted: Wanted): boolean {
  return names.some((by) => typeof wanted[by] === "string");
}

/** The problems of every device, as far as the values are known. */
export function memberProblems({ devices }: Members): Problem[] {
  const problems: Problem[] = [];
  const seen = new Map<string, string>();
  for (const [name, wanted] of wantedOf({ devices })) {
    if (isUnknown(devices[name])) continue;
    const problem = (message: string) => problems.push({ path: joinPath("devices", name), message });
    const given = names.filter((by) => wanted[by] !== undefined);
    if (given.length === 0) problem("needs a claimCode, a mac or a serial");
    if (given.length > 1) problem(`has ${given.join(" and ")}; one of them is enough, and must be the only one`);
    for (const by of given) {
      if (isUnknown(wanted[by])) continue;
      const key = `${by} ${wanted[by]}`;
      const other = seen.get(key);
      if (other !== undefined) problem(`is the same device as ${JSON.stringify(other)}`);
      seen.set(key, name);
    }
  }
  return problems;
}

/** What an inventory is the only one to manage, as `owns` names it. */
export function ownedNames(inputs: Partial<Members>): string[] {
  return [...wantedOf(inputs).values()].flatMap(({ claimCode, mac, serial, siteId }) => [
    ...(typeof claimCode === "string" ? [claimName(claimCode)] : []),
    ...(typeof mac === "string" && siteId !== undefined ? [siteName(mac)] : []),
    ...(typeof serial === "string" ? [`Mist device with serial ${serial}`] : []),
  ]);
}

/** Serials have no meaning in their capitals. */
function serialOf(serial: string): string {
  return serial.trim().toUpperCase();
}
