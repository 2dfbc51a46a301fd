import { collections, type Scope } from "../../../provider/resources/mist/collections";
import { mistUserToken } from "../../../simulators";
import { liveTogether, type Member, parents } from "../mist-object/every-one";
import type { ObjectScenario } from "../mist-object/world";

function membersOf(scope: Scope): Member[] {
  const { id: parent } = parents[scope];
  const all = collections.filter(({ scopes }) => scopes.includes(scope));
  return all.map((collection): Member => {
    const { name } = collection;
    const spelling = {
      token: "mist:ConfigObject",
      inputs: (body: object) => ({
        collection: name,
        body: { ...body },
        // Nothing less removes a whole organization.
        ...(name === "orgs" && { onDelete: "delete" }),
      }),
      id: (objectId: string) => `${scope}:${parent}/${name}/${objectId}`,
      keys: (objectId: string, title: unknown) => [
        `${scope}:${parent}.${name}.${objectId}`,
        `${parent.toUpperCase()}/${name}/${objectId.toUpperCase()}`,
        ...(title === undefined ? [] : [`${scope}:${parent}/${name}/name:${title}`]),
      ],
    };
    return { name, collection, scope, spelling };
  });
}

const words: { readonly [scope in Scope]: string } = { org: "an organization", site: "a site", msp: "an MSP" };

function lives(scope: Scope): ObjectScenario {
  const members = membersOf(scope);
  return {
    name: `objects of all ${members.length} collections of ${words[scope]} live their whole life`,
    options: { config: scope === "msp" ? { apiToken: mistUserToken } : {} },
    run: (world) => liveTogether(world, members),
  };
}

/** A life for each of the 59 collections in each of its scopes. */
export const everyCollection: readonly ObjectScenario[] = (["org", "site", "msp"] as const).map(lives);
