import { describe, expect, test } from "vitest";
import { VendorError, type VendorErrorDetails } from "../../provider/clients/http/errors";
import { advise, Entries, mayHaveChanged, onlyOne } from "../../provider/resources/fortiztp/settings";

interface Entry {
  oid: number;
  name: string;
}

const { signal } = new AbortController();

/** Entries of a service that counts its calls. */
function service(...held: Entry[]) {
  const calls: string[] = [];
  const reads = {
    async list() {
      calls.push("list");
      return [...held];
    },
    async get(oid: number) {
      calls.push(`get ${oid}`);
      return held.find((entry) => entry.oid === oid);
    },
  };
  return { held, calls, entries: new Entries<Entry>(reads) };
}

const one = { oid: 1, name: "one" };
const two = { oid: 2, name: "two" };

describe("entries", () => {
  test("are listed once for all who read them", async () => {
    const { entries, calls } = service(one, two);
    const found = await Promise.all([
      entries.all(signal),
      entries.find(1, signal),
      entries.byId("2", () => false, signal),
    ]);
    expect(found).toEqual([[one, two], one, two]);
    expect(calls).toEqual(["list"]);
  });

  test("that the list lacks are asked for, and only that answer counts", async () => {
    const { held, entries, calls } = service(one);
    await entries.all(signal);
    held.push(two);
    expect(await entries.find(2, signal)).toBe(two);
    expect(await entries.find(3, signal)).toBeUndefined();
    expect(calls).toEqual(["list", "get 2", "get 3"]);
  });

  test("are listed anew after a write, even one that failed, and one that was listed meanwhile", async () => {
    const { held, entries, calls } = service(one);
    await entries.all(signal);
    await entries.write(async () => held.push(two));
    expect(await entries.all(signal)).toEqual([one, two]);
    const failing = entries.write(async () => {
      await entries.all(signal);
      held.pop();
      throw new Error("lost");
    });
    await expect(failing).rejects.toThrow("lost");
    expect(await entries.all(signal)).toEqual([one]);
    expect(calls).toEqual(["list", "list", "list"]);
  });

  test("by an id that is no oid are those that are known by it, if that is one", async () => {
    const { held, entries } = service(one, two);
    const named = (name: string) => entries.byId(name, (entry) => entry.name === name, signal);
    expect(await named("two")).toBe(two);
    expect(await named("three")).toBeUndefined();
    held.push({ oid: 3, name: "two" });
    await entries.write(async () => {});
    await expect(named("two")).rejects.toThrow("there are 2 entries two; choose by oid: 2 or 3");
  });

  test("belong to the first that claims them, until they are released, and are no candidates for others", async () => {
    const { entries } = service(one, two);
    entries.claims.claim(1, "script one");
    expect(() => entries.claims.claim(1, "script uno")).toThrow(
      "script uno is the same as another one of this program (oid 1); remove one of the two",
    );
    expect([entries.claims.has(1), entries.claims.has(2)]).toEqual([true, false]);
    expect(await entries.candidates(() => true, signal)).toEqual([two]);
    entries.claims.release(1);
    expect(await entries.candidates(() => true, signal)).toEqual([one, two]);
  });
});

test("one of several is chosen by nobody", () => {
  expect(onlyOne([], "scripts x")).toBeUndefined();
  expect(onlyOne([one], "scripts x")).toBe(one);
  expect(() => onlyOne([one, two], "scripts x")).toThrow("there are 2 scripts x; choose by oid: 1 or 2");
});

function failure(details: Partial<VendorErrorDetails>): VendorError {
  return new VendorError({ kind: "rejected", system: "FortiZTP", action: "do it", ...details });
}

describe("a failed write", () => {
  test.each<[boolean, string, unknown]>([
    [false, "was refused", failure({ method: "PUT", status: 400 })],
    [false, "never reached the service", failure({ method: "PUT", kind: "network" })],
    [false, "could not sign in", failure({ method: "POST", kind: "unauthorized", status: 401 })],
    [true, "lost its answer", failure({ method: "PUT", kind: "timeout", ambiguous: true })],
    [true, "was canceled", failure({ method: "PUT", kind: "canceled" })],
    [true, "was followed by a look that failed", failure({ method: "GET", kind: "forbidden", status: 403 })],
    [true, "was accepted and ignored", failure({})],
    [true, "ended with something unforeseen", new Error("what")],
  ])("may have changed something: %s, if it %s", (expected, _name, error) => {
    expect(mayHaveChanged(error)).toBe(expected);
  });

  test("says what to do next where it is known, after what is said already", () => {
    const plain = failure({ hint: "Look there." });
    expect(advise(plain, { rejected: "Try this." })).toMatchObject({ hint: "Look there. Try this." });
    expect(String(advise(failure({}), { rejected: "Try this." }))).toMatch(/ Try this\.$/);
    expect(advise(plain, { "not-found": "Try this." })).toBe(plain);
    const other = new Error("other");
    expect(advise(other, { rejected: "Try this." })).toBe(other);
  });
});
