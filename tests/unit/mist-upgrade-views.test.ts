import { describe, expect, test } from "vitest";
import { compareVersions } from "../../provider/clients/http/versions";
import { meantVersion, newestOf, sameVersion } from "../../provider/clients/mist/firmware-versions";
import { parseUpgradeKey, upgradeKeyText } from "../../provider/clients/mist/upgrade-keys";
import { upgradeView } from "../../provider/clients/mist/upgrade-view";
import { progressOf } from "../../provider/resources/mist/upgrades/progress";

const site = "a3000000-0000-4000-8000-000000000001";
const id = "b1000000-0000-4000-8000-000000000002";
const key = { kind: "site", place: site, id } as const;
const orgKey = { kind: "org", place: site, id } as const;
const mac = (number: number) => `5c5b3500000${number}`;

describe("an upgrade job as Mist tells it", () => {
  test("has each device at the highest stage that it stands at", () => {
    const view = upgradeView(key, {
      status: "upgrading",
      targets: {
        scheduled: [mac(1), mac(2), mac(3)],
        download_requested: [mac(1), mac(2)],
        upgraded: [mac(1)],
        reboot_in_progress: ["5C:5B:35:00:00:02"],
        failed: [mac(3)],
        total: 4,
      },
    });
    expect([...(view.devices ?? [])]).toEqual([
      [mac(1), "upgraded"],
      [mac(2), "rebootInProgress"],
      [mac(3), "failed"],
    ]);
    expect(view).toMatchObject({
      outcome: "active",
      total: 4,
      counts: { upgraded: 1, rebootInProgress: 1, failed: 1 },
    });
    expect(progressOf(view)).toBe("1 of 4 upgraded, 1 rebooting, 1 failed");
  });

  test("has numbers only in a list", () => {
    const view = upgradeView(key, { status: "queued", counts: { scheduled: 3, upgraded: 0, total: 3 } });
    expect(view.devices).toBeUndefined();
    expect(view).toMatchObject({ total: 3, counts: { scheduled: 3 } });
  });

  test.each([
    ["completed", "completed"],
    ["failed", "failed"],
    ["cancelled", "cancelled"],
    ["created", "active"],
    ["in_progress", "active"],
    ["a word of tomorrow", "active"],
    [undefined, "active"],
  ] as const)("of a site that is %s is %s", (status, outcome) => {
    const targets = { upgraded: [mac(1)], total: 1 };
    expect(upgradeView(key, { status, targets }).outcome).toBe(outcome);
  });

  test.each([
    [["completed", "upgrading"], "active"],
    [["completed", "created"], "active"],
    [["completed", "failed"], "failed"],
    [["cancelled", "cancelled"], "cancelled"],
    [["cancelled", "completed"], "completed"],
    [["completed", "completed"], "completed"],
    [[], "completed"],
  ] as const)("of an organization whose sites are %s is %s", (statuses, outcome) => {
    const upgrades = statuses.map((status, index) => ({
      site_id: site,
      upgrade: { id: `${index}`, status, targets: { upgraded: [mac(index)], total: 1 } },
    }));
    expect(upgradeView(orgKey, { id, upgrades })).toMatchObject({ outcome, total: statuses.length });
  });

  test.each(["ssr", "mxedge"] as const)("of %s ends when its devices have, whatever word Mist has for it", (kind) => {
    const done = { status: "upgrading", counts: { queued: 0, upgrading: 0, success: 2, failed: 1 } };
    expect(upgradeView({ ...key, kind }, done)).toMatchObject({ outcome: "completed", total: 3 });
    const going = { status: "upgrading", counts: { queued: 0, upgrading: 1, success: 2, failed: 0 } };
    expect(upgradeView({ ...key, kind }, going).outcome).toBe("active");
  });

  test("of routers tells devices by their ids, and its version by the package", () => {
    const targets = { queued: [], success: ["00000000-0000-0000-1000-485a0d000001"] };
    const view = upgradeView(
      { ...key, kind: "ssr" },
      { status: "upgrading", versions: { SSR: "6.3.0-107r1" }, targets },
    );
    expect([...(view.devices ?? [])]).toEqual([["485a0d000001", "upgraded"]]);
    expect(view.targetVersion).toBe("6.3.0-107r1");
  });

  test("says nothing that is not there", () => {
    expect(upgradeView(key, {})).toMatchObject({
      status: "unknown",
      outcome: "active",
      total: 0,
      counts: {},
      plan: [],
    });
    expect(upgradeView(key, { upgrade_plan: { "10": [mac(3)], "2": [mac(2)], "1": [mac(1)] } }).plan).toEqual([
      [mac(1)],
      [mac(2)],
      [mac(3)],
    ]);
  });
});

