import { normalizeSerial } from "../../clients/fortinet/lists";
import type { Context, State, WriteContext } from "../../core/resource";
import { managedInputs } from "../../core/state";
import type { ValueMap } from "../../core/values";
import { nameOf, shortened } from "../sets";
import { targetInputs, waitingOf } from "./device-inputs";
import { type Member, type Members, sameMember, sameProgramTarget, targetsOf } from "./device-set-members";
import { forEachDevice } from "./device-set-parallel";
import type { Policy, Provisioner } from "./provisioner";
import { fortiztp } from "./service";
import { isAssigned, type Target, unknownSerial } from "./target";

export interface SetInputs extends Members {
  adopt?: "never" | "identical" | "update";
  onDelete?: "unprovision" | "retain";
  waitFor?: "accepted" | "provisioned";
  timeoutSeconds?: number;
}

export interface SetOutputs {
  /** Of what the set has taken, by serial in upper case. */
  provisionStatuses: { [serial: string]: string };
}

export type SetState = State<SetInputs, SetOutputs>;

/** What a set has: the devices that it has taken, in the words of the program, and where it has sent each of them. */
export function standingOf(state: SetState | undefined) {
  const inputs: SetInputs = { devices: {}, ...(state?.attempted ?? state?.inputs) };
  return { inputs, targets: targetsOf(inputs), statuses: state?.outputs.provisionStatuses ?? {} };
}

type Standing = ReturnType<typeof standingOf>;

export function hasTaken({ statuses }: Standing, serial: string): boolean {
  return Object.hasOwn(statuses, serial);
}

/** On which terms a device is brought to its target: one that the set has already is the set's own. */
export function policyFor(standing: Standing, serial: string, adopt: SetInputs["adopt"]): Policy {
  return hasTaken(standing, serial) ? { owned: standing.targets.get(serial) ?? {} } : { adopt: adopt ?? "identical" };
}

/**
 * What there is to do for a set: the devices that have to be brought to their targets, or waited for, and the serials of
 * those to let go. After work that did not end all are looked at.
 */
export function dueIn(from: SetState | undefined, to: SetInputs): { bring: Map<string, Target>; letGo: string[] } {
  const { targets, statuses } = standingOf(from);
  const wanted = targetsOf(to);
  const isDone = (target: Target): boolean => {
    const was = targets.get(target.serial);
    const status = statuses[target.serial];
    const settled = from?.unfinished === undefined && (to.waitFor !== "provisioned" || status === "provisioned");
    return settled && status !== undefined && was !== undefined && sameMember(was, target);
  };
  return {
    bring: new Map([...wanted].filter(([, target]) => !isDone(target))),
    letGo: Object.keys(statuses).filter((serial) => !wanted.has(serial)),
  };
}

/** Does what there is to do for a set. The failure of one device stops no other. */
export async function reconcileSet(
  context: WriteContext<SetOutputs>,
  id: string,
  from: SetState | undefined,
  to: SetInputs,
): Promise<SetOutputs> {
  const provisioner = await context.use(fortiztp);
  const before = standingOf(from);
  const due = dueIn(from, to);
  const progress = new Progress(before, to);
  const keep = () =>
    context.accepted(id, { provisionStatuses: progress.statuses }, { devices: progress.devices as ValueMap });
  const bring = async (target: Target, quiet: Context): Promise<void> => {
    const { serial } = target;
    const reached = await provisioner.reconcile({
      target,
      policy: policyFor(before, serial, to.adopt),
      ...waitingOf(to),
      context: quiet,
      from: "resource",
      accepted: (seen, sent) => {
        progress.took(serial, seen.provisionStatus, sent);
        keep();
      },
    });
    progress.took(serial, reached.provisionStatus, "target");
  };
  const letGo = async (serial: string, quiet: Context): Promise<void> => {
    if (to.onDelete !== "retain") await release(provisioner, before, serial, quiet);
    progress.lost(serial);
    keep();
  };
  await forEachDevice(context, [...due.bring.keys(), ...due.letGo], (serial, quiet) => {
    const target = due.bring.get(serial);
    return target ? bring(target, quiet) : letGo(serial, quiet);
  });
  return { provisionStatuses: progress.statuses };
}

/** What a set has while it works: what the state keeps of it when the work does not end. */
class Progress {
  readonly statuses: SetOutputs["provisionStatuses"];
  /** Each device that was sent somewhere, in words that go with the shared target of the program. */
  readonly devices: Members["devices"] = {};
  private readonly keys: Map<string, string>;

