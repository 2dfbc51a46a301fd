import { normalizeSerial } from "../../clients/fortinet/lists";
import { checkRules, type Problem } from "../../core/check";
import { diffFields } from "../../core/diff";
import type { ValuesOf } from "../../core/shape";
import { isMap, isUnknown, joinPath, unknown, type ValueMap } from "../../core/values";
import { entriesOf } from "../sets";
import { memberInputs, serialPattern, targetInputs } from "./device-inputs";
import { deviceRules } from "./device-rules";
import type { Target } from "./target";

export type Member = ValuesOf<typeof memberInputs>;
export type SharedTarget = ValuesOf<typeof targetInputs>;

/** What a program says about the devices of a set. In a preview any part of it may be `Unknown`. */
export interface Members {
  devices: { [serial: string]: Member };
  target?: SharedTarget;
}

/**
 * Where each device of a set goes, by its serial in upper case. Devices without any target are left out; a target that is
 * not known yet has an unknown `provisionTarget`.
 */
export function targetsOf({ devices, target }: Partial<Members>): Map<string, Target> {
  const targets = new Map<string, Target>();
  for (const [key, member] of entriesOf(devices)) {
    const goes = targetOf(normalizeSerial(key), member as Member, target);
    if (goes) targets.set(goes.serial, goes);
  }
  return targets;
}

function targetOf(serial: string, member: Member, shared: SharedTarget | undefined): Target | undefined {
  const own = isUnknown(member) || hasOwnTarget(member) ? member : shared;
  if (isUnknown(own)) return { ...({ provisionTarget: unknown } as object as SharedTarget), serial };
  return own?.provisionTarget ? { ...(own as SharedTarget), serial, deviceType: member.deviceType } : undefined;
}

/** The problems of every device and of the shared target, as far as the values are known. */
export function memberProblems({ devices, target }: Members): Problem[] {
  const shared = isMap(target) ? (target as SharedTarget) : undefined;
  const problems = shared ? targetProblems({ ...shared, serial: "" }, "target") : [];
  const told = new Set(problems.map(({ message }) => message));
  const spellings = new Map<string, string>();
  for (const [key, member] of entriesOf(devices)) {
    const path = joinPath("devices", key);
    const problem = (message: string) => problems.push({ path, message });
    const serial = normalizeSerial(key);
    const other = spellings.get(serial);
    if (!serialPattern.test(key)) problem("is not a serial number: letters, digits and dashes");
    else if (other !== undefined) problem(`is the same device as ${JSON.stringify(other)}`);
    spellings.set(serial, key);
    if (!isMap(member)) continue;
    if (!hasOwnTarget(member)) {
      if (target === undefined) problem("has no target: give it a provisionTarget, or give the set a target");
      const own = shared ? targetProblems({ ...shared, serial, deviceType: member.deviceType as string }, path) : [];
      // What is wrong with the shared target is told once.
      problems.push(...own.filter(({ message }) => !told.has(message)));
    } else if (member.provisionTarget === undefined) {
      problem("has settings but no provisionTarget: a device has a target of its own or the shared one");
    } else {
      problems.push(...targetProblems({ ...(member as SharedTarget), serial }, path));
    }
  }
  return problems;
}

function targetProblems(target: Target, path: string): Problem[] {
  return checkRules(deviceRules, target as ValueMap, target).map(({ message }) => ({ path, message }));
}

function hasOwnTarget(member: Member): boolean {
  return Object.keys(targetInputs).some((key) => member[key as keyof typeof targetInputs] !== undefined);
}

/** True if two targets send a device to the same place. */
export function sameProgramTarget(one: Partial<Target>, other: Partial<Target>): boolean {
  return diffFields(targetInputs, one as ValueMap, other as ValueMap).length === 0;
}

/** True if a program says the same of a device, its type included. */
export function sameMember(one: Partial<Target>, other: Partial<Target>): boolean {
  return diffFields(memberInputs, one as ValueMap, other as ValueMap).length === 0;
}

/** What a change of a set does to its devices, as far as it is known. */
export interface MemberChanges {
  removed: string[];
  moved: string[];
}

export function memberChanges(from: Members, to: Members): MemberChanges {
  const removed: string[] = [];
  const moved: string[] = [];
  if (isUnknown(to.devices)) return { removed, moved };
  const after = targetsOf(to);
  for (const [serial, target] of targetsOf(from)) {
    const now = after.get(serial);
    if (!now) removed.push(serial);
    else if (!sameProgramTarget(target, now)) moved.push(serial);
  }
  return { removed, moved };
}
