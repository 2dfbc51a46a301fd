import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Field, type Fields, others, type Shape } from "../../provider/core/shape";
import { fromVendor, toVendor } from "../../provider/core/wire-names";
import { bodyFields } from "../../provider/resources/mist/bodies/compile";
import { bodyOf, bodySchemas } from "./mist-support";

const plain = (shape: Shape, wire?: string): Field => ({ doc: "", change: "update", required: false, shape, wire });
const text: Shape = { kind: "string" };
const part: Fields = { vlanId: plain(text, "vlan_id"), dnsOverride: plain(text) };
const partShape: Shape = { kind: "object", name: "Part", fields: part };
const ours = { vlanId: "20", dnsOverride: "yes" };
const theirs = { vlan_id: "20", dnsOverride: "yes" };

describe("names on the wire", () => {
  test.each<[where: string, shape: Shape, ours: unknown, theirs: unknown]>([
    ["an object", partShape, ours, theirs],
    ["a list", { kind: "list", item: partShape }, [ours, {}], [theirs, {}]],
    ["a map, whose own names stay", { kind: "map", value: partShape }, { vlanId: ours }, { vlanId: theirs }],
    ["a union that has such an object", { kind: "union", options: [text, partShape] }, ours, theirs],
    [
      "a union that has a list of such",
      { kind: "union", options: [text, { kind: "list", item: partShape }] },
      [ours],
      [theirs],
    ],
    ["anything, which stays", { kind: "any" }, ours, ours],
  ])("are those of the table in %s", (_where, shape, here, there) => {
    const fields: Fields = { myPart: plain(shape, "my_part") };
    expect(toVendor(fields, { myPart: here as never })).toEqual({ my_part: there });
    expect(fromVendor(fields, { my_part: there as never })).toEqual({ myPart: here });
  });

  test("a scalar where a union has an object stays as it is", () => {
    const fields: Fields = { either: plain({ kind: "union", options: [partShape, text] }) };
    expect(toVendor(fields, { either: "vlanId" })).toEqual({ either: "vlanId" });
  });

  test("what no field names goes neither way, and neither does null", () => {
    expect(toVendor(part, { vlanId: "20", stranger: "x", dnsOverride: null })).toEqual({ vlan_id: "20" });
    expect(fromVendor(part, { vlan_id: "20", vlanId: "30", created_time: 7, dnsOverride: null })).toEqual({
      vlanId: "20",
    });
  });

  test("names that have no field of their own pass where an object takes any", () => {
    const open: Fields = { isOn: plain({ kind: "boolean" }, "is_on"), [others]: plain(partShape) };
    expect(toVendor(open, { isOn: true, "ge-0/0/0": ours })).toEqual({ is_on: true, "ge-0/0/0": theirs });
    expect(fromVendor(open, { is_on: true, "ge-0/0/0": theirs })).toEqual({ isOn: true, "ge-0/0/0": ours });
  });

  test("a neighbour decides how the names of a field that depends on it are spelled", () => {
    const chosen: Shape = { kind: "chosen", by: "type", choices: () => ({ switch: partShape }) };
    const fields: Fields = { type: plain(text), body: plain(chosen) };
    expect(toVendor(fields, { type: "switch", body: ours })).toEqual({ type: "switch", body: theirs });
    expect(fromVendor(fields, { body: theirs, type: "switch" })).toEqual({ type: "switch", body: ours });
    expect(toVendor(fields, { type: "ap", body: ours })).toEqual({ type: "ap", body: ours });
  });

  test.each(bodySchemas)("to Mist's and back is the identity for any body of %s", (schema) => {
    const fields = bodyFields(schema, "camel");
    fc.assert(
      fc.property(bodyOf(fields), (body) => {
        expect(fromVendor(fields, toVendor(fields, body))).toEqual(body);
      }),
      { numRuns: 40 },
    );
  });

  test.each(bodySchemas)("are those that a body of %s has, when it is spelled as on the wire", (schema) => {
    const [camel, wire] = [bodyFields(schema, "camel"), bodyFields(schema, "wire")];
    fc.assert(
      fc.property(bodyOf(camel), (body) => {
        const sent = toVendor(camel, body);
        expect(toVendor(wire, sent)).toEqual(sent);
      }),
      { numRuns: 20 },
    );
  });
});
