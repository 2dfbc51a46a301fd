import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkRules } from "../../provider/core/check";
import { checkResource, diffResource, impactOf } from "../../provider/core/lifecycle";
import { unknown, type ValueMap } from "../../provider/core/values";
import { someOf } from "../../provider/core/words";
import { deviceRules } from "../../provider/resources/fortiztp/device-rules";
import { deviceSet } from "../../provider/resources/fortiztp/device-set";
import {
  type Members,
  memberChanges,
  memberProblems,
  targetsOf,
} from "../../provider/resources/fortiztp/device-set-members";
import { forEachDevice } from "../../provider/resources/fortiztp/device-set-parallel";
import type { Target } from "../../provider/resources/fortiztp/target";
import { shortened } from "../../provider/resources/sets";
import { failureOf, idleContext, valuesNear } from "./support";

const toManager = { provisionTarget: "FortiManager", fortiManagerOid: 1 };
const toCloud = { provisionTarget: "FortiGateCloud", region: "europe" };

/** Targets, good and bad. */
const target = fc.record(
  {
    provisionTarget: fc.constantFrom("FortiManager", "FortiManagerCloud", "FortiGateCloud", "FortiSASE"),
    region: fc.constantFrom("europe", "US"),
    fortiManagerOid: fc.constantFrom(1, 2),
    externalControllerAddress: fc.constantFrom("a.example", "A.Example "),
    useDefaultScript: fc.boolean(),
    platform: fc.constant("KVM"),
  },
  { requiredKeys: ["provisionTarget"] },
);
const member = fc.oneof(
  fc.constant({}),
  fc.record({ deviceType: fc.constantFrom("FortiGate", "FortiAP") }),
  target,
  fc.constant({ region: "europe" }),
);
const serials = ["FGT1", "FGT2", "FGVM3", "FP4"];
const spelled = fc.constantFrom(
  ...serials.flatMap((serial) => [serial, serial.toLowerCase(), ` ${serial}`]),
  "no serial",
);
const devices = fc
  .uniqueArray(fc.tuple(spelled, member), { selector: ([key]) => key.trim().toUpperCase(), maxLength: 4 })
  .map((entries) => Object.fromEntries(entries));
const members = fc.record({ devices, target }, { requiredKeys: ["devices"] }) as unknown as fc.Arbitrary<Members>;

function respelled({ devices, target }: Members): Members {
  const entries = Object.entries(devices).map(([key, value]) => [` ${key.trim().toLowerCase()}`, value] as const);
  return { devices: Object.fromEntries(entries.reverse()), target };
}

/** Sentences with their paths. */
const told = (members: object): string[] =>
  memberProblems(members as Members).map(({ path, message }) => `${path} ${message}`);

describe("where the devices of a set go", () => {
  test("a device without settings goes to the shared target, one with any goes to its own, all of it", () => {
    const set = { devices: { fgt1: {}, " FGT2 ": { deviceType: "FortiGate" }, FGT3: toCloud }, target: toManager };
    expect([...targetsOf(set)]).toEqual([
      ["FGT1", { ...toManager, serial: "FGT1" }],
      ["FGT2", { ...toManager, serial: "FGT2", deviceType: "FortiGate" }],
      ["FGT3", { ...toCloud, serial: "FGT3" }],
    ]);
  });

  test("a device without any target goes nowhere", () => {
    expect(targetsOf({ devices: { FGT1: {}, FGT2: { region: "europe" } } }).size).toBe(0);
    expect(targetsOf({}).size).toBe(0);
  });

  test("what is not known yet may be any target, and hides no device whose own is known", () => {
    const unknownTarget = { serial: "FGT1", provisionTarget: unknown };
    const of = (set: object) => [...targetsOf(set as Members).values()];
    expect(of({ devices: { fgt1: {}, FGT2: toCloud }, target: unknown })).toEqual([
      unknownTarget,
      { ...toCloud, serial: "FGT2" },
    ]);
    expect(of({ devices: { fgt1: unknown }, target: toManager })).toEqual([unknownTarget]);
    expect(of({ devices: { fgt1: { provisionTarget: unknown } }, target: toManager })).toEqual([unknownTarget]);
    expect(of({ devices: { fgt1: {} }, target: { ...toManager, fortiManagerOid: unknown } })).toEqual([
      { ...toManager, serial: "FGT1", fortiManagerOid: unknown },
    ]);
    expect(of({ devices: unknown, target: toManager })).toEqual([]);
  });

  test("does not depend on the spelling and order of serials", () => {
    fc.assert(
      fc.property(members, (set) => {
        const sorted = (of: Map<string, Target>) => [...of].sort(([one], [other]) => (one < other ? -1 : 1));
        expect(sorted(targetsOf(respelled(set)))).toEqual(sorted(targetsOf(set)));
      }),
    );
  });
});

