import { describe, expect, test } from "vitest";
import { unfinishedKey } from "../../provider/core/state";
import { grpcFailure, InitFailure } from "../../provider/hosts/failures";
import { makePlugin, requests, source, urn } from "./plugin-support";
import { failureOf, site, startEngine, unknownText, until, wireSecret } from "./support";

const inputs = { name: "berlin", password: wireSecret("pw-123456") };
const __provider = source;

async function initFailure(promise: Promise<unknown>): Promise<InitFailure> {
  const error = await failureOf(promise);
  if (!(error instanceof InitFailure)) throw error;
  return error;
}

/** A resource whose create is accepted and then waits for its signal; `waits` resolves once it does. */
function waitingSite() {
  const { promise: waits, resolve } = Promise.withResolvers<void>();
  const resource = site({
    create: async (context) => {
      context.accepted("id-1", { address: "a" });
      context.progress("waiting for its first boot");
      resolve();
      return new Promise((_, reject) => context.signal.addEventListener("abort", () => reject(context.signal.reason)));
    },
  });
  return { resource, waits };
}

describe("writing a resource", () => {
  test("a create gives the source text that the other host needs, and keeps secrets", async () => {
    const resource = site({ create: async () => ({ id: "id-1", outputs: { address: "a", token: "tok" } }) });
    expect(await makePlugin({ resources: [resource] }).create(requests.create(inputs))).toEqual({
      id: "id-1",
      properties: { ...inputs, address: "a", token: wireSecret("tok"), __provider },
    });
  });

  test("an update does as well", async () => {
    expect(await makePlugin().update(requests.update(inputs, { ...inputs, size: 2 }))).toEqual({
      properties: { ...inputs, size: 2, address: "10.0.0.1", __provider },
    });
  });

  test("a failure half-way carries id, outputs, the source text and the mark", async () => {
    const resource = site({
      create: async (context) => {
        context.accepted("id-1", { address: "a" });
        throw new Error("it did not come online");
      },
      update: async (context) => {
        context.accepted("id-1", { address: "b" });
        throw new TypeError("x is undefined");
      },
    });
    const provider = makePlugin({ resources: [resource] });
    const created = await initFailure(provider.create(requests.create(inputs)));
    expect(created).toMatchObject({ id: "id-1", message: "it did not come online" });
    expect(created.outputs).toMatchObject({ address: "a", __provider, [unfinishedKey]: "it did not come online" });
    const updated = await initFailure(provider.update(requests.update(inputs, { ...inputs, size: 2 })));
    expect(updated.outputs).toMatchObject({ size: 2, address: "b", __provider });
    expect(grpcFailure(updated).metadata?.get("grpc-status-details-bin")).toHaveLength(1);
  });

  test("a failure before acceptance is a plain one", async () => {
    const resource = site({ create: () => Promise.reject(new Error("no such region")) });
    const error = await failureOf(makePlugin({ resources: [resource] }).create(requests.create(inputs)));
    expect(grpcFailure(error)).toEqual({ code: 9, details: "no such region" });
  });

  test("the user's own timeout ends a wait with what was accepted", async () => {
    const { resource } = waitingSite();
    const error = await initFailure(makePlugin({ resources: [resource] }).create(requests.create(inputs, false, 0.01)));
    expect(error.id).toBe("id-1");
    expect(error.message).toContain("the custom timeout of 0.01 s is over");
  });

  test("a cancel ends every wait with what was accepted, and lets nothing new begin", async () => {
    const { resource, waits } = waitingSite();
    const provider = makePlugin({ resources: [resource] });
    const creating = initFailure(provider.create(requests.create(inputs)));
    await waits;
    provider.cancelAll();
    expect(await creating).toMatchObject({ id: "id-1", message: expect.stringContaining("interrupted") });
    expect((await failureOf(provider.delete(requests.delete(inputs)))).message).toContain("interrupted");
  });

  test("progress is shown on the row while it lasts and then cleared", async () => {
    const { address, logs } = await startEngine();
    const resource = site({
      create: async (context) => {
        for (const text of ["step 1", "step 1", "step 2"]) {
          context.progress(text);
          await until(() => logs.some(({ message }) => message === text));
        }
        context.warn("an odd thing");
        return { id: "id-1", outputs: { address: "a" } };
      },
    });
    await makePlugin({ resources: [resource], engineAddress: address }).create(requests.create(inputs));
    await until(() => logs.some(({ message, ephemeral }) => ephemeral && message === ""));
    const shown = logs.filter(({ ephemeral }) => ephemeral).map(({ message }) => message);
    expect(shown).toEqual(["step 1", "step 2", ""]);
    expect(logs.filter(({ ephemeral }) => !ephemeral)).toMatchObject([{ message: "an odd thing", severity: 2, urn }]);
  });

  test("a delete gets the state, secrets unwrapped", async () => {
    const seen: unknown[] = [];
    const resource = site({
      delete: async (_context, id, state) => {
        seen.push(id, state);
      },
    });
    const properties = { ...inputs, address: "a", __provider };
    expect(await makePlugin({ resources: [resource] }).delete(requests.delete(inputs, properties))).toEqual({});
    expect(seen).toEqual([
      "id-1",
      {
        inputs: { name: "berlin", password: "pw-123456", patience: 60 },
        outputs: { address: "a" },
        unfinished: undefined,
        attempted: undefined,
      },
    ]);
  });
});

