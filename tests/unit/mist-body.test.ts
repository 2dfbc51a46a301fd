import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sameValue } from "../../provider/core/diff";
import { besides, type Field, type Fields, fieldOf, type Shape } from "../../provider/core/shape";
import { isMap, mapValues, type Value, type ValueMap } from "../../provider/core/values";
import { bodyFields } from "../../provider/resources/mist/bodies/compile";
import {
  changedBody,
  changesInside,
  clearedBody,
  differing,
  standingAmong,
  type Wanted,
  wholeBody,
} from "../../provider/resources/mist/body";
import { bodyOf, bodySchemas } from "./mist-support";

/** A PUT as Mist carries it out: top-level keys are replaced whole, `-key` takes one away. */
function put(data: ValueMap, change: ValueMap): ValueMap {
  const gone = Object.keys(change).flatMap((key) => (key.startsWith("-") ? [key.slice(1)] : []));
  const given = Object.entries(change).filter(([key]) => !key.startsWith("-"));
  const kept = Object.entries(data).filter(([key]) => !gone.includes(key));
  return Object.fromEntries([...kept, ...given]);
}

/** The same body with something in every object that somebody else has put there. */
function decorated(fields: Fields, body: ValueMap): ValueMap {
  const byWire = new Map(Object.entries(fields).map(([key, { wire }]) => [wire ?? key, key]));
  const marked = mapValues(body, (value, wire) => {
    const field = fieldOf(fields, byWire.get(wire) ?? wire);
    return field ? inside(field.shape, value) : value;
  });
  return { ...marked, theirs: "kept" };
}

function inside(shape: Shape, value: Value): Value {
  if (shape.kind === "object" && isMap(value)) return decorated(shape.fields, value);
  if (shape.kind === "list" && Array.isArray(value)) return value.map((item) => inside(shape.item, item));
  if (shape.kind === "map" && isMap(value)) return mapValues(value, (item) => inside(shape.value, item));
  return value;
}

/** Whether what somebody else has put into the objects that both programs have is still there. */
function keepsTheirs(fields: Fields, from: ValueMap, to: ValueMap, data: ValueMap): boolean {
  return (
    data.theirs === "kept" &&
    Object.keys(from).every((key) => {
      const field = fieldOf(fields, key);
      const there = data[field?.wire ?? key];
      return !field || keepsInside(field.shape, from[key], to[key], there);
    })
  );
}

function keepsInside(shape: Shape, from: Value, to: Value, there: Value): boolean {
  if (!isMap(from) || !isMap(to)) return true;
  if (shape.kind === "object") return isMap(there) && keepsTheirs(shape.fields, from, to, there);
  if (shape.kind !== "map" || !isMap(there)) return true;
  return Object.keys(from).every((name) => keepsInside(shape.value, from[name], to[name], there[name]));
}

const uniform = bodySchemas.filter((schema) => schema !== "deviceprofile");

