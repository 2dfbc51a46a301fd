import { describe, expect, test } from "vitest";
import { VendorError } from "../../provider/clients/http/errors";
import {
  foreignMistOrgId,
  type MistVariants,
  mistChassisMac,
  mistChassisMembers,
  mistDevice,
  mistSiteIds,
} from "../../simulators";
import { mistVariantSchema } from "../../simulators/mist/variants";
import { setup } from "./mist-support";
import { rejection } from "./support";

const [headquarters, warehouse] = mistSiteIds;
const accessPoints = (count: number) => Array.from({ length: count }, (_, index) => mistDevice("ap", index + 1));
const codesOf = (count: number) => accessPoints(count).map(({ claimCode }) => claimCode ?? "");
const macsOf = (count: number) => accessPoints(count).map(({ mac }) => mac);
const foreignCode = mistDevice("ap", 900_005).claimCode ?? "";
const owned = mistDevice("ap", 900_004);

/** Every combination of the variants that a bulk reply depends on. */
function forms(...names: (keyof MistVariants)[]): Partial<MistVariants>[] {
  return names.reduce<Partial<MistVariants>[]>(
    (all, name) => {
      const { innerType } = mistVariantSchema.shape[name]._zod.def as unknown as {
        innerType: { options?: string[]; values?: Set<number> };
      };
      const values = innerType.options ?? [...(innerType.values ?? [])];
      return all.flatMap((form) => values.map((value) => ({ ...form, [name]: value })));
    },
    [{}],
  );
}

const brief = (outcomes: readonly unknown[]) =>
  outcomes.map((outcome) => {
    if (outcome instanceof VendorError) return outcome.code ?? outcome.kind;
    return typeof outcome === "string" ? outcome : (outcome as { state: string }).state;
  });

describe("claims", () => {
  test.each(forms("claimEcho", "bulkReasons"))(
    "have an outcome each, in whatever form Mist tells them: %j",
    async (variants) => {
      const { client, orgId } = await setup({ variants });
      const [first = "", second = ""] = codesOf(2);
      const dashed = first.toLowerCase().replace(/.{5}(?=.)/g, "$&-");
      const codes = [dashed, owned.claimCode ?? "", foreignCode, "NOSUCHCODE00001", second, first];
      const outcomes = await client.inventory.claim(orgId, codes);
      const reasons = variants.bulkReasons;
      expect(brief(outcomes)).toEqual([
        "claimed",
        "duplicate",
        reasons === "none" ? "rejected" : "other-org",
        reasons === "each" ? "unknown-code" : "rejected",
        "claimed",
        "claimed",
      ]);
      const { mac, serial, model } = mistDevice("ap", 1);
      expect(outcomes[0]).toMatchObject({ mac, serial, model, type: "ap" });
      expect(outcomes[1]).toMatchObject({ mac: owned.mac });
      const refusal = outcomes[3] as VendorError;
      expect(refusal.message).toContain("could not claim the device with code NOSUC-…");
      expect(refusal.message).toContain(reasons === "each" ? "invalid claim code" : "refused without a reason");
    },
  );

  test("go 50 a call, and one foreign code among 50 fails alone", async () => {
    const { client, orgId, bodies } = await setup({ mist: { deviceCount: 300 } });
    const codes = [
      ...codesOf(49),
      foreignCode,
      ...accessPoints(120)
        .slice(49)
        .map(({ claimCode }) => claimCode ?? ""),
    ];
    const outcomes = brief(await client.inventory.claim(orgId, codes));
    expect(outcomes.filter((outcome) => outcome === "claimed")).toHaveLength(120);
    expect(outcomes[49]).toBe("other-org");
    expect(bodies("POST").map((body) => (body as string[]).length)).toEqual([50, 50, 21]);
  });

  test.each([foreignCode, "NOSUCHCODE00001"])("that all fail come with 400, and are told (%s)", async (code) => {
    const { client, orgId } = await setup();
    const [outcome] = await client.inventory.claim(orgId, [code]);
    expect(outcome).toMatchObject({ kind: "rejected" });
    expect((outcome as VendorError).message).not.toContain(code);
  });

  test.each(["resetAfterCommit", "truncatedJson", "html"] as const)(
    "may be sent again after a %s: what is claimed already is as good",
    async (kind) => {
      const { client, orgId, fault, calls } = await setup();
      fault({ kind });
      const outcomes = brief(await client.inventory.claim(orgId, codesOf(3)));
      expect(outcomes).toEqual(Array(3).fill(kind === "html" ? "claimed" : "duplicate"));
      expect(calls("POST")).toHaveLength(2);
    },
  );

  test("that fail as a whole fail each, under its own name, and an organization that is not there is no missing device", async () => {
    const { client, orgId, fault, mist, apiToken } = await setup();
    fault({ kind: "status", status: 400, body: { detail: "no" } });
    const outcomes = (await client.inventory.claim(orgId, codesOf(2))) as VendorError[];
    expect(outcomes.map(({ message }) => message)).toEqual([
      'Mist could not claim the device with code MISTA-…: the request was rejected (HTTP 400): "no".',
      'Mist could not claim the device with code MISTA-…: the request was rejected (HTTP 400): "no".',
    ]);
    fault({ kind: "status", status: 404, body: { id: orgId } });
    expect(brief(await client.inventory.change(orgId, { op: "delete" }, macsOf(1)))).toEqual(["rejected"]);
    mist.setPrivileges(apiToken, []);
    expect(brief(await client.inventory.claim(orgId, codesOf(2)))).toEqual(["forbidden", "forbidden"]);
  });

  test("of which the reply says nothing are unknown", async () => {
    const { client, orgId, fault } = await setup();
    fault({ kind: "status", status: 200, body: { added: [], error: [] } });
    expect(brief(await client.inventory.claim(orgId, codesOf(2)))).toEqual(["unknown", "unknown"]);
    fault({ kind: "status", status: 200, body: {} });
    expect(brief(await client.inventory.claim(orgId, codesOf(1)))).toEqual(["not-json"]);
  });

  test("of none are no call, and those that are canceled throw", async () => {
    const { client, orgId, calls } = await setup();
    expect(await client.inventory.claim(orgId, [])).toEqual([]);
    expect(calls()).toEqual([]);
    const stop = new AbortController();
    stop.abort();
    const claim = client.inventory.claim(orgId, codesOf(1), { signal: stop.signal });
    expect(await rejection(claim)).toMatchObject({ kind: "canceled" });
  });
});

