import { describe, expect, test } from "vitest";
import { type FortinetVariants, readOnlyApiId } from "../../simulators";
import { accessPoint, Bench, call, gate, type Reply, startAt, toManager, toNowhere } from "./helper";

const scripts = "/v2/setting/scripts";
const managers = "/v2/setting/fortimanagers";

type Body = string | FormData | URLSearchParams;

const cli = "config system global\r\n    set hostname größe\nend\n";

/** Uploads a body as fetch itself would encode it, or as the content type says. */
async function upload(bench: Bench, oid: number, body: Body, contentType?: string): Promise<Reply> {
  const encoded = new Response(body);
  const url = `${bench.simulators.fortinet.fortiztpUrl}${scripts}/${oid}/content`;
  return call(url, {
    method: "PUT",
    token: bench.token,
    body: await encoded.text(),
    contentType: contentType ?? encoded.headers.get("content-type") ?? undefined,
  });
}

function fileForm(content: string, field = "file"): FormData {
  const form = new FormData();
  form.append(field, new Blob([content], { type: "text/plain" }), "script.txt");
  return form;
}

test("a script is created, filled, renamed and deleted", async () => {
  await using bench = await Bench.start();
  const created = await bench.ztp("POST", scripts, { name: "new" });
  expect([created.status, created.json()]).toEqual([200, { oid: 1_001 }]);
  const item = `${scripts}/1001`;
  expect((await bench.ztp("GET", item)).json()).toEqual({ oid: 1_001, name: "new", updateTime: startAt });
  expect((await bench.ztp("GET", `${item}/content`)).text).toBe("");

  bench.seconds(1);
  const uploaded = await upload(bench, 1_001, fileForm(cli));
  expect([uploaded.status, uploaded.text]).toEqual([200, ""]);
  const content = await bench.ztp("GET", `${item}/content`);
  expect([content.text, content.headers.get("content-type")]).toEqual([cli, "text/plain; charset=utf-8"]);
  expect((await bench.ztp("GET", item)).json()).toMatchObject({ updateTime: startAt + 1_000 });

  bench.seconds(1);
  const renamed = await bench.ztp("PUT", item, { oid: 1_001, name: "other" });
  expect([renamed.status, renamed.text]).toEqual([200, ""]);
  const shown = { oid: 1_001, name: "other", updateTime: startAt + 2_000 };
  expect((await bench.ztp("GET", item)).json()).toEqual(shown);
  expect((await bench.ztp("GET", scripts)).json()).toMatchObject({ total: 3, data: [{}, {}, shown] });

  const removed = await bench.ztp("DELETE", item);
  expect([removed.status, removed.text]).toEqual([200, ""]);
  for (const path of [item, `${item}/content`]) expect((await bench.ztp("GET", path)).status).toBe(404);
  expect((await bench.ztp("DELETE", item)).status).toBe(404);
});

test("a FortiManager entry is created, changed and deleted", async () => {
  await using bench = await Bench.start();
  const created = await bench.ztp("POST", managers, { sn: "A, B", ip: "fmg.example.org", scriptOid: 102 });
  expect([created.status, created.json()]).toEqual([200, { oid: 1_001 }]);
  const item = `${managers}/1001`;
  const shown = { oid: 1_001, sn: "A,B", ip: "fmg.example.org", scriptOid: 102, updateTime: startAt };
  expect((await bench.ztp("GET", item)).json()).toEqual(shown);
  bench.seconds(1);
  const changed = await bench.ztp("PUT", item, { oid: 1_001, sn: "A", ip: "192.0.2.1", scriptOid: null });
  expect([changed.status, changed.text]).toEqual([200, ""]);
  const now = { oid: 1_001, sn: "A", ip: "192.0.2.1", scriptOid: null, updateTime: startAt + 1_000 };
  expect((await bench.ztp("GET", item)).json()).toEqual(now);
  expect((await bench.ztp("GET", managers)).json()).toMatchObject({ total: 3, data: [{}, {}, now] });
  expect((await bench.ztp("DELETE", item)).status).toBe(200);
  expect((await bench.ztp("GET", item)).status).toBe(404);
});

