import type { Resource } from "../../provider/core/resource";
import { plainInputs } from "../../provider/core/state";
import { mapFromWire, type ValueMap } from "../../provider/core/values";
import type { Registry } from "../../provider/registry";
import { namesOf } from "../import-file";
import type { StateResource } from "../project";

/** What a stack manages already, in either host. */
export class StackView {
  /** Names of resources by token and id. */
  private readonly byId = new Map<string, string>();
  /** Resources by what they alone manage, such as a set by its members; see `owns` of a definition. */
  private readonly byClaim = new Map<string, { token: string; name: string }>();
  /** The types of these resources by the last word of what they manage, which tends to be its id. */
  private readonly claimants = new Map<string, Set<string>>();
  private readonly taken = new Map<string, Set<string>>();

  constructor(registry: Registry, resources: readonly StateResource[]) {
    for (const state of resources) {
      const resource = registry.resources.find(({ token }) => namesOf(token).includes(state.type));
      if (!resource) continue;
      const name = nameOf(state.urn);
      const names = this.taken.get(resource.token) ?? new Set();
      this.taken.set(resource.token, names.add(name));
      if (state.external || state.id === undefined) continue;
      this.byId.set(`${resource.token} ${state.id}`, name);
      for (const claim of claimsOf(resource, mapFromWire(state.inputs), mapFromWire(state.outputs))) {
        this.byClaim.set(claim, { token: resource.token, name });
        const word = lastWord(claim);
        this.claimants.set(word, (this.claimants.get(word) ?? new Set()).add(resource.token));
      }
    }
  }

  /** Names that resources of the type have. */
  names({ token }: Resource): ReadonlySet<string> {
    return this.taken.get(token) ?? new Set();
  }

  /** What the program calls the object, where the stack manages it by itself. */
  find({ token }: Resource, id: string): string | undefined {
    return this.byId.get(`${token} ${id}`);
  }

  /** Whether an object may belong to a resource of another type, such as a set, which only its inputs tell for sure. */
  mayBeClaimed({ token, owns }: Resource, { id, name }: { id: string; name: string }): boolean {
    const types = [id, name].flatMap((text) => [...(this.claimants.get(lastWord(text)) ?? [])]);
    return owns !== undefined && types.some((type) => type !== token);
  }

  /** What the program calls the resource of another type that manages an object with these inputs and outputs. */
  claimant(resource: Resource, { inputs, outputs }: { inputs: ValueMap; outputs: ValueMap }): string | undefined {
    const owners = claimsOf(resource, inputs, outputs).flatMap((claim) => this.byClaim.get(claim) ?? []);
    return owners.find(({ token }) => token !== resource.token)?.name;
  }
}

function lastWord(text: string): string {
  return text.slice(text.lastIndexOf(" ") + 1).toLowerCase();
}

function claimsOf(resource: Resource, inputs: ValueMap, outputs: ValueMap = {}): readonly string[] {
  return resource.owns?.(plainInputs(resource.inputs, inputs), plainInputs(resource.outputs, outputs)) ?? [];
}

/** `urn:pulumi:stack::project::type::name` -> `name` */
function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