describe("reading a resource", () => {
  const reading = site({
    read: async (_context, id, prior) => ({
      id: id.toUpperCase(),
      inputs: { name: "berlin", size: 5, password: "pw-654321" },
      outputs: { address: prior ? "known" : "imported" },
    }),
  });

  test.each([
    ["neither inputs nor outputs, as an import", undefined, undefined],
    ["both empty, as a get", {}, {}],
    ["inputs only", { name: "berlin" }, {}],
  ])("with %s gives every input", async (_name, given, properties) => {
    expect(await makePlugin({ resources: [reading] }).read(requests.read(given, properties))).toEqual({
      id: "ID-1",
      inputs: { name: "berlin", size: 5, password: wireSecret("pw-654321") },
      properties: { name: "berlin", size: 5, password: wireSecret("pw-654321"), address: "imported", __provider },
    });
  });

  test("with a state gives what the user manages, and the source text again", async () => {
    const prior = { name: "berlin", password: wireSecret("pw-123456") };
    expect(await makePlugin({ resources: [reading] }).read(requests.read(prior, { ...prior, address: "a" }))).toEqual({
      id: "ID-1",
      inputs: { name: "berlin", password: wireSecret("pw-654321") },
      properties: { name: "berlin", password: wireSecret("pw-654321"), address: "known", __provider },
    });
  });

  test("that is gone is an empty reply", async () => {
    expect(await makePlugin().read(requests.read(inputs, inputs))).toEqual({});
  });

  test("with unfinished work fails with its inputs and outputs", async () => {
    const resource = site({
      read: async () => ({ inputs: { name: "berlin" }, outputs: { address: "a" }, unfinished: "it still waits" }),
    });
    const error = await initFailure(
      makePlugin({ resources: [resource] }).read(requests.read({ name: "berlin" }, { name: "berlin" })),
    );
    expect(error).toMatchObject({ id: "id-1", message: "it still waits", inputs: { name: "berlin" } });
    expect(error.outputs).toEqual({ name: "berlin", address: "a", __provider, [unfinishedKey]: "it still waits" });
  });

  test("of an unknown type is refused, so that no misspelled import succeeds", async () => {
    const request = { ...requests.read(), type: "ztp:acme:Sight" };
    await expect(makePlugin().read(request)).rejects.toThrow("pulumi-ztp 1.2.3 has no resource type ztp:acme:Sight");
    const child = { ...requests.read(), type: "", urn: "urn:pulumi:dev::p::my:Comp$ztp:acme:Site::x" };
    expect(await makePlugin().read(child)).toEqual({});
  });
});