  constructor(
    before: Standing,
    private readonly to: SetInputs,
  ) {
    this.statuses = { ...before.statuses };
    const wanted = targetsOf(to);
    const keys = [...Object.keys(before.inputs.devices), ...Object.keys(to.devices)];
    this.keys = new Map(keys.map((key) => [normalizeSerial(key), key]));
    for (const [serial, { serial: _, ...target }] of before.targets) {
      const now = wanted.get(serial);
      const key = this.key(serial);
      this.devices[key] = now && sameProgramTarget(target, now) ? (to.devices[key] as Member) : target;
    }
  }

  took(serial: string, status: string, sent: "target" | "nothing"): void {
    this.statuses[serial] = status;
    const key = this.key(serial);
    if (sent === "target") this.devices[key] = this.to.devices[key] as Member;
  }

  lost(serial: string): void {
    delete this.statuses[serial];
    delete this.devices[this.key(serial)];
  }

  private key(serial: string): string {
    return this.keys.get(serial) ?? serial;
  }
}

/** Lets all devices of a set go. */
export async function releaseSet(context: Context, state: SetState): Promise<void> {
  const standing = standingOf(state);
  if (standing.inputs.onDelete === "retain") return;
  const provisioner = await context.use(fortiztp);
  await forEachDevice(context, Object.keys(standing.statuses), (serial, quiet) =>
    release(provisioner, standing, serial, quiet),
  );
}

function release(provisioner: Provisioner, { targets }: Standing, serial: string, context: Context): Promise<void> {
  return provisioner.release(serial, [targets.get(serial)], { context, from: "resource" });
}

/** What became of the devices that a set has taken. One that goes where the program said stands there as it says it. */
export async function readSet(provisioner: Provisioner, state: SetState, context: Context) {
  const { inputs, targets, statuses: taken } = standingOf(state);
  const keys = new Map(Object.keys(inputs.devices).map((key) => [normalizeSerial(key), key]));
  const devices: Members["devices"] = {};
  const statuses: SetOutputs["provisionStatuses"] = {};
  await Promise.all(
    Object.keys(taken).map(async (serial) => {
      const found = await provisioner.fleet.find(serial, context.signal);
      if (found) statuses[serial] = found.provisionStatus;
      // What was unprovisioned stays the set's, and stands in the statuses only.
      if (!found || !isAssigned(found)) return;
      const key = keys.get(serial) ?? serial;
      const member = inputs.devices[key] ?? {};
      const program = targets.get(serial) ?? inputs.target;
      const actual = await provisioner.targetInputs(found, program, context.signal);
      const managed = program
        ? (managedInputs(targetInputs, program as ValueMap, actual as ValueMap) as Member)
        : actual;
      const same = program !== undefined && sameProgramTarget(program, managed);
      devices[key] = same ? member : { deviceType: member.deviceType, ...managed };
    }),
  );
  const stillWaits = inputs.waitFor === "provisioned" && Object.values(statuses).includes("incomplete");
  return {
    inputs: { devices, target: inputs.target },
    managed: ["devices", "target"] as const,
    outputs: { provisionStatuses: statuses },
    // What else was left to do is a difference by now.
    unfinished: stillWaits ? state.unfinished : undefined,
  };
}

/** Devices as they are: those that all go to one place share their target. */
export async function importSet(provisioner: Provisioner, id: string, context: Context) {
  const serials = [...new Set(id.split(",").map(normalizeSerial).filter(Boolean))];
  const looks = await Promise.all(serials.map((serial) => provisioner.fleet.find(serial, context.signal)));
  const problems = serials.flatMap((serial, index) => {
    const found = looks[index];
    if (!found) return [unknownSerial(serial)];
    return isAssigned(found) ? [] : [`${serial} is ${found.provisionStatus}: there is no provisioning to import`];
  });
  if (problems.length > 0 || serials.length === 0)
    throw new Error([...shortened(problems), "A set is imported by its serials, separated by commas."].join("\n"));
  const devices: Members["devices"] = {};
  const statuses: SetOutputs["provisionStatuses"] = {};
  for (const found of looks.filter((look) => look !== undefined)) {
    devices[found.deviceSN] = (await provisioner.targetInputs(found, undefined, context.signal)) as Member;
    statuses[found.deviceSN] = found.provisionStatus;
  }
  const [first, ...others] = Object.values(devices);
  const shared = others.length > 0 && others.every((other) => sameProgramTarget(first as Member, other));
  return {
    id: nameOf(context) ?? id,
    inputs: {
      devices: shared ? Object.fromEntries(Object.keys(devices).map((serial) => [serial, {}])) : devices,
      target: shared ? (first as Members["target"]) : undefined,
    },
    outputs: { provisionStatuses: statuses },
  };
}