describe("what a change of a set does to its devices", () => {
  const from = { devices: { FGT1: {}, FGT2: {}, FGT3: toCloud }, target: toManager };

  test.each<[string, Members, string[], string[]]>([
    ["a device that goes is removed", { ...from, devices: { FGT1: {}, FGT3: toCloud } }, ["FGT2"], []],
    ["a device that comes is neither", { ...from, devices: { ...from.devices, FGT4: {} } }, [], []],
    [
      "another shared target moves those that use it",
      { ...from, target: { ...toManager, fortiManagerOid: 2 } },
      [],
      ["FGT1", "FGT2"],
    ],
    ["another target of its own moves that one", { ...from, devices: { ...from.devices, FGT3: {} } }, [], ["FGT3"]],
    [
      "the same target in another place moves nothing",
      { devices: { FGT1: toManager, FGT2: toManager, FGT3: {} }, target: toCloud },
      [],
      [],
    ],
    ["a type moves nothing", { ...from, devices: { ...from.devices, FGT1: { deviceType: "FortiGate" } } }, [], []],
  ])("%s", (_name, to, removed, moved) => {
    expect(memberChanges(from, to)).toEqual({ removed, moved });
  });

  test("nobody is removed by devices that are not known yet, and what goes to an unknown target is moved", () => {
    expect(memberChanges(from, { devices: unknown } as unknown as Members)).toEqual({ removed: [], moved: [] });
    const to = { ...from, target: unknown } as unknown as Members;
    expect(memberChanges(from, to)).toEqual({ removed: [], moved: ["FGT1", "FGT2"] });
  });

  test("is nothing when the inputs do not differ, and concerns only devices that differ", () => {
    fc.assert(
      fc.property(members, members, (one, other) => {
        expect(memberChanges(one, respelled(one))).toEqual({ removed: [], moved: [] });
        const { removed, moved } = memberChanges(one, other);
        const [before, after] = [targetsOf(one), targetsOf(other)];
        expect(removed).toEqual([...before.keys()].filter((serial) => !after.has(serial)));
        for (const serial of moved) expect(after.has(serial)).toBe(true);
        const asInputs = (set: Members) => set as unknown as ValueMap;
        const { differences } = diffResource(deviceSet, asInputs(one), {}, asInputs(other));
        if (differences.length === 0) expect({ removed, moved }).toEqual({ removed: [], moved: [] });
      }),
    );
  });
});