test("a device runs the script as it was when it was provisioned", async () => {
  await using bench = await Bench.start();
  const { fortinet } = bench.simulators;
  const ran = async (write: object): Promise<unknown> => {
    await bench.write(gate, write);
    fortinet.setOnline(gate, { provisioningSeconds: 0 });
    const { ranScript } = fortinet.device(gate);
    await bench.write(gate, toNowhere);
    expect(fortinet.device(gate)).not.toHaveProperty("ranScript");
    return ranScript;
  };
  expect(await ran(toManager)).toBeUndefined();
  await upload(bench, 102, fileForm("one"));
  expect(await ran({ ...toManager, scriptOid: 102 })).toEqual({ oid: 102, name: "warehouse-ap", content: "one" });
  await bench.ztp("PUT", `${managers}/201`, { oid: 201, sn: "A", ip: "a", scriptOid: 102 });
  expect(await ran({ ...toManager, useDefaultScript: true })).toMatchObject({ oid: 102, content: "one" });

  const oid = (await bench.ztp("POST", scripts, { name: "new" })).json().oid as number;
  expect((await bench.put(gate, { ...toManager, scriptOid: oid })).status).toBe(200);
  expect((await bench.ztp("DELETE", `${scripts}/${oid}`)).status).toBe(400);
  expect((await bench.ztp("DELETE", `${managers}/201`)).status).toBe(400);
  await bench.write(gate, toNowhere);
  await bench.write("FGT60FTK21090002", toNowhere);
  expect((await bench.ztp("DELETE", `${scripts}/${oid}`)).status).toBe(200);
  expect((await bench.ztp("DELETE", `${managers}/201`)).status).toBe(200);
  expect((await bench.put(gate, { ...toManager, scriptOid: oid })).status).toBe(400);
});

test.each<[string, string, unknown, number, string]>([
  ["POST", scripts, {}, 400, "name is required"],
  ["POST", scripts, { name: 1 }, 400, "name must be a string"],
  ["POST", scripts, [], 400, "The request body must be an object"],
  ["PUT", `${scripts}/101`, {}, 400, "name is required"],
  ["PUT", `${scripts}/101`, { oid: 102, name: "x" }, 400, "oid 102 differs from the path (101)"],
  ["PUT", `${scripts}/999`, { name: "x" }, 404, "Script 999 doesn't exist in this account"],
  ["DELETE", `${scripts}/101`, undefined, 400, "Script 101 is in use by FortiManager 201"],
  ["GET", `${scripts}/x/content`, undefined, 404, "Script x doesn't exist in this account"],
  ["POST", managers, { sn: "A" }, 400, "ip is required"],
  ["POST", managers, { sn: "A,,B", ip: "a" }, 400, "sn and ip must not have empty entries"],
  ["POST", managers, { sn: "A,B,C", ip: "a" }, 400, "sn has 3 entries and ip 1"],
  ["POST", managers, { sn: "A", ip: "a", scriptOid: 9 }, 400, "Script 9 doesn't exist in this account"],
  ["POST", managers, { sn: "A", ip: "a", scriptOid: "9" }, 400, "scriptOid must be an integer"],
  ["PUT", `${managers}/999`, { sn: "A", ip: "a" }, 404, "FortiManager 999 doesn't exist in this account"],
  ["DELETE", `${managers}/201`, undefined, 400, "FortiManager 201 is in use by device FGT60FTK21090002"],
])("%s %s %j is refused: %i %s", async (method, path, json, status, error_description) => {
  await using bench = await Bench.start();
  const reply = await bench.ztp(method, path, json);
  expect([reply.status, reply.json()]).toEqual([status, expect.objectContaining({ error_description })]);
});

test("a read-only user may not change settings", async () => {
  await using bench = await Bench.start();
  bench.token = await bench.signIn({ username: readOnlyApiId });
  expect((await bench.ztp("GET", `${scripts}/101/content`)).status).toBe(200);
  expect((await bench.ztp("POST", scripts, { name: "x" })).status).toBe(403);
  expect((await bench.ztp("DELETE", `${managers}/202`)).status).toBe(403);
  expect((await upload(bench, 101, fileForm("x"))).status).toBe(403);
});

