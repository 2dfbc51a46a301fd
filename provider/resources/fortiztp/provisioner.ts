import type { Device, DeviceWrite } from "../../clients/fortinet/fortiztp";
import { targetFields } from "../../clients/fortinet/fortiztp-types";
import { needsFortiManagers, sameTarget } from "../../clients/fortinet/same-target";
import { systemClock } from "../../clients/http/clock";
import { isVendorError } from "../../clients/http/errors";
import type { Context } from "../../core/resource";
import type { Loss } from "../limits";
import { seekDevice, waitToAppear } from "./arrival";
import { deviceName } from "./device-inputs";
import type { DevicesFrom, Fleet } from "./fleet";
import type { Settings } from "./settings";
import {
  describeTarget,
  deviceTarget,
  isAssigned,
  provisionWrite,
  type Target,
  unknownSerial,
  unprovisionWrite,
} from "./target";

/** `owned` is what the program said before about a device that it manages; others are subject to what it says about adoption. */
export type Policy = { owned: Partial<Target> } | { adopt: "never" | "identical" | "update" };

/** What has to happen for a device to go where the program wants it, or why that is refused. */
export type Verdict = { action: "keep" | "provision" | "reprovision" } | { refused: string };

export interface Work {
  target: Target;
  policy: Policy;
  /** `provisioned`: wait until the device has called home and is done. */
  waitFor: "accepted" | "provisioned";
  timeoutSeconds: number;
  context: Context;
  /**
   * Told each time that the vendor has taken a change, or may have, with the device as far as it is known then.
   * `sent`: whether it was sent to the target already, or only taken from where it was.
   */
  accepted(seen: Device, sent: "target" | "nothing"): void;
  /** Default: the engine, one device a resource. Of many at once, a write that the vendor took is not looked at again. */
  from?: DevicesFrom;
}

type Sending = Pick<Work, "context" | "from">;

/** How long an accepted write may take to show. */
const visibleWithinMs = 120_000;

/** Brings devices to their targets. */
export class Provisioner {
  constructor(
    readonly fleet: Fleet,
    readonly settings: Settings,
  ) {}

  /** Judges a device before anything is written. */
  async judge(device: Device | undefined, target: Target, policy: Policy, signal: AbortSignal): Promise<Verdict> {
    const { serial } = target;
    if (!device) return { refused: unknownSerial(serial) };
    if (target.deviceType && target.deviceType !== device.deviceType) {
      return {
        refused: `${serial} is a ${device.deviceType}, not a ${target.deviceType}; correct deviceType or leave it out`,
      };
    }
    if (isAssigned(device)) {
      const write = provisionWrite(target, device);
      const owned = "owned" in policy;
      const wanted = owned ? clearing(write, provisionWrite(policy.owned as Target, device)) : write;
      // Before a device has called home its region proves nothing, but a change of ours must reach it.
      const moved = owned && policy.owned.region !== target.region && device.region !== target.region;
      const same = !moved && (await this.goesTo(device, wanted, signal));
      const refused = owned ? undefined : refusal(device, target, same, policy.adopt);
      return refused ? { refused } : { action: same ? "keep" : "reprovision" };
    }
    if (device.provisionStatus === "hidden") {
      return { refused: `${serial} is hidden in the FortiZTP portal; unhide it there before it can be provisioned` };
    }
    // FortiManagerCloud has regions of its own, which the device does not list.
    const listed = target.provisionTarget === "FortiGateCloud" || target.provisionTarget === "FortiEdgeCloud";
    const regions = (listed && device.availableRegions) || [];
    if (target.region && regions.length > 0 && !regions.includes(target.region)) {
      return { refused: `${serial} cannot go to region ${target.region}; it can go to ${regions.join(", ")}` };
    }
    return { action: "provision" };
  }

  /**
   * Brings a device to its target from wherever it is: kept when it is there, sent when it is nowhere, unprovisioned
   * and sent anew when it is elsewhere, since the vendor refuses to provision a device twice.
   */
  async reconcile(work: Work): Promise<Device> {
    const accepted: Work["accepted"] = (seen, sent) => {
      this.fleet.claim(seen.deviceSN);
      work.accepted(seen, sent);
    };
    const device = await this.fleet.inTurn(work.target.serial, () => this.bring(work, accepted));
    return work.waitFor === "provisioned" ? this.waitForHome(device, work, accepted) : device;
  }