describe.each(uniform)("a change of a body of %s", (schema) => {
  const fields = bodyFields(schema, "camel");
  const body = bodyOf(fields);

  test("leaves Mist with what the program says, without what it no longer says, and with what others have added", () => {
    fc.assert(
      fc.property(body, body, (from, to) => {
        const current = decorated(fields, wholeBody(fields, { body: from }));
        const change = changedBody(fields, { body: from }, { body: to }, current);
        const data = put(current, change);
        expect(differing(fields, { body: to }, data)).toEqual([]);
        for (const key of Object.keys(from)) {
          if (to[key] === undefined) expect(data).not.toHaveProperty([fieldOf(fields, key)?.wire ?? key]);
        }
        expect(keepsTheirs(fields, from, to, data)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  test("carries the keys that differ and no others, and nothing where nothing differs", () => {
    fc.assert(
      fc.property(body, body, (from, to) => {
        expect(changedBody(fields, { body: from }, { body: from }, {})).toEqual({});
        const change = changedBody(fields, { body: from }, { body: to }, {});
        const differ = Object.keys({ ...from, ...to }).filter((key) => {
          const field = besides(fieldOf(fields, key) as Field, to, from);
          return !sameValue(field, from[key], to[key]);
        });
        const wires = differ.map((key) => fieldOf(fields, key)?.wire ?? key);
        expect(
          Object.keys(change)
            .map((key) => key.replace(/^-/, ""))
            .sort(),
        ).toEqual([...new Set(wires)].sort());
      }),
      { numRuns: 30 },
    );
  });

  test("that nobody knows the outcome of is made good from what Mist has, whichever program it has heard", () => {
    fc.assert(
      fc.property(body, body, body, fc.boolean(), (from, attempted, to, heard) => {
        const current = decorated(fields, wholeBody(fields, { body: heard ? attempted : from }));
        const said = [{ body: from }, { body: attempted }, { body: to }];
        const before = standingAmong(fields, said, current);
        const data = put(current, changedBody(fields, before, { body: to }, current));
        expect(differing(fields, { body: to }, data)).toEqual([]);
        for (const key of Object.keys({ ...from, ...attempted })) {
          if (to[key] === undefined) expect(data).not.toHaveProperty([fieldOf(fields, key)?.wire ?? key]);
        }
        expect(data.theirs).toBe("kept");
      }),
      { numRuns: 30 },
    );
  });
});

describe("what a PUT carries", () => {
  const wlan = bodyFields("wlan", "camel");
  const from: Wanted = {
    body: { ssid: "office", auth: { type: "psk", psk: "secret-1" }, vlanId: 20, bands: ["24", "5"] },
  };
  const current = {
    ssid: "office",
    auth: { type: "psk", psk: "secret-1", pairwise: ["wpa2-ccmp"] },
    vlan_id: 20,
    bands: ["24", "5"],
  };
  const changes = (body: ValueMap, additionalKeys?: { [key: string]: unknown }) =>
    changedBody(wlan, from, { body: { ...from.body, ...body }, additionalKeys }, current);

  test("is the whole nested object with what the portal has added to it", () => {
    expect(changes({ auth: { type: "psk", psk: "secret-2" } })).toEqual({
      auth: { type: "psk", psk: "secret-2", pairwise: ["wpa2-ccmp"] },
    });
  });

  test("leaves out what the program no longer says inside", () => {
    expect(changes({ auth: { type: "open" } })).toEqual({ auth: { type: "open", pairwise: ["wpa2-ccmp"] } });
  });

  test("takes a key away with a minus, unless null or an id of zeros does it", () => {
    const { vlanId, ...rest } = from.body;
    expect(changedBody(wlan, from, { body: rest }, current)).toEqual({ "-vlan_id": "" });
    const site = bodyFields("site", "camel");
    const cleared = (key: string) => (key.endsWith("template_id") ? null : undefined);
    const had = { body: { name: "Berlin", networktemplateId: "a", notes: "x" } };
    expect(changedBody(site, had, { body: { name: "Berlin" } }, {}, { cleared })).toEqual({
      networktemplate_id: null,
      "-notes": "",
    });
    expect(clearedBody(site, had, { cleared })).toEqual({ "-name": "", networktemplate_id: null, "-notes": "" });
  });

  test("is nothing for another order of a set, another spelling of a number or of an address", () => {
    expect(changes({ bands: ["5", "24"], vlanId: "20" })).toEqual({});
    const psk = bodyFields("psk", "camel");
    const macs = (list: string[]) => ({ body: { macs: list } });
    expect(changedBody(psk, macs(["5c5b35000001"]), macs(["5C:5B:35:00:00:01"]), {})).toEqual({});
    expect(changedBody(psk, macs(["{{first}}"]), macs(["{{fist}}"]), {})).toEqual({ macs: ["{{fist}}"] });
  });

  test("has what the API needs in every write, but only where there is something to write", () => {
    const profile = bodyFields("deviceprofile", "camel");
    const always = ["type"];
    const said = { body: { type: "ap", name: "lobby" } };
    expect(changedBody(profile, said, said, {}, { always })).toEqual({});
    expect(changedBody(profile, said, { body: { type: "ap", name: "hall" } }, {}, { always })).toEqual({
      type: "ap",
      name: "hall",
    });
  });

  test("has additional keys as they are spelled, and clears those that went", () => {
    expect(changes({}, { new_key: { aB: 1 } })).toEqual({ new_key: { aB: 1 } });
    const had = { ...from, additionalKeys: { new_key: 1, other_key: 2 } };
    expect(changedBody(wlan, had, { ...from, additionalKeys: { other_key: 2 } }, current)).toEqual({ "-new_key": "" });
  });

  test("does not clear a key that has only come to be said in the other way", () => {
    const site = bodyFields("site", "camel");
    const cleared = () => null;
    const before = { body: { name: "Berlin" }, additionalKeys: { routertemplate_id: "a" } };
    const after = { body: { name: "Berlin", routertemplateId: "b" } };
    expect(changedBody(site, before, after, {}, { cleared })).toEqual({ routertemplate_id: "b" });
    expect(changedBody(site, after, before, {}, { cleared })).toEqual({ routertemplate_id: "a" });
  });
});

describe("lists of objects", () => {
  const wlan = bodyFields("wlan", "camel");
  const server = (host: string, secret = "s") => ({ host, secret });
  const change = (before: ValueMap[], now: ValueMap[], current: ValueMap[]) =>
    changedBody(wlan, { body: { authServers: before } }, { body: { authServers: now } }, { auth_servers: current })
      .auth_servers;
  const [a, b, c] = [server("a"), server("b"), server("c")];
  const theirs = (item: ValueMap, port: number) => ({ ...item, port });

  test("keep what others have added to items that stay, wherever these stand now", () => {
    const there = [theirs(a, 1), theirs(b, 2)];
    expect(change([a, b], [b, c, a], there)).toEqual([theirs(b, 2), c, theirs(a, 1)]);
    expect(change([a, b], [b], there)).toEqual([theirs(b, 2)]);
  });

  test("keep it in an item that is changed where it stands", () => {
    const there = [theirs(a, 1), theirs(b, 2)];
    expect(change([a, b], [a, server("b", "new")], there)).toEqual([theirs(a, 1), theirs(server("b", "new"), 2)]);
  });

  test("are as the program says where somebody has added or removed items", () => {
    expect(change([a], [a, b], [theirs(a, 1), theirs(c, 3)])).toEqual([a, b]);
  });
});

describe("whether Mist must be looked at before a write", () => {
  const site = bodyFields("site_setting", "camel");
  test.each<[string, ValueMap, ValueMap, boolean]>([
    ["a scalar", { apUpdownThreshold: 5 }, { apUpdownThreshold: 6 }, false],
    ["a map of texts", { vars: { a: "1" } }, { vars: { a: "2" } }, false],
    ["an object", { led: { enabled: true } }, { led: { enabled: false } }, true],
    ["a map of objects", { networks: {} }, { networks: { office: { vlanId: 2 } } }, true],
    ["an object that goes", { led: { enabled: true } }, {}, false],
    ["an object that stays", { led: { enabled: true } }, { led: { enabled: true } }, false],
  ])("%s", (_what, from, to, looks) => {
    expect(changesInside(site, { body: from }, { body: to })).toBe(looks);
  });
});

describe("what differs from the program", () => {
  const fields = bodyFields("wlan", "camel");

  test("is told by path, additional keys included", () => {
    const wanted = { body: { ssid: "office", auth: { type: "psk", psk: "secret-1" } }, additionalKeys: { fresh: [1] } };
    const found = { ssid: "office", auth: { type: "open", psk: "secret-1" }, fresh: [2] };
    expect(differing(fields, wanted, found)).toEqual(["auth.type", "fresh"]);
    expect(differing(fields, wanted, { ...found, auth: { psk: "secret-1", type: "psk" }, fresh: [1] })).toEqual([]);
  });

  test("is nothing that Mist means anyway where its reply leaves it out, inside of objects neither", () => {
    const wanted = { body: { ssid: "office", enabled: true, isolation: false, portal: { enabled: false } } };
    expect(differing(fields, wanted, { ssid: "office" })).toEqual([]);
    expect(differing(fields, wanted, { ssid: "office", enabled: false })).toEqual(["enabled"]);
    expect(differing(fields, { body: { portal: { enabled: true } } }, {})).toEqual(["portal"]);
  });
});
