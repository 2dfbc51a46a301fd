import { kindOf, whatOf } from "./collection-kind";
import { type Collection, collections } from "./collections";
import { objectResource } from "./object-resource";
import { defaultRuleLast } from "./switch-rules";

/** An organization's WLAN is for the sites of its template. */
function nowhere({ siteId, templateId }: { siteId?: unknown; templateId?: unknown }): string | undefined {
  if (siteId || templateId) return undefined;
  return "it has neither a siteId nor a templateId, so it is on the air nowhere";
}

const life = (what: string, scopes: Collection["scopes"]) =>
  `Create makes it, or takes over the ${what} of the same name that holds all that the program says. Update changes the keys ` +
  "that differ, in place; what a program never said stays as it is, and a key that it no longer says is cleared. Delete " +
  `removes the ${what}, or leaves it there with \`onDelete: retain\`. Imported by its id, or as \`name:<name>\`, with ` +
  `\`<orgId>/\`${scopes.includes("site") ? " or `site:<siteId>/`" : ""} before it where it matters.`;

/** A resource for each collection that has a name of its own. */
export const collectionResources = collections.flatMap((collection) => {
  const { type, doc, scopes, example } = collection;
  if (type === undefined) return [];
  return [
    objectResource({
      type,
      doc: `${doc} ${life(whatOf(collection), scopes)}`,
      example,
      scopes,
      kind: () => kindOf(collection, "camel"),
      rules: type === "NetworkTemplate" ? [defaultRuleLast("switchMatching")] : undefined,
      impact: type === "Wlan" ? { create: nowhere } : undefined,
    }),
  ];
});