describe("previewing a resource", () => {
  test("a create gives inputs, unknown outputs and a derivable id, and calls no verb", async () => {
    const resource = site({
      idOf: ({ name }) => `id-${name}`,
      create: () => Promise.reject(new Error("a preview must not write")),
    });
    expect(await makePlugin({ resources: [resource] }).create(requests.create(inputs, true))).toEqual({
      id: "id-berlin",
      properties: { ...inputs, address: unknownText, load: unknownText, token: unknownText, __provider },
    });
  });

  test("an update keeps its stable outputs", async () => {
    const olds = { ...inputs, address: "a", load: 1 };
    expect(await makePlugin().update(requests.update(inputs, { ...inputs, size: 2 }, olds, true))).toEqual({
      properties: { ...inputs, size: 2, address: "a", load: unknownText, token: unknownText, __provider },
    });
  });

  test("what it does to the real thing is a lasting warning on its row", async () => {
    const { address, logs } = await startEngine();
    const resource = site({
      impact: {
        create: ({ name }) => `${name} is made`,
        update: (_from, to, changed) => (changed.has("size") ? `${to.name} goes offline` : undefined),
        replace: (from, to) => `${from.name} becomes ${to.name}`,
      },
    });
    const provider = makePlugin({ resources: [resource], engineAddress: address });
    await provider.create(requests.create(inputs, true));
    await provider.update(requests.update(inputs, { ...inputs, size: 2 }, inputs, true));
    await provider.update(requests.update(inputs, { ...inputs, tags: ["harmless"] }, inputs, true));
    await provider.update(requests.update(inputs, inputs, inputs, true));
    await until(() => logs.length >= 2);
    expect(logs).toEqual([
      expect.objectContaining({ message: "berlin is made", severity: 2, urn, ephemeral: false }),
      expect.objectContaining({ message: "berlin goes offline", severity: 2, urn, ephemeral: false }),
    ]);
  });

  test("problems of several resources are all told in one preview", async () => {
    const { address, logs } = await startEngine();
    const resource = site({
      plan: async (_context, { name }) => ({ problems: name === "fine" ? [] : [`${name} is taken`] }),
    });
    const provider = makePlugin({ resources: [resource], engineAddress: address });
    const create = (name: string) => provider.create({ ...requests.create({ name }, true), urn: `${urn}-${name}` });
    const first = failureOf(create("one"));
    expect(await create("fine")).toMatchObject({ properties: { name: "fine" } });
    expect(await create("two")).toMatchObject({ properties: { name: "two" } });
    expect(await create("three")).toMatchObject({ properties: { name: "three" } });
    expect((await first).message).toBe("one is taken");
    await until(() => logs.length >= 2);
    expect(logs.map(({ severity, message, urn: row }) => ({ severity, message, row }))).toEqual([
      { severity: 3, message: "two is taken", row: `${urn}-two` },
      { severity: 3, message: "three is taken", row: `${urn}-three` },
    ]);
  });

  test("what the SDK has told is not judged again", async () => {
    const resource = site({ plan: async () => ({ problems: ["it is taken"] }) });
    const provider = makePlugin({ resources: [resource] });
    expect(provider.check(requests.check({ size: 99, __reported: true })).failures).toEqual([]);
    expect(await provider.create(requests.create({ size: 99 }, true))).toMatchObject({ properties: { size: 99 } });
  });

  test("a problem is told at once when the run is canceled", async () => {
    const provider = makePlugin({ resources: [site({ plan: async () => ({ problems: ["taken"] }) })] });
    const failure = failureOf(provider.create(requests.create(inputs, true)));
    provider.cancelAll();
    expect((await failure).message).toMatch(/taken|interrupted/);
  });
});
