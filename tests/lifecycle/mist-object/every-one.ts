import { expect } from "vitest";
import type { Collection, Scope } from "../../../provider/resources/mist/collections";
import { mistMspId } from "../../../simulators";
import type { JsonMap } from "../harness/host";
import type { Operation, Program } from "../harness/stack";
import { type SampleLife, sampleLife } from "./samples";
import { headquarters, mistOrgId, type ObjectWorld, ofType } from "./world";

/** How a resource writes the objects of a collection. */
export interface Spelling {
  /** The resource: `mist:Wlan`. */
  token: string;
  /** The inputs for an object with this body on the wire. */
  inputs(body: JsonMap): JsonMap;
  /** The id of the resource, and at most four other keys by which it is imported; objects may have a title. */
  id(objectId: string): string;
  keys(objectId: string, title: unknown): readonly string[];
}

/** An object of one collection, by its name in the program. */
export interface Member {
  name: string;
  collection: Collection;
  scope: Scope;
  spelling: Spelling;
}

const spellingCount = 5;

/** What the objects of each scope are in. */
export const parents: { readonly [scope in Scope]: { readonly key: string; readonly id: string } } = {
  org: { key: "orgId", id: mistOrgId },
  site: { key: "siteId", id: headquarters },
  msp: { key: "mspId", id: mistMspId },
};

/** What says where the objects of a scope are; those of the organization need nothing. */
export function placeOf(scope: Scope): JsonMap {
  return scope === "org" ? {} : { [parents[scope].key]: parents[scope].id };
}

/**
 * The life of one object of each of these: it is made, left alone, changed, found changed by somebody else, cleared,
 * imported by every spelling of its key and deleted. All live in one program, since every run has a process of its own.
 */
export async function liveTogether(world: ObjectWorld, members: readonly Member[]): Promise<void> {
  const all = members.map((member) => new Life(world, member));
  const programOf = (step: "whole" | "changed" | "cleared"): Program =>
    Object.fromEntries(all.map((each) => [each.name, each.inputs(each.sample[step])]));
  const names = members.map(({ name }) => name).sort();
  const only = (operation: Operation, operations: { [name: string]: Operation }) =>
    expect(
      Object.keys(operations)
        .filter((name) => operations[name] === operation)
        .sort(),
    ).toEqual(names);

  only("create", (await world.up(programOf("whole"))).operations);
  for (const { name, state, member, objectId, data } of all) {
    expect(state.id, name).toBe(member.spelling.id(objectId));
    expect(data, name).toBeDefined();
  }
  await world.expectSettled(programOf("whole"));
  only("update", (await world.up(programOf("changed"))).operations);
  for (const { name, sample, data } of all) expect(data?.[sample.key], name).toEqual(sample.changed[sample.key]);
  for (const { sample, data } of all) Object.assign(data ?? {}, { [sample.key]: sample.whole[sample.key] });
  only("update", (await world.refresh()).operations);
  await world.up(programOf("cleared"));
  for (const { name, sample, data } of all) expect(sample.key in (data ?? {}), name).toBe(sample.isRequired);
  await world.expectSettled(programOf("cleared"));

  const kept = [...world.stack.resources];
  const spellings = all.map(({ name, member: { collection, spelling }, objectId, data }) => {
    const keys = [spelling.id(objectId), ...spelling.keys(objectId, data?.[collection.title ?? ""])];
    return (index: number) => ({ name, token: spelling.token, id: keys[index] ?? spelling.id(objectId) });
  });
  for (const index of Array(spellingCount).keys()) {
    const keys = spellings.map((keyAt) => keyAt(index));
    world.stack.resources.clear();
    expect((await world.stack.importAll(keys)).failures).toEqual({});
    for (const [urn, { id }] of kept) expect(world.stack.resources.get(urn)?.id, urn).toBe(id);
    const imported = all.map(({ name, member, state }) => [name, ofType(member.spelling.token, state.inputs)]);
    only("same", (await world.stack.preview(Object.fromEntries(imported))).operations);
  }

  world.stack.resources.clear();
  for (const [urn, state] of kept) world.stack.resources.set(urn, state);
  const looks = all.map((each) => each.look());
  expect((await world.stack.destroy()).failures).toEqual({});
  for (const [at, look] of looks.entries()) expect(look(), names[at]).toBeUndefined();
}

class Life {
  readonly name: string;
  readonly sample: SampleLife;

  constructor(
    private readonly world: ObjectWorld,
    readonly member: Member,
  ) {
    this.name = member.name;
    this.sample = sampleLife(member.collection);
  }

  inputs(body: JsonMap): JsonMap {
    const { scope, spelling } = this.member;
    return ofType(spelling.token, { ...placeOf(scope), ...spelling.inputs(body) });
  }

  get state() {
    return this.world.stateOf(this.name, this.member.spelling.token);
  }

  get objectId(): string {
    return this.state.id.split("/").at(-1) as string;
  }

  /** What Mist has, now or later. */
  look() {
    const { objectId, world } = this;
    const { scope, collection } = this.member;
    return () =>
      collection.name === "orgs"
        ? world.mist.world.orgs.get(objectId)?.data
        : world.mist.world.objects(scope, parents[scope].id, collection.name).get(objectId)?.data;
  }

  get data() {
    return this.look()();
  }
}
