import { describe, expect, test } from "vitest";
import { z } from "zod";
import { diffResource, InvalidArguments, invokeFunction, readResource } from "../../provider/core/lifecycle";
import { defineFunction, defineResource, type ReadResult } from "../../provider/core/resource";
import { type Fields, field, object } from "../../provider/core/shape";
import { unfinishedKey } from "../../provider/core/state";
import { isSecret, Secret, unknown, type ValueMap } from "../../provider/core/values";
import { acme, failureOf, idleContext, site } from "./support";

type Found = Partial<ReadResult<ValueMap, ValueMap>>;

/** A resource with these inputs, of which the vendor says this. */
function seen(inputs: Fields, found: Found) {
  return defineResource<Fields, Fields>({
    ...site(),
    inputs,
    outputs: { state: field(z.string().optional(), { doc: "" }) },
    read: async () => ({ inputs: {}, outputs: {}, ...found }),
  });
}

const text = z.string().optional();
const login = object("Login", {
  user: field(text, { doc: "" }),
  password: field(text, { doc: "", secret: true }),
  tokens: field(z.array(z.string()).optional(), { doc: "" }),
});
const fields: Fields = {
  name: field(z.string(), { doc: "", change: "replace", canonical: (value) => value.toUpperCase() }),
  note: field(text, { doc: "" }),
  secret: field(text, { doc: "", secret: true }),
  login: field(login.optional(), { doc: "" }),
  logins: field(z.array(login).optional(), { doc: "" }),
  byName: field(z.record(z.string(), login).optional(), { doc: "" }),
  list: field(z.array(z.string()).optional(), { doc: "" }),
  once: field(text, { doc: "", change: "writeOnly" }),
  patience: field(z.int().optional(), { doc: "", change: "local", default: 60 }),
  count: field(z.int().optional(), { doc: "", default: 3 }),
};

async function refreshed(prior: ValueMap, found: ValueMap): Promise<ValueMap> {
  const resource = seen(fields, { inputs: found });
  const read = await readResource(resource, idleContext(), "id-1", { inputs: prior, outputs: { ...prior } });
  return read?.inputs ?? {};
}

describe("a refresh", () => {
  test("brings back nothing that the user does not manage", async () => {
    const found = { name: "a", note: "of the server", count: 7, login: { user: "x" } };
    expect(await refreshed({ name: "a" }, found)).toEqual({ name: "a" });
    expect(
      await refreshed({ name: "a", login: { user: "x" } }, { ...found, login: { user: "x", tokens: ["t"] } }),
    ).toEqual({ name: "a", login: { user: "x" } });
  });

  test("shows no server default inside lists and maps of objects", async () => {
    const prior = { name: "a", logins: [{ user: "x" }], byName: { k: { user: "x" } } };
    const added = { user: "x", tokens: ["t"], password: "made" };
    expect(await refreshed(prior, { name: "a", logins: [added], byName: { k: added } })).toEqual(prior);
  });

  test("keeps the user's spelling while it means the same", async () => {
    expect(await refreshed({ name: "fgt1", note: "" }, { name: "FGT1", note: null })).toEqual({
      name: "fgt1",
      note: "",
    });
  });

  test("shows what the vendor has changed, and what is gone", async () => {
    const prior = { name: "a", note: "old", count: 5, logins: [{ user: "x" }, { user: "y" }] };
    const found = { name: "a", note: "new", logins: [{ user: "x" }] };
    expect(await refreshed(prior, found)).toEqual({ name: "a", note: "new", logins: [{ user: "x" }] });
  });

  test("keeps local and write-only inputs, which no vendor can tell", async () => {
    const prior = { name: "a", once: "claim", patience: 5 };
    expect(await refreshed(prior, { name: "a", once: "x", patience: 1 })).toEqual(prior);
  });

  test("keeps a changed declared secret secret, at every depth", async () => {
    const was = { user: "x", password: new Secret("old") };
    const is = { user: "x", password: "new" };
    const now = { user: "x", password: new Secret("new") };
    const prior = { name: "a", secret: new Secret("old"), login: was, logins: [was], byName: { k: was } };
    expect(
      await refreshed(prior, { name: "a", secret: "new", login: is, logins: [is, is], byName: { k: is } }),
    ).toEqual({
      name: "a",
      secret: new Secret("new"),
      login: now,
      logins: [now, now],
      byName: { k: now },
    });
  });

  test("keeps secret what the program has marked by itself", async () => {
    const prior = {
      name: "a",
      note: new Secret("old"),
      login: { user: new Secret("old") },
      list: ["a", new Secret("old")],
      logins: new Secret([{ user: "old" }]),
    };
    const found = { name: "a", note: "new", login: { user: "new" }, list: ["a", "new"], logins: [{ user: "new" }] };
    const inputs = await refreshed(prior, found);
    expect(inputs.note).toEqual(new Secret("new"));
    expect(inputs.login).toEqual({ user: new Secret("new") });
    expect(inputs.list).toEqual(["a", new Secret("new")]);
    expect(isSecret(inputs.logins)).toBe(true);
  });

  test("keeps the hidden inputs of the host and drops those of another version", async () => {
    expect(await refreshed({ name: "a", __urn: "u", retired: 1 }, { name: "a" })).toEqual({ name: "a", __urn: "u" });
  });

  test("that finds nothing says so", async () => {
    const resource = site({ read: async () => undefined });
    expect(await readResource(resource, idleContext(), "id-1", undefined)).toBeUndefined();
  });

  test("tells unfinished work again, and the canonical id", async () => {
    const resource = seen(fields, {
      inputs: { name: "a" },
      id: "ID-1",
      unfinished: "it waits",
      outputs: { state: "s" },
    });
    expect(
      await readResource(resource, idleContext(), "id-1", { inputs: { name: "a" }, outputs: { name: "a" } }),
    ).toEqual({
      id: "ID-1",
      inputs: { name: "a" },
      outputs: { name: "a", state: "s", [unfinishedKey]: "it waits" },
      unfinished: "it waits",
    });
  });
});