describe("changes", () => {
  test.each(forms("bulkReasons", "bulkSuccess", "bulkPartialHttp", "bulkFailedHttp"))(
    "have an outcome each, in whatever form Mist tells them: %j",
    async (variants) => {
      const { client, orgId, mist } = await setup({ variants });
      const { mac } = owned;
      const assign = { op: "assign", siteId: warehouse } as const;
      const told = (word: string) => (variants.bulkReasons === "none" ? "rejected" : word);
      const [member = ""] = mistChassisMembers;
      const outcomes = brief(
        await client.inventory.change(orgId, assign, [mac.toUpperCase(), member, mistChassisMac, "ff0000000000"]),
      );
      expect(outcomes).toEqual([
        "done",
        told("vc-member"),
        variants.bulkSuccess === "all" ? "done" : "unknown",
        variants.bulkReasons === "each" ? "not-found" : "rejected",
      ]);
      expect(mist.device(mac).siteId).toBe(warehouse);
      expect(brief(await client.inventory.change(orgId, { ...assign, noReassign: true }, [mac]))).toEqual([
        told("already-assigned"),
      ]);
      expect(brief(await client.inventory.change(orgId, { op: "unassign" }, [mac]))).toEqual(["done"]);
      const serial = { op: "delete", by: "serial" } as const;
      expect(brief(await client.inventory.change(orgId, serial, [owned.serial?.toLowerCase() ?? ""]))).toEqual([
        "done",
      ]);
      expect(mist.device(mac).orgId).toBeNull();
    },
  );

  test("go 100 a call, and a virtual chassis never in two", async () => {
    const { client, orgId, bodies, mist } = await setup({ mist: { deviceCount: 500 } });
    const macs = macsOf(199);
    for (const mac of macs) Object.assign(mist.device(mac), { orgId });
    const chassis = [mistChassisMac, ...mistChassisMembers];
    const devices = [...macs.slice(0, 99), chassis, ...macs.slice(99)];
    const outcomes = brief(await client.inventory.change(orgId, { op: "delete" }, devices));
    expect(outcomes).toEqual(Array(200).fill("done"));
    expect(bodies("PUT").map((body) => (body as { macs: string[] }).macs.length)).toEqual([99, 100, 3]);
  });

  test("say in both styles whether Mist configures the devices", async () => {
    const { client, orgId, bodies } = await setup();
    const change = { op: "assign", siteId: headquarters } as const;
    await client.inventory.change(orgId, change, [owned.mac]);
    await client.inventory.change(orgId, { ...change, mistConfigured: false }, [owned.mac]);
    await client.inventory.change(orgId, { ...change, mistConfigured: true }, [owned.mac]);
    const common = { op: "assign", site_id: headquarters, macs: [owned.mac] };
    expect(bodies("PUT")).toEqual([
      common,
      { ...common, mist_configured: false, managed: false, disable_auto_config: true },
      { ...common, mist_configured: true, managed: true, disable_auto_config: false },
    ]);
  });

  test("that an unanswered attempt may have made are unknown when they cannot be made again", async () => {
    const { client, orgId, fault, mist } = await setup();
    fault({ kind: "resetAfterCommit" });
    expect(brief(await client.inventory.change(orgId, { op: "delete" }, [owned.mac]))).toEqual(["unknown"]);
    expect(mist.device(owned.mac).orgId).toBeNull();
  });

  test("of one device named twice are one", async () => {
    const { client, orgId, bodies } = await setup();
    const change = { op: "assign", siteId: headquarters } as const;
    const names = [owned.mac, owned.mac.replace(/..(?=.)/g, "$&:")];
    expect(brief(await client.inventory.change(orgId, change, names))).toEqual(["done", "done"]);
    expect(bodies("PUT")).toMatchObject([{ macs: [owned.mac] }]);
  });
});

