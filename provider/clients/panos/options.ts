import type { Clock } from "../http/clock";
import type { Redactor } from "../http/redact";
import type { Files } from "./files";

/** What the client of a work directory is configured with. */
export interface PanosOptions {
  /** The daemon's work directory, here or mounted from where the daemon runs. */
  baseDir: string;
  /** Permissions of the files that we write. The daemon must be able to read them. Default 0640. */
  fileMode?: number;
  /** Group of the files that we write. Default: as the directory or the user has it. */
  gid?: number;
  /** Longest time between two looks at the directory while waiting. Default 5, the daemon's own rhythm. At least 1. */
  pollIntervalSeconds?: number;
  /** A daemon that has not written its status for so long is not running. Default 20: it writes every 5. */
  daemonStaleAfterSeconds?: number;
  /** How a command comes into the daemon's sight. Default "link"; "stage-rename" where hard links are not to be used. */
  commandDelivery?: "link" | "stage-rename";
}

/** What surrounds the client. Every part has a default; tests bring their own. */
export interface PanosSurroundings {
  /** Told what is odd but not wrong. */
  onWarning?: (message: string) => void;
  clock?: Clock;
  redactor?: Redactor;
  /** The file system. */
  files?: Files;
}

export interface CallOptions {
  signal?: AbortSignal;
}
