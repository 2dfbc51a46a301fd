import { bodyFields, camelCase, type Spelling } from "./bodies/compile";
import type { Collection } from "./collections";
import type { Kind } from "./kind";

/** The objects of a collection as sentences name one. */
export function whatOf({ what, schema }: Collection): string {
  return what ?? schema.replaceAll("_", " ");
}

/** The kind of the objects of a collection, with keys in camel case or as on the wire. */
export function kindOf(collection: Collection, spelling: Spelling): Kind {
  const { name, schema, title, also = [], always, list, queries, listsWhole, cleared } = collection;
  const names = title === undefined ? [] : [title, ...also];
  return {
    what: whatOf(collection),
    collection: name,
    fields: bodyFields(schema, spelling),
    names: spelling === "camel" ? names.map(camelCase) : names,
    always,
    cleared: cleared && ((key) => cleared[key]),
    list,
    queries,
    listsWhole,
  };
}
