import { isObject } from "../core/http";
import type { Directory } from "./directory";
import type { PanosVariants } from "./variants";

/** What a daemon takes from config.json when it starts. */
export interface Settings {
  readonly workers: number;
  readonly queueSize: number;
  readonly softwareCheckTimeout: number;
  readonly jobStallTimeout: number;
  readonly downloadAttempts: number;
  readonly rebootInitialDelay: number;
  readonly rebootReadyTimeout: number;
  readonly rebootStabilizationDelay: number;
  readonly rebootMaximumPoll: number;
  readonly tcpMargin: number;
  readonly routeMargin: number;
  readonly arpMargin: number;
  readonly minimumDiskGb: number;
  readonly validationAttempts: number;
  readonly validationDelay: number;
  readonly validationBackoff: number;
}

const mostWorkers = 50;

/** Reads config.json; a value that is absent, or no number, is the default. */
export function readSettings(directory: Directory, variants: PanosVariants): Settings {
  let config: unknown = {};
  try {
    config = directory.readJsonOr("config/config.json", {});
  } catch {
    // A configuration that can't be read is one with nothing in it.
  }
  const value = (section: string, key: string, otherwise: number): number => {
    const found = isObject(config) && isObject(config[section]) ? config[section][key] : undefined;
    return typeof found === "number" ? found : otherwise;
  };
  return {
    workers: Math.min(mostWorkers, variants.workers ?? value("workers", "max", 5)),
    queueSize: variants.queueSize ?? value("workers", "queue_size", 1_000),
    softwareCheckTimeout: value("firewall", "software_check_timeout", 90),
    jobStallTimeout: value("firewall", "job_stall_timeout", 1_800),
    downloadAttempts: value("firewall", "download_retry_attempts", 3),
    rebootInitialDelay: value("firewall", "reboot_initial_delay", 90),
    rebootReadyTimeout: value("firewall", "reboot_ready_timeout", 600),
    rebootStabilizationDelay: value("firewall", "reboot_stabilization_delay", 90),
    rebootMaximumPoll: value("firewall", "max_reboot_poll_interval", 300),
    tcpMargin: value("validation", "tcp_session_margin", 5),
    routeMargin: value("validation", "route_margin", 0),
    arpMargin: value("validation", "arp_margin", 0),
    minimumDiskGb: value("validation", "min_disk_gb", 5),
    validationAttempts: value("validation", "retry_attempts", 3),
    validationDelay: value("validation", "retry_delay", 10),
    validationBackoff: value("validation", "retry_backoff", 2),
  };
}
