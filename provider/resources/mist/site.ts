import { z } from "zod";
import type { Row } from "../../clients/mist/mist";
import { normalizeUuid } from "../../clients/mist/normal";
import type { Context } from "../../core/resource";
import { field } from "../../core/shape";
import { isAbsent, type ValueMap } from "../../core/values";
import type { Account } from "./account";
import { objectResource } from "./object-resource";
import type { Place } from "./places";
import { siteKind } from "./site-kind";

/** How often a membership that Mist lost is written again. */
const attempts = 3;

export const site = objectResource({
  type: "Site",
  doc: [
    "A site: a place with devices, and the templates that they get their configuration from.",
    "Create makes it, or takes over the site of the same name that holds all that the program says. Sites of one",
    "organization are written one after the other, because Mist loses memberships of site groups when they are written at",
    "once, and their memberships are read back.",
    "Update changes the keys that differ, in place: another template reaches the devices of the site at once. What a program",
    "never said stays as it is, and a key that it no longer says is cleared.",
    "Delete removes the site. It refuses while devices are assigned to it, unless `onDelete: unassignDevices` lets it take",
    "them from the site first: they go back to the organization's inventory and lose their configuration.",
    "Imported by its id, or as `name:<name>`, with `<orgId>/` before it where it is not the configured one.",
  ].join(" "),
  example: `const berlin = new ztp.mist.Site("berlin", {
  name: "Berlin",
  countryCode: "DE",
  timezone: "Europe/Berlin",
  networktemplateId: template.id,
});`,
  scopes: ["org"],
  kind: siteKind,
  inputs: {
    onDelete: field(z.enum(["delete", "retain", "unassignDevices"]).optional(), {
      doc:
        "What delete does: delete removes the site and refuses while devices are assigned to it, unassignDevices takes them " +
        "from the site first, retain leaves everything as it is. Default: delete.",
      change: "local",
      default: "delete",
    }),
  },
  outputs: {
    tzoffset: field(z.number().optional(), { doc: "How far its time zone is from UTC, in minutes." }),
  },
  outputsOf: ({ tzoffset }) => ({ tzoffset }),
  inTurn: (account, place, work, signal) => account.siteWrites(place.id).run(work, signal),

  async verify(account, place, id, { body }, context) {
    // What the program does not say may be as it likes.
    if (isAbsent(body.sitegroupIds)) return;
    const groups = idsIn(body.sitegroupIds);
    const what = `site ${body.name}`;
    let wrong: string[] = [];
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const look = () => account.client.find(`/sites/${id}`, { signal: context.signal, action: `read ${what}` });
      const found = (await account.objects.newcomers.shown(id, look, what, context)) as Row | undefined;
      if (!found) throw new Error(`${what} (${id}) cannot be read back; run \`pulumi up --refresh\` to continue`);
      wrong = differences(groups, idsIn(found.sitegroup_ids));
      if (wrong.length === 0) return;
      if (attempt < attempts) await rewrite(account, place, id, what, groups, context);
    }
    throw new Error(
      `${what} does not keep its site groups (${wrong.join(", ")}): something else writes sites of this organization at the ` +
        "same time. Run `pulumi up` again when it has ended",
    );
  },

  async beforeDelete(account, place, id, inputs, context) {
    const { signal } = context;
    const what = `site ${inputs.name}`;
    const query = { site_id: id };
    const macs: string[] = [];
    for await (const row of account.client.list(`/orgs/${place.id}/inventory`, {
      query,
      signal,
      action: `list the devices of ${what}`,
    })) {
      macs.push(String(row.mac));
    }
    if (macs.length === 0) return;
    if (inputs.onDelete !== "unassignDevices") {
      const some = macs.length > 5 ? `${macs.slice(0, 5).join(", ")} and more` : macs.join(", ");
      const devices = macs.length === 1 ? "a device" : `${macs.length} devices`;
      throw new Error(
        `${what} still has ${devices} (${some}): assign them elsewhere, or let delete take them from the site with ` +
          '`onDelete: "unassignDevices"`, applied by an `up` before the delete',
      );
    }
    account.assertWritable(what);
    const outcomes = await account.client.inventory.change(place.id, { op: "unassign" }, macs, { signal });
    for (const outcome of outcomes) if (outcome instanceof Error) throw outcome;
  },
});

function idsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.map((id) => normalizeUuid(String(id))) : [];
}

/** What only one of the two has. */
function differences(first: readonly string[], second: readonly string[]): string[] {
  return [...first.filter((id) => !second.includes(id)), ...second.filter((id) => !first.includes(id))];
}

function rewrite(
  account: Account,
  place: Place,
  id: string,
  what: string,
  groups: readonly string[],
  { signal }: Context,
): Promise<unknown> {
  const body: ValueMap = { sitegroup_ids: [...groups] };
  const write = () => account.client.put(`/sites/${id}`, body, { signal, action: `change the groups of ${what}` });
  return account.siteWrites(place.id).run(write, signal);
}
