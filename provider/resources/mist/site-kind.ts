import { bodyFields } from "./bodies/compile";
import type { Kind } from "./kind";
import { placePath } from "./places";

/** Sites are listed in their organization, and each is read and changed at a path of its own. */
export function siteKind(): Kind {
  return {
    what: "site",
    collection: "sites",
    fields: bodyFields("site", "camel"),
    names: ["name"],
    itemPath: (_, id) => placePath({ scope: "site", id }),
    // A template is taken from a site with null; every other key goes as all keys do.
    cleared: (key) => (/template_id$|^secpolicy_id$/.test(key) ? null : undefined),
  };
}