describe("the id of a job", () => {
  test.each([
    [`site:${site}/${id}`, undefined],
    [`site/${site}/${id}`, undefined],
    [`${site}.${id}`, "site"],
    [`${site}:${id}`, "site"],
    [`${site.toUpperCase()}/${id}`, "site"],
  ] as const)("is read as people write it: %s", (text, kind) => {
    const found = parseUpgradeKey(text, kind);
    expect(found).toEqual(key);
    expect(upgradeKeyText(key)).toBe(`site:${site}/${id}`);
  });

  test("may leave out its place, and is none of another kind", () => {
    expect(parseUpgradeKey(`org:${id}`)).toEqual({ kind: "org", place: undefined, id });
    expect(parseUpgradeKey(`org:${site}/${id}`, "site")).toBeUndefined();
    expect(parseUpgradeKey("nonsense")).toBeUndefined();
  });
});

describe("versions", () => {
  test.each([
    ["0.14.29633", "0.14.29633", "exact"],
    ["23.4R2-S4.11", "23.4r2-s4.11", "exact"],
    ["apfw-0.7.20216-gilly-1a2b", "0.7.20216", "similar"],
    ["0.14.29633-rc1", "0.14.29633", "similar"],
    ["0.14.29633", "0.14.29634", undefined],
    ["0.14.29633", "0.14.296330", undefined],
    ["23.4R2-S4.11", "23.4R2", undefined],
    ["6.2.5-5r2", "6.2.5-8r1", undefined],
    ["3.1.1057", "3.1.1090", undefined],
    [undefined, "1", undefined],
  ] as const)("%s and %s are the same: %s", (one, other, same) => {
    expect(sameVersion(one, other)).toBe(same);
    expect(sameVersion(other, one)).toBe(same);
  });

  test("are ordered by their numbers", () => {
    const ordered = [
      "apfw-0.7.20216-gilly",
      "0.9.1",
      "0.14.29313",
      "0.14.30110",
      "22.4R3-S6.5",
      "23.4R2-S4.11",
      "23.4R2-S5.7",
      "23.4R10",
    ];
    expect([...ordered].reverse().sort(compareVersions)).toEqual(ordered);
  });

  const rows = [
    { name: "AP45", version: "0.15.1", tags: [] },
    { name: "AP45", version: "0.14.30110", tags: ["stable"] },
    { name: "AP45", version: "0.14.29633", tags: ["stable"] },
    { name: "AP45", version: "0.15.0", tags: ["beta"] },
    { name: "AP32", version: "0.13.1", tags: ["stable"] },
  ];

  test.each([
    ["stable", "0.14.30110"],
    ["Beta", "0.15.0"],
    ["0.14.29633", "0.14.29633"],
    ["apfw-0.14.29633-x", "0.14.29633"],
    [undefined, "0.15.0"],
    ["0.13.1", undefined],
  ])("that %s means for a model: %s", (wanted, version) => {
    expect(meantVersion(rows, "AP45", wanted)).toBe(version);
  });

  test("have a newest for each model", () => {
    expect([...newestOf(rows)].map(([name, { version }]) => [name, version])).toEqual([
      ["AP45", "0.15.1"],
      ["AP32", "0.13.1"],
    ]);
  });
});
