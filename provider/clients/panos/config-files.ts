import { dirname } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { VendorError } from "../http/errors";
import type { Daemon } from "./daemon";
import type { Delivery } from "./delivery";
import { during, system } from "./errors";
import type { JsonReader } from "./json-reader";
import { notUnderstood } from "./json-reader";
import type { Layout } from "./layout";
import { instantOf, isoOf, msOf } from "./times";
import { fieldsOf, isObject, numberOf, textOf, textsOf } from "./wire";

/** Which versions a device goes through from the version it runs. The last one is its target. */
export type UpgradePathMap = Readonly<Record<string, readonly string[]>>;

export interface UpgradePaths {
  paths: UpgradePathMap;
  /** When the file was written, ISO 8601, by the clock of the file system. */
  writtenAt: string;
  /** The daemon reads the file at its start only, and has started before it was written. */
  restartRequired: boolean;
}

export interface UpgradePath {
  version: string;
  /** Undefined when no path begins at this version: the daemon skips such a device. */
  path?: readonly string[];
  targetVersion?: string;
  restartRequired: boolean;
}

export interface InventoryDevice {
  serial: string;
  hostname?: string;
  mgmtIp?: string;
  /** As of the last discovery: an upgrade does not change it. */
  currentVersion?: string;
  model?: string;
  /** standalone, ha_pair or unknown. */
  deviceType?: string;
  peerSerial?: string;
  haState?: string;
  discoveredAt?: string;
}

export interface PanosInventory {
  devices: ReadonlyMap<string, InventoryDevice>;
  lastUpdated?: string;
}

/** The part of the daemon's settings that holds no credentials. What it does not set is undefined: the daemon's default. */
export interface DaemonSettings {
  workers: { max?: number; queueSize?: number };
  validation: { tcpSessionMargin?: number; routeMargin?: number; arpMargin?: number; minDiskGb?: number };
}

/** The files of the directory that configure the daemon. */
export class ConfigFiles {
  constructor(
    private readonly layout: Layout,
    private readonly reader: JsonReader,
    private readonly delivery: Delivery,
    private readonly daemon: Daemon,
  ) {}

  /** The upgrade paths; undefined when there is no file of them. */
  async upgradePaths(): Promise<UpgradePaths | undefined> {
    return during("read the upgrade paths", async () => {
      const path = this.layout.upgradePaths;
      const file = await this.reader.find(path);
      if (!file) return undefined;
      if (!isObject(file.value)) throw notUnderstood(path);
      const paths = Object.fromEntries(Object.entries(file.value).map(([version, list]) => [version, textsOf(list)]));
      const { daemon } = await this.daemon.look();
      const startedAt = msOf(daemon.startedAt);
      const restartRequired = daemon.alive && startedAt !== undefined && file.stamp.mtimeMs > startedAt;
      return { paths, writtenAt: isoOf(file.stamp.mtimeMs), restartRequired };
    });
  }

  async upgradePath(version: string): Promise<UpgradePath> {
    const all = await this.upgradePaths();
    const path = all && Object.hasOwn(all.paths, version) ? all.paths[version] : undefined;
    return { version, path, targetVersion: path?.at(-1), restartRequired: all?.restartRequired ?? false };
  }

  /**
   * Writes the upgrade paths in one piece. With `expected` only if they still are so, null for no file: another's change
   * is refused with "changed-meanwhile".
   */
  async writeUpgradePaths(paths: UpgradePathMap, expected?: UpgradePathMap | null): Promise<void> {
    const action = "write the upgrade paths";
    const empty = Object.keys(paths).filter((version) => paths[version]?.length === 0);
    if (empty.length > 0)
      throw new VendorError({
        kind: "rejected",
        system,
        action,
        reason: `the path of version ${empty.join(", ")} is empty, and the daemon would try to install no version at all`,
        notAttempted: true,
        hint: "Leave the version out: a device that runs it is then skipped.",
      });
    await during(action, async () => {
      if (expected !== undefined) {
        const now = (await this.upgradePaths())?.paths ?? null;
        if (!isDeepStrictEqual(now, expected && { ...expected }))
          throw changedMeanwhile(action, this.layout.upgradePaths);
      }
      await this.delivery.replace(dirname(this.layout.upgradePaths), "upgrade_paths.json", paths);
    });
  }

  /** The devices that the daemon has discovered; none before its first discovery. */
  async inventory(): Promise<PanosInventory> {
    return during("read the inventory", async () => {
      const value = await this.reader.value(this.layout.inventory);
      const fields = fieldsOf(value);
      const devices = Object.entries(fieldsOf(fields.devices)).map(([serial, entry]) => {
        const device = fieldsOf(entry);
        return [
          serial,
          {
            serial,
            hostname: textOf(device.hostname),
            mgmtIp: textOf(device.mgmt_ip),
            currentVersion: textOf(device.current_version),
            model: textOf(device.model),
            deviceType: textOf(device.device_type),
            peerSerial: textOf(device.peer_serial),
            haState: textOf(device.ha_state),
            discoveredAt: instantOf(device.discovered_at),
          },
        ] as const;
      });
      return { devices: new Map<string, InventoryDevice>(devices), lastUpdated: instantOf(fields.last_updated) };
    });
  }

  /** The settings for workers and validation, and nothing else of a file that holds passwords. */
  async settings(): Promise<DaemonSettings> {
    return during("read the settings", async () => {
      const { workers, validation } = fieldsOf(await this.reader.value(this.layout.config));
      this.reader.forget(this.layout.config);
      const { max, queue_size } = fieldsOf(workers);
      const { tcp_session_margin, route_margin, arp_margin, min_disk_gb } = fieldsOf(validation);
      return {
        workers: { max: numberOf(max), queueSize: numberOf(queue_size) },
        validation: {
          tcpSessionMargin: numberOf(tcp_session_margin),
          routeMargin: numberOf(route_margin),
          arpMargin: numberOf(arp_margin),
          minDiskGb: numberOf(min_disk_gb),
        },
      };
    });
  }
}

function changedMeanwhile(action: string, path: string): VendorError {
  return new VendorError({
    kind: "rejected",
    system,
    action,
    code: "changed-meanwhile",
    reason: `${path} has been changed by somebody else`,
    notAttempted: true,
    hint: "Run a refresh, look at what changed, then run again.",
  });
}
