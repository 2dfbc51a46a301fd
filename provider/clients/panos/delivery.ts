import { join } from "node:path";
import { isVendorError } from "../http/errors";
import { hasCode } from "./errors";
import { type Files, temporaryPath, type WriteTerms } from "./files";

// What file systems answer that know no hard links, or do not allow them.
const noLinks = ["EPERM", "EACCES", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK", "EXDEV"];

/** Writes whole files into the sight of others: they see all of a file or nothing, and a failure leaves nothing. */
export class Delivery {
  constructor(
    private readonly files: Files,
    private readonly terms: WriteTerms,
  ) {}

  /**
   * A new file. Fails with EEXIST when the name is taken: it gets its name by a hard link, which overwrites nothing.
   * Where there are no links it is moved to a name that was free a moment before.
   */
  async create(folder: string, name: string, body: unknown): Promise<void> {
    const temporary = temporaryPath(folder, name);
    await this.files.write(temporary, textOf(body), await this.termsIn(folder));
    await this.giveName(temporary, join(folder, name), (final) => this.moveToFree(temporary, final));
    await this.settle(folder);
  }

  /**
   * A new file in a folder whose watcher reacts to files that appear, not to those that are renamed within it: by a hard
   * link, or by a move from the folder above.
   */
  async appear(
    above: string,
    folder: string,
    name: string,
    body: unknown,
    way: "link" | "stage-rename",
  ): Promise<void> {
    const staged = temporaryPath(above, name);
    if (way === "stage-rename") {
      await this.files.write(staged, textOf(body), await this.termsIn(folder));
      await this.orRemoved(staged, () => this.moveToFree(staged, join(folder, name)));
    } else {
      const temporary = temporaryPath(folder, name);
      await this.files.write(temporary, textOf(body), await this.termsIn(folder));
      await this.giveName(temporary, join(folder, name), async (final) => {
        await this.files.rename(temporary, staged);
        await this.orRemoved(staged, () => this.moveToFree(staged, final));
      });
    }
    await this.settle(folder);
  }

  /** Puts a file in the place of one that may be there, with the permissions of that one. */
  async replace(folder: string, name: string, body: unknown): Promise<void> {
    const final = join(folder, name);
    const temporary = temporaryPath(folder, name);
    await this.files.write(temporary, textOf(body), await this.termsLike(folder, final));
    await this.orRemoved(temporary, () => this.files.rename(temporary, final));
    await this.settle(folder);
  }

  /** A new file belongs to whom its folder belongs to, which is the daemon. */
  private async termsIn(folder: string): Promise<WriteTerms> {
    const { uid, gid } = await this.files.stat(folder);
    return { ...this.terms, owner: { uid, gid } };
  }

  /** As a file has it that is replaced, and readable at least as files of ours. */
  private async termsLike(folder: string, path: string): Promise<WriteTerms> {
    try {
      const { mode, uid, gid } = await this.files.stat(path);
      return { ...this.terms, mode: (mode & 0o777) | this.terms.mode, owner: { uid, gid } };
    } catch (error) {
      if (hasCode(error, "ENOENT")) return this.termsIn(folder);
      throw error;
    }
  }

  /** The name is given whatever this says. */
  private async settle(folder: string): Promise<void> {
    await this.files.syncFolder(folder).catch((error: unknown) => {
      throw isVendorError(error) ? error.with({ ambiguous: true }) : error;
    });
  }

  private async giveName(temporary: string, final: string, otherwise: (final: string) => Promise<void>): Promise<void> {
    await this.orRemoved(temporary, async () => {
      try {
        await this.files.link(temporary, final);
      } catch (error) {
        if (!hasCode(error, ...noLinks)) throw error;
        return otherwise(final);
      }
      // From here on the file is delivered: a second name that is left does no harm.
      await this.files.remove(temporary).catch(() => {});
    });
  }

  private async moveToFree(from: string, to: string): Promise<void> {
    try {
      await this.files.stat(to);
    } catch (error) {
      if (hasCode(error, "ENOENT")) return this.files.rename(from, to);
      throw error;
    }
    throw Object.assign(new Error(`${to} exists`), { code: "EEXIST" });
  }

  private async orRemoved(temporary: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      await this.files.remove(temporary).catch(() => {});
      throw error;
    }
  }
}

function textOf(body: unknown): string {
  return `${JSON.stringify(body, null, 2)}\n`;
}
