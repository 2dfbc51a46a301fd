import { describe, expect, test } from "vitest";
import { unknown } from "../../provider/core/values";
import { deviceClaim } from "../../provider/resources/mist/device-claim";
import { claimName, parseDeviceKey } from "../../provider/resources/mist/device-names";
import { inventory } from "../../provider/resources/mist/inventory";
import { memberChanges } from "../../provider/resources/mist/inventory-members";

const organization = "a1000000-0000-4000-8000-000000000001";
const mac = "5c5b35000001";
const code = "ABCDEFGHIJKLMN1";

describe("the id of an import", () => {
  test.each(["/", ":", ".", " / "])("has the organization and %j before a device, or not", (separator) => {
    for (const spelled of [mac, "5C:5B:35:00:00:01", "5c-5b-35-00-00-01", "5c5b.3500.0001", ` ${mac} `]) {
      expect(parseDeviceKey(spelled)).toEqual({ organization: undefined, mac });
      expect(parseDeviceKey(`${organization.toUpperCase()}${separator}${spelled}`)).toEqual({ organization, mac });
    }
    for (const spelled of [code, "abcde-fghij-klmn1"])
      expect(parseDeviceKey(`${organization}${separator}${spelled}`)).toEqual({ organization, claimCode: code });
  });

  test("may be that of the device", () => {
    expect(parseDeviceKey(`00000000-0000-0000-1000-${mac}`)).toEqual({ organization: undefined, mac });
  });

  test.each(["", organization, "5c5b3500000", `${code}2`, "Berlin"])("is refused without telling %j", (text) => {
    expect(() => parseDeviceKey(text)).toThrow(/^the id names no device: give its MAC address or claim code/);
  });
});

describe("what a resource alone manages", () => {
  test("is told by a claim code that cannot be read from it, however it is spelled", () => {
    expect(claimName("abcde-fghij-klmn1")).toBe(claimName(code));
    expect(claimName(code)).not.toBe(claimName("ABCDEFGHIJKLMN2"));
    expect(claimName(code)).toMatch(/^Mist claim code ABCDE-… \([0-9a-f]{8}\)$/);
  });

  test("is found by the device where a state hides the code", () => {
    const summaries = { lobby: { mac }, other: { mac: "5c5b35000002" } };
    const devices = { lobby: {}, other: { mac: "5c5b35000002" } };
    const held = inventory.owns?.({ devices }, { organizationId: organization, summaries }) ?? [];
    expect(deviceClaim.owns?.({ claimCode: code }, { mac }).some((thing) => held.includes(thing))).toBe(true);
    const other = deviceClaim.owns?.({ claimCode: code }, { mac: "5c5b35000002" }) ?? [];
    expect(other.some((thing) => held.includes(thing))).toBe(false);
  });
});

describe("a change of an inventory", () => {
  const siteId = "a3000000-0000-4000-8000-000000000001";
  const elsewhere = "a3000000-0000-4000-8000-000000000002";
  const before = {
    siteId,
    onDelete: "unassign" as const,
    devices: { a: { claimCode: code, onDelete: "release" as const }, b: { mac }, c: { serial: "S1" } },
  };
  const nothing = { released: [], unassigned: [], moved: [] };

  test("says what becomes of each device", () => {
    expect(memberChanges(before, { ...before, devices: {} })).toEqual({
      released: ["a"],
      unassigned: ["b", "c"],
      moved: [],
    });
    expect(memberChanges(before, { ...before, siteId: elsewhere })).toEqual({ ...nothing, moved: ["a", "b", "c"] });
    expect(memberChanges(before, { ...before, siteId: undefined })).toEqual({
      ...nothing,
      unassigned: ["a", "b", "c"],
    });
  });

  test("heeds what the program says now of all that say nothing themselves", () => {
    expect(memberChanges(before, { onDelete: "retain", devices: {} })).toEqual({ ...nothing, released: ["a"] });
  });

  test("knows a device by another name, and says nothing of what is not known yet", () => {
    const { a, ...rest } = before.devices;
    const renamed = { ...before, devices: { ...rest, x: { claimCode: "abcde-fghij-klmn1", onDelete: a.onDelete } } };
    expect(memberChanges(before, renamed)).toEqual(nothing);
    const later = { ...before, devices: { ...rest, a: { claimCode: unknown as never } } };
    expect(memberChanges(before, later)).toEqual(nothing);
    expect(memberChanges(before, { ...before, devices: unknown as never })).toEqual(nothing);
  });
});
