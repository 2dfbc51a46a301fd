import { describe, expect, test } from "vitest";
import { unfinishedKey } from "../../provider/core/state";
import type { JsonMap } from "../../provider/core/values";
import { makePlugin, requests, source, urn } from "./plugin-support";
import { site, startEngine, unknownText, until, wireSecret } from "./support";

describe("checking a resource", () => {
  test("wraps declared secrets and drops hidden keys", () => {
    const news = { name: "a", password: "pw-123456", radio: { channel: 3, key: "k" }, __urn: urn, __preview: true };
    expect(makePlugin().check(requests.check(news))).toEqual({
      inputs: { name: "a", password: wireSecret("pw-123456"), radio: { channel: 3, key: wireSecret("k") } },
      failures: [],
    });
  });

  test("tells every problem with an empty property, the path in the reason and no secret", () => {
    const { failures } = makePlugin().check(requests.check({ password: "needle", radio: { kee: "needle" }, size: 99 }));
    expect(failures).toEqual([
      { property: "", reason: "password must have >=8 characters" },
      { property: "", reason: 'radio.kee is not a known property; did you mean "key"?' },
      { property: "", reason: "size must be <=9" },
      { property: "", reason: "name is required" },
    ]);
    expect(JSON.stringify(failures)).not.toContain("needle");
  });

  test("keeps quiet about what the SDK has told already", () => {
    const { failures, inputs } = makePlugin().check(requests.check({ size: 99, __reported: true }));
    expect(failures).toEqual([]);
    expect(inputs).toEqual({ size: 99 });
  });

  test("lets unknowns pass as they are", () => {
    const news = { name: unknownText, size: unknownText, radio: unknownText };
    expect(makePlugin().check(requests.check(news))).toEqual({ inputs: news, failures: [] });
  });

  test("warns of unusual values on the row of the resource", async () => {
    const { address, logs } = await startEngine();
    const { device } = await import("../../provider/resources/fortiztp/device");
    const provider = makePlugin({ resources: [device], engineAddress: address });
    const request = {
      ...requests.check({ serial: "FGT1", provisionTarget: "FortiGateClod", region: "eu" }),
      type: "ztp:fortiztp:Device",
    };
    provider.check(request);
    await until(() => logs.length > 0);
    expect(logs).toEqual([expect.objectContaining({ severity: 2, urn, ephemeral: false })]);
    expect(logs[0]?.message).toContain('did you mean "FortiGateCloud"?');
  });
});

describe("the diff of a resource", () => {
  const diff = (from: JsonMap, to: JsonMap, olds?: JsonMap, resource = site()) =>
    makePlugin({ resources: [resource] }).diff(requests.diff(from, to, olds));

  test("without differences is none, and always says so in detail", () => {
    expect(diff({ name: "a", tags: ["x", "y"] }, { name: "A", tags: ["y", "x"], patience: 60 })).toEqual({
      changes: 1,
      diffs: [],
      replaces: [],
      deleteBeforeReplace: false,
      detailedDiff: {},
      hasDetailedDiff: true,
    });
  });

  test("names each leaf with its kind, and the top-level inputs once each", () => {
    const from = { name: "a", size: 1, password: wireSecret("old"), radio: { channel: 1 }, region: "eu" };
    const to = {
      name: "b",
      password: wireSecret("new"),
      radio: { channel: 2, key: wireSecret("k") },
      tags: ["x"],
      region: "us",
    };
    expect(diff(from, to)).toEqual({
      changes: 2,
      diffs: ["name", "size", "password", "radio", "region", "tags"],
      replaces: ["name", "region"],
      deleteBeforeReplace: false,
      hasDetailedDiff: true,
      detailedDiff: {
        name: { kind: 5, inputDiff: true },
        size: { kind: 2, inputDiff: true },
        password: { kind: 4, inputDiff: true },
        "radio.channel": { kind: 4, inputDiff: true },
        "radio.key": { kind: 0, inputDiff: true },
        region: { kind: 5, inputDiff: true },
        tags: { kind: 0, inputDiff: true },
      },
    });
  });

  test("has only paths whose root is among the differing inputs", () => {
    const reply = diff(
      { name: "a", radio: { channel: 1 }, tags: ["x"] },
      { name: "a", radio: { key: "k" }, tags: ["y"], size: 2 },
    );
    const roots = Object.keys(reply.detailedDiff ?? {}).map((path) => path.split(/[.[]/)[0]);
    expect(new Set(roots)).toEqual(new Set(reply.diffs));
  });

  test("deletes before it replaces where the definition wants that, and only on a replacement", () => {
    const exclusive = site({ deleteBeforeReplace: true });
    expect(diff({ name: "a" }, { name: "b" }, undefined, exclusive).deleteBeforeReplace).toBe(true);
    expect(diff({ name: "a" }, { name: "a", size: 2 }, undefined, exclusive).deleteBeforeReplace).toBe(false);
  });

  test("never replaces because of an unknown", () => {
    expect(diff({ name: "a" }, { name: unknownText })).toMatchObject({
      changes: 2,
      diffs: ["name"],
      replaces: [],
      detailedDiff: { name: { kind: 4, inputDiff: true } },
    });
  });

  test("tells unfinished work as a change although nothing differs", () => {
    expect(diff({ name: "a" }, { name: "a" }, { name: "a", [unfinishedKey]: "it waits" })).toMatchObject({
      changes: 2,
      diffs: [],
    });
  });

  test("takes the old inputs from the outputs of a state that has no inputs, and ignores the source text", () => {
    const olds = { name: "a", size: 1, address: "x", __provider: source };
    const reply = makePlugin().diff({ ...requests.diff(undefined, { name: "a", size: 2 }), olds });
    expect(reply.diffs).toEqual(["size"]);
  });
});
