import { describe, expect, test } from "vitest";
import { type FortinetVariants, readOnlyApiId } from "../../simulators";
import { accessPoint, Bench, call, gate, machine, startAt, toCloud, toManager, toNowhere } from "./helper";

type Change = Partial<FortinetVariants>;

function variant(change: Change, check: (bench: Bench) => Promise<void>): void {
  test(JSON.stringify(change), async () => {
    await using bench = await Bench.start();
    Object.assign(bench.simulators.fortinet.variants, change);
    await check(bench);
  });
}

const listed = async (bench: Bench, query = ""): Promise<Record<string, unknown>> =>
  (await bench.ztp("GET", `/v2/devices${query}`)).json();

describe("sign-in", () => {
  const revokeUrl = (bench: Bench): string => bench.simulators.fortinet.authUrl.replace("/token/", "/revoke_token/");
  const statusOf = async (bench: Bench, token: string): Promise<number> =>
    (await bench.ztp("GET", "/v2/system", undefined, token)).status;

  for (const lifetime of [3_600, 3_660]) {
    variant({ tokenLifetimeSeconds: lifetime }, async (bench) => {
      const granted = (await bench.grant()).json<{ access_token: string; expires_in: number }>();
      expect(granted.expires_in).toBe(lifetime);
      bench.seconds(lifetime);
      expect(await statusOf(bench, granted.access_token)).toBe(401);
    });
  }
  variant({ refreshToken: "kept" }, async (bench) => {
    const { refresh_token } = (await bench.grant()).json<{ refresh_token: string }>();
    for (const _ of [1, 2]) {
      const reply = await bench.refresh(refresh_token);
      expect([reply.status, reply.json()]).toEqual([
        200,
        expect.not.objectContaining({ refresh_token: expect.anything() }),
      ]);
    }
  });
  variant({ refreshToken: "absent" }, async (bench) => {
    expect((await bench.grant()).json()).not.toHaveProperty("refresh_token");
  });
  variant({ refreshGrant: "refused" }, async (bench) => {
    const { refresh_token } = (await bench.grant()).json<{ refresh_token: string }>();
    expect((await bench.refresh(refresh_token)).status).toBe(401);
  });
  variant({ refreshGrant: "needsCredentials" }, async (bench) => {
    const { refresh_token } = (await bench.grant()).json<{ refresh_token: string }>();
    const { apiId, password } = bench.simulators.fortinet;
    expect((await bench.refresh(refresh_token)).status).toBe(401);
    expect((await bench.refresh(refresh_token, { username: apiId, password })).status).toBe(200);
  });
  variant({ newTokenInvalidatesOlder: true }, async (bench) => {
    const other = await bench.signIn({ username: readOnlyApiId });
    const token = await bench.signIn();
    await bench.signIn({ client_id: "iam" });
    expect(await statusOf(bench, bench.token)).toBe(401);
    expect(await statusOf(bench, token)).toBe(200);
    expect(await statusOf(bench, other)).toBe(200);
  });
  variant({ newTokenInvalidatesOlder: false }, async (bench) => {
    await bench.signIn();
    expect(await statusOf(bench, bench.token)).toBe(200);
  });
  for (const revokeReach of ["token", "siblings"] as const) {
    variant({ revokeReach }, async (bench) => {
      const token = await bench.signIn();
      await call(revokeUrl(bench), { method: "POST", json: { client_id: "fortiztp", token } });
      expect(await statusOf(bench, token)).toBe(401);
      expect(await statusOf(bench, bench.token)).toBe(revokeReach === "token" ? 200 : 401);
    });
  }
  const bodies = {
    message: /"message":/,
    detail: /"detail":/,
    failure: /"status":"failure"/,
    html: /<html>/,
    empty: /^$/,
  };
  for (const [signInErrorBody, body] of Object.entries(bodies)) {
    variant({ signInErrorBody } as Change, async (bench) => {
      const reply = await bench.grant({ password: "wrong" });
      expect([reply.status, reply.text]).toEqual([401, expect.stringMatching(body)]);
    });
  }
  for (const signInFailureHttp of [401, 400] as const)
    variant({ signInFailureHttp }, async (bench) => {
      const reply = await bench.grant({ password: "wrong" });
      expect([reply.status, reply.json().error]).toEqual([signInFailureHttp, "invalid_grant"]);
    });
  variant({ missingSlash: "redirect" }, async (bench) => {
    const { authUrl } = bench.simulators.fortinet;
    const reply = await fetch(authUrl.slice(0, -1), { method: "POST", redirect: "manual" });
    expect([reply.status, reply.headers.get("location")]).toEqual([301, new URL(authUrl).pathname]);
  });
});

