import { accessSync, chmodSync, constants, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { isObject } from "../core/http";
import type { Environment } from "../core/service";
import { Deliveries } from "./deliveries";
import { Directory, isCode } from "./directory";
import { Firewalls } from "./firewalls";
import { setFolder } from "./folders";
import { updateInventory } from "./inventory";
import type { PanosOptions } from "./options";
import { DaemonProcess, type Surroundings } from "./process";
import { defaultFirewalls, panosConfig, panosPaths } from "./seeds";
import { Stamps } from "./stamps";
import type {
  DaemonState,
  Delivery,
  DeviceAction,
  DeviceActionKind,
  Firewall,
  FirewallSeed,
  FolderState,
  PanosConfig,
  UpgradePaths,
} from "./types";
import { changePanosVariants, defaultPanosVariants, type PanosVariants } from "./variants";
import { Watches } from "./watches";

/** What changes a firewall. */
const changing: readonly DeviceActionKind[] = ["download", "install", "reboot"];

/**
 * The simulated PAN-OS upgrade daemon: a worker on a real directory, and the firewalls that it upgrades. The directory is
 * made, and the daemon started, when somebody first asks for either; at once when `startSimulators` is given options.
 */
export class PanosSimulator {
  /** Behaviour; assign to its members at any time. */
  readonly variants: PanosVariants = defaultPanosVariants();
  readonly #options: PanosOptions;
  readonly #environment: Environment;
  readonly #firewalls: Firewalls;
  readonly #deliveries: Deliveries;
  readonly #brokenFolders = new Set<string>();
  #directory: Directory | undefined;
  readonly #watches: Watches;
  #daemons: DaemonProcess[] = [];

  private constructor(options: PanosOptions, environment: Environment) {
    this.#options = options;
    this.#environment = environment;
    changePanosVariants(this.variants, this.#options.variants ?? {});
    this.#firewalls = new Firewalls(environment.clock, this.variants);
    this.#deliveries = new Deliveries(environment.clock, environment.requests);
    this.#watches = new Watches(this.#deliveries, this.variants, (name) => {
      for (const daemon of this.#daemons) daemon.noticeCommand(name);
    });
  }

  /** Starts the daemon if there are options; rejects when they are bad. */
  static async start(options: PanosOptions | undefined, environment: Environment): Promise<PanosSimulator> {
    const simulator = new PanosSimulator(options ?? {}, environment);
    if (options) simulator.#begin();
    return simulator;
  }

  /** The work directory. */
  get baseDir(): string {
    return this.#begin().base;
  }

  /** Every firewall, by serial; changes take effect at once, except that the inventory needs `discover`. */
  get devices(): Map<string, Firewall> {
    this.#begin();
    return this.#firewalls.bySerial;
  }

  /** Everything that daemons asked of firewalls. */
  get actions(): readonly DeviceAction[] {
    this.#begin();
    return this.#firewalls.actions;
  }

  /** Downloads, installs and reboots that a firewall took, such as `install 11.1.4`. */
  changes(serial: string): string[] {
    return this.actions
      .filter((action) => action.serial === serial && action.accepted && changing.includes(action.kind))
      .map(({ kind, version }) => (version === undefined ? kind : `${kind} ${version}`));
  }

  /** Every job and command file that a client put in place. */
  get deliveries(): readonly Delivery[] {
    this.#begin();
    return this.#deliveries.all;
  }

  /** What the daemon is doing; of two, the first. */
  get daemon(): DaemonState {
    this.#begin();
    return this.#daemons[0]?.state ?? "stopped";
  }

  /** A firewall as it is now; throws for an unknown serial. */
  device(serial: string): Firewall {
    const firewall = this.devices.get(serial);
    if (!firewall) throw new Error(`There is no firewall ${serial}.`);
    return this.#firewalls.settle(firewall);
  }

  /** Adds firewalls, or replaces those of the same serial; the inventory knows them at once. */
  seed(firewalls: FirewallSeed[]): void {
    this.#begin();
    this.#add(firewalls);
    this.#updateInventory(new Set(firewalls.map(({ serial }) => serial)));
  }

  /** Takes a firewall out of the world and the inventory. */
  remove(serial: string): void {
    this.devices.delete(serial);
    this.#updateInventory(new Set());
  }

  /** Writes the inventory anew, as a discovery through Panorama does: it then has the running versions. */
  discover(): void {
    this.#updateInventory(new Set(this.devices.keys()));
  }

  /** Replaces upgrade_paths.json, which a daemon reads only when it starts. */
  setPaths(paths: UpgradePaths): void {
    this.#begin().place("config/upgrade_paths.json", paths);
  }

  /** Replaces config.json, which a daemon reads only when it starts. */
  setConfig(config: PanosConfig): void {
    this.#begin().place("config/config.json", config);
  }

  /** Starts the daemon unless it runs. */
  start(): void {
    this.#begin();
    this.#startDaemons();
  }

  /** SIGTERM; the daemon may need up to 30 seconds of its time until it is `stopped`. */
  stop(): void {
    this.#begin();
    for (const daemon of this.#daemons) daemon.stop();
  }

  /** SIGKILL. With `agoSeconds` the daemon's last sign of life looks that old, as if it had died so long ago. */
  kill(options: { agoSeconds?: number } = {}): void {
    const directory = this.#begin();
    for (const daemon of this.#daemons) daemon.kill();
    if (options.agoSeconds === undefined) return;
    for (const path of ["status/daemon.json", "status/workers.json"]) {
      const content = directory.readJsonOr(path, undefined);
      if (!isObject(content)) continue;
      const last_updated = directory.stamps.text(directory.stamps.now() - options.agoSeconds * 1_000);
      directory.place(path, Object.hasOwn(content, "last_updated") ? { ...content, last_updated } : content);
      directory.age(path, options.agoSeconds);
    }
  }

  /** Kills the daemon and starts it again: what it had in memory is lost. */
  restart(): void {
    this.kill();
    this.start();
  }

  /** Makes a folder of the work directory unusable, or usable again; `unreadable` doesn't keep root out. */
  setFolder(folder: string, state: FolderState): void {
    const directory = this.#begin();
    setFolder(directory.path(folder), state);
    if (state === "ok") this.#brokenFolders.delete(folder);
    else this.#brokenFolders.add(folder);
    this.#watches.open(directory);
  }

  /** Resolves once the daemon has noticed everything that clients have put in place so far; the clock doesn't move. */
  async settle(): Promise<void> {
    this.#begin();
    await this.#watches.settle();
  }

  /** Back to the start: files, firewalls, behaviour, what was recorded. */
  reset(): void {
    this.#endAll();
    Object.assign(this.variants, defaultPanosVariants());
    changePanosVariants(this.variants, this.#options.variants ?? {});
    const directory = this.#directory;
    if (!directory) return;
    this.#directory = undefined;
    this.#mendFolders(directory);
    for (const folder of ["config", "devices", "queue", "status", "validation", "commands", "logs"])
      rmSync(directory.path(folder), { recursive: true, force: true });
    this.#begin(directory);
  }

  /** Ends the daemon, and deletes the directory if it is a temporary one. */
  close(): void {
    // One that does nothing goes in peace; whatever it is at work on is cut off.
    for (const daemon of this.#daemons) daemon.stop();
    this.#endAll();
    const directory = this.#directory;
    if (!directory) return;
    this.#mendFolders(directory);
    if (this.#options.baseDir === undefined) rmSync(directory.base, { recursive: true, force: true });
  }

  #begin(again?: Directory): Directory {
    if (this.#directory) return this.#directory;
    const directory = again ?? this.#makeDirectory();
    this.#directory = directory;
    directory.makeFolders();
    this.#deliveries.begin(directory);
    this.#firewalls.clear();
    this.#add(this.#options.devices ?? defaultFirewalls(this.#options.deviceCount ?? 10));
    const { config = panosConfig, paths = panosPaths } = this.#options;
    if (!directory.exists("config/config.json")) directory.place("config/config.json", config);
    if (!directory.exists("config/upgrade_paths.json")) directory.place("config/upgrade_paths.json", paths);
    this.discover();
    this.#watches.open(directory);
    if (this.#options.running ?? true) this.#startDaemons();
    return directory;
  }

  #makeDirectory(): Directory {
    const { baseDir } = this.#options;
    const base = baseDir === undefined ? mkdtempSync(join(temporaryRoot(), "ztp-panos-")) : resolve(baseDir);
    mkdirSync(base, { recursive: true });
    // Others may look in, as they may with the real one; it is the files that are closed to them.
    if (baseDir === undefined) chmodSync(base, 0o755);
    return new Directory(base, new Stamps(this.#environment.clock, this.variants), this.variants);
  }

  #add(seeds: FirewallSeed[]): void {
    for (const seed of seeds) this.#firewalls.add(seed);
  }

  #updateInventory(serials: ReadonlySet<string>): void {
    updateInventory(this.#begin(), this.#firewalls, serials);
  }

  #startDaemons(): void {
    const directory = this.#begin();
    const running = this.#daemons.filter(({ alive }) => alive);
    if (running.length >= this.variants.daemons) return;
    const surroundings: Surroundings = {
      directory,
      firewalls: this.#firewalls,
      deliveries: this.#deliveries,
      variants: this.variants,
      crashed: () => this.#restartLater(),
    };
    directory.makeFolders();
    this.#watches.open(directory);
    while (running.length < this.variants.daemons) running.push(new DaemonProcess(surroundings));
    this.#daemons = running;
  }

  #restartLater(): void {
    const { restartAfterSeconds, timeScale } = this.variants;
    if (restartAfterSeconds === null) return;
    this.#environment.clock.schedule((restartAfterSeconds * 1_000) / timeScale, () => {
      try {
        this.#startDaemons();
      } catch (error) {
        // A daemon whose folders are in the way doesn't come up.
        if (!isCode(error, "EEXIST", "ENOTDIR", "EACCES")) throw error;
      }
    });
  }

  #mendFolders(directory: Directory): void {
    for (const folder of this.#brokenFolders) setFolder(directory.path(folder), "ok");
    this.#brokenFolders.clear();
  }

  #endAll(): void {
    for (const daemon of this.#daemons) daemon.kill();
    this.#daemons = [];
    this.#watches.close();
  }
}

/** Memory where there is some to write to: on a disk, each rename over a file waits until that file is written out. */
function temporaryRoot(): string {
  const memory = "/dev/shm";
  try {
    if (process.env.TMPDIR) return tmpdir();
    accessSync(memory, constants.W_OK);
    return memory;
  } catch {
    return tmpdir();
  }
}
