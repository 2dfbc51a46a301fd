import type { FirewallSeed, PanosConfig, UpgradePaths } from "./types";

/** Where every path of the default world leads. */
export const panosTarget = "11.1.4";

/** The default upgrade paths: from each version through all that follow. */
export const panosPaths: UpgradePaths = {
  "10.1.9": ["10.2.0", "10.2.9", "11.1.0", panosTarget],
  "10.2.0": ["10.2.9", "11.1.0", panosTarget],
  "10.2.9": ["11.1.0", panosTarget],
  "11.1.0": [panosTarget],
};

/** Secrets that stand in the default config.json, for tests to find that none of them leaks. */
export const panosSecrets = ["sim-panorama-password", "sim-panorama-key", "sim-firewall-password"] as const;

/** The default config.json. Everything that it doesn't say is as the daemon is shipped. */
export const panosConfig: PanosConfig = {
  panorama: {
    host: "panorama.example.com",
    username: "upgrade",
    password: panosSecrets[0],
    api_key: panosSecrets[1],
  },
  firewall: { username: "upgrade", password: panosSecrets[2] },
};

export const panosSerial = (number: number): string => `0018010${String(number).padStart(5, "0")}`;

/** Some firewalls of the default world by what is special about them. */
export const panosDevices = {
  /** Runs the version where all paths lead. */
  atTarget: panosSerial(90_001),
  /** Has the longest way to go. */
  old: panosSerial(90_002),
  /** Has too little disk for an upgrade. */
  fullDisk: panosSerial(90_003),
  /** Is in no inventory. */
  unknown: panosSerial(90_004),
  /** Is in the inventory without an address. */
  noAddress: panosSerial(90_005),
  /** A pair: active and passive. */
  pair: [panosSerial(90_011), panosSerial(90_012)],
} as const;

/** Firewalls that are alike: standalone, with one image between them and the target. */
export function generateFirewalls(count: number, first = 1): FirewallSeed[] {
  return Array.from({ length: count }, (_, index) => {
    const number = first + index;
    return {
      serial: panosSerial(number),
      hostname: `fw-branch-${number}`,
      mgmtIp: `10.20.${Math.floor(number / 250)}.${(number % 250) + 1}`,
    };
  });
}

/** The default world: some firewalls that are alike, and one for each special case. */
export function defaultFirewalls(count: number): FirewallSeed[] {
  const [active, passive] = panosDevices.pair;
  const special: FirewallSeed[] = [
    { serial: panosDevices.atTarget, hostname: "fw-lab", version: panosTarget },
    { serial: panosDevices.old, hostname: "fw-old", version: "10.1.9", model: "PA-220" },
    { serial: panosDevices.fullDisk, hostname: "fw-full", diskGb: 3.5 },
    { serial: panosDevices.unknown, hostname: "fw-new", inInventory: false },
    { serial: panosDevices.noAddress, hostname: "fw-dark", mgmtIp: "" },
    { serial: active, hostname: "fw-core-a", model: "PA-3410", haState: "active", peerSerial: passive },
    { serial: passive, hostname: "fw-core-b", model: "PA-3410", haState: "passive", peerSerial: active },
  ];
  return [...generateFirewalls(count), ...special.map((seed, index) => ({ mgmtIp: `10.21.0.${index + 1}`, ...seed }))];
}