describe("life cycle", () => {
  variant({ onlineAfterSeconds: 100, provisioningSeconds: 5, tooLongAfterSeconds: 60 }, async (bench) => {
    await bench.write(gate, toCloud);
    const steps = [
      [59, "waiting"],
      [1, "provisioningtoolong"],
      [40, "provisioning"],
      [5, null],
    ] as const;
    for (const [seconds, provisionSubStatus] of steps) {
      bench.seconds(seconds);
      expect(await bench.device(gate)).toMatchObject({ provisionSubStatus });
    }
    expect(await bench.device(gate)).toMatchObject({ provisioningCompleteTimestamp: startAt + 105_000 });
  });
  variant({ reprovision: "lenient" }, async (bench) => {
    await bench.write(gate, { ...toManager, scriptOid: 102 });
    bench.seconds(10);
    await bench.write(gate, toCloud);
    const shown = { provisionTarget: "FortiGateCloud", fortiManagerOid: null, provisioningTimestamp: startAt + 10_000 };
    expect(await bench.device(gate)).toMatchObject({ ...shown, provisionSubStatus: "waiting" });
  });
  for (const writeSemantics of ["replace", "merge"] as const) {
    variant({ reprovision: "lenient", writeSemantics }, async (bench) => {
      await bench.write(gate, { ...toManager, scriptOid: 102 });
      await bench.write(gate, toManager);
      expect(await bench.device(gate)).toMatchObject({ scriptOid: writeSemantics === "merge" ? 102 : null });
      await bench.write(gate, { ...toManager, scriptOid: null });
      expect(await bench.device(gate)).toMatchObject({ scriptOid: null });
    });
  }
  variant({ unprovisionBody: "echo" }, async (bench) => {
    await bench.write(gate, toCloud);
    expect((await bench.put(gate, toNowhere)).status).toBe(400);
    await bench.write(gate, { ...toCloud, provisionStatus: "unprovisioned" });
    expect(await bench.device(gate)).toMatchObject({ provisionStatus: "unprovisioned" });
  });
  variant({ deviceTypeMismatch: "ignored" }, async (bench) => {
    await bench.write(gate, { ...toCloud, deviceType: "FortiAP" });
    expect(await bench.device(gate)).toMatchObject({ deviceType: "FortiGate" });
  });
  variant({ irrelevantFields: "ignored" }, async (bench) => {
    await bench.write(gate, { ...toCloud, scriptOid: 101 });
    expect(await bench.device(gate)).toMatchObject({ scriptOid: null });
  });
  variant({ irrelevantFields: "rejected" }, async (bench) => {
    expect((await bench.put(gate, { ...toCloud, scriptOid: 101 })).status).toBe(400);
    await bench.write(gate, { ...toCloud, scriptOid: null });
  });
  variant({ regionCheck: "any" }, async (bench) => {
    await bench.write(gate, { ...toCloud, region: "mars" });
    expect(await bench.device(gate)).toMatchObject({ region: "mars" });
  });
  variant({ letterCase: "sensitive" }, async (bench) => {
    expect((await bench.ztp("GET", `/v2/devices/${gate.toLowerCase()}`)).status).toBe(404);
    expect((await bench.put(gate, { ...toCloud, region: "EUROPE" })).status).toBe(400);
  });
  variant({ letterCase: "insensitive" }, async (bench) => {
    expect(await bench.device(gate.toLowerCase())).toMatchObject({ deviceSN: gate });
    expect(await listed(bench, `?deviceSN=${gate.toLowerCase()}`)).toMatchObject({ total: 1 });
    await bench.write(gate, { ...toCloud, deviceSN: gate.toLowerCase(), region: "EUROPE" });
    expect(await bench.device(gate)).toMatchObject({ region: "europe" });
  });
});

describe("replies to writes", () => {
  for (const putStatus of [200, 201, 204] as const) {
    for (const putBody of ["empty", "device", "message"] as const) {
      variant({ putStatus, putBody }, async (bench) => {
        const single = await bench.put(gate, toCloud);
        const bulk = await bench.ztp("PUT", "/v2/devices", [{ deviceSN: gate, ...toNowhere }]);
        expect([single.status, bulk.status]).toEqual([putStatus, putStatus]);
        if (putStatus === 204 || putBody === "empty") expect([single.text, bulk.text]).toEqual(["", ""]);
        else if (putBody === "message") expect(single.json()).toMatchObject({ status: "success" });
        else {
          expect(single.json()).toMatchObject({ deviceSN: gate, provisionStatus: "incomplete" });
          expect(bulk.json()).toMatchObject([{ deviceSN: gate, provisionStatus: "unprovisioned" }]);
        }
      });
    }
  }
  const applied: Record<string, string[]> = { atomic: [], prefix: [gate], partial: [gate, accessPoint] };
  for (const [bulkOnError, serials] of Object.entries(applied)) {
    variant({ bulkOnError } as Change, async (bench) => {
      const reply = await bench.ztp("PUT", "/v2/devices", [
        { deviceSN: gate, ...toCloud },
        { deviceSN: "UNKNOWN", ...toCloud },
        { deviceSN: accessPoint, ...toCloud, deviceType: "FortiAP", provisionTarget: "FortiEdgeCloud" },
      ]);
      expect([reply.status, reply.json()]).toEqual([
        400,
        { error: "invalid_request", error_description: "Device UNKNOWN doesn't exist in this account" },
      ]);
      for (const serial of [gate, accessPoint]) {
        const provisionStatus = serials.includes(serial) ? "incomplete" : "unprovisioned";
        expect(await bench.device(serial)).toMatchObject({ provisionStatus });
      }
    });
  }
  variant({ bulkMaximum: 1 }, async (bench) => {
    const unit = { deviceSN: gate, ...toCloud };
    expect((await bench.ztp("PUT", "/v2/devices", [unit, { ...unit, deviceSN: accessPoint }])).status).toBe(400);
    expect((await bench.ztp("PUT", "/v2/devices", [unit])).status).toBe(200);
  });
});

