import { z } from "zod";
import { normalizeSerial } from "../../clients/fortinet/lists";
import { type Field, field, openEnum } from "../../core/shape";

/** As `owns` names a device, whichever resource manages it. */
export const deviceName = (serial: string): string => `FortiZTP device ${normalizeSerial(serial)}`;

export const serialPattern = /^\s*[A-Za-z0-9-]+\s*$/;

export const deviceType = field(openEnum(["FortiGate", "FortiAP", "FortiSwitch", "FortiExtender"]).optional(), {
  doc: "The product. Default: what FortiZTP says. Given, it must agree with it.",
  change: "replace",
});

/** Where a device goes, as every resource that sends devices takes it: a change of one provisions the device anew. */
export const targetInputs = {
  provisionTarget: field(
    openEnum([
      "FortiManager",
      "FortiManagerCloud",
      "FortiGateCloud",
      "FortiEdgeCloud",
      "FortiExtenderCloud",
      "FortiSASE",
      "ExternalController",
    ]),
    { doc: "The management that the device is sent to." },
  ),
  region: field(z.string().min(1).optional(), {
    doc:
      "The region of a cloud target, in the vendor's own spelling. Required for FortiGateCloud and FortiEdgeCloud. " +
      "A device tells the regions that it can go to while it is unprovisioned (`availableRegions`).",
  }),
  fortiManagerOid: field(z.int().positive().optional(), {
    doc: "The FortiManager entry of FortiZTP. For FortiManager: this, or externalControllerSerial and -Address.",
    references: "fortiztp:FortiManager.oid",
  }),
  externalControllerSerial: field(z.string().min(1).optional(), {
    doc: "The serial of a FortiManager that has no entry; an HA pair as two serials with a comma.",
    canonical: normalizeSerial,
  }),
  externalControllerAddress: field(z.string().min(1).optional(), {
    doc: "The IPv4 address or host name of that FortiManager, or of an ExternalController.",
    canonical: (address) => address.trim().toLowerCase(),
  }),
  scriptOid: field(z.int().positive().optional(), {
    doc: "FortiManager only: the pre-run CLI script. Not together with useDefaultScript.",
    references: "fortiztp:Script.oid",
  }),
  useDefaultScript: field(z.boolean().optional(), {
    doc: "FortiManager only: run the script of the FortiManager entry. Default: false.",
    default: false,
  }),
  firmwareProfile: field(z.string().min(1).optional(), {
    doc: "FortiGateCloud only: the name of a firmware profile made there.",
  }),
  platform: field(z.string().min(1).optional(), {
    doc: "FortiGate VM to FortiManagerCloud only: the VM platform, such as FortiGate-VM64-KVM.",
  }),
};

/** What a program says of a device that is one of many: all of its own target, or nothing but the shared one. */
export const memberInputs = {
  // A map of devices must not become another map because of one of them.
  deviceType: { ...deviceType, change: "update" } as typeof deviceType,
  ...targetInputs,
  provisionTarget: { ...targetInputs.provisionTarget, required: false } as Field<string | undefined>,
};

/** What a program says about how its devices are handled, which costs no call to change. */
export const behaviourInputs = {
  adopt: field(z.enum(["never", "identical", "update"]).optional(), {
    doc:
      "What happens to a device that is already provisioned when the program first names it. identical: take it over " +
      "when it goes to the same target, else refuse. update: provision it anew when it differs. never: refuse. " +
      "Default: identical.",
    change: "local",
    default: "identical",
  }),
  onDelete: field(z.enum(["unprovision", "retain"]).optional(), {
    doc: "What delete does: unprovision clears the target, retain leaves the device as it is. Default: unprovision.",
    change: "local",
    default: "unprovision",
  }),
  waitFor: field(z.enum(["accepted", "provisioned"]).optional(), {
    doc:
      "When a create or update is done: accepted as soon as FortiZTP has recorded the target, provisioned when the " +
      "device has called home and is managed, which takes weeks for a box that nobody has powered. Default: accepted.",
    change: "local",
    default: "accepted",
  }),
  timeoutSeconds: field(z.int().positive().optional(), {
    doc:
      "How long to wait, in seconds: for `waitFor: provisioned`, and before that for a device to appear in FortiZTP that " +
      "this program registers in FortiCare. Default: 1800, after which FortiZTP calls it late.",
    change: "local",
    default: 1800,
  }),
};

export function waitingOf(inputs: { waitFor?: "accepted" | "provisioned"; timeoutSeconds?: number }) {
  return { waitFor: inputs.waitFor ?? "accepted", timeoutSeconds: inputs.timeoutSeconds ?? 1800 } as const;
}
