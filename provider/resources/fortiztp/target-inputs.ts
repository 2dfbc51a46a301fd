import { z } from "zod";
import { field, openEnum } from "../../core/shape";

export const upperCase = (serial: string): string => serial.trim().toUpperCase();

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
    canonical: upperCase,
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
