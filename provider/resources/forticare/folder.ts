import { z } from "zod";
import type { Folder } from "../../clients/fortinet/forticare";
import { folderNameProblem } from "../../clients/fortinet/forticare-rules";
import { isVendorError } from "../../clients/http/errors";
import { defineResource } from "../../core/resource";
import { field } from "../../core/shape";
import { accountId, splitAccount } from "./account-input";
import type { Account } from "./assets";
import { refusal } from "./folder-delete";
import { describeFolder, folderAt, foldName, pathOf, rootFolderId } from "./folder-tree";
import { forticare } from "./service";

export const folder = defineResource({
  token: "forticare:Folder",
  doc: [
    'A folder of products in FortiCare, under "My Assets".',
    "Create makes it; a folder of that name in the same place is taken over.",
    "FortiCare can neither rename nor move a folder: any change makes another one first, so that the products of the",
    "program move there, and deletes this one afterwards.",
    "Delete removes an empty folder, and is refused, without a call, while anything is in it; `onDelete: retain` leaves it",
    "where it is. No product is touched.",
    "Imported by its path, such as `/My Assets/Branches/Berlin`, or its id; in an organization with the number of the",
    "account before it: `100001/5001`.",
  ].join(" "),
  example: `const branches = new ztp.forticare.Folder("branches", { name: "Branches" });
const berlin = new ztp.forticare.Folder("berlin", {
  name: "Berlin",
  parentFolderId: branches.folderId,
});`,
  service: forticare,
  inputs: {
    name: field(z.string(), {
      doc: "1 to 100 characters without a slash. Capital and small letters are the same.",
      change: "replace",
      canonical: foldName,
    }),
    parentFolderId: field(z.int().nonnegative().optional(), {
      doc: 'The folder that it is in. Default: 0, the root "My Assets".',
      change: "replace",
      default: rootFolderId,
      references: "forticare:Folder.folderId",
    }),
    accountId,
    adopt: field(z.enum(["never", "identical"]).optional(), {
      doc:
        "What create does with a folder of that name in the same place. identical: take it over. never: refuse. " +
        "Default: identical.",
      change: "local",
      default: "identical",
    }),
    onDelete: field(z.enum(["delete", "retain"]).optional(), {
      doc: "What delete does: delete removes the folder if it is empty, retain leaves it there. Default: delete.",
      change: "local",
      default: "delete",
    }),
  },
  rules: [{ needs: ["name"], check: ({ name }) => folderNameProblem(name) }],
  outputs: {
    folderId: field(z.int(), { doc: "The number by which products name it.", stable: true, fromId: true }),
    folderPath: field(z.string(), { doc: "Where it is, such as `/My Assets/Branches/Berlin`.", stable: true }),
    assetCount: field(z.int().optional(), { doc: "How many products are in it, without those in folders below it." }),
  },

  owns: ({ name, parentFolderId, accountId }) =>
    typeof name === "string" && typeof parentFolderId === "number" && accountOf(accountId) !== undefined
      ? [`FortiCare folder ${foldName(name)} in folder ${parentFolderId}${accountOf(accountId)}`]
      : [],

  impact: {
    replace: ({ name, onDelete }) =>
      `FortiCare cannot rename or move folder ${name}: another one is made with an id of its own, and this one ` +
      (onDelete === "retain" ? "stays" : "is deleted, which is refused while a product is still in it"),
  },

  async plan(context, { name, parentFolderId, accountId, adopt }, inputs) {
    // Defaults stand in for what is absent, so what is missing here is not known yet.
    if (name === undefined || parentFolderId === undefined || adopt === undefined) return {};
    if (accountId !== inputs.accountId) return {};
    const account = (await context.use(forticare)).account(accountId);
    const folders = await account.folders.all(context.signal);
    const parent = folders.find(({ folderId }) => folderId === parentFolderId);
    if (parentFolderId !== rootFolderId && !parent) return { problems: [missingParent(name, parentFolderId)] };
    const { found, refused } = existing({ name, parentFolderId, adopt }, folders);
    if (refused !== undefined) return { problems: [refused] };
    return found ? { outputs: outputsOf(found, folders) } : {};
  },

  async create(context, inputs) {
    const assets = await context.use(forticare);
    const account = assets.account(inputs.accountId);
    const { name, parentFolderId = rootFolderId, adopt = "identical" } = inputs;
    const { signal } = context;
    const wanted = { name, parentFolderId, adopt };
    const take = (folder: Folder, folders: readonly Folder[]) => {
      account.folders.claims.claim(folder.folderId, `folder ${name}`);
      return { id: String(folder.folderId), outputs: outputsOf(folder, folders) };
    };
    const folders = await account.folders.all(signal);
    const { found, refused } = existing(wanted, folders);
    if (refused !== undefined) throw new Error(refused);
    if (found) return take(found, folders);
    assets.assertWritable(`folder ${name}`);
    if (!(await hasParent(account, parentFolderId, signal))) throw new Error(missingParent(name, parentFolderId));
    try {
      const made = await account.folders.write(() =>
        account.client.folders.create({ folderName: name, parentFolderId, accountId: account.id }, { signal }),
      );
      return take(made, folders);
    } catch (error) {
      if (!isVendorError(error) || error.code !== "folder-exists") throw error;
      // Somebody has made it since the folders were listed.
      const now = await account.folders.all(signal);
      const { found, refused } = existing(wanted, now);
      if (refused !== undefined) throw new Error(refused);
      if (!found) throw error;
      return take(found, now);
    }
  },

  async read(context, id, prior) {
    const assets = await context.use(forticare);
    const { accountId, rest } = prior ? { accountId: prior.inputs.accountId, rest: id } : splitAccount(id);
    const folders = await assets.account(accountId).folders.all(context.signal);
    const found = folderAt(rest, folders);
    if (!found) return undefined;
    if (found.folderId === rootFolderId) throw new Error('the root "My Assets" is always there and cannot be managed');
    const parentFolderId = found.parentFolderId ?? rootFolderId;
    // Where a program leaves the root out, a folder that is elsewhere now is no less drift.
    const moved = prior !== undefined && prior.inputs.parentFolderId !== parentFolderId;
    return {
      id: String(found.folderId),
      inputs: { name: found.folderName, parentFolderId, accountId },
      managed: moved ? ["parentFolderId"] : [],
      outputs: outputsOf(found, folders),
    };
  },

  async update(context, id, _from, to) {
    const account = (await context.use(forticare)).account(to.accountId);
    const folders = await account.folders.all(context.signal);
    const found = folderAt(id, folders);
    // Only the account can have come or gone: everything else makes another folder.
    if (!found)
      throw new Error(
        `folder ${id} (${to.name}) is not in account ${account.id ?? "of the API user"}; correct the accountId`,
      );
    account.folders.claims.claim(found.folderId, `folder ${to.name}`);
    return outputsOf(found, folders);
  },

  async delete(context, id, { inputs }) {
    if (inputs.onDelete === "retain") return;
    const assets = await context.use(forticare);
    const account = assets.account(inputs.accountId);
    const folderId = Number(id);
    if (account.folders.claims.has(folderId)) {
      context.warn(`folder ${id} stays: another resource of this program has taken it over`);
      return;
    }
    assets.assertWritable(`folder ${inputs.name}`);
    const refused = await refusal(account, folderId, context.signal);
    if (refused === "gone") return;
    if (refused !== undefined) throw new Error(refused);
    await account.folders.write(() =>
      account.client.folders.delete(folderId, { accountId: account.id, signal: context.signal }),
    );
  },

  async *list(context) {
    const account = (await context.use(forticare)).account(undefined);
    const folders = await account.folders.all(context.signal);
    for (const found of folders) {
      const { folderId, folderName } = found;
      if (folderId !== rootFolderId) yield { id: String(folderId), name: folderName ?? String(folderId) };
    }
  },
});