  private async bring(work: Work, accepted: Work["accepted"]): Promise<Device> {
    const { target, policy, context, from } = work;
    const sought = await seekDevice(this.fleet, target.serial, context);
    const found = sought === "coming" ? await waitToAppear(this.fleet, target.serial, work) : sought;
    const verdict = await this.judge(found, target, policy, context.signal);
    if ("refused" in verdict) throw new Error(verdict.refused);
    let device = found as Device;
    if (verdict.action === "keep") {
      accepted(device, "target");
      return device;
    }
    if (verdict.action === "reprovision") {
      context.progress(`unprovisioning from ${describeTarget(deviceTarget(device))}`);
      await this.fleet.admit("reprovision", device.deviceSN, context.signal, from);
      device = await this.unprovision(device, { context, accepted, from });
    }
    return this.provision(device, work, accepted);
  }

  /** Clears the target and waits until that shows. Whatever it is for, `admit` comes first. */
  private async unprovision(device: Device, work: Sending & Pick<Partial<Work>, "accepted">): Promise<Device> {
    await this.send(unprovisionWrite(device), work, () => work.accepted?.(device, "nothing"));
    work.accepted?.({ ...device, provisionStatus: "unprovisioned" }, "nothing");
    return this.untilVisible(device.deviceSN, (seen) => seen.provisionStatus === "unprovisioned", work);
  }

  /**
   * Unprovisions a device that a program no longer wants, if it still goes to one of the targets that it said, and no
   * other resource of the program has it by now.
   * @param loss `reprovision` when it is going to be sent anew
   */
  release(
    serial: string,
    targets: (Partial<Target> | undefined)[],
    sending: Sending,
    loss: Loss = "unprovision",
  ): Promise<void> {
    const { context, from } = sending;
    const isTakenOver = (): boolean => {
      const taken = this.isTakenOver(serial, context);
      if (taken) context.warn(`${serial} stays provisioned: another resource of this program has taken it over`);
      return taken;
    };
    return this.fleet.inTurn(serial, async () => {
      if (isTakenOver()) return;
      const found = await this.fleet.find(serial, context.signal);
      if (!found || !isAssigned(found)) return;
      if (await this.goesToAny(found, targets, context.signal)) {
        await this.fleet.admit(loss, serial, context.signal, from);
        // The engine may have come to the other resource only meanwhile.
        if (!isTakenOver()) await this.unprovision(found, sending);
        return;
      }
      const where = describeTarget(deviceTarget(found));
      context.warn(
        `${serial} stays provisioned: it goes to ${where} now, which this program did not say; ` +
          "unprovision it in the FortiZTP portal if that is wrong",
      );
    });
  }

  /** Whether another resource of this run has the device, or is going to. */
  isTakenOver(serial: string, { urn, ownerOf }: Context): boolean {
    const owner = ownerOf?.(deviceName(serial));
    return this.fleet.isClaimed(serial) || (owner !== undefined && owner !== urn);
  }

  /** Whether a device goes to one of these targets, as far as they say where. */
  async goesToAny(device: Device, targets: (Partial<Target> | undefined)[], signal: AbortSignal): Promise<boolean> {
    for (const target of targets) {
      if (!target?.provisionTarget) continue;
      if (await this.goesTo(device, provisionWrite({ ...target } as Target, device), signal)) return true;
    }
    return false;
  }

  /**
   * Where a device goes, as inputs of a program. A FortiManager is named in the form that the program uses, by oid or
   * by serial and address, as long as the account's list of FortiManagers says that both are the same.
   */
  async targetInputs(
    device: Device,
    program: Partial<Target> | undefined,
    signal: AbortSignal,
  ): Promise<Partial<Target>> {
    const inputs: Partial<Target> = { ...deviceTarget(device) };
    // Before the device has called home its region may still list all it could have.
    if (device.provisionStatus !== "provisioned") {
      inputs.region = program ? program.region : device.region?.includes(",") ? undefined : device.region;
    }
    if (!program?.provisionTarget) return inputs;
    const write = provisionWrite(program as Target, device);
    if (await this.goesTo(device, { ...controllerOnly(write) }, signal)) {
      const { fortiManagerOid, externalControllerSerial, externalControllerAddress } = program;
      return { ...inputs, fortiManagerOid, externalControllerSerial, externalControllerAddress };
    }
    if (needsFortiManagers(device, write)) {
      const manager = (await this.settings.managers.all(signal)).find(({ oid }) => oid === device.fortiManagerOid);
      return { ...inputs, externalControllerSerial: manager?.sn, externalControllerAddress: manager?.ip };
    }
    return inputs;
  }

