import { isVendorError, VendorError, type VendorErrorKind } from "../http/errors";
import { createRedactor, type Redactor } from "../http/redact";
import type { Files } from "./files";

/** Name of the service in errors. */
export const system = "PAN-OS Upgrade Manager";

/** A job for a device that has one waiting or running already. */
export class DuplicateJobError extends VendorError {
  readonly serial: string;
  /** The job that is in the way. */
  readonly jobId: string;
  readonly jobState: "pending" | "active";
  /** When that job was written, ISO 8601; undefined when its file does not say. */
  readonly createdAt?: string;
  readonly existingType?: string;
  /** The daemon lost that job when it stopped: it will never end by itself. */
  readonly orphaned: boolean;
  /** Our own job had been written and was taken back: by moving it before the daemon saw it, or by a cancel command. */
  readonly takenBack?: "withdrawn" | "cancel-sent";

  constructor(details: {
    id: string;
    type: string;
    serial: string;
    jobId: string;
    jobState: "pending" | "active";
    createdAt?: string;
    existingType?: string;
    orphaned: boolean;
    takenBack?: "withdrawn" | "cancel-sent";
  }) {
    const { id, serial, jobId, jobState, createdAt, existingType, orphaned, takenBack } = details;
    const since = createdAt ? ` since ${createdAt}` : "";
    const other = existingType && existingType !== details.type ? ` of type ${existingType}` : "";
    super({
      kind: "rejected",
      system,
      code: orphaned ? "orphaned-job" : `${jobState}-job`,
      action: `submit job ${id} for device ${serial}`,
      reason: `job ${jobId}${other} for this device is ${jobState}${since}${orphaned ? ", but the daemon has lost it" : ""}`,
      notAttempted: takenBack === undefined,
      hint: orphaned
        ? `Move queue/active/${jobId}.json back to queue/pending to have it carried out, or out of the queue to give it up.`
        : `Wait until it ends, or cancel it.${takenBack === "cancel-sent" ? " The daemon had already taken ours, so that it was told to cancel it: check the device." : ""}`,
    });
    this.serial = serial;
    this.jobId = jobId;
    this.jobState = jobState;
    this.createdAt = createdAt;
    this.existingType = existingType;
    this.orphaned = orphaned;
    this.takenBack = takenBack;
  }
}

/** True for a failed file operation with one of these codes. */
export function hasCode(error: unknown, ...codes: string[]): boolean {
  return codes.includes((error as { code?: string } | null)?.code ?? "");
}

/** Errors of the work tell what was being done, as it follows "could not". */
export async function during<T>(action: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // What knows more about itself than the action says it better.
    throw isVendorError(error) && error.constructor === VendorError ? error.with({ action }) : error;
  }
}

const access =
  "Every file that the daemon writes is readable by its own user only (mode 0600), whatever the group: run as that user, or as root.";
const mountHint = "Check the disk or the mount, then run again.";

interface Trouble {
  kind: VendorErrorKind;
  words: string;
  hint: string;
  transient?: boolean;
}

const troubles: Readonly<Record<string, Trouble>> = {
  ENOSPC: full("the disk is full"),
  EDQUOT: full("the disk quota is used up"),
  EROFS: { kind: "forbidden", words: "the file system is read-only", hint: "Mount the work directory for writing." },
  ENOTDIR: odd("a part of its path is no folder"),
  EISDIR: odd("it is a folder"),
  ELOOP: odd("its links lead in a circle"),
  ENAMETOOLONG: odd("its name is too long"),
  EMFILE: { kind: "server", words: "too many files are open", hint: "Raise the limit: ulimit -n.", transient: true },
  ENFILE: { kind: "server", words: "too many files are open", hint: "Run again later.", transient: true },
  EXDEV: odd("the folders of the work directory are on different file systems"),
};
for (const code of ["EIO", "ESTALE", "ENOTCONN", "EHOSTDOWN", "EHOSTUNREACH", "ETIMEDOUT", "ENODEV"])
  Object.assign(troubles, {
    [code]: { kind: "network", words: "it cannot be reached", hint: mountHint, transient: true },
  });

function full(words: string): Trouble {
  return {
    kind: "server",
    words,
    hint: "Nothing half-written was left. Free some space, then run again.",
    transient: true,
  };
}

function odd(words: string): Trouble {
  return { kind: "rejected", words, hint: "Check that baseDir is the work directory of the daemon." };
}

/** A failed file operation, told as an error that says what to do. `code` is that of the operation. */
function fileError(error: unknown, verb: "read" | "write", path: string): VendorError {
  const { code = "EUNKNOWN" } = error as NodeJS.ErrnoException;
  const make = (trouble: Trouble) =>
    new VendorError({
      kind: trouble.kind,
      system,
      action: `${verb} ${path}`,
      reason: `${trouble.words} (${code}: ${path})`,
      code,
      transient: trouble.transient,
      hint: trouble.hint,
    });
  if (code === "ENOENT") {
    const hint = "Check baseDir, and that the daemon has been started: it makes its directories at its first start.";
    return make({ kind: "network", words: "it does not exist", hint });
  }
  if (code === "EACCES" || code === "EPERM") {
    const hint = verb === "read" ? access : "Run as a user who may write there: the daemon's own user, or root.";
    return make({ kind: "forbidden", words: "permission was denied", hint });
  }
  return make(troubles[code] ?? { kind: "server", words: "the file system refused", hint: mountHint });
}

/** The same operations, whose failures are `VendorError`s that keep the code. */
export function explained(files: Files): Files {
  const told =
    (verb: "read" | "write", path: string) =>
    (error: unknown): never => {
      throw isVendorError(error) ? error : fileError(error, verb, path);
    };
  return {
    list: (folder) => files.list(folder).catch(told("read", folder)),
    stat: (path) => files.stat(path).catch(told("read", path)),
    read: (path) => files.read(path).catch(told("read", path)),
    write: (path, text, terms) => files.write(path, text, terms).catch(told("write", path)),
    link: (from, to) => files.link(from, to).catch(told("write", to)),
    rename: (from, to) => files.rename(from, to).catch(told("write", to)),
    remove: (path) => files.remove(path).catch(told("write", path)),
    syncFolder: (folder) => files.syncFolder(folder).catch(told("write", folder)),
    watch: (folder, onChange) => files.watch(folder, onChange),
  };
}

// The key of a firewall's API in an address, which the daemon may repeat from an error of its HTTP library.
const apiKey = /(\b(?:key|user|passwd)=)[^&\s"']+/gi;

/** What the daemon says, without credentials in it. */
export function createWords(redactor: Redactor = createRedactor()): (text: string) => string {
  return (text) => redactor.redact(text).replace(apiKey, "$1[redacted]");
}