interface Wanted {
  name: string;
  parentFolderId: number;
  adopt: "never" | "identical";
}

/** The folder that a create takes over, or why that is refused; nothing when there is none. */
function existing(
  { name, parentFolderId, adopt }: Wanted,
  folders: readonly Folder[],
): { found?: Folder; refused?: string } {
  const named = folders.filter(
    (folder) =>
      folder.folderId !== rootFolderId &&
      (folder.parentFolderId ?? rootFolderId) === parentFolderId &&
      foldName(folder.folderName ?? "") === foldName(name),
  );
  const [found] = named;
  if (!found) return {};
  if (named.length > 1) {
    const ids = named.map(({ folderId }) => folderId).join(" or ");
    return { refused: `FortiCare has ${named.length} folders ${pathOf(found, folders)}; import one of them: ${ids}` };
  }
  if (adopt === "identical") return { found };
  const advice = 'import it, or set adopt to "identical"';
  return { refused: `FortiCare already has ${describeFolder(found, folders)}, and adopt is "never"; ${advice}` };
}

/** One that this run has made may take a while to be listed. */
async function hasParent({ folders }: Account, parentFolderId: number, signal: AbortSignal): Promise<boolean> {
  if (parentFolderId === rootFolderId || folders.claims.has(parentFolderId)) return true;
  return (await folders.all(signal)).some(({ folderId }) => folderId === parentFolderId);
}

function missingParent(name: string, parentFolderId: number): string {
  return (
    `folder ${name} cannot be made: there is no folder ${parentFolderId} (parentFolderId) in this account. ` +
    "Use the folderId of another Folder of the program, or correct the number"
  );
}

function outputsOf(folder: Folder, folders: readonly Folder[]) {
  return { folderId: folder.folderId, folderPath: pathOf(folder, folders), assetCount: folder.assetCount };
}

/** As `owns` names the account; undefined while it is not known. */
function accountOf(accountId: unknown): string | undefined {
  if (accountId === undefined) return "";
  return typeof accountId === "number" ? ` of account ${accountId}` : undefined;
}