describe("the problems of a set", () => {
  test.each<[string, Partial<Members>, string[]]>([
    [
      "a serial that is none",
      { devices: { "FGT 1": toManager } },
      ['devices["FGT 1"] is not a serial number: letters, digits and dashes'],
    ],
    [
      "a device in two spellings",
      { devices: { FGT1: {}, " fgt1": {} }, target: toManager },
      ['devices[" fgt1"] is the same device as "FGT1"'],
    ],
    [
      "a device without a target",
      { devices: { FGT1: {} } },
      ["devices.FGT1 has no target: give it a provisionTarget, or give the set a target"],
    ],
    [
      "half a target",
      { devices: { FGT1: { region: "europe" } }, target: toCloud },
      ["devices.FGT1 has settings but no provisionTarget: a device has a target of its own or the shared one"],
    ],
    [
      "a target that lacks something",
      { devices: { FGT1: { provisionTarget: "FortiGateCloud" } } },
      ["devices.FGT1 provisionTarget FortiGateCloud needs a region"],
    ],
    [
      "a shared target that lacks something, told once however many use it",
      { devices: { FGT1: {}, FGT2: {} }, target: { provisionTarget: "FortiGateCloud" } },
      ["target provisionTarget FortiGateCloud needs a region"],
    ],
    [
      "a shared target that does for some of the devices only",
      { devices: { FGT1: {}, FGVM2: {} }, target: { provisionTarget: "FortiManagerCloud" } },
      ["devices.FGVM2 a FortiGate VM needs its platform to go to FortiManagerCloud, such as FortiGate-VM64-KVM"],
    ],
    [
      "a shared target that nobody uses",
      { devices: {}, target: { provisionTarget: "FortiGateCloud" } },
      ["target provisionTarget FortiGateCloud needs a region"],
    ],
  ])("%s", (_name, set, expected) => {
    expect(told(set)).toEqual(expected);
    expect(checkResource(deviceSet, undefined, set as ValueMap).problems).toHaveLength(expected.length);
  });

  test("are those of a device of its own, for a device with a target of its own", () => {
    fc.assert(
      fc.property(target, fc.constantFrom(...serials), (own, serial) => {
        const alone = checkRules(deviceRules, { ...own, serial }, { ...own, serial } as Target);
        expect(told({ devices: { [serial]: own } })).toEqual(
          alone.map(({ message }) => `devices.${serial} ${message}`),
        );
      }),
    );
  });

  test("never become more when something is not known yet", () => {
    const anywhere = fc.tuple(members, fc.nat(), fc.nat());
    fc.assert(
      fc.property(anywhere, ([set, where, which]) => {
        const known = told(set);
        const hidden = structuredClone(set) as unknown as ValueMap;
        const places: (() => void)[] = Object.keys(hidden).map((key) => () => {
          hidden[key] = unknown;
        });
        for (const [key, value] of Object.entries({ ...(hidden.devices as ValueMap), "": hidden.target ?? {} })) {
          const parts = value as ValueMap;
          const names = Object.keys(parts);
          if (key !== "") places.push(() => Object.assign(hidden.devices as object, { [key]: unknown }));
          if (names.length > 0)
            places.push(() => Object.assign(parts, { [names[which % names.length] ?? ""]: unknown }));
        }
        places[where % places.length]?.();
        for (const problem of told(hidden)) expect(known).toContain(problem);
      }),
    );
  });

  test("and everything else that is pure never throws, whatever is not known yet", () => {
    fc.assert(
      fc.property(valuesNear(deviceSet.inputs), valuesNear(deviceSet.inputs), (one, other) => {
        const [from, to] = [one, other].map((values) => checkResource(deviceSet, undefined, values)) as [
          ReturnType<typeof checkResource>,
          ReturnType<typeof checkResource>,
        ];
        diffResource(deviceSet, from.values, {}, to.values);
        if (from.problems.length > 0 || to.problems.length > 0) return;
        impactOf(deviceSet, from.values, to.values);
        deviceSet.owns?.(to.values);
      }),
    );
  });
});

