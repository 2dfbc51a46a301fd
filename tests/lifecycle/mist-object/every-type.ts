import { fromVendor } from "../../../provider/core/wire-names";
import { bodyFields } from "../../../provider/resources/mist/bodies/compile";
import { type Collection, collections, type Scope } from "../../../provider/resources/mist/collections";
import type { JsonMap } from "../harness/host";
import { liveTogether, type Member, parents } from "./every-one";
import type { ObjectScenario } from "./world";

function memberOf(collection: Collection, scope: Scope): Member {
  const { id: parent } = parents[scope];
  const spelling = {
    token: `mist:${collection.type}`,
    inputs: (body: JsonMap) => fromVendor(bodyFields(collection.schema, "camel"), body) as JsonMap,
    id: (objectId: string) => objectId,
    keys: (objectId: string, title: unknown) => [
      objectId.toUpperCase(),
      `${parent}/${objectId}`,
      `${parent}.${objectId}`,
      `${parent}/name:${title}`,
    ],
  };
  return { name: `${collection.type} of ${scope}`, collection, scope, spelling };
}

const typed = collections.filter(({ type }) => type !== undefined);

/** A life for each collection that has a resource of its own, in each of its scopes. */
export const everyType: readonly ObjectScenario[] = [
  {
    name: `objects of all ${typed.length} resources of a collection live their whole life`,
    run: (world) =>
      liveTogether(
        world,
        typed.flatMap((collection) => collection.scopes.map((scope) => memberOf(collection, scope))),
      ),
  },
];