describe("inputs that a verb has found as the user manages them", () => {
  const managed = ["byName", "login"];

  async function found(prior: ValueMap, inputs: ValueMap): Promise<ValueMap> {
    const resource = seen(fields, { inputs, managed });
    const read = await readResource(resource, idleContext(), "id-1", { inputs: prior, outputs: { ...prior } });
    return read?.inputs ?? {};
  }

  test("are taken as they are, also what the user did not name before", async () => {
    const now = { byName: { new: { user: "x", tokens: ["t"] }, empty: {} }, login: { user: "y" } };
    const prior = { name: "fgt1", byName: { k: { user: "x" } } };
    expect(await found(prior, { name: "FGT1", note: "of the server", ...now })).toEqual({ name: "fgt1", ...now });
  });

  test("are gone when they are found to be", async () => {
    const prior = { name: "a", byName: { k: {} }, login: { user: "x" } };
    expect(await found(prior, { name: "a", byName: {} })).toEqual({ name: "a", byName: {} });
  });

  test("keep their marks where they stand and wherever else a secret shows, and what is new is as secret as its like", async () => {
    const k = { user: new Secret("ann"), tokens: [new Secret("t"), "u"] };
    const prior = { name: "a", byName: { k, plain: { user: "bob" }, changed: { user: "bob" } } };
    const now = {
      k: { user: "anna", tokens: ["t", "v"] },
      plain: { user: "eve" },
      changed: { user: "ann" },
      new: { user: "eve", tokens: ["w"] },
    };
    expect(await found(prior, { name: "a", byName: now })).toEqual({
      name: "a",
      byName: {
        k: { user: new Secret("anna"), tokens: [new Secret("t"), "v"] },
        plain: { user: "eve" },
        changed: { user: new Secret("ann") },
        new: { user: new Secret("eve"), tokens: [new Secret("w")] },
      },
    });
  });

  test("are secret as a whole where they were, and not at all where nothing was", async () => {
    const now = { k: { user: "ann" } };
    const whole = { name: "a", byName: new Secret({ k: { user: "bob" } }) };
    expect(await found(whole, { name: "a", byName: now })).toEqual({ name: "a", byName: new Secret(now) });
    expect(await found({ name: "a", byName: {} }, { name: "a", byName: now })).toEqual({ name: "a", byName: now });
  });
});