test("the firmware profiles of a region", async () => {
  await using bench = await Bench.start();
  const of = (serial: string, region: string): Promise<Reply> =>
    bench.ztp("GET", `/v2/devices/${serial}/regions/${region}/firmwareprofiles`);
  expect((await of(gate, "europe")).json()).toEqual({ total: 2, data: [{ name: "branch" }, { name: "warehouse" }] });
  for (const [serial, region] of [
    [gate, "JP"],
    [accessPoint, "europe"],
  ] as const)
    expect((await of(serial, region)).json()).toEqual({ total: 0, data: [] });
  expect([(await of("UNKNOWN", "europe")).status, (await of(gate, "mars")).status]).toEqual([404, 400]);
});

type Change = Partial<FortinetVariants>;

function variant(change: Change, check: (bench: Bench) => Promise<void>): void {
  test(JSON.stringify(change), async () => {
    await using bench = await Bench.start(change);
    await check(bench);
  });
}

describe("variants of script content", () => {
  const content = (bench: Bench): string | undefined => bench.simulators.fortinet.scripts.get(102)?.content;
  const bodies: Record<string, [Body, string?]> = {
    multipart: [fileForm(cli)],
    text: [cli],
    octetStream: [cli, "application/octet-stream"],
    jsonContent: [JSON.stringify({ content: cli }), "application/json"],
    jsonScript: [JSON.stringify({ script: cli }), "application/json; charset=utf-8"],
    form: [new URLSearchParams({ content: cli })],
  };
  for (const [scriptUpload, accepted] of Object.entries(bodies)) {
    variant({ scriptUpload } as Change, async (bench) => {
      for (const [name, [body, contentType]] of Object.entries(bodies)) {
        if (name === scriptUpload) continue;
        const json = name.startsWith("json") && scriptUpload.startsWith("json");
        expect([name, (await upload(bench, 102, body, contentType)).status]).toEqual([name, json ? 400 : 415]);
      }
      expect(content(bench)).toContain("ntpsync");
      expect((await upload(bench, 102, ...accepted)).status).toBe(200);
      expect(content(bench)).toBe(cli);
    });
  }
  test("a multipart body must be sound and hold the file", async () => {
    await using bench = await Bench.start();
    expect((await upload(bench, 102, fileForm(cli, "script"))).status).toBe(400);
    expect((await upload(bench, 102, cli, "multipart/form-data; boundary=x")).status).toBe(400);
    expect((await upload(bench, 102, cli, "multipart/form-data")).status).toBe(400);
  });
  variant({ scriptUpload: "rawAnything" }, async (bench) => {
    const wrapped = JSON.stringify({ content: cli });
    for (const [body, type] of [
      [cli, "text/plain"],
      [wrapped, "application/json"],
    ] as const) {
      expect((await upload(bench, 102, body, type)).status).toBe(200);
      expect(content(bench)).toBe(body);
    }
  });
  variant({ scriptUpload: "ignoreAnything" }, async (bench) => {
    expect((await upload(bench, 102, cli)).status).toBe(200);
    expect(content(bench)).toContain("ntpsync");
  });
  variant({ scriptUpload: "rejectAll" }, async (bench) => {
    for (const [body, type] of Object.values(bodies)) expect((await upload(bench, 102, body, type)).status).toBe(415);
  });
  variant({ scriptUploadStatus: 204, scriptUploadTouches: false }, async (bench) => {
    bench.seconds(1);
    expect((await upload(bench, 102, fileForm(cli))).status).toBe(204);
    expect(bench.simulators.fortinet.scripts.get(102)).toMatchObject({ content: cli, updateTime: startAt });
  });
  test("at most 1 MiB", async () => {
    await using bench = await Bench.start();
    expect((await upload(bench, 102, fileForm("x".repeat(1_048_576)))).status).toBe(200);
    expect((await upload(bench, 102, fileForm("x".repeat(1_048_577)))).status).toBe(400);
  });
  variant({ scriptMaximumBytes: 3 }, async (bench) => {
    expect((await upload(bench, 102, fileForm("üü"))).status).toBe(400);
    expect((await upload(bench, 102, fileForm("ü!"))).status).toBe(200);
  });
  const downloads = { jsonContent: { content: cli }, jsonScript: { script: cli }, jsonString: cli };
  for (const [scriptDownload, json] of Object.entries(downloads)) {
    variant({ scriptDownload } as Change, async (bench) => {
      bench.simulators.fortinet.patchScript(102, { content: cli });
      const reply = await bench.ztp("GET", `${scripts}/102/content`);
      expect([reply.headers.get("content-type"), reply.json()]).toEqual(["application/json", json]);
    });
  }
});

