import { hasSecret } from "../../provider/core/values";
import type { Host } from "../../provider/hosts/project-file";
import { packageName } from "../../provider/hosts/tokens";
import { importEntry } from "../import-file";
import { NoStack, namespaceOf } from "../project";
import { Session } from "../session";
import { countCalls } from "./calls";
import { discover, usableTypes } from "./discover";
import type { Imported } from "./expressions";
import { refuseToOverwrite, writeFiles } from "./files";
import { writeProgram } from "./program";
import { readAll } from "./read";
import { callsLine, failureLines, filesIn, foundLine, nextLines, type Result, table, writtenLines } from "./report";
import { storeSecrets } from "./secrets";
import { chooseTypes, matcher, type Selection } from "./select";
import { StackView } from "./stack-view";
import { findTarget, type Surroundings, type Target } from "./target";

export interface ImportOptions extends Selection {
  /** Patterns of names and ids; see `matcher`. */
  match: readonly string[];
  /** Only say what would be imported. */
  dryRun: boolean;
  /** The folder of the two files, relative to the current one. */
  out: string;
  /** Overwrite what is there. */
  force: boolean;
  /** Put secrets into the stack's configuration. */
  config: boolean;
  stack?: string;
  host?: Host;
}

/**
 * Finds what the vendors have, and writes the import file and the program for what the stack does not have yet.
 * @returns false when nothing could be imported, and something should have been
 * @throws Error when nothing can be done at all
 */
export async function runImport(options: ImportOptions, surroundings: Surroundings): Promise<boolean> {
  const { registry, environment, terminal } = surroundings;
  const types = chooseTypes(registry, options);
  const paths = filesIn(options.out);
  if (!options.dryRun && !options.force) refuseToOverwrite(surroundings.folder, Object.values(paths));
  const target = await findTarget(options, surroundings);
  const { stack } = target;
  const known = stack instanceof NoStack ? { config: {}, resources: [] } : stack;
  const session = new Session(registry, {
    configuration: namespaceOf(known.config, packageName),
    environment,
    warn: (message) => terminal.error(`${message}\n`),
  });
  const usable = usableTypes(session, types, options.services.length + options.types.length > 0);
  const leftOut = new Set(types.filter((type) => !usable.includes(type)).map(({ service }) => service.name));
  if (leftOut.size > 0) terminal.error(`Left out, since it is not configured: ${[...leftOut].join(", ")}\n`);
  return countCalls(async (calls) => {
    const { found: all, failures } = await discover(session, usable, new StackView(registry, known.resources));
    const fits = matcher(options.match);
    const found = all.filter(({ id, title, name }) => fits(id, title, name));
    if (all.length > 0 && found.length === 0 && failures.length === 0)
      throw new Error(`none of ${all.length} objects fits ${options.match.join(" or ")}`);
    terminal.out(`${options.dryRun && found.length > 0 ? `${table(found)}\n` : ""}${foundLine(found)}`);
    const fresh = found.filter(({ inStack }) => !inStack);
    const imported = options.dryRun ? [] : await readAll(session, fresh, failures, terminal);
    const result = imported.length > 0 ? await write(imported, options, target, surroundings) : undefined;
    if (result) terminal.out(writtenLines(result));
    terminal.out(callsLine(calls));
    if (result) terminal.out(nextLines(result));
    terminal.error(failureLines(failures));
    return failures.length === 0 || (options.dryRun ? found : imported).length > 0;
  });
}

/** Writes everything, secrets first: without them the program would not run. */
async function write(
  imported: readonly Imported[],
  options: ImportOptions,
  target: Target,
  surroundings: Surroundings,
): Promise<Result> {
  const { host, project, stack } = target;
  const program = writeProgram(imported);
  const stored = options.config ? await storeSecrets(program.secrets, options, target, surroundings) : undefined;
  const names = { project: project?.name ?? "", stack: stack instanceof NoStack ? "" : stack.name };
  const resources = imported.map((object) => importEntry(object.resource, object.name, object, { host, ...names }));
  const paths = filesIn(options.out);
  const inClear = host === "dynamic" && imported.some(({ inputs, outputs }) => hasSecret(inputs) || hasSecret(outputs));
  writeFiles(surroundings.folder, [
    { path: paths.importFile, text: `${JSON.stringify({ resources }, null, 2)}\n`, secret: inClear },
    { path: paths.program, text: program.text, secret: false },
  ]);
  const missing = stored ? [] : program.secrets;
  return { ...paths, inClear, imported, stack: options.stack, stored: stored ?? [], missing };
}