describe("an import", () => {
  const found = {
    name: "FGT1",
    note: "",
    secret: "pw",
    login: { user: "x", password: "pw", tokens: [] },
    logins: [],
    list: null,
    count: 3,
    patience: 60,
    foreign: "x",
  };

  test("has neither defaults nor empty values, inside of objects neither, and wraps secrets", async () => {
    const read = await readResource(seen(fields, { inputs: found }), idleContext(), "id-1", undefined);
    expect(read?.inputs).toEqual({
      name: "FGT1",
      secret: new Secret("pw"),
      login: { user: "x", password: new Secret("pw") },
    });
  });

  test("is followed by an empty diff when the program says the same", async () => {
    const resource = seen(fields, { inputs: found });
    const read = await readResource(resource, idleContext(), "id-1", undefined);
    const program = { name: "fgt1", secret: "pw", login: { user: "x", password: "pw" }, count: 3, patience: 60 };
    expect(diffResource(resource, read?.inputs ?? {}, read?.outputs ?? {}, program)).toEqual({
      differences: [],
      replaces: false,
      unfinished: false,
    });
  });
});

describe("the diff of a resource", () => {
  test("tells unfinished work only while nothing else differs", () => {
    const marked = { name: "a", [unfinishedKey]: "it waits" };
    expect(diffResource(site(), { name: "a" }, marked, { name: "a" })).toMatchObject({ unfinished: true });
    expect(diffResource(site(), { name: "a" }, marked, { name: "a", size: 2 })).toMatchObject({ unfinished: false });
    expect(diffResource(site(), { name: "a" }, { name: "a" }, { name: "a" })).toMatchObject({ unfinished: false });
  });

  test("begins with what an operation that did not end has reached, whatever the engine keeps as inputs", () => {
    const reached = { name: "a", size: 2, [unfinishedKey]: "it waits" };
    const differences = (news: ValueMap) =>
      diffResource(site(), { name: "a", size: 1 }, reached, news).differences.map(({ path }) => path);
    expect(differences({ name: "a", size: 1 })).toEqual(["size"]);
    expect(differences({ name: "a", size: 2 })).toEqual([]);
    const { [unfinishedKey]: _, ...ended } = reached;
    expect(diffResource(site(), { name: "a", size: 1 }, ended, { name: "a", size: 1 }).differences).toEqual([]);
  });

  test("says whether any difference replaces", () => {
    expect(diffResource(site(), { name: "a" }, {}, { name: "b" }).replaces).toBe(true);
    expect(diffResource(site(), { name: "a" }, {}, { name: unknown }).replaces).toBe(false);
  });
});

describe("calling a function", () => {
  const find = defineFunction({
    token: "acme:find",
    doc: "",
    service: acme,
    inputs: {
      name: field(z.string().min(2), { doc: "" }),
      limit: field(z.int().optional(), { doc: "", default: 10 }),
    },
    outputs: { text: field(z.string(), { doc: "" }), key: field(text, { doc: "", secret: true }) },
    rules: [{ needs: ["name"], check: ({ name }) => (name === "nobody" ? "nobody cannot be found" : undefined) }],
    run: async (_context, { name, limit }) => ({ text: `${name} ${limit}`, key: "k" }),
  });

  test("applies defaults, unwraps arguments and marks secret results", async () => {
    expect(await invokeFunction(find, idleContext(), { name: new Secret("ann") })).toEqual({
      text: "ann 10",
      key: new Secret("k"),
    });
  });

  test("tells every problem of its arguments at once, in one error of the kind invalid", async () => {
    const error = await failureOf(invokeFunction(find, idleContext(), { nam: "x", limit: "many" }));
    expect(error).toBeInstanceOf(InvalidArguments);
    expect(error).toMatchObject({ kind: "invalid" });
    expect(error.message).toBe(
      'nam is not a known property; did you mean "name"?; limit must be a number; name is required',
    );
  });

  test("runs its rules once the arguments are fine", async () => {
    const error = await failureOf(invokeFunction(find, idleContext(), { name: "nobody" }));
    expect(error.message).toBe("nobody cannot be found");
  });
});