describe("variants of scripts and FortiManager entries", () => {
  for (const createStatus of [200, 201] as const) {
    for (const createBody of ["oid", "full", "message", "empty"] as const) {
      variant({ createStatus, createBody }, async (bench) => {
        const script = await bench.ztp("POST", scripts, { name: "new" });
        const manager = await bench.ztp("POST", managers, { sn: "A", ip: "a" });
        expect([script.status, manager.status]).toEqual([createStatus, createStatus]);
        if (createBody === "empty") expect([script.text, manager.text]).toEqual(["", ""]);
        else if (createBody === "message") expect(script.json()).not.toHaveProperty("oid");
        else expect([script.json().oid, manager.json().oid]).toEqual([1_001, 1_002]);
        if (createBody === "full") expect(manager.json()).toMatchObject({ sn: "A", scriptOid: null });
      });
    }
  }
  variant({ createOid: "required" }, async (bench) => {
    expect((await bench.ztp("POST", scripts, { name: "new" })).json().error_description).toBe("oid is required");
    expect((await bench.ztp("POST", managers, { sn: "A", ip: "a" })).status).toBe(400);
    expect((await bench.ztp("POST", scripts, { name: "new", oid: 0 })).json()).toEqual({ oid: 1_001 });
  });
  for (const settingPutStatus of [200, 201, 204] as const) {
    for (const settingPutBody of ["empty", "full", "message"] as const) {
      variant({ settingPutStatus, settingPutBody }, async (bench) => {
        const script = await bench.ztp("PUT", `${scripts}/102`, { oid: 102, name: "new" });
        const manager = await bench.ztp("PUT", `${managers}/202`, { oid: 202, sn: "A", ip: "a" });
        expect([script.status, manager.status]).toEqual([settingPutStatus, settingPutStatus]);
        if (settingPutStatus === 204 || settingPutBody === "empty") expect(script.text + manager.text).toBe("");
        else if (settingPutBody === "message") expect(script.json()).toMatchObject({ status: "success" });
        else expect([script.json().name, manager.json().sn]).toEqual(["new", "A"]);
      });
    }
  }
  variant({ deleteStatus: 204 }, async (bench) => {
    expect((await bench.ztp("DELETE", `${scripts}/102`)).status).toBe(204);
    expect((await bench.ztp("DELETE", `${managers}/202`)).status).toBe(204);
  });
  for (const [deleteReferenced, status] of [
    ["conflict", 409],
    ["allowed", 200],
  ] as const) {
    variant({ deleteReferenced }, async (bench) => {
      expect((await bench.ztp("DELETE", `${scripts}/101`)).status).toBe(status);
      expect((await bench.ztp("DELETE", `${managers}/201`)).status).toBe(status);
      expect(bench.simulators.fortinet.scripts.has(101)).toBe(status === 409);
      expect(await bench.device("FGT60FTK21090002")).toMatchObject({ fortiManagerOid: 201 });
    });
  }
  variant({ unknownOid: 400 }, async (bench) => {
    expect((await bench.ztp("GET", `${scripts}/999`)).status).toBe(400);
    expect((await bench.ztp("DELETE", `${managers}/999`)).status).toBe(400);
  });
  variant({ scriptNames: "any" }, async (bench) => {
    expect((await bench.ztp("POST", scripts, { name: "warehouse-ap" })).json()).toEqual({ oid: 1_001 });
  });
  variant({ scriptNames: "unique" }, async (bench) => {
    expect((await bench.ztp("POST", scripts, { name: "warehouse-ap" })).status).toBe(400);
    expect((await bench.ztp("PUT", `${scripts}/101`, { name: "warehouse-ap" })).status).toBe(400);
    expect((await bench.ztp("PUT", `${scripts}/102`, { name: "warehouse-ap" })).status).toBe(200);
  });
  const forms = { null: { scriptOid: null }, zero: { scriptOid: 0 }, absent: {} };
  for (const clearScript of ["null", "zero", "absent"] as const) {
    variant({ clearScript }, async (bench) => {
      const held = (): unknown => bench.simulators.fortinet.fortiManagers.get(201)?.scriptOid;
      for (const [form, body] of Object.entries(forms)) {
        bench.simulators.fortinet.patchFortiManager(201, { scriptOid: 101 });
        await bench.ztp("PUT", `${managers}/201`, { oid: 201, sn: "A", ip: "a", ...body });
        expect([form, held()]).toEqual([form, form === clearScript ? null : 101]);
      }
    });
  }
  const named = [{ name: "branch" }, { name: "warehouse" }];
  const plain = ["branch", "warehouse"];
  const shapes = {
    namePage: { total: 2, data: plain },
    objects: named,
    names: plain,
    keyed: { firmwareProfiles: named },
  };
  for (const [firmwareProfiles, shown] of Object.entries(shapes)) {
    variant({ firmwareProfiles } as Change, async (bench) => {
      const reply = await bench.ztp("GET", `/v2/devices/${gate}/regions/europe/firmwareprofiles`);
      expect(reply.json()).toEqual(shown);
    });
  }
});

