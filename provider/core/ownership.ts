import type { Resource } from "./resource";
import { plainInputs } from "./state";
import type { ValueMap } from "./values";
import { someOf } from "./words";

/** Who manages what in a run: what two resources manage is done twice, and undone by the first of them that goes. */
export class Ownership {
  private readonly owners = new Map<string, string>();

  /** Sentences about what other resources of this run manage already. Asked again, a resource keeps what it has. */
  problems(resource: Resource, urn: string | undefined, inputs: ValueMap): string[] {
    if (!resource.owns || !urn) return [];
    const taken = new Map<string, string[]>();
    for (const thing of resource.owns(plainInputs(resource.inputs, inputs))) {
      const owner: string = this.owners.get(thing) ?? urn;
      this.owners.set(thing, owner);
      if (owner === urn) continue;
      const things = taken.get(owner) ?? [];
      things.push(thing);
      taken.set(owner, things);
    }
    return [...taken].map(([owner, things]) => sentence(owner, things));
  }

  /** The URN of the first resource of this run that manages a thing. */
  ownerOf(thing: string): string | undefined {
    return this.owners.get(thing);
  }
}

function sentence(owner: string, things: readonly string[]): string {
  const [type = "", ...name] = owner.split("::").slice(2);
  const [are, them] = things.length === 1 ? ["is", "it"] : ["are", "them"];
  // A type is preceded by those of the components that it is in.
  return `${someOf(things, 5)} ${are} managed by ${name.join("::")} (${type.split("$").at(-1)}) already; remove ${them} from one of the two`;
}
