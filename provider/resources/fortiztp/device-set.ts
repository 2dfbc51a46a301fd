import { z } from "zod";
import { normalizeSerial } from "../../clients/fortinet/lists";
import { defineResource } from "../../core/resource";
import { field, object } from "../../core/shape";
import { count, someOf } from "../../core/words";
import { nameOf } from "../sets";
import { behaviourInputs, deviceName, memberInputs, targetInputs } from "./device-inputs";
import { memberChanges, memberProblems } from "./device-set-members";
import { planSet } from "./device-set-plan";
import { importSet, readSet, reconcileSet, releaseSet } from "./device-set-work";
import { fortiztp } from "./service";

export const deviceSet = defineResource({
  token: "fortiztp:DeviceSet",
  doc: [
    "Many Fortinet devices as one resource: one entry in the state, one row in a preview, changes by serial.",
    "It does to each device what `Device` does to one, ten devices a call: create and an added serial record the target,",
    "a changed target unprovisions the device and provisions it anew, delete and a removed serial unprovision it or,",
    "with `onDelete: retain`, leave it alone. When some devices fail, the others are done and kept, and the next `up`",
    "goes on with what is left. An update looks only at the devices that it is about, and a write that FortiZTP has taken",
    "is looked at again with the next refresh; with `waitFor: provisioned` it is done when all devices of the set are.",
    "A device is either in one set or a `Device` of its own, never both; it moves from one to the other in one run",
    "without a write. Import: the serials, separated by commas.",
  ].join(" "),
  example: `new ztp.fortiztp.DeviceSet("branches", {
  target: { provisionTarget: "FortiManager", fortiManagerOid: headquarters.oid, useDefaultScript: true },
  devices: {
    FGT60FTK20000001: {},
    FGT60FTK20000002: {},
    FP231FTF23010001: { provisionTarget: "FortiEdgeCloud", region: "europe" },
  },
});`,
  service: fortiztp,
  inputs: {
    devices: field(
      z.record(
        z.string(),
        object("DeviceSetMember", memberInputs, "A device of a set: with a target of its own, or none."),
      ),
      {
        doc:
          "The devices by serial; upper and lower case mean the same. One without settings goes to the shared target; " +
          "one with a provisionTarget goes there, and takes nothing from the shared target.",
        canonicalKey: normalizeSerial,
      },
    ),
    target: field(object("DeviceTarget", targetInputs, "Where devices go.").optional(), {
      doc: "Where the devices go that have no provisionTarget of their own.",
    }),
    ...behaviourInputs,
  },
  rules: [{ needs: [], check: memberProblems }],
  outputs: {
    provisionStatuses: field(z.record(z.string(), z.string()), {
      doc:
        "The status of each device that this set has taken, by serial in upper case: unprovisioned, incomplete (sent, has " +
        "not finished), provisioned, or hidden.",
    }),
  },
  owns: ({ devices }) => Object.keys(devices ?? {}).map(deviceName),
  impact: {
    update: (from, to) => {
      const { removed, moved } = memberChanges(from, to);
      const are = (serials: string[]) => count(serials.length, "device is", "devices are");
      const sentences: string[] = [];
      if (removed.length > 0 && to.onDelete !== "retain")
        sentences.push(`${are(removed)} unprovisioned: ${someOf(removed)}`);
      if (moved.length > 0)
        sentences.push(
          `${are(moved)} unprovisioned and sent elsewhere, which takes effect only at the next call home, usually after ` +
            `a factory reset: ${someOf(moved)}`,
        );
      return sentences.join("; ") || undefined;
    },
  },

  plan: (context, _known, inputs) => planSet(context, undefined, inputs),
  planUpdate: planSet,

  async create(context, inputs) {
    const id = nameOf(context) ?? Object.keys(inputs.devices)[0] ?? "empty";
    return { id, outputs: await reconcileSet(context, id, undefined, inputs) };
  },

  async read(context, id, prior) {
    const provisioner = await context.use(fortiztp);
    return prior ? readSet(provisioner, prior, context) : importSet(provisioner, id, context);
  },

  update: reconcileSet,

  delete: (context, _id, state) => releaseSet(context, state),
});