describe("what is said about many devices", () => {
  test.each([
    [[], ""],
    [["A"], "A"],
    [["A", "B", "C"], "A, B, C"],
    [["A", "B", "C", "D"], "A, B, C and 1 other"],
    [["A", "B", "C", "D", "E"], "A, B, C and 2 others"],
  ])("some of %j are %j", (list, text) => {
    expect(someOf(list)).toBe(text);
  });

  test("many sentences are cut short, unless the rest is not longer than what stands for it", () => {
    const sentences = Array.from({ length: 30 }, (_, index) => `s${index}`);
    expect(shortened(sentences.slice(0, 21))).toEqual(sentences.slice(0, 21));
    expect(shortened(sentences)).toEqual([...sentences.slice(0, 20), "… and 10 more"]);
  });

  test("the impact of an update says how many are unprovisioned and how many are sent elsewhere", () => {
    const of = (to: ValueMap) => impactOf(deviceSet, { devices: { FGT1: {}, FGT2: {} }, target: toManager }, to);
    const elsewhere =
      "unprovisioned and sent elsewhere, which takes effect only at the next call home, usually after a factory reset";
    expect(of({ devices: { FGT1: {}, FGT2: {} }, target: toCloud })).toBe(`2 devices are ${elsewhere}: FGT1, FGT2`);
    expect(of({ devices: { FGT1: toCloud }, target: toManager })).toBe(
      `1 device is unprovisioned: FGT2; 1 device is ${elsewhere}: FGT1`,
    );
    expect(of({ devices: { FGT1: {} }, target: toManager, onDelete: "retain" })).toBeUndefined();
    expect(of({ devices: { FGT1: {}, FGT2: {}, FGT3: {} }, target: toManager })).toBeUndefined();
  });
});

describe("work on many devices at once", () => {
  const many = Array.from({ length: 50 }, (_, index) => `FGT${index}`);

  test("goes on when some fail, and names them in one error", async () => {
    const done: string[] = [];
    const error = await failureOf(
      forEachDevice(idleContext(), many, async (serial) => {
        if (serial.endsWith("3")) throw new Error(`${serial} is broken`);
        if (serial.endsWith("7")) throw new Error("the line is down");
        done.push(serial);
      }),
    );
    expect(done).toHaveLength(40);
    expect(error.message.split("\n")).toEqual([
      "10 of 50 devices failed; the other 40 are done:",
      ...["FGT3", "FGT13", "FGT23", "FGT33", "FGT43"].flatMap((serial, index) => [
        ...(index === 1 ? ["FGT7, FGT17, FGT27, FGT37, FGT47: the line is down"] : []),
        `${serial} is broken`,
      ]),
    ]);
  });

  test("gives back the one error that all of them have", async () => {
    const error = new Error("the list did not come");
    expect(await failureOf(forEachDevice(idleContext(), many, () => Promise.reject(error)))).toBe(error);
    const one = new Error("FGT1 is broken");
    expect(await failureOf(forEachDevice(idleContext(), ["FGT1"], () => Promise.reject(one)))).toBe(one);
  });

  test("is told as canceled, once, when it was", async () => {
    const cancel = new AbortController();
    const work = async (serial: string) => {
      cancel.abort(new Error("interrupted"));
      throw new Error(`${serial} was not sent`);
    };
    const error = await failureOf(forEachDevice(idleContext({ signal: cancel.signal }), many, work));
    expect(error.message).toBe("interrupted");
  });

  test("counts on the row, and keeps the status texts and warnings of each device to itself", async () => {
    const progress: string[] = [];
    const warned: string[] = [];
    const context = idleContext({ progress: (text) => progress.push(text), warn: (text) => warned.push(text) });
    await forEachDevice(context, many, async (serial, quiet) => {
      quiet.progress(`${serial} waits`);
      quiet.warn(`${serial} stays`);
    });
    expect(progress).toHaveLength(16);
    expect(progress.at(-1)).toBe("48 of 50 devices");
    expect(warned).toHaveLength(1);
    expect(warned[0]?.split("\n")).toHaveLength(21);
    await forEachDevice(context, [], () => Promise.reject(new Error("there is nothing to do")));
    expect(warned).toHaveLength(1);
  });

  test("warns also when it fails", async () => {
    const warned: string[] = [];
    const context = idleContext({ warn: (text) => warned.push(text) });
    await failureOf(
      forEachDevice(context, many, async (serial, quiet) => {
        if (serial === "FGT1") throw new Error("FGT1 is broken");
        if (serial === "FGT2") quiet.warn("FGT2 stays");
      }),
    );
    expect(warned).toEqual(["FGT2 stays"]);
  });
});
