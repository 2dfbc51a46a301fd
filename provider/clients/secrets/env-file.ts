import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { parseEnv } from "node:util";

/**
 * The variables of a file of lines such as `NAME=value`; `~` stands for the home folder.
 * @throws Error when it cannot be read; the message names the file and none of its values
 */
export function readEnvFile(file: string): Record<string, string> {
  const path = resolve(/^~(?=[/\\]|$)/.test(file) ? join(homedir(), file.slice(1)) : file);
  try {
    return parseEnv(readFileSync(path, "utf8")) as Record<string, string>;
  } catch (error) {
    const { code = "it could not be read" } = error as NodeJS.ErrnoException;
    throw new Error(`the env file ${path} cannot be used (${code})`);
  }
}