describe("replies to reads", () => {
  variant({ unsetFields: "absent" }, async (bench) => {
    const shown = await bench.device(gate);
    expect(Object.keys(shown).sort()).toEqual(["deviceSN", "deviceType", "provisionStatus", "region"]);
    expect((await bench.ztp("GET", "/v2/setting/fortimanagers/202")).json()).not.toHaveProperty("scriptOid");
  });
  variant({ listKey: "devices" }, async (bench) => {
    expect(await listed(bench)).toMatchObject({ total: 31, devices: expect.any(Array) });
    expect(await listed(bench)).not.toHaveProperty("data");
    const entries = (await bench.ztp("GET", "/v2/setting/fortimanagers")).json();
    expect(entries).toEqual({ total: 2, fortiManagers: expect.any(Array) });
  });
  const empties = { array: { data: [] }, null: { data: null }, absent: {} };
  for (const [emptyList, rest] of Object.entries(empties)) {
    variant({ emptyList } as Change, async (bench) => {
      expect(await listed(bench, "?deviceSN=UNKNOWN")).toEqual({ total: 0, hasCache: false, ...rest });
    });
  }
  variant({ total: "all" }, async (bench) => {
    expect(await listed(bench, `?deviceSN=${gate}`)).toMatchObject({ total: 31, data: [{ deviceSN: gate }] });
  });
  variant({ listCap: 5 }, async (bench) => {
    const page = await listed(bench);
    expect([page.total, page.data]).toEqual([31, expect.objectContaining({ length: 5 })]);
  });
  variant({ timestampUnit: "s" }, async (bench) => {
    await bench.write(gate, toCloud);
    bench.simulators.fortinet.setOnline(gate, { provisioningSeconds: 0 });
    const seconds = startAt / 1_000;
    const shown = { provisioningTimestamp: seconds, provisioningCompleteTimestamp: seconds };
    expect(await bench.device(gate)).toMatchObject(shown);
  });
  variant({ subStatusField: "provisionStatus" }, async (bench) => {
    await bench.write(gate, toCloud);
    expect(await bench.device(gate)).toMatchObject({ provisionStatus: "waiting", provisionSubStatus: null });
    expect(await listed(bench, "?provisionStatus=waiting")).toMatchObject({ total: 1 });
  });
  const sn = "FMG-VMTM22000001";
  const ip = "fmg.example.net";
  const none = { fortiManagerOid: null, externalControllerSn: null, externalControllerIp: null };
  const byOid = { ...none, fortiManagerOid: 201 };
  const byAddress = { ...none, externalControllerSn: sn, externalControllerIp: ip };
  const reports = { oid: byOid, address: byAddress, both: { ...byAddress, ...{ fortiManagerOid: 201 } } };
  for (const [controllerReport, shown] of Object.entries(reports)) {
    variant({ controllerReport } as Change, async (bench) => {
      for (const written of [byOid, byAddress]) {
        await bench.write(gate, { ...toManager, ...written });
        expect(await bench.device(gate)).toMatchObject(shown);
        await bench.write(gate, toNowhere);
      }
    });
  }
  variant({ hardwarePlatform: "model" }, async (bench) => {
    expect(await bench.device(gate)).toMatchObject({ platform: "FortiGate-60F" });
    expect(await bench.device(machine)).toMatchObject({ platform: null });
  });
  variant({ vmDeviceType: "FortiGate-VM" }, async (bench) => {
    expect(await listed(bench, "?deviceType=FortiGate-VM")).toMatchObject({ total: 1, data: [{ deviceSN: machine }] });
    expect((await bench.put(machine, toCloud)).status).toBe(400);
    await bench.write(machine, { ...toCloud, deviceType: "FortiGate-VM" });
  });
  for (const [cache, provisionStatus, hasCache] of [
    ["frozen", "unprovisioned", true],
    ["none", "incomplete", false],
  ] as const) {
    variant({ cache }, async (bench) => {
      await listed(bench);
      await bench.write(gate, toCloud);
      await listed(bench, "?useCache=false");
      const page = await listed(bench, `?deviceSN=${gate}&useCache=true`);
      expect(page).toMatchObject({ hasCache, data: [{ provisionStatus }] });
    });
  }
  variant({ cacheDefault: "cached" }, async (bench) => {
    await listed(bench);
    await bench.write(gate, toCloud);
    expect(await bench.device(gate)).toMatchObject({ provisionStatus: "unprovisioned" });
    expect(await bench.device(gate, "?useCache=false")).toMatchObject({ provisionStatus: "incomplete" });
  });
  const times = { seconds: "2025-01-31T12:00:00Z", noZone: "2025-01-31T12:00:00" };
  for (const [serverTime, shown] of Object.entries(times)) {
    variant({ serverTime } as Change, async (bench) => {
      expect((await bench.ztp("GET", "/v2/system")).json()).toMatchObject({ serverTime: shown });
    });
  }
  variant({ serviceStatus: "Major outage", serviceRegion: "europe" }, async (bench) => {
    const shown = { serviceStatus: "Major outage", serviceRegion: "europe" };
    expect((await bench.ztp("GET", "/v2/system")).json()).toMatchObject(shown);
  });
  for (const [systemWithoutToken, status] of [
    ["refused", 401],
    ["allowed", 200],
  ] as const) {
    variant({ systemWithoutToken }, async (bench) => {
      const url = bench.simulators.fortinet.fortiztpUrl;
      expect((await call(`${url}/v2/system`)).status).toBe(status);
      expect((await call(`${url}/v2/devices`)).status).toBe(401);
    });
  }
});

