import { z } from "zod";
import { normalizeSerial } from "../../clients/fortinet/lists";
import { defineResource, type WriteContext } from "../../core/resource";
import { field } from "../../core/shape";
import { hasUnknown } from "../../core/values";
import { type Loss, limits } from "../limits";
import { seekDevice } from "./arrival";
import { behaviourInputs, deviceName, deviceType, serialPattern, targetInputs, waitingOf } from "./device-inputs";
import { deviceRules } from "./device-rules";
import { forecastMove, forecastRelease } from "./forecast";
import type { Work } from "./provisioner";
import { fortiztp } from "./service";
import { describeTarget, deviceOutputs, deviceTarget, isAssigned, type Target, unknownSerial } from "./target";

const targetNames = Object.keys(targetInputs) as (keyof typeof targetInputs)[];

export const device = defineResource({
  token: "fortiztp:Device",
  doc: [
    "Where a Fortinet device goes when it first calls home.",
    "The device must be registered in Asset Management of the same FortiCloud account; it then shows up by itself.",
    "Create records its target: the device gets it at its next call home, connects, and, for FortiManager, runs the",
    "pre-run script. A device that is already sent there is adopted without a call.",
    "A change of the target unprovisions the device and provisions it anew, because FortiZTP refuses to provision",
    "twice; a device in operation notices only when it calls home again, usually after a factory reset.",
    "Delete unprovisions it, or leaves it alone with `onDelete: retain`. Neither removes it from the account, from its",
    "FortiManager, or from FortiManager Cloud.",
  ].join(" "),
  example: `new ztp.fortiztp.Device("berlin-fw", {
  serial: "FGT60FTK20000001",
  provisionTarget: "FortiManager",
  fortiManagerOid: 12,
  useDefaultScript: true,
});`,
  service: fortiztp,
  inputs: {
    serial: field(z.string().regex(serialPattern, "must be a serial number: letters, digits and dashes"), {
      doc: "The serial number; upper and lower case mean the same. Another serial is another device.",
      change: "replace",
      canonical: normalizeSerial,
    }),
    deviceType,
    ...targetInputs,
    ...behaviourInputs,
  },
  rules: deviceRules,
  outputs: {
    provisionStatus: field(z.string(), {
      doc: "unprovisioned, incomplete (sent, has not finished), provisioned, or hidden.",
    }),
    provisionSubStatus: field(z.string().optional(), {
      doc: "While incomplete: waiting, provisioning, or provisioningtoolong (30 minutes have passed).",
    }),
    message: field(z.string().optional(), { doc: "What FortiZTP says about the sub-status." }),
    provisioningStartedAt: field(z.string().optional(), { doc: "When it was sent, ISO 8601." }),
    provisioningCompletedAt: field(z.string().optional(), { doc: "When it was done, ISO 8601." }),
    effectiveDeviceType: field(z.string(), { doc: "The product, as FortiZTP says.", stable: true }),
    effectiveRegion: field(z.string().optional(), { doc: "The region that it goes to, as FortiZTP says." }),
    effectivePlatform: field(z.string().optional(), { doc: "The platform, as FortiZTP says." }),
    availableRegions: field(z.array(z.string()).optional(), {
      doc: "Where it could go; known only while unprovisioned.",
    }),
  },
  deleteBeforeReplace: true,
  owns: ({ serial }) => (typeof serial === "string" ? [deviceName(serial)] : []),
  idOf: (inputs) => inputs.serial && normalizeSerial(inputs.serial),
  impact: {
    update: (from, to, changed) =>
      from.provisionTarget && targetNames.some((name) => changed.has(name))
        ? `${to.serial} is unprovisioned from ${describeTarget(from)} and sent to ${describeTarget(to)}: it takes the new ` +
          "target only when it calls home again, usually after a factory reset"
        : undefined,
    replace: (from, to) =>
      normalizeSerial(from.serial) === normalizeSerial(to.serial)
        ? `${to.serial} is unprovisioned and provisioned anew: it takes the target only when it calls home again`
        : `${from.serial} is ${from.onDelete === "retain" ? "left as it is" : "unprovisioned"}, and ${to.serial} is provisioned in its place`,
  },

  async plan(context, known) {
    const { serial, provisionTarget, adopt = "identical" } = known;
    if (!serial) return {};
    const provisioner = await context.use(fortiztp);
    const found = await seekDevice(provisioner.fleet, serial, context);
    if (found === "coming") return {};
    if (!found) return { problems: [unknownSerial(serial)] };
    const outputs = { effectiveDeviceType: found.deviceType };
    if (!provisionTarget) return { outputs };
    const target = { ...known, serial, provisionTarget };
    const verdict = await provisioner.judge(found, target, { adopt }, context.signal);
    if ("refused" in verdict) return { outputs, problems: [verdict.refused] };
    if (verdict.action !== "reprovision") return { outputs };
    const where = describeTarget(deviceTarget(found));
    return {
      outputs,
      overall: await forecastMove(provisioner, context, target, { adopt }),
      warnings: [`${serial} is provisioned to ${where} now; it is unprovisioned from there and provisioned anew`],
    };
  },

  async planUpdate(context, { inputs, attempted }, to, replaces) {
    const { serial } = inputs;
    const loss = lossIn(inputs, to);
    if (!context.use(limits)[loss] || (replaces && inputs.onDelete === "retain")) return {};
    const provisioner = await context.use(fortiztp);
    const overall = replaces
      ? await forecastRelease(provisioner, context, serial, [inputs, attempted], loss)
      : await forecastMove(provisioner, context, { ...to, serial }, { owned: inputs });
    return { overall };
  },

  async create(context, inputs) {
    const provisioner = await context.use(fortiztp);
    const policy = { adopt: inputs.adopt ?? "identical" };
    const reached = await provisioner.reconcile({ target: inputs, policy, ...waitingOf(inputs), ...telling(context) });
    return { id: reached.deviceSN, outputs: deviceOutputs(reached) };
  },

  async read(context, id, prior) {
    const provisioner = await context.use(fortiztp);
    const found = await provisioner.fleet.find(prior?.inputs.serial ?? id, context.signal);
    if (!found) return undefined;
    if (!prior && !isAssigned(found)) {
      const next =
        found.provisionStatus === "hidden"
          ? "unhide it in the FortiZTP portal, then declare it"
          : "declare it, and `pulumi up` provisions it";
      throw new Error(
        `${found.deviceSN} is ${found.provisionStatus}, so there is no provisioning to read or import; ${next}`,
      );
    }
    const target = isAssigned(found) ? await provisioner.targetInputs(found, prior?.inputs, context.signal) : {};
    const stillWaits = prior?.inputs.waitFor === "provisioned" && found.provisionStatus === "incomplete";
    return {
      id: found.deviceSN,
      // A program need not name the type, so an import does not either.
      inputs: { serial: found.deviceSN, deviceType: prior && found.deviceType, ...target },
      outputs: deviceOutputs(found),
      unfinished: stillWaits ? prior.unfinished : undefined,
    };
  },

  async update(context, _id, from, to) {
    const provisioner = await context.use(fortiztp);
    const policy = { owned: from.inputs };
    const work = { target: to, policy, ...waitingOf(to), ...telling(context, from.inputs) };
    return deviceOutputs(await provisioner.reconcile(work));
  },

  async delete(context, id, { inputs, attempted }, replacedBy) {
    if (inputs.onDelete === "retain") return;
    const provisioner = await context.use(fortiztp);
    const loss = replacedBy ? lossIn(inputs, replacedBy) : "unprovision";
    await provisioner.release(id, [inputs, attempted], { context }, loss);
  },

  async *list(context) {
    const { fleet } = await context.use(fortiztp);
    for (const found of await fleet.all(context.signal)) {
      if (isAssigned(found)) yield { id: found.deviceSN, name: found.deviceSN.toLowerCase() };
    }
  },
});

/** What a change takes from the device that it begins with. */
function lossIn(from: { serial: string }, to: { serial: string }): Loss {
  return hasUnknown(to.serial) || normalizeSerial(to.serial) === normalizeSerial(from.serial)
    ? "reprovision"
    : "unprovision";
}

function telling(context: WriteContext<ReturnType<typeof deviceOutputs>>, before?: Partial<Target>) {
  // Until a device has been sent anew it may still go where it went.
  const old = before && Object.fromEntries(targetNames.map((name) => [name, before[name]]));
  const accepted: Work["accepted"] = (seen, sent) =>
    context.accepted(seen.deviceSN, deviceOutputs(seen), sent === "nothing" ? old : undefined);
  return { context, accepted };
}
