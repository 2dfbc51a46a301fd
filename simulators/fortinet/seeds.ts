import type { DeviceSeed, FortiManagerSeed, InventorySeed, ScriptSeed } from "./types";

interface Family {
  deviceType: string;
  model: string;
  prefix: string;
  /** Regions that the device can choose from. */
  regions?: string;
}

const families: Family[] = [
  { deviceType: "FortiGate", model: "FortiGate-60F", prefix: "FGT60FTK2209" },
  { deviceType: "FortiGate", model: "FortiGate-60F", prefix: "FGT60FTK2309" },
  { deviceType: "FortiGate", model: "FortiGate-100F", prefix: "FG100FTK2201" },
  { deviceType: "FortiAP", model: "FortiAP-231F", prefix: "FP231FTF2301" },
  { deviceType: "FortiAP", model: "FortiAP-231F", prefix: "FP231FTF2302" },
  { deviceType: "FortiSwitch", model: "FortiSwitch-124F-POE", prefix: "S124FPTF2300" },
  { deviceType: "FortiExtender", model: "FortiExtender-200F", prefix: "FX200F592200", regions: "global,europe,US" },
];

/** `count` unprovisioned hardware devices of all families, always the same ones. */
export function generateDevices(count: number): DeviceSeed[] {
  return Array.from({ length: count }, (_, index) => {
    const { deviceType, model, prefix, regions } = families[index % families.length] as Family;
    // Real serials are 16 characters; the last ones count up.
    const serial = prefix + String(Math.floor(index / families.length) + 1).padStart(16 - prefix.length, "0");
    return { deviceSN: serial, deviceType, model, availableRegions: regions };
  });
}

/** Oid of the script that the first FortiManager entry runs by default. */
const baselineScript = 101;

export const defaultScripts: ScriptSeed[] = [
  {
    oid: baselineScript,
    name: "branch-baseline",
    content: 'config system global\n    set timezone "Europe/Copenhagen"\n    set admintimeout 15\nend\n',
  },
  { oid: 102, name: "warehouse-ap", content: "config system ntp\n    set ntpsync enable\nend\n" },
];

export const defaultFortiManagers: FortiManagerSeed[] = [
  { oid: 201, sn: "FMG-VMTM22000001", ip: "fmg.example.net", scriptOid: baselineScript },
  { oid: 202, sn: "FMG3KFT922000011,FMG3KFT922000012", ip: "198.51.100.21,198.51.100.22" },
];

/** Firmware profiles of FortiGate Cloud, by region. */
export const defaultFirmwareProfiles: Record<string, string[]> = {
  global: ["branch", "datacenter"],
  europe: ["branch", "warehouse"],
};

/** Devices that aren't plain new hardware: a virtual machine, a hidden one and one already provisioned. */
export function specialDevices(now: number): DeviceSeed[] {
  const day = 86_400_000;
  return [
    { deviceSN: "FGVM02TM23000001", deviceType: "FortiGate", model: "FortiGate-VM64-KVM", virtual: true },
    { deviceSN: "FGT60FTK21090001", deviceType: "FortiGate", model: "FortiGate-60F", provisionStatus: "hidden" },
    {
      deviceSN: "FGT60FTK21090002",
      deviceType: "FortiGate",
      model: "FortiGate-60F",
      provisionStatus: "provisioned",
      provisionTarget: "FortiManager",
      fortiManagerOid: 201,
      useDefaultScript: true,
      provisioningTimestamp: now - day,
      provisioningCompleteTimestamp: now - day + 240_000,
    },
  ];
}

/** What the main account holds unless told otherwise: 31 devices, or `deviceCount`; entries; scripts; profiles. */
export function defaultInventory(now: number, deviceCount?: number): Required<InventorySeed> {
  const special = specialDevices(now);
  const hardware = generateDevices(Math.max(0, (deviceCount ?? 31) - special.length));
  const devices =
    deviceCount === undefined ? [...hardware, ...special] : [...hardware, ...special].slice(0, deviceCount);
  return {
    devices,
    fortiManagers: defaultFortiManagers,
    scripts: defaultScripts,
    firmwareProfiles: defaultFirmwareProfiles,
  };
}
