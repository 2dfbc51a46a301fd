import { jsonBody, param, type Route, SimFailure, type SimReply, type SimRequest } from "./http";

/** A collection that the control endpoint shows and fills. */
export interface Collection<Key, Seed> {
  path: string;
  /** One of it, as a sentence names it. */
  one: string;
  /** What a new one needs. */
  least: string;
  entries(): Map<Key, unknown>;
  /** The key that a path names. */
  key(text: string): Key;
  /** Checks an array of new ones; throws when it is bad. */
  parse(body: unknown): Seed[];
  add(seed: Seed): void;
  /** Default: takes it out of `entries`. */
  remove?(key: Key): void;
}

/** Routes that list, replace, add to, show and take from a collection. */
export function controlCollection<Key, Seed>(collection: Collection<Key, Seed>): Route[] {
  const { path, one, least, entries } = collection;
  const all = (): SimReply => ({ status: 200, json: [...entries().values()] });
  const known = (request: SimRequest): Key => {
    const key = collection.key(param(request, "id"));
    if (!entries().has(key)) throw new SimFailure(404, `There is no ${one} ${request.params.id}`);
    return key;
  };
  const remove = collection.remove ?? ((key: Key) => void entries().delete(key));
  return [
    { method: "GET", path, doc: `Every ${one} as the simulator holds it`, handle: all },
    {
      method: "PUT",
      path,
      doc: `Replace them all: an array of at least ${least}`,
      handle(request) {
        const seeds = collection.parse(jsonBody(request));
        for (const key of [...entries().keys()]) remove(key);
        for (const seed of seeds) collection.add(seed);
        return all();
      },
    },
    {
      method: "POST",
      path,
      doc: `Add some, or replace those of the same name: an array of at least ${least}`,
      handle(request) {
        for (const seed of collection.parse(jsonBody(request))) collection.add(seed);
        return all();
      },
    },
    {
      method: "GET",
      path: `${path}/{id}`,
      doc: `One ${one} as the simulator holds it`,
      handle: (request) => ({ status: 200, json: entries().get(known(request)) }),
    },
    {
      method: "DELETE",
      path: `${path}/{id}`,
      doc: `Take one ${one} away`,
      handle(request) {
        remove(known(request));
        return { status: 204 };
      },
    },
  ];
}
