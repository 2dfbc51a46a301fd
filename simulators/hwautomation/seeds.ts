import type { FirmwareComponent, MachineSeed, ServerSeed } from "./types";

/** User of the simulated HWAutomation, unless told otherwise. */
export const hwAutomationUsername = "admin";

/** Password of that user. */
export const hwAutomationPassword = "Sim-HwAutomation-1";

/** API key that does as well as user and password. */
export const hwAutomationToken = "simHwAutomation0000000000000000KEY";

/** What the hardware of the default world is, by turns. */
const hardware: { vendor: string; model: string; firmware: Record<string, FirmwareComponent> }[] = [
  {
    vendor: "HPE",
    model: "ProLiant RL300 Gen11",
    firmware: {
      bios: { current: "U32.1.2.3", available: "U32.1.2.4", security: true },
      bmc: { current: "2.85.0", available: "2.85.0" },
    },
  },
  {
    vendor: "Supermicro",
    model: "SYS-2029U",
    firmware: {
      bios: { current: "3.4", available: "3.6" },
      bmc: { current: "01.73.11", available: "01.74.02" },
    },
  },
  {
    vendor: "Dell Inc.",
    model: "PowerEdge R750",
    firmware: {
      bios: { current: "1.9.2", available: "1.9.2" },
      bmc: { current: "6.10.30", available: "6.10.30" },
    },
  },
];

/** What the hardware of a server that nobody described turns out to be. */
export function hardwareOf(number: number): (typeof hardware)[number] {
  const found = hardware[number % hardware.length];
  if (!found) throw new Error("The default world has no hardware.");
  return structuredClone(found);
}

/** Servers that the service knows from the start: server-001, server-002, ... */
export function defaultServers(count: number): ServerSeed[] {
  return Array.from({ length: count }, (_, index) => ({
    serverId: serverName(index),
    deviceType: "a1.c5.large",
    ipmiIp: `192.168.1.${100 + (index % 150)}`,
    status: "Ready",
    ...hardwareOf(index),
  }));
}

/** A machine for each of these servers, and two that nobody has recorded. */
export function defaultMachines(count: number): MachineSeed[] {
  const known = Array.from({ length: count }, (_, index) => ({
    systemId: letters(index).repeat(3) + String(index + 1).padStart(3, "0"),
    hostname: serverName(index),
    status: "Ready",
    ipAddresses: [`10.0.0.${10 + (index % 200)}`],
  }));
  return [
    ...known,
    { systemId: "new001", hostname: "lively-otter", status: "New" },
    { systemId: "sml001", hostname: "small-finch", status: "Ready", cpuCount: 1, memory: 4_096 },
  ];
}

function serverName(index: number): string {
  return `server-${String(index + 1).padStart(3, "0")}`;
}

function letters(index: number): string {
  return String.fromCharCode(97 + (index % 26));
}
