import { isVendorError } from "../../clients/http/errors";
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

/** The same where nothing tells the organization of the site, and where a token may see nothing else of it. */
export async function siteNameText(account: Account, siteId: string, context: Context): Promise<string> {
  const byId = `site ${normalizeUuid(siteId)}`;
  try {
    const organization = await account.defaultOrganization(context.signal);
    return organization === undefined ? byId : await siteText(account, organization, siteId, context);
  } catch (error) {
    if (isVendorError(error, "forbidden")) return byId;
    throw error;
  }
}
