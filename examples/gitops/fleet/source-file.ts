import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from "yaml";

/** Keys and indexes from the top of a file to a value in it. */
export type Path = readonly (string | number)[];

/** Something that is wrong with a file, and where: lines and columns count from 1. */
export interface Problem {
  file: string;
  line: number;
  column: number;
  /** From the top of the file, such as `sites.berlin.fw1.serial`; empty for the file as a whole. */
  path: string;
  message: string;
}

/** A YAML file that can tell where each of its values stands. */
export class SourceFile {
  /** As it is named in problems. */
  readonly file: string;
  /** What the file says; of no use when there are `problems`. */
  readonly value: unknown;
  /** Why it is not YAML. */
  readonly problems: Problem[];
  readonly #document: Document;
  readonly #lines = new LineCounter();

  /** @param file relative to the folder */
  constructor(folder: string, file: string) {
    this.file = file;
    const text = readFileSync(join(folder, file), "utf8");
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
    this.problems = this.#document.errors.map(({ message, pos }) => this.#problemAt(pos[0], [], message));
    this.value = this.problems.length > 0 ? undefined : this.#document.toJS();
  }

  /** A problem with the value at a path, or with the key that leads to it. */
  problem(path: Path, message: string, part: "key" | "value" = "value"): Problem {
    return this.#problemAt(this.#offsetOf(path, part), path, message);
  }

  /** The line of the value at a path. */
  lineOf(path: Path): number {
    return this.problem(path, "").line;
  }

  /** What stands at the path, or as near to it as the file goes. */
  #offsetOf(path: Path, part: "key" | "value"): number {
    for (let length = path.length; length > 0; length--) {
      const parent = this.#document.getIn(path.slice(0, length - 1), true);
      const key = path[length - 1];
      const pair = isMap(parent)
        ? parent.items.find((item) => isScalar(item.key) && item.key.value === key)
        : undefined;
      const value = this.#document.getIn(path.slice(0, length), true);
      const node = part === "key" && pair ? pair.key : value;
      if (isNode(node) && node.range) return node.range[0];
    }
    return 0;
  }

  #problemAt(offset: number, path: Path, message: string): Problem {
    const { line, col } = this.#lines.linePos(offset);
    return { file: this.file, line: Math.max(line, 1), column: Math.max(col, 1), path: path.join("."), message };
  }
}

/** `inventory/emea.yaml:12:7 sites.berlin.fw1.role: there is no role firewal`, as editors and terminals link it. */
export function describe({ file, line, column, path, message }: Problem): string {
  return `${file}:${line}:${column}${path && ` ${path}`}: ${message}`;
}