test("scripts, FortiManager entries and profiles can be steered", async () => {
  await using bench = await Bench.start();
  const all = await bench.control("PUT", "/fortinet/scripts", [
    { name: "a", content: "x" },
    { name: "b", oid: 7 },
  ]);
  expect(all.json()).toMatchObject([{ oid: 1_001, name: "a", content: "x" }, { oid: 7 }]);
  bench.seconds(1);
  await bench.control("POST", "/fortinet/scripts", [{ name: "c", oid: 7, content: "y" }]);
  expect((await bench.control("GET", "/fortinet/scripts/7")).json()).toMatchObject({ name: "c", content: "y" });
  const patched = await bench.control("PATCH", "/fortinet/scripts/7", { content: "z" });
  expect(patched.json()).toEqual({ oid: 7, name: "c", content: "z", updateTime: startAt + 1_000 });
  expect((await bench.ztp("GET", `${scripts}/7/content`)).text).toBe("z");
  expect((await bench.control("DELETE", "/fortinet/scripts/7")).status).toBe(204);
  expect((await bench.control("GET", "/fortinet/scripts")).json()).toHaveLength(1);

  const entries = await bench.control("PUT", "/fortinet/fortimanagers", [{ sn: "A", ip: "a", scriptOid: 1_001 }]);
  expect(entries.json()).toMatchObject([{ oid: 1_002, sn: "A", scriptOid: 1_001 }]);
  await bench.control("PATCH", "/fortinet/fortimanagers/1002", { scriptOid: null, updateTime: 5 });
  const shown = { oid: 1_002, sn: "A", ip: "a", scriptOid: null, updateTime: 5 };
  expect((await bench.ztp("GET", `${managers}/1002`)).json()).toEqual(shown);

  await bench.control("PUT", "/fortinet/firmwareprofiles", { JP: ["x"] });
  expect((await bench.control("GET", "/fortinet/firmwareprofiles")).json()).toEqual({ JP: ["x"] });
  for (const [method, path, json, status] of [
    ["PUT", "/fortinet/scripts", [{ content: "x" }], 400],
    ["PATCH", "/fortinet/scripts/1001", { oid: 3 }, 400],
    ["GET", "/fortinet/scripts/9", undefined, 404],
    ["PATCH", "/fortinet/fortimanagers/9", {}, 404],
    ["PUT", "/fortinet/firmwareprofiles", ["x"], 400],
  ] as const) {
    const reply = await bench.control(method, path, json);
    expect([path, reply.status, reply.json()]).toEqual([path, status, { error: expect.stringMatching(/\w+ \w+/) }]);
  }
  await bench.control("POST", "/reset");
  expect((await bench.control("GET", "/fortinet/fortimanagers")).json()).toHaveLength(2);
  expect(() => bench.simulators.fortinet.patchScript(9, {})).toThrow("There is no script 9 in account main.");
  expect(() => bench.simulators.fortinet.patchFortiManager(9, {})).toThrow("There is no FortiManager 9");
});
