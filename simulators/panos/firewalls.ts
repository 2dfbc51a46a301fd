import type { Clock } from "../core/clock";
import type { ArpEntry, DeviceAction, DeviceActionKind, Firewall, FirewallSeed, Route } from "./types";
import type { PanosVariants } from "./variants";

/** What a firewall tells of itself before and after an upgrade, by the names of the validation files. */
export interface Metrics {
  tcp_sessions: number;
  route_count: number;
  routes: Route[];
  arp_count: number;
  arp_entries: ArpEntry[];
  disk_available_gb: number;
}

/** A download or install that a firewall runs. */
interface DeviceJob {
  readonly kind: "download" | "install";
  readonly version: string;
  readonly outcome: "ok" | "fails" | "stalls" | "unreadable";
  readonly startedAt: number;
  readonly endsAt: number;
  done: boolean;
}

export interface JobProgress {
  readonly state: "running" | "done" | "failed";
  readonly percent: number;
}

const defaultRoutes: Route[] = [
  { destination: "0.0.0.0/0", gateway: "192.0.2.1", interface: "ethernet1/1" },
  { destination: "10.0.0.0/24", gateway: "0.0.0.0", interface: "ethernet1/2" },
];
const defaultArp: ArpEntry[] = [{ ip: "192.0.2.1", mac: "00:1b:17:00:01:01", interface: "ethernet1/1" }];

/** The firewalls that the daemon reaches, and everything that it asked of them. */
export class Firewalls {
  /** By serial. */
  readonly bySerial = new Map<string, Firewall>();
  readonly actions: DeviceAction[] = [];
  readonly #jobs = new Map<string, DeviceJob>();
  #lastJob = 0;
  #lastAction = 0;

  constructor(
    readonly clock: Clock,
    readonly variants: PanosVariants,
  ) {}

  clear(): void {
    this.bySerial.clear();
    this.#jobs.clear();
    this.actions.length = 0;
  }

  /** Adds a firewall, or replaces the one with this serial. */
  add(seed: FirewallSeed): Firewall {
    const number = this.bySerial.size + 1;
    const firewall: Firewall = {
      hostname: `fw-${seed.serial}`,
      model: "PA-440",
      mgmtIp: `10.1.${Math.floor(number / 250)}.${(number % 250) + 1}`,
      inInventory: true,
      version: "10.2.9",
      installedVersion: null,
      images: [],
      diskGb: 20,
      imageGb: 1.2,
      haState: "disabled",
      peerSerial: null,
      tcpSessions: 1_000,
      routes: structuredClone(defaultRoutes),
      arp: structuredClone(defaultArp),
      reachable: true,
      metricsErrors: 0,
      softwareCheck: "ok",
      downloads: ["ok"],
      installs: ["ok"],
      reboots: ["ok"],
      downloadSeconds: 25,
      installSeconds: 45,
      rebootSeconds: 150,
      shutdownSeconds: 10,
      afterReboot: {},
      reboot: null,
      ...structuredClone(seed),
    };
    this.bySerial.set(seed.serial, firewall);
    return firewall;
  }

