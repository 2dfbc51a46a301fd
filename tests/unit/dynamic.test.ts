import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { unfinishedKey } from "../../provider/core/state";
import type { JsonMap } from "../../provider/core/values";
import { type DynamicProvider, handler } from "../../provider/hosts/dynamic";
import { quietError } from "../../provider/hosts/quiet-error";
import { failureOf, startEngine, unknownText, until, wireSecret } from "./support";

const urn = "urn:pulumi:dev::fleet::pulumi-nodejs:dynamic/fortiztp:Device::berlin";
const __provider = 'exports.handler=()=>require("pulumi-ztp/dynamic/v1").handler("fortiztp:Device")';
const inputs = { serial: "FGT1", provisionTarget: "FortiGateCloud", region: "europe" };
const hidden = { __provider, __urn: urn };
const state = { ...inputs, ...hidden, provisionStatus: "incomplete", effectiveDeviceType: "FortiGate" };

/** An account whose service does not answer. */
const config: { [key: string]: string } = {
  "ztp:fortinet": JSON.stringify({
    apiId: "id",
    password: "pw-needle",
    authUrl: "http://127.0.0.1:1/",
    fortiztpUrl: "http://127.0.0.1:1",
    maxRetries: 0,
  }),
};

/** Stands where the process prints, below what the handler puts in front of it. */
const printed = vi.spyOn(console, "error").mockImplementation(() => {});
let provider: DynamicProvider;
let logs: LogRequest.AsObject[];
const closing: (() => void)[] = [];

beforeAll(async () => {
  const engine = await startEngine((close) => closing.push(close));
  logs = engine.logs;
  // The engine's process hands its address over as the last argument.
  process.argv.push(engine.address);
  provider = handler("fortiztp:Device");
  process.argv.pop();
  await provider.configure({ config: { get: (key) => config[key] } });
});

afterAll(() => {
  for (const close of closing) close();
});

describe("the handler of a type", () => {
  test("is found by the source text that every state holds", () => {
    const load = new Function("require", "exports", __provider);
    const made: { handler?: () => DynamicProvider } = {};
    load((name: string) => ({ handler: (token: string) => `${name} ${token}` }), made);
    expect(made.handler?.()).toBe("pulumi-ztp/dynamic/v1 fortiztp:Device");
    expect(Buffer.byteLength(__provider)).toBeLessThan(100);
  });

  test("of a type that this version does not have says what to do", () => {
    expect(() => handler("fortiztp:Nothing")).toThrow(
      "has no resource type fortiztp:Nothing; install the one that made it",
    );
  });
});

describe("check", () => {
  test("takes the marks of the SDK away and keeps everything else, plain", async () => {
    const news = { ...inputs, ...hidden, region: wireSecret("europe"), __preview: true };
    expect(await provider.check({}, news)).toEqual({ inputs: { ...inputs, ...hidden }, failures: [] });
  });

  test("tells every problem with an empty property", async () => {
    const { failures } = await provider.check({}, { ...hidden, serial: "a b", region: "" });
    expect(failures).toEqual([
      { property: "", reason: "serial must be a serial number: letters, digits and dashes" },
      { property: "", reason: expect.stringContaining("region must") },
      { property: "", reason: "provisionTarget is required" },
    ]);
  });

  test("keeps quiet about what the SDK has told", async () => {
    expect(await provider.check({}, { serial: "a b", __reported: true })).toEqual({
      inputs: { serial: "a b" },
      failures: [],
    });
  });

  test("takes unknowns anywhere", async () => {
    const news = { ...inputs, serial: unknownText, region: unknownText };
    expect(await provider.check({ ...inputs }, news)).toEqual({ inputs: news, failures: [] });
  });
});

describe("diff", () => {
  const diff = (news: JsonMap, olds: JsonMap = state) => provider.diff("FGT1", olds, news);

  test("of equal inputs says that nothing changes, whatever the spelling and the source text", async () => {
    expect(await diff({ ...inputs, serial: "fgt1", ...hidden })).toEqual({ changes: false });
    expect(await diff({ ...inputs, __provider: "older", __urn: "other", adopt: "identical" })).toEqual({
      changes: false,
    });
  });

  test("of different inputs leaves the changes to the engine, which then shows exactly the leaves", async () => {
    const reply = await diff({ ...inputs, region: "US" });
    expect(reply).toEqual({ replaces: [], deleteBeforeReplace: false });
    expect(reply.changes).toBeUndefined();
  });

  test("counts local inputs as changes, since a later delete sees only outputs", async () => {
    expect(await diff({ ...inputs, onDelete: "retain" })).toEqual({ replaces: [], deleteBeforeReplace: false });
  });

  test("names what replaces, and deletes before", async () => {
    expect(await diff({ ...inputs, serial: "FGT2" })).toEqual({ replaces: ["serial"], deleteBeforeReplace: true });
  });

  test("never replaces because of an unknown", async () => {
    expect(await diff({ ...inputs, serial: unknownText })).toEqual({ replaces: [], deleteBeforeReplace: false });
  });

  test("says true only while work is unfinished and nothing else differs", async () => {
    const unfinished = { ...state, [unfinishedKey]: "it waits" };
    expect(await diff(inputs, unfinished)).toEqual({ changes: true });
    expect((await diff({ ...inputs, region: "US" }, unfinished)).changes).toBeUndefined();
  });

  test("tells in previews what the change does, once, as a lasting warning on the row", async () => {
    await provider.check(state, { ...inputs, __preview: true });
    await diff({ ...inputs, ...hidden, region: "US" });
    await diff({ ...inputs, ...hidden, region: "US" });
    await until(() => logs.length > 0);
    expect(logs).toMatchObject([{ severity: 2, urn, ephemeral: false }]);
    expect(logs[0]?.message).toContain("FGT1 is unprovisioned from FortiGateCloud in region europe");
  });
});

describe("a failure", () => {
  test("of create and update is an error with nothing but the text", async () => {
    const calls = [
      () => provider.create({ ...inputs, ...hidden }),
      () => provider.update("FGT1", state, { ...inputs, region: "US" }),
    ];
    for (const call of calls) {
      const error = await failureOf(call());
      expect(error.message).toContain("the connection was refused");
      expect(error).not.toHaveProperty("id");
      expect(error.message).not.toContain("needle");
    }
  });

  test.each([
    ["read", () => provider.read("FGT1", state)],
    ["delete", () => provider.delete("FGT1", state)],
  ])("of %s prints no stack in the engine's process", async (_name, call) => {
    const error = await failureOf(call());
    expect(error).toMatchObject({ stack: "", code: 14, details: error.message });
    expect(printedBy(error)).toEqual([]);
    expect(error.message).toContain("the connection was refused");
  });

  test("of a handler that does not exist prints no stack either", () => {
    expect(printedBy(quietError(new Error("broken")))).toEqual([]);
  });

  test("of anyone else is printed as ever", () => {
    expect(printedBy(new Error("theirs"))).toEqual([expect.stringContaining("Error: theirs")]);
  });

  /** What the engine's process prints of an error. */
  function printedBy(error: Error): unknown[] {
    printed.mockClear();
    console.error(`${error}: ${error.stack}`);
    return printed.mock.calls.map(([line]) => line);
  }
});

test("delete with onDelete retain asks nobody", async () => {
  await provider.delete("FGT1", { ...state, onDelete: "retain" });
});
