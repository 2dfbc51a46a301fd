import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { UpgradePathMap, UpgradePaths } from "../../clients/panos/panos";
import type { Problem } from "../../core/check";
import { type Context, defineResource } from "../../core/resource";
import { field } from "../../core/shape";
import { joinPath } from "../../core/values";
import { panos, type WorkDirectory, workDirectoryOf } from "./service";

/** There is one in a work directory. */
const onlyId = "upgrade_paths.json";

type Paths = { [version: string]: string[] };

export const upgradePaths = defineResource({
  token: "panos:UpgradePaths",
  doc: [
    "The file that tells the daemon which versions a device goes through from the one that it runs: upgrade_paths.json, as a",
    "whole, written in one piece. The daemon reads it only when it is started: until then `restartRequired` says that it goes",
    "by the paths before. Create refuses a file that is there with other paths, unless `adopt` says so; an update refuses one",
    "that somebody else has changed meanwhile. Delete leaves the file as it is. Imported by any name.",
  ].join(" "),
  example: `new ztp.panos.UpgradePaths("paths", {
  paths: { "10.1.9": ["10.2.0", "10.2.9", "11.1.0", "11.1.4"], "10.2.9": ["11.1.0", "11.1.4"] },
});`,
  service: panos,
  inputs: {
    paths: field(z.record(z.string(), z.array(z.string())), {
      doc:
        "For each version that devices run, the versions to go through, in order; the last one is the target. A device that runs " +
        "a version that is not here is skipped.",
    }),
    adopt: field(z.enum(["never", "identical", "update"]).optional(), {
      doc:
        "What create does where the file is there: never refuses, identical takes it over if it says the same, update replaces " +
        "what it says. Default: identical.",
      change: "local",
      default: "identical",
    }),
  },
  rules: [
    { needs: ["paths"], check: ({ paths }) => Object.entries(paths).flatMap(([from, path]) => problemsOf(from, path)) },
  ],
  outputs: {
    restartRequired: field(z.boolean(), {
      doc: "Whether the daemon has been started before the file was written, so that it goes by other paths.",
    }),
    writtenAt: field(z.string(), { doc: "When the file was written, ISO 8601, by the clock of the file system." }),
  },
  owns: () => ["the upgrade paths"],
  idOf: () => onlyId,
  impact: {
    create: () => "the daemon goes by these paths from its next start on",
    update: (_from, _to, changed) =>
      changed.has("paths") ? "the daemon goes by the new paths from its next start on" : undefined,
  },

  async plan(context, { paths, adopt }) {
    if (paths === undefined) return {};
    const { client } = await workDirectoryOf(context);
    const found = await client.config.upgradePaths();
    const refused = found && refusalOf(found.paths, paths, adopt);
    if (refused) return { problems: [refused] };
    return found && isSame(found.paths, paths) ? { impact: "" } : {};
  },

  async create(context, { paths, adopt }) {
    const directory = await workDirectoryOf(context);
    const found = await directory.client.config.upgradePaths();
    const refused = found && refusalOf(found.paths, paths, adopt);
    if (refused) throw new Error(refused);
    return { id: onlyId, outputs: await write(context, directory, paths, found) };
  },

  async read(context, id, prior) {
    const { client } = await workDirectoryOf(context);
    const found = await client.config.upgradePaths();
    if (!found) return undefined;
    return { id: prior ? id : onlyId, inputs: { paths: mutable(found.paths) }, outputs: outputsOf(found) };
  },

  async update(context, _id, { inputs, attempted }, { paths }) {
    const directory = await workDirectoryOf(context);
    const found = await directory.client.config.upgradePaths();
    const before = attempted?.paths ?? inputs.paths;
    if (found && !isSame(found.paths, before) && !isSame(found.paths, paths))
      throw new Error(
        "upgrade_paths.json has been changed by somebody else: `pulumi refresh` shows what it says now, and the next `up` replaces it",
      );
    return write(context, directory, paths, found);
  },

  /** The daemon must go by something. */
  async delete(context) {
    context.progress("the file stays as it is");
  },
});

async function write({ warn }: Context, directory: WorkDirectory, paths: Paths, found: UpgradePaths | undefined) {
  const { config } = directory.client;
  if (found && isSame(found.paths, paths)) return outputsOf(found);
  directory.assertWritable("upgrade_paths.json");
  await config.writeUpgradePaths(paths, found?.paths ?? null);
  const written = await config.upgradePaths();
  if (!written) throw new Error("upgrade_paths.json is gone again: somebody has removed it");
  if (written.restartRequired)
    warn("restart the daemon: until then it goes by the paths that it read when it was started");
  return outputsOf(written);
}

function refusalOf(found: UpgradePathMap, wanted: Paths, adopt: string | undefined): string | undefined {
  if (adopt === "update" || (adopt !== "never" && isSame(found, wanted))) return undefined;
  const differs = [...new Set([...Object.keys(found), ...Object.keys(wanted)])].filter(
    (version) => !isDeepStrictEqual(found[version] && [...found[version]], wanted[version]),
  );
  const which = differs.length > 0 ? `, and says otherwise about ${differs.slice(0, 5).join(", ")}` : "";
  const how = differs.length > 0 ? "set adopt to update to replace what it says" : "set adopt to identical";
  return `upgrade_paths.json is there already${which}: import it, or ${how}`;
}

function problemsOf(from: string, path: readonly string[]): Problem[] {
  const problem = (message: string) => [{ path: joinPath("paths", from), message }];
  if (path.length === 0)
    return problem(
      "is empty: the daemon would try to install no version at all; leave the version out to have it skipped",
    );
  if (path.some((version) => version.trim() === "")) return problem("has a version without a name");
  const twice = path.find((version, index) => version === from || path.indexOf(version) !== index);
  return twice === undefined ? [] : problem(`leads to ${twice} twice`);
}

function isSame(one: UpgradePathMap, other: UpgradePathMap): boolean {
  return isDeepStrictEqual(mutable(one), mutable(other));
}

function mutable(paths: UpgradePathMap): Paths {
  return Object.fromEntries(Object.entries(paths).map(([version, path]) => [version, [...path]]));
}

function outputsOf({ restartRequired, writtenAt }: UpgradePaths) {
  return { restartRequired, writtenAt };
}