  /** Records what the daemon asked, whether or not the firewall obeyed. */
  record(kind: DeviceActionKind, serial: string, jobId: string, accepted: boolean, version?: string): void {
    this.#lastAction += 1;
    const about = version === undefined ? {} : { version };
    this.actions.push({ id: this.#lastAction, at: this.clock.now(), kind, serial, ...about, jobId, accepted });
  }

  /** The firewall at a management address, if it answers now; throws as a connection that fails. */
  reach(mgmtIp: string): Firewall {
    const firewall = [...this.bySerial.values()].find((one) => one.mgmtIp === mgmtIp);
    if (!firewall?.reachable || this.#down(firewall))
      throw new Error(`URLError: reason: [Errno 113] No route to host: ${mgmtIp}`);
    return firewall;
  }

  metrics(firewall: Firewall): Metrics {
    const { tcpSessions, routes, arp, diskGb } = firewall;
    if (firewall.metricsErrors > 0) {
      firewall.metricsErrors -= 1;
      throw new Error("URLError: reason: timed out");
    }
    return {
      tcp_sessions: tcpSessions,
      route_count: routes.length,
      routes: structuredClone(routes),
      arp_count: arp.length,
      arp_entries: structuredClone(arp),
      disk_available_gb: diskGb,
    };
  }

  /** Starts a download or install; undefined when the firewall refuses. */
  order(kind: "download" | "install", firewall: Firewall, version: string): string | undefined {
    const outcome = next(kind === "download" ? firewall.downloads : firewall.installs) ?? "ok";
    const known = kind === "download" ? version !== "" : firewall.images.includes(version);
    if (outcome === "refused" || !known) return undefined;
    const startedAt = this.clock.now();
    const seconds = kind === "download" ? firewall.downloadSeconds : firewall.installSeconds;
    this.#lastJob += 1;
    const id = String(this.#lastJob);
    const endsAt = startedAt + this.#scaled(seconds);
    this.#jobs.set(id, { kind, version, outcome, startedAt, endsAt, done: false });
    return id;
  }

  /** How far a download or install is; throws for one that can't be asked about. */
  progress(firewall: Firewall, id: string): JobProgress {
    const job = this.#jobs.get(id);
    if (!job || job.outcome === "unreadable") throw new Error(`URLError: reason: job ${id} gives no status`);
    const now = this.clock.now();
    if (job.outcome === "stalls") return { state: "running", percent: 0 };
    if (now < job.endsAt) {
      const percent = Math.floor(((now - job.startedAt) / (job.endsAt - job.startedAt)) * 100);
      return { state: "running", percent };
    }
    if (job.outcome === "fails") return { state: "failed", percent: 0 };
    if (!job.done) this.#finish(firewall, job);
    return { state: "done", percent: 100 };
  }

  /** Takes an order to reboot, or refuses it. */
  reboot(firewall: Firewall): boolean {
    const outcome = next(firewall.reboots) ?? "ok";
    if (outcome === "refused") return false;
    // It is on its way down already.
    if (firewall.reboot) return true;
    const { rebootSeconds, shutdownSeconds } = firewall;
    const now = this.clock.now();
    firewall.reboot = {
      downAt: now + this.#scaled(Math.min(rebootSeconds, shutdownSeconds)),
      backAt: now + this.#scaled(outcome === "neverBack" ? Number.POSITIVE_INFINITY : rebootSeconds),
    };
    this.#failOver(firewall);
    return true;
  }

  /** Lets what time has done to a firewall take effect. */
  settle(firewall: Firewall): Firewall {
    this.#down(firewall);
    return firewall;
  }

  #finish(firewall: Firewall, job: DeviceJob): void {
    job.done = true;
    if (job.kind === "install") {
      firewall.installedVersion = job.version;
    } else if (!firewall.images.includes(job.version)) {
      firewall.images.push(job.version);
      firewall.diskGb = Math.max(0, firewall.diskGb - firewall.imageGb);
    }
  }

  #down(firewall: Firewall): boolean {
    const { reboot } = firewall;
    const now = this.clock.now();
    if (reboot === null || now < reboot.downAt) return false;
    if (now < reboot.backAt) return true;
    firewall.reboot = null;
    const afterReboot = structuredClone(firewall.afterReboot);
    if (firewall.installedVersion === null) return false;
    firewall.version = afterReboot.version ?? firewall.installedVersion;
    firewall.installedVersion = null;
    firewall.tcpSessions = afterReboot.tcpSessions ?? firewall.tcpSessions;
    firewall.routes = afterReboot.routes ?? firewall.routes;
    firewall.arp = afterReboot.arp ?? firewall.arp;
    firewall.metricsErrors = afterReboot.metricsErrors ?? firewall.metricsErrors;
    return false;
  }

  // The passive member takes over when the active one goes down.
  #failOver(firewall: Firewall): void {
    const peer = firewall.peerSerial === null ? undefined : this.bySerial.get(firewall.peerSerial);
    if (firewall.haState !== "active" || peer?.haState !== "passive" || this.#down(peer) || !peer.reachable) return;
    firewall.haState = "passive";
    peer.haState = "active";
  }

  #scaled(seconds: number): number {
    return (seconds * 1_000) / this.variants.timeScale;
  }
}

/** The outcome of this attempt; the last one stays for all that follow. */
function next<Outcome>(outcomes: Outcome[]): Outcome | undefined {
  return outcomes.length > 1 ? outcomes.shift() : outcomes[0];
}