describe("errors and limits", () => {
  for (const [onGet, onPut] of [
    [404, 400],
    [400, 404],
  ] as const) {
    variant({ unknownSerialOnGet: onGet, unknownSerialOnPut: onPut }, async (bench) => {
      const replies = [await bench.ztp("GET", "/v2/devices/UNKNOWN"), await bench.put("UNKNOWN", toCloud)];
      expect(replies.map((reply) => reply.status)).toEqual([onGet, onPut]);
      for (const reply of replies) {
        expect(reply.json()).toEqual({
          error: reply.status === 404 ? "not_found" : "invalid_request",
          error_description: "Device UNKNOWN doesn't exist in this account",
        });
      }
    });
  }
  for (const [errorBody, body] of [
    ["html", /^<html>/],
    ["empty", /^$/],
  ] as const) {
    variant({ errorBody }, async (bench) => {
      const reply = await bench.ztp("GET", "/v2/devices/UNKNOWN");
      expect([reply.status, reply.text]).toEqual([404, expect.stringMatching(body)]);
    });
  }
  const calls = async (bench: Bench, count: number, token?: string): Promise<number[]> => {
    const statuses: number[] = [];
    for (let index = 0; index < count; index += 1)
      statuses.push((await bench.ztp("GET", "/v2/system", undefined, token)).status);
    return statuses;
  };
  variant({ rateLimit: false, rateLimitCalls: 1 }, async (bench) => {
    expect(await calls(bench, 3)).toEqual([200, 200, 200]);
  });
  variant({ rateLimitCalls: 2, rateLimitWindowSeconds: 10 }, async (bench) => {
    expect(await calls(bench, 3)).toEqual([200, 200, 429]);
    bench.seconds(10);
    expect(await calls(bench, 3)).toEqual([200, 200, 429]);
  });
  variant({ rateLimitCalls: 2, rateLimitWindow: "fixed" }, async (bench) => {
    bench.seconds(3_590);
    expect(await calls(bench, 3)).toEqual([200, 200, 429]);
    expect((await bench.ztp("GET", "/v2/system")).headers.get("retry-after")).toBe("10");
    bench.seconds(10);
    expect(await calls(bench, 3)).toEqual([200, 200, 429]);
  });
  variant({ rateLimitCalls: 2, rateLimitScope: "account" }, async (bench) => {
    const other = await bench.signIn({ username: readOnlyApiId });
    expect(await calls(bench, 1)).toEqual([200]);
    expect(await calls(bench, 2, other)).toEqual([200, 429]);
  });
  for (const [rateLimitHeader, header] of [
    ["date", "Fri, 31 Jan 2025 13:00:00 GMT"],
    ["absent", null],
  ] as const) {
    variant({ rateLimitCalls: 1, rateLimitHeader }, async (bench) => {
      await calls(bench, 1);
      const reply = await bench.ztp("GET", "/v2/system");
      expect([reply.status, reply.headers.get("retry-after")]).toEqual([429, header]);
    });
  }
});
