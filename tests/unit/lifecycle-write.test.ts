import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  checkResource,
  createResource,
  previewCreate,
  previewUpdate,
  UnfinishedError,
  updateResource,
} from "../../provider/core/lifecycle";
import { defineResource } from "../../provider/core/resource";
import { Services } from "../../provider/core/services";
import { field } from "../../provider/core/shape";
import { unfinishedKey } from "../../provider/core/state";
import { Secret, unknown, type ValueMap } from "../../provider/core/values";
import { Engine } from "../../provider/hosts/engine";
import { cancelError, runOperation } from "../../provider/hosts/operation";
import { acme, failureOf, idleContext, site, siteInputs, siteOutputs } from "./support";

const inputs: ValueMap = { name: "berlin", password: new Secret("pw-123456"), patience: 5 };
const outputs: ValueMap = { ...inputs, address: "10.0.0.1", load: 0.5, token: new Secret("t") };

async function unfinished(promise: Promise<unknown>): Promise<UnfinishedError> {
  const error = await failureOf(promise);
  if (!(error instanceof UnfinishedError)) throw error;
  return error;
}

/** Waits until its signal fires, as a verb that follows the vendor does. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

describe("a create", () => {
  test("gives the inputs back as the user wrote them, with the outputs, secrets wrapped and hidden keys left out", async () => {
    const resource = site({
      create: async () => ({ id: "id-1", outputs: { address: "a", load: undefined, token: "tok", extra: 1 } }),
    });
    expect(await createResource(resource, idleContext(), { ...inputs, __urn: "urn" })).toEqual({
      id: "id-1",
      outputs: { ...inputs, address: "a", token: new Secret("tok") },
    });
  });

  test("sees plain values with defaults applied", async () => {
    let seen: unknown;
    const resource = site({
      create: async (_context, given) => {
        seen = given;
        return { id: "id-1", outputs: { address: "a" } };
      },
    });
    await createResource(resource, idleContext(), { name: "x", region: null, password: new Secret("pw-123456") });
    expect(seen).toEqual({ name: "x", password: "pw-123456", patience: 60 });
  });

  test("that fails before the vendor has taken anything is a plain failure", async () => {
    const resource = site({ create: () => Promise.reject(new Error("no such region")) });
    const error = await failureOf(createResource(resource, idleContext(), inputs));
    expect(error).not.toBeInstanceOf(UnfinishedError);
    expect(error.message).toBe("no such region");
  });

  test("that fails afterwards keeps the last id and outputs, the reason, and a mark in the outputs", async () => {
    const cause = new Error("it did not come online");
    const resource = site({
      create: async (context) => {
        context.accepted("id-1", { address: "first" });
        context.accepted("id-2", { address: "second", token: "tok" });
        throw cause;
      },
    });
    const error = await unfinished(createResource(resource, idleContext(), inputs));
    expect(error).toMatchObject({ id: "id-2", reason: cause.message, message: cause.message, cause });
    expect(error.outputs).toEqual({
      ...inputs,
      address: "second",
      token: new Secret("tok"),
      [unfinishedKey]: cause.message,
    });
  });

  test("looks at what was accepted when it fails, and not before", async () => {
    let looks = 0;
    const live = {
      get address() {
        looks++;
        return `look ${looks}`;
      },
    };
    const accepting = (end: () => Promise<never> | Promise<{ id: string; outputs: { address: string } }>) =>
      site({
        create: (context) => {
          for (let time = 0; time < 3; time++) context.accepted("id-1", live);
          return end();
        },
      });
    await createResource(
      accepting(async () => ({ id: "id-1", outputs: { address: "a" } })),
      idleContext(),
      inputs,
    );
    expect(looks).toBe(0);
    const failing = accepting(() => Promise.reject(new Error("it broke")));
    const error = await unfinished(createResource(failing, idleContext(), inputs));
    expect(error.outputs.address).toBe("look 1");
  });

  test("keeps the inputs that were reached where a verb tells them, as secret as they were given", async () => {
    const given = { name: "a", size: 5, tags: ["x"], radio: { key: new Secret("k"), channel: 1 } };
    const failing = (reached: ValueMap) =>
      site({
        create: async (context) => {
          context.accepted("id-1", { address: "a" }, reached);
          throw new Error("half of it is there");
        },
      });
    const reached = async (values: ValueMap) =>
      (await unfinished(createResource(failing(values), idleContext(), given))).outputs;
    expect(await reached({ size: 5, radio: { channel: 1, key: "k" } })).toMatchObject({
      ...given,
      radio: { channel: 1, key: new Secret("k") },
    });
    expect(await reached({ radio: { channel: 2, key: "other" }, tags: ["y"] })).toMatchObject({
      size: 5,
      tags: ["y"],
      radio: { channel: 2, key: new Secret("other") },
    });
    expect(await reached({ tags: ["k", "kk"], model: "k" })).toMatchObject({
      tags: [new Secret("k"), "kk"],
      model: new Secret("k"),
    });
  });

  test.each([
    ["a cancel", 0, "interrupted; run `pulumi up` again to continue"],
    ["a custom timeout", 0.01, "the custom timeout of 0.01 s is over"],
  ])("that %s ends after acceptance is unfinished work", async (_name, timeoutSeconds, reason) => {
    const cancel = new AbortController();
    const resource = site({
      create: async (context) => {
        context.accepted("id-1", { address: "a" });
        if (timeoutSeconds === 0) cancel.abort(cancelError());
        return aborted(context.signal);
      },
    });
    const services = new Services(
      () => ({ values: {}, problems: [] }),
      () => {},
    );
    const options = { urn: undefined, services, engine: new Engine(undefined), cancel: cancel.signal, timeoutSeconds };
    const error = await unfinished(runOperation(options, (context) => createResource(resource, context, inputs)));
    expect(error.id).toBe("id-1");
    expect(error.reason).toContain(reason);
    expect(error.outputs[unfinishedKey]).toBe(error.reason);
  });

  test("that a cancel ends before acceptance makes nothing", async () => {
    const cancel = AbortSignal.abort(cancelError());
    const resource = site({ create: (context) => aborted(context.signal) });
    const error = await failureOf(createResource(resource, idleContext({ signal: cancel }), inputs));
    expect(error).not.toBeInstanceOf(UnfinishedError);
  });
});

describe("an update", () => {
  const refusing = site({ update: () => Promise.reject(new Error("the vendor was called")) });
  const old = { inputs, outputs };

  test("of nothing but local fields calls no verb and keeps the outputs", async () => {
    const news = { ...inputs, patience: 99 };
    expect(await updateResource(refusing, idleContext(), "id-1", old, news)).toEqual({
      id: "id-1",
      outputs: { ...outputs, patience: 99 },
    });
  });

  test("of nothing at all calls no verb either", async () => {
    const written = await updateResource(refusing, idleContext(), "id-1", old, { ...inputs, name: "BERLIN" });
    expect(written.outputs).toEqual({ ...outputs, name: "BERLIN" });
  });

  test("calls the verb while work is unfinished, even when the inputs are equal", async () => {
    const marked = { inputs, outputs: { ...outputs, size: 4, [unfinishedKey]: "waits for its first boot" } };
    let seen: unknown;
    const resource = site({
      update: async (_context, _id, from) => {
        seen = from;
        return { address: "a" };
      },
    });
    const written = await updateResource(resource, idleContext(), "id-1", marked, inputs);
    expect(written.outputs).toEqual({ ...inputs, address: "a" });
    expect(seen).toMatchObject({
      inputs: { name: "berlin", patience: 5 },
      outputs: { address: "10.0.0.1", token: "t" },
      unfinished: "waits for its first boot",
      attempted: { name: "berlin", size: 4 },
    });
  });

  test("has no attempted inputs when the last operation ended", async () => {
    let seen: unknown;
    const resource = site({
      update: async (_context, _id, from) => {
        seen = from;
        return { address: "a" };
      },
    });
    await updateResource(resource, idleContext(), "id-1", old, { ...inputs, size: 2 });
    expect(seen).toMatchObject({ unfinished: undefined, attempted: undefined });
  });

  test("refuses to turn one object into another, naming the field and no value", async () => {
    const error = await failureOf(updateResource(refusing, idleContext(), "id-1", old, { ...inputs, name: "lyon" }));
    expect(error.message).toContain("name identifies the object");
    expect(error.message).not.toContain("lyon");
  });

  test("keeps as secret what it has not left behind although the new inputs have no secret", async () => {
    const resource = site({
      update: async (context) => {
        context.accepted("id-1", { address: "b" }, { radio: { channel: 7 } });
        throw new Error("the line broke");
      },
    });
    const secretly = { name: "a", radio: { channel: new Secret(7) } };
    const before = { inputs: secretly, outputs: { ...secretly, address: "a" } };
    const error = await unfinished(updateResource(resource, idleContext(), "id-1", before, { name: "a" }));
    expect(error.outputs).toMatchObject({ name: "a", address: "b", radio: { channel: new Secret(7) } });
  });

  test("that fails after the vendor took it keeps what it sent as attempted", async () => {
    const resource = site({
      update: async (context) => {
        context.accepted("id-1", { address: "b" });
        throw new Error("the line broke");
      },
    });
    const error = await unfinished(updateResource(resource, idleContext(), "id-1", old, { ...inputs, size: 7 }));
    expect(error.outputs).toEqual({ ...inputs, size: 7, address: "b", [unfinishedKey]: "the line broke" });
  });
});

describe("a preview", () => {
  test("of a create has unknown outputs, never null ones, and the id that the inputs tell", async () => {
    const resource = site({ idOf: (known) => known.name && `id-${known.name}` });
    const preview = await previewCreate(resource, idleContext(), { ...inputs, region: unknown });
    expect(preview).toEqual({
      id: "id-berlin",
      outputs: { ...inputs, region: unknown, address: unknown, load: unknown, token: unknown },
      problems: [],
      warnings: [],
      overall: [],
    });
    expect((await previewCreate(resource, idleContext(), { name: unknown })).id).toBeUndefined();
  });

  test("of a create shows a plan only what is known, and tells what the plan knows", async () => {
    let seen: unknown;
    let whole: unknown;
    const resource = site({
      plan: async (_context, known, all) => {
        seen = known;
        whole = all;
        return {
          outputs: { address: "10.9.9.9", token: "tok" },
          problems: ["it is taken"],
          warnings: ["it goes offline"],
        };
      },
    });
    const radio = { key: unknown };
    const preview = await previewCreate(resource, idleContext(), { ...inputs, radio, size: unknown });
    expect(seen).toEqual({ name: "berlin", password: "pw-123456", patience: 5 });
    expect(whole).toEqual({ name: "berlin", password: "pw-123456", patience: 5, radio, size: unknown });
    expect(preview.outputs).toMatchObject({ address: "10.9.9.9", token: new Secret("tok"), load: unknown });
    expect(preview).toMatchObject({ problems: ["it is taken"], warnings: ["it goes offline"] });
  });

  test("of an update keeps the outputs that an update never changes", () => {
    expect(previewUpdate(site(), { inputs, outputs }, { ...inputs, size: 3 })).toEqual({
      ...inputs,
      size: 3,
      address: "10.0.0.1",
      load: unknown,
      token: unknown,
    });
  });

  test("of an update that sends nothing keeps all outputs, and has none that there were not", () => {
    const { load: _gone, ...less } = outputs;
    expect(previewUpdate(site(), { inputs, outputs: less }, { ...inputs, patience: 9 })).toEqual({
      ...less,
      patience: 9,
    });
  });

  test("of an update that ends unfinished work knows only the stable outputs", () => {
    const marked = { ...outputs, [unfinishedKey]: "waits" };
    expect(previewUpdate(site(), { inputs, outputs: marked }, inputs)).toMatchObject({
      address: "10.0.0.1",
      load: unknown,
    });
  });
});

describe("checking a resource", () => {
  test("refuses the change of an immutable field with its path", () => {
    const { problems } = checkResource(site(), { name: "a", model: "x" }, { name: "a", model: "y" });
    expect(problems).toEqual([{ path: "model", message: expect.stringContaining("cannot be changed") }]);
  });

  test.each<[string, ValueMap | undefined, ValueMap]>([
    ["on a create", undefined, { name: "a", model: "y" }],
    ["on a create with empty old inputs", {}, { name: "a", model: "y" }],
    ["on a replacement", { name: "a", model: "x" }, { name: "b", model: "y" }],
    ["while it is not known", { name: "a", model: "x" }, { name: "a", model: unknown }],
    ["when it is equal", { name: "a", model: "x" }, { name: "a", model: "x" }],
  ])("takes an immutable field %s", (_name, old, news) => {
    expect(checkResource(site(), old, news).problems).toEqual([]);
  });

  test("runs the rules with plain values once the fields are fine", () => {
    const seen: unknown[] = [];
    const rule = {
      needs: ["name"] as const,
      check: (given: object) => {
        seen.push(given);
        return { path: "password", message: "is the name" };
      },
    };
    const resource = site({ rules: [rule] });
    expect(checkResource(resource, undefined, inputs).problems).toEqual([{ path: "password", message: "is the name" }]);
    expect(seen).toEqual([{ name: "berlin", password: "pw-123456", patience: 5 }]);
    expect(checkResource(resource, undefined, { ...inputs, size: 99 }).problems).toHaveLength(1);
    expect(seen).toHaveLength(1);
  });
});

describe("very many problems of one resource", () => {
  const problemsOf = (count: number): { path: string; message: string }[] =>
    Array.from({ length: count }, (_, index) => ({ path: `tags[${index}]`, message: "is wrong" }));
  const told = (count: number) =>
    checkResource(site({ rules: [{ needs: [], check: () => problemsOf(count) }] }), undefined, { name: "a" }).problems;

  test("are told up to a number that helps, with the number of the others", () => {
    expect(told(51)).toEqual(problemsOf(51));
    expect(told(52)).toEqual([...problemsOf(50), { path: "", message: "… and 2 more of the same resource" }]);
    expect(told(5_000)).toHaveLength(51);
  });
});

describe("defining a resource", () => {
  test("refuses an output named like an input, which the dynamic host could not tell apart", () => {
    const outputsTwice = { ...siteOutputs, region: field(z.string(), { doc: "" }) };
    const spec = { ...site(), kind: undefined, inputs: siteInputs, outputs: outputsTwice };
    expect(() => defineResource(spec)).toThrow('acme:Site: "region" is an input and an output');
  });

  test.each(["id", "urn", "provider", "__hidden"])("refuses the reserved name %s", (name) => {
    const spec = { ...site(), inputs: { [name]: field(z.string(), { doc: "" }) }, outputs: {}, service: acme };
    expect(() => defineResource(spec)).toThrow(`"${name}" is a reserved name`);
  });
});
