import { normalizeUuid } from "../../clients/mist/normal";
import type { Context } from "../../core/resource";
import type { Account } from "./account";
import { siteKind } from "./site-kind";

/** A site as sentences name it: `site Berlin (1f2e…)`; by its id alone where the organization lists none such. */
export async function siteText(
  { objects }: Account,
  organization: string,
  siteId: string,
  { signal }: Context,
): Promise<string> {
  const id = normalizeUuid(siteId);
  const sites = objects.listing(siteKind(), { scope: "org", id: organization });
  const name = (await sites.find(id, signal))?.name;
  return typeof name === "string" && name !== "" ? `site ${name} (${id})` : `site ${id}`;
}
