import type { Rule } from "../../core/check";
import type { Target } from "./target";

/** What each target needs and takes, as the vendor documents it. */
export const deviceRules: readonly Rule<Target>[] = [
  {
    needs: ["provisionTarget", "fortiManagerOid", "externalControllerSerial", "externalControllerAddress"],
    check: (inputs) => {
      const {
        provisionTarget,
        fortiManagerOid,
        externalControllerSerial: serial,
        externalControllerAddress: address,
      } = inputs;
      if (provisionTarget === "FortiManager") {
        if (fortiManagerOid !== undefined) {
          return serial || address
            ? "fortiManagerOid names the FortiManager; remove externalControllerSerial and externalControllerAddress"
            : undefined;
        }
        if (serial && address) return undefined;
        return "provisionTarget FortiManager needs fortiManagerOid, or externalControllerSerial and externalControllerAddress together";
      }
      if (fortiManagerOid !== undefined)
        return `fortiManagerOid goes with provisionTarget FortiManager, not ${provisionTarget}`;
      if (serial) return `externalControllerSerial goes with provisionTarget FortiManager, not ${provisionTarget}`;
      if (provisionTarget === "ExternalController") {
        return address ? undefined : "provisionTarget ExternalController needs externalControllerAddress";
      }
      return address
        ? `externalControllerAddress goes with FortiManager or ExternalController, not ${provisionTarget}`
        : undefined;
    },
  },
  {
    needs: ["provisionTarget", "region"],
    check: ({ provisionTarget, region }) => {
      const cloud = provisionTarget === "FortiGateCloud" || provisionTarget === "FortiEdgeCloud";
      if (cloud && !region) return `provisionTarget ${provisionTarget} needs a region`;
      const none = provisionTarget === "FortiManager" || provisionTarget === "ExternalController";
      return none && region ? `region does not go with provisionTarget ${provisionTarget}` : undefined;
    },
  },
  {
    needs: ["provisionTarget", "scriptOid", "useDefaultScript"],
    check: ({ provisionTarget, scriptOid, useDefaultScript }) => {
      if (scriptOid !== undefined && useDefaultScript) return "scriptOid and useDefaultScript exclude each other";
      if (provisionTarget === "FortiManager" || (scriptOid === undefined && !useDefaultScript)) return undefined;
      return `${useDefaultScript ? "useDefaultScript" : "scriptOid"} goes with provisionTarget FortiManager, not ${provisionTarget}`;
    },
  },
  {
    needs: ["provisionTarget", "firmwareProfile"],
    check: ({ provisionTarget, firmwareProfile }) =>
      firmwareProfile && provisionTarget !== "FortiGateCloud"
        ? `firmwareProfile goes with provisionTarget FortiGateCloud, not ${provisionTarget}`
        : undefined,
  },
  {
    needs: ["provisionTarget", "platform"],
    check: ({ provisionTarget, platform }) =>
      platform && provisionTarget !== "FortiManagerCloud"
        ? `platform goes with provisionTarget FortiManagerCloud, not ${provisionTarget}`
        : undefined,
  },
  {
    needs: ["provisionTarget", "platform", "serial", "deviceType"],
    check: ({ provisionTarget, platform, serial, deviceType }) =>
      provisionTarget === "FortiManagerCloud" && !platform && isVirtual(serial, deviceType)
        ? "a FortiGate VM needs its platform to go to FortiManagerCloud, such as FortiGate-VM64-KVM"
        : undefined,
  },
];

/** Virtual FortiGates have serials of their own, whether or not FortiZTP calls them a type of their own. */
function isVirtual(serial: string, deviceType: string | undefined): boolean {
  return deviceType === "FortiGate-VM" || /^\s*FGVM/i.test(serial);
}
