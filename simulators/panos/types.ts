export interface Route {
  destination: string;
  gateway: string;
  interface: string;
}

export interface ArpEntry {
  ip: string;
  mac: string;
  interface: string;
}

/**
 * How a firewall takes one download or install: it works; the order is refused; its job fails; the job never moves on; or
 * its job can't be asked about, so that the daemon waits without limit.
 */
export type Outcome = "ok" | "refused" | "fails" | "stalls" | "unreadable";

/** How a firewall takes one order to reboot: it works; the order is refused; it never comes back. */
export type RebootOutcome = "ok" | "refused" | "neverBack";

/** What is different once a firewall runs another version. */
export interface AfterReboot {
  tcpSessions?: number;
  routes?: Route[];
  arp?: ArpEntry[];
  /** The version that it then really runs, instead of the one that was installed. */
  version?: string;
  /** How many of the first questions for metrics fail. */
  metricsErrors?: number;
}

/** A firewall, as it is and as it will behave. */
export interface Firewall {
  readonly serial: string;
  hostname: string;
  model: string;
  /** Empty: the inventory knows none. */
  mgmtIp: string;
  /** Whether a discovery finds it. */
  inInventory: boolean;
  /** The running version. */
  version: string;
  /** Installed, to be run after the next reboot. */
  installedVersion: string | null;
  /** Versions of which it has the image. */
  images: string[];
  diskGb: number;
  /** What one image takes from the disk. */
  imageGb: number;
  /** Such as active, passive, suspended; disabled for one without a peer. */
  haState: string;
  peerSerial: string | null;
  tcpSessions: number;
  routes: Route[];
  arp: ArpEntry[];
  /** Whether it answers at all. */
  reachable: boolean;
  /** How many of the next questions for metrics fail. */
  metricsErrors: number;
  softwareCheck: "ok" | "timesOut";
  /** One for each attempt, in order; the last one stays. */
  downloads: Outcome[];
  installs: Outcome[];
  reboots: RebootOutcome[];
  /** Simulated seconds, as are the next three. */
  downloadSeconds: number;
  installSeconds: number;
  /** From the order until it is back. */
  rebootSeconds: number;
  /** From the order until it goes down; it still answers, and takes orders, meanwhile. At most `rebootSeconds`. */
  shutdownSeconds: number;
  afterReboot: AfterReboot;
  /** The reboot that it is in, by instants of the simulated clock; one that ends at Infinity has no end. */
  reboot: { downAt: number; backAt: number } | null;
}

/** A firewall to put into the simulator; the serial suffices. */
export interface FirewallSeed extends Partial<Omit<Firewall, "serial">> {
  serial: string;
}

export type DeviceActionKind =
  | "systemInfo"
  | "haState"
  | "metrics"
  | "softwareCheck"
  | "softwareInfo"
  | "diskSpace"
  | "download"
  | "install"
  | "reboot";

/** Something that the daemon asked of a firewall. Polls of a running download, install or reboot are left out. */
export interface DeviceAction {
  readonly id: number;
  /** Milliseconds since the epoch of the simulated clock. */
  readonly at: number;
  readonly kind: DeviceActionKind;
  readonly serial: string;
  /** Of a download or install. */
  readonly version?: string;
  /** The upgrade job that caused it. */
  readonly jobId: string;
  /** Whether the firewall took the order or answered. */
  readonly accepted: boolean;
}

/** A file that a client put where the daemon looks. */
export interface Delivery {
  readonly id: number;
  /** When the simulator noticed it, in milliseconds since the epoch of the simulated clock. */
  readonly at: number;
  readonly folder: "queue/pending" | "commands/incoming";
  readonly name: string;
  /** Permission bits. */
  readonly mode: number;
  readonly text: string;
  /** What the text says; absent when it isn't JSON. */
  readonly json?: unknown;
  /** `taken`: by the daemon; `refused`: read and left lying; `withdrawn`: gone by somebody else's hand. */
  outcome: "waiting" | "taken" | "refused" | "withdrawn";
}

/** Running version -> versions to go through; the last is the target. */
export type UpgradePaths = Record<string, string[]>;

/** What the daemon's `config/config.json` may say; everything has a default. */
export interface PanosConfig {
  panorama?: Record<string, unknown>;
  firewall?: Record<string, unknown>;
  workers?: Record<string, unknown>;
  validation?: Record<string, unknown>;
}

export type DaemonState = "running" | "stopping" | "stopped" | "killed";

/** What can be done to a folder behind everybody's back. */
export type FolderState = "ok" | "missing" | "file" | "unreadable";