  private async goesTo(device: Device, write: DeviceWrite, signal: AbortSignal): Promise<boolean> {
    const managers = needsFortiManagers(device, write) ? await this.settings.managers.all(signal) : [];
    return sameTarget(device, write, managers);
  }

  private async provision(device: Device, work: Work, accepted: Work["accepted"]): Promise<Device> {
    const { target, context } = work;
    const write = provisionWrite(target, device);
    await this.send(write, work, () => accepted(device, "target"));
    const sent = {
      ...device,
      provisionStatus: "incomplete",
      provisionSubStatus: "waiting",
      availableRegions: undefined,
    };
    accepted(sent, "target");
    if (work.from === "resource") return sent;
    const seen = await this.untilVisible(device.deviceSN, isAssigned, work);
    if (!(await this.goesTo(seen, write, context.signal))) {
      throw new Error(
        `FortiZTP took the change of ${target.serial}, but shows ${describeTarget(deviceTarget(seen))} instead of ` +
          `${describeTarget(target)}; run \`pulumi up\` again, and look for someone else who provisions the device`,
      );
    }
    accepted(seen, "target");
    return seen;
  }

  /** When nobody can tell whether a write was carried out, the device stays in state, and the next `up` looks. */
  private async send(write: DeviceWrite, { context, from }: Sending, uncertain: () => void): Promise<void> {
    try {
      await this.fleet.write(write, context.signal, from);
    } catch (error) {
      if (isVendorError(error) && error.ambiguous) uncertain();
      throw error;
    }
  }

  private untilVisible(serial: string, wanted: (seen: Device) => boolean, sending: Sending): Promise<Device> {
    return this.fleet.waitUntil(serial, wanted, {
      signal: sending.context.signal,
      from: sending.from,
      deadline: systemClock.now() + visibleWithinMs,
      tooLate: (seen) =>
        new Error(
          `FortiZTP took the change of ${serial}, but still shows it as ${seen.provisionStatus} after ` +
            `${visibleWithinMs / 1000} s; run \`pulumi up\` again to continue`,
        ),
    });
  }

  private waitForHome(device: Device, work: Work, accepted: Work["accepted"]): Promise<Device> {
    const { context, timeoutSeconds, from } = work;
    return this.fleet.waitUntil(device.deviceSN, (seen) => seen.provisionStatus === "provisioned", {
      signal: context.signal,
      from,
      deadline: systemClock.now() + timeoutSeconds * 1000,
      onLook: (seen) => {
        accepted(seen, "target");
        context.progress(stageOf(seen));
      },
      tooLate: (seen) =>
        new Error(
          `${seen.deviceSN} has not finished provisioning within ${timeoutSeconds} s: FortiZTP shows ${stageOf(seen)}. ` +
            "Check its power, uplink and licence, then run `pulumi up` again to go on waiting",
        ),
    });
  }
}

/** States also that what the program said before, and says no more, must not stand any longer. */
function clearing(write: DeviceWrite, before: DeviceWrite): DeviceWrite {
  const gone = targetFields.filter((field) => write[field] === undefined && before[field] !== undefined);
  return { ...write, ...Object.fromEntries(gone.map((field) => [field, null])) };
}

/** The part of a write that says which controller, so that a difference elsewhere does not hide that it is the same. */
function controllerOnly(write: DeviceWrite): DeviceWrite {
  const { deviceSN, deviceType, provisionStatus, fortiManagerOid, externalControllerSn, externalControllerIp } = write;
  return { deviceSN, deviceType, provisionStatus, fortiManagerOid, externalControllerSn, externalControllerIp };
}

function refusal(
  device: Device,
  target: Target,
  same: boolean,
  adopt: "never" | "identical" | "update",
): string | undefined {
  const where = describeTarget(deviceTarget(device));
  if (same && adopt === "never") {
    return `${target.serial} is already provisioned to ${where}, and adopt is "never"; import it, or set adopt to "identical"`;
  }
  if (same || adopt === "update") return undefined;
  return (
    `${target.serial} is already provisioned to ${where}, while the program wants ${describeTarget(target)}. ` +
    'Correct the program, import the device, or set adopt to "update" to provision it anew'
  );
}

function stageOf(device: Device): string {
  return `${device.provisionSubStatus ?? device.provisionStatus}${device.message ? ` (${device.message})` : ""}`;
}