describe("rows", () => {
  test("come in the order of asking, members of a chassis included", async () => {
    const { client, orgId, queries } = await setup();
    const [member = ""] = mistChassisMembers;
    const rows = await client.inventory.rows(orgId, [member.toUpperCase(), "ff0000000000", owned.mac]);
    expect(rows).toMatchObject([{ mac: member, vc_mac: mistChassisMac }, undefined, { mac: owned.mac, site_id: null }]);
    expect(queries()).toHaveLength(1);
    expect(await client.inventory.rows(orgId, [])).toEqual([]);
  });

  test("an empty answer to several MACs is checked against the whole inventory, to one it is believed", async () => {
    const { client, orgId, fault, queries } = await setup();
    expect(await client.inventory.rows(orgId, ["ff0000000000"])).toEqual([undefined]);
    expect(queries()).toHaveLength(1);
    fault({ kind: "status", status: 200, body: [] }, { method: "GET" });
    expect(await client.inventory.rows(orgId, [owned.mac, "ff0000000000"])).toMatchObject([
      { mac: owned.mac },
      undefined,
    ]);
    expect(queries().at(-1)).not.toHaveProperty("mac");
  });

  test("fail rather than miss a device", async () => {
    const { client, mist, apiToken, orgId } = await setup();
    mist.setPrivileges(apiToken, [{ scope: "org", role: "read", org_id: foreignMistOrgId }]);
    expect(await rejection(client.inventory.rows(orgId, [owned.mac]))).toMatchObject({ kind: "forbidden" });
  });
});

describe("resources that come together", () => {
  test("travel together: 120 claims, assignments to two sites and looks in eight calls", async () => {
    const { client, orgId, calls, bodies, mist } = await setup({ mist: { deviceCount: 300 } });
    const devices = accessPoints(120);
    const claimed = await Promise.all(devices.map(({ claimCode }) => client.lanes.claim(orgId, claimCode ?? "")));
    expect(claimed.map(({ mac }) => mac)).toEqual(devices.map(({ mac }) => mac));
    const looked = await Promise.all(devices.map(({ mac }) => client.lanes.look(orgId, mac)));
    expect(looked.map((row) => row?.mac)).toEqual(devices.map(({ mac }) => mac));
    await Promise.all(
      devices.map(({ mac }, index) => {
        const siteId = index % 2 ? headquarters : warehouse;
        return client.lanes.change(orgId, { op: "assign", siteId }, mac);
      }),
    );
    expect(devices.filter(({ mac }) => mist.device(mac).siteId === warehouse)).toHaveLength(60);
    expect(calls("POST")).toHaveLength(3);
    expect(calls("GET")).toHaveLength(2);
    expect(bodies("PUT").map((body) => (body as { macs: string[] }).macs.length)).toEqual([60, 60]);
  });

  test("each have an outcome of their own", async () => {
    const { client, orgId } = await setup();
    const [good = ""] = codesOf(1);
    const outcomes = await Promise.allSettled([
      client.lanes.claim(orgId, good),
      client.lanes.claim(orgId, foreignCode),
      client.lanes.change(orgId, { op: "unassign" }, "ff0000000000"),
    ]);
    expect(outcomes).toMatchObject([
      { status: "fulfilled", value: { state: "claimed" } },
      { status: "rejected", reason: { code: "other-org" } },
      { status: "rejected", reason: { kind: "not-found" } },
    ]);
  });
});
