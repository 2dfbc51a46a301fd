import { describe, expect, test, vi } from "vitest";
import { normalizeScriptContent, sameScriptContent } from "../../provider/clients/fortinet/script-text";
import { type FortinetVariants, readOnlyApiId } from "../../simulators";
import { setup, vendorError } from "./fortinet-support";
import { answer, rejection, serve } from "./support";

type Change = Partial<FortinetVariants>;

const collection = "/v2/setting/scripts";
const content = 'config system global\n    set alias "Größe, ----x--"\n    set psk {"content":"x"}\nend\n';

describe("reading", () => {
  test.each(["text", "jsonContent", "jsonScript", "jsonString"] as const)(
    "content comes as it is stored (%s)",
    async (scriptDownload) => {
      const { client, fortinet } = await setup({ fortinet: { variants: { scriptDownload } } });
      for (const stored of [content, "", '{"content":"kept as it is"}', "one\r\ntwo"]) {
        fortinet.patchScript(102, { content: stored });
        expect(await client.scripts.readContent(102)).toBe(stored);
      }
    },
  );

  test.each([
    ["application/json", "config system global\nend", "config system global\nend"],
    ["application/json", '{"content":5}', '{"content":5}'],
    ["application/json", "null", "null"],
    ["application/json; charset=utf-8", '{"script":"x","content":null}', "x"],
    ["application/vnd.fortinet+json", '"x"', "x"],
    ["text/plain", '"x"', '"x"'],
    ["application/octet-stream", '{"content":"x"}', '{"content":"x"}'],
    ["", '{"script":"x"}', '{"script":"x"}'],
  ])("unwraps JSON only, and only what is known to wrap (%s %s)", async (type, body, expected) => {
    const { clientWith } = await setup();
    const { url } = await serve((_call, response) =>
      response.writeHead(200, type ? { "content-type": type } : {}).end(body),
    );
    expect(await clientWith({ fortiztpUrl: url }).scripts.readContent(5)).toBe(expected);
  });

  test("asks for text first", async () => {
    const { clientWith } = await setup();
    const { url, calls } = await serve((_call, response) => response.writeHead(204).end());
    expect(await clientWith({ fortiztpUrl: url }).scripts.readContent(5)).toBe("");
    expect(calls[0]?.headers.accept).toBe("text/plain, application/json;q=0.9, */*;q=0.1");
  });

  test.each(["jsonContent", "jsonScript", "jsonString"] as const)(
    "content that was cut short is read again, and never told (%s)",
    async (scriptDownload) => {
      const { client, simulators, fortinet } = await setup({ fortinet: { variants: { scriptDownload } } });
      fortinet.patchScript(102, { content });
      const fault = simulators.faults.add({ path: `${collection}/{oid}/content`, action: { kind: "truncatedJson" } });
      const failure = await vendorError(client.scripts.readContent(102));
      expect(failure).toMatchObject({ kind: "not-json", ambiguous: false });
      expect(failure.message).not.toContain("config");
      fault.remove();
      simulators.faults.add({ method: "GET", times: 1, action: { kind: "truncatedJson" } });
      expect(await client.scripts.readContent(102)).toBe(content);
    },
  );

  test.each([{ unknownOid: 404 }, { unknownOid: 400 }, { unknownOid: 404, errorBody: "empty" }] as const)(
    "a script that is not there is undefined: %j",
    async (variants) => {
      const { client } = await setup({ fortinet: { variants } });
      expect(await client.scripts.get(999)).toBeUndefined();
      expect(await client.scripts.readContent(999)).toBeUndefined();
      expect(await client.scripts.get(101)).toMatchObject({ oid: 101, name: "branch-baseline" });
    },
  );

  test.each([
    { unknownOid: 404, errorBody: "html" },
    { unknownOid: 400, errorBody: "empty" },
  ] as const)("but not on the word of something else: %j", async (variants) => {
    const { client } = await setup({ fortinet: { variants } });
    await vendorError(client.scripts.get(999));
    await vendorError(client.scripts.readContent(999));
    await vendorError(client.scripts.delete(999));
  });
});

const replies = [200, 201].flatMap((createStatus) =>
  ["oid", "full", "message", "empty"].map((createBody) => ({ createStatus, createBody })),
) as Change[];

describe("creating", () => {
  test.each(replies)("finds the oid whatever the answer: %j", async (variants) => {
    const { client, fortinet, calls, simulators } = await setup({ fortinet: { variants } });
    const oid = await client.scripts.create("new");
    expect(fortinet.scripts.get(oid)).toMatchObject({ name: "new", content: "" });
    expect(fortinet.scripts.size).toBe(3);
    const named = variants.createBody === "oid" || variants.createBody === "full";
    expect(calls()).toEqual(
      [`GET ${collection}`, `POST ${collection}`, `GET ${collection}`].slice(0, named ? 2 : undefined),
    );
    expect(simulators.requests.filter({ method: "POST", service: "fortiztp" })[0]?.body).toEqual({ name: "new" });
  });

  test("a list just made saves a call", async () => {
    const { client, calls } = await setup({ fortinet: { variants: { createBody: "empty" } } });
    const before = await client.scripts.list();
    expect(await client.scripts.create("warehouse-ap", { before })).toBe(1_001);
    expect(calls()).toHaveLength(3);
  });

  test.each(["oid", "empty"] as const)("namesakes are told apart (%s)", async (createBody) => {
    const { client, fortinet } = await setup({ fortinet: { variants: { createBody } } });
    const before = await client.scripts.list();
    const create = () => client.scripts.create("warehouse-ap", { before });
    const oids = await Promise.all([create(), create(), create()]);
    expect(new Set([102, ...oids]).size).toBe(4);
    expect(fortinet.scripts.size).toBe(5);
  });

  test("what somebody else creates meanwhile is not taken for it", async () => {
    const { clientWith, fortinet, simulators } = await setup();
    simulators.faults.add({ method: "POST", path: collection, times: 1, action: { kind: "resetAfterCommit" } });
    // Stands in for somebody who creates one of the same name during the wait.
    const client = clientWith({ onWait: () => fortinet.account().addScript({ name: "new" }) });
    const failure = await vendorError(client.scripts.create("new"));
    expect(failure).toMatchObject({ ambiguous: true });
    expect(failure.message).toContain("2 new entries could be it, oids 1001 and 1002");
    expect(simulators.requests.count({ method: "POST", path: collection })).toBe(1);
  });

  const faults = [
    { kind: "resetBeforeCommit" },
    { kind: "resetAfterCommit" },
    { kind: "status", status: 500 },
    { kind: "status", status: 503, applied: true },
    { kind: "html" },
    { kind: "html", applied: true },
    { kind: "html", status: 200, applied: true },
    { kind: "truncatedJson" },
    { kind: "tooManyRequests", retryAfter: 1 },
    { kind: "expireTokens" },
  ] as const;
  test.each(faults.flatMap((action) => (["any", "unique"] as const).map((scriptNames) => ({ action, scriptNames }))))(
    "exists exactly once after one %j",
    async ({ action, scriptNames }) => {
      const { client, simulators, fortinet } = await setup({ fortinet: { variants: { scriptNames } } });
      simulators.faults.add({ method: "POST", path: collection, times: 1, action });
      const oid = await client.scripts.create("new");
      expect([...fortinet.scripts.values()].filter((script) => script.name === "new")).toMatchObject([{ oid }]);
    },
  );

  test.each([true, false])("exists exactly once after a row of failures (applied: %s)", async (applied) => {
    const { client, simulators, fortinet, calls } = await setup();
    simulators.faults.add({
      method: "POST",
      path: collection,
      times: 3,
      action: { kind: "status", status: 502, applied },
    });
    const oid = await client.scripts.create("new");
    expect(fortinet.scripts.get(oid)?.name).toBe("new");
    expect(fortinet.scripts.size).toBe(3);
    expect(calls("POST")).toHaveLength(applied ? 1 : 4);
  });

  test("a lost answer is settled by a look", async () => {
    const { client, simulators, calls } = await setup({ client: { requestTimeoutSeconds: 0.1 } });
    simulators.faults.add({ method: "POST", path: collection, times: 1, action: { kind: "lostResponse" } });
    expect(await client.scripts.create("new")).toBe(1_001);
    expect(calls("POST")).toHaveLength(1);
  });

  test("is not repeated when nobody can tell whether it happened", async () => {
    const { client, simulators, fortinet } = await setup();
    simulators.faults.add({ method: "POST", path: collection, action: { kind: "resetAfterCommit" } });
    simulators.faults.add({ method: "GET", path: collection, after: 1, action: { kind: "status", status: 500 } });
    const failure = await vendorError(client.scripts.create("new"));
    expect(failure).toMatchObject({ kind: "network", ambiguous: true });
    expect(failure.message).toContain("could not be checked");
    expect(fortinet.scripts.size).toBe(3);
  });

  test("is not repeated when the list is incomplete", async () => {
    const { client, simulators, fortinet } = await setup({ fortinet: { variants: { listCap: 2, total: "all" } } });
    simulators.faults.add({ method: "POST", path: collection, action: { kind: "resetAfterCommit" } });
    const failure = await vendorError(client.scripts.create("new"));
    expect(failure.message).toContain("not among the 2 entries that were listed, but there are 3");
    expect(fortinet.scripts.size).toBe(3);
  });

  test("a success that left nothing behind is an error", async () => {
    const { client, simulators } = await setup();
    simulators.faults.add({ method: "POST", path: collection, action: { kind: "status", status: 200, body: {} } });
    const failure = await vendorError(client.scripts.create("new"));
    expect(failure).toMatchObject({ kind: "rejected", ambiguous: true });
    expect(failure.message).toContain("FortiZTP could not create script new: the answer names no oid");
    simulators.faults.add({ method: "GET", path: collection, after: 1, action: { kind: "status", status: 403 } });
    expect(await vendorError(client.scripts.create("new"))).toMatchObject({ kind: "forbidden", ambiguous: true });
  });

  test.each([
    [{ createOid: "required" }, "branch", "oid is required"],
    [{ scriptNames: "unique" }, "warehouse-ap", "Script name warehouse-ap already exists"],
  ] as const)("a refusal is in the vendor's words: %j", async (variants, name, words) => {
    const { client, calls } = await setup({ fortinet: { variants } });
    const failure = await vendorError(client.scripts.create(name));
    expect(failure.message).toBe(
      `FortiZTP could not create script ${name}: the request was rejected (HTTP 400): "${words}".`,
    );
    expect(calls("POST")).toHaveLength(1);
  });

  test.each(["oid", "empty"] as const)(
    "an attempt on its way is answered even to a caller that has given up (%s)",
    async (createBody) => {
      const { client, simulators, calls } = await setup({ fortinet: { variants: { createBody } } });
      simulators.faults.add({ method: "POST", path: collection, action: { kind: "delay", ms: 100 } });
      const caller = new AbortController();
      const created = client.scripts.create("new", { signal: caller.signal });
      await vi.waitUntil(() => calls("POST").length > 0);
      caller.abort();
      expect(await created).toBe(1_001);
    },
  );

  test("a caller that gave up before that is told why, and nothing is sent", async () => {
    const { client, calls } = await setup();
    const before = await client.scripts.list();
    const signal = AbortSignal.abort(new Error("the time is over"));
    const failure = await vendorError(client.scripts.create("new", { before, signal }));
    expect(failure).toMatchObject({ kind: "canceled", ambiguous: false });
    expect(failure.message).toBe("FortiZTP could not create script new: the time is over.");
    expect(calls("POST")).toEqual([]);
  });

  test("a user without the right to write is told which right", async () => {
    const { clientWith } = await setup();
    const failure = await vendorError(clientWith({ apiId: readOnlyApiId }).scripts.create("new"));
    expect(failure.message).toContain("lacks read and write access to FortiZTP");
  });
});

describe("renaming and deleting", () => {
  const forms = [200, 201, 204].flatMap((settingPutStatus) =>
    ["empty", "full", "message"].map((settingPutBody) => ({ settingPutStatus, settingPutBody })),
  ) as Change[];
  test.each(forms)("renames whatever the answer: %j", async (variants) => {
    const { client, simulators } = await setup({ fortinet: { variants } });
    simulators.clock.advance(1_000);
    expect(await client.scripts.rename(102, "other")).toMatchObject({
      oid: 102,
      name: "other",
      updateTime: "2025-01-31T12:00:01.000Z",
    });
    expect(simulators.requests.filter({ method: "PUT" })[0]?.body).toEqual({ oid: 102, name: "other" });
  });

  test("a rename that did not happen is an error", async () => {
    const { client, simulators, fortinet } = await setup();
    simulators.faults.add({ method: "PUT", action: { kind: "status", status: 200 } });
    const failure = await vendorError(client.scripts.rename(102, "other"));
    expect(failure.message).toContain("the name is still warehouse-ap");
    fortinet.scripts.delete(102);
    expect(await vendorError(client.scripts.rename(102, "other"))).toMatchObject({ kind: "not-found" });
    simulators.faults.clear();
    expect(await vendorError(client.scripts.rename(102, "other"))).toMatchObject({ kind: "not-found", status: 404 });
  });

  test.each([{ deleteStatus: 200 }, { deleteStatus: 204 }, { unknownOid: 400 }] as const)(
    "deletes, also what is not there: %j",
    async (variants) => {
      const { client, fortinet } = await setup({ fortinet: { variants } });
      await client.scripts.delete(102);
      expect(fortinet.scripts.has(102)).toBe(false);
      await client.scripts.delete(102);
    },
  );

  test.each([
    [{ kind: "resetBeforeCommit" }, 2],
    [{ kind: "resetAfterCommit" }, 1],
    [{ kind: "status", status: 500, applied: true }, 1],
    [{ kind: "html", status: 200, applied: true }, 1],
  ] as const)("a rename and a delete are sent again only if they were not carried out: %j", async (action, times) => {
    const { client, simulators, fortinet, calls } = await setup();
    simulators.faults.add({ method: "PUT", times: 1, action });
    simulators.faults.add({ method: "DELETE", times: 1, action });
    expect(await client.scripts.rename(102, "other")).toMatchObject({ name: "other" });
    await client.scripts.delete(102);
    expect(fortinet.scripts.has(102)).toBe(false);
    expect([calls("PUT").length, calls("DELETE").length]).toEqual([times, times]);
  });

  test.each([
    ["refused", 400],
    ["conflict", 409],
    ["allowed", undefined],
  ] as const)("a script in use (%s)", async (deleteReferenced, status) => {
    const { client, fortinet } = await setup({ fortinet: { variants: { deleteReferenced } } });
    const outcome = await client.scripts.delete(101).catch((error: unknown) => error);
    if (status === undefined) expect(outcome).toBeUndefined();
    else {
      expect(outcome).toMatchObject({ kind: "rejected", status });
      expect((outcome as Error).message).toContain('"Script 101 is in use by FortiManager 201"');
    }
    expect(fortinet.scripts.has(101)).toBe(status !== undefined);
  });
});

describe("writing content", () => {
  const contentPath = `${collection}/102/content`;
  const [put, get] = [`PUT ${contentPath}`, `GET ${contentPath}`];

  test.each([
    ["multipart", 1],
    ["text", 2],
    ["jsonContent", 3],
  ] as const)("finds the form that the service takes (%s) and remembers it", async (scriptUpload, attempts) => {
    for (const scriptDownload of ["text", "jsonContent"] as const) {
      for (const scriptUploadStatus of [200, 204] as const) {
        const variants = { scriptUpload, scriptDownload, scriptUploadStatus };
        const { client, fortinet, calls, simulators } = await setup({ fortinet: { variants } });
        await client.scripts.writeContent(102, content);
        expect(fortinet.scripts.get(102)?.content).toBe(content);
        expect(calls()).toEqual([...Array.from({ length: attempts }, () => put), get]);
        simulators.requests.clear();
        await client.scripts.writeContent(101, `${content}again`);
        expect(fortinet.scripts.get(101)?.content).toBe(`${content}again`);
        expect(calls("PUT")).toHaveLength(1);
      }
    }
  });

  test("is not fooled by a service that stores the body as it comes", async () => {
    const { client, fortinet, calls } = await setup({ fortinet: { variants: { scriptUpload: "rawAnything" } } });
    await client.scripts.writeContent(102, content);
    expect(fortinet.scripts.get(102)?.content).toBe(content);
    expect(calls()).toEqual([put, get, put, get]);
    await client.scripts.writeContent(102, "");
    expect(fortinet.scripts.get(102)?.content).toBe("");
  });

  test("finds another form when the one that worked no longer does", async () => {
    const { client, fortinet } = await setup();
    await client.scripts.writeContent(102, "one");
    for (const [scriptUpload, text] of [
      ["jsonContent", "two"],
      ["text", "three"],
    ] as const) {
      fortinet.variants.scriptUpload = scriptUpload;
      await client.scripts.writeContent(102, text);
      expect(fortinet.scripts.get(102)?.content).toBe(text);
    }
  });

  test.each([
    ["multipart", "multipart"],
    ["text", "text"],
    ["json", "jsonContent"],
  ] as const)("sends only the form that is asked for (%s)", async (scriptUploadMode, scriptUpload) => {
    const { client, fortinet, calls } = await setup({
      fortinet: { variants: { scriptUpload } },
      client: { scriptUploadMode },
    });
    await client.scripts.writeContent(102, content);
    fortinet.variants.scriptUpload = "rejectAll";
    const failure = await vendorError(client.scripts.writeContent(102, "other"));
    expect(failure.message).toContain(`sending it did not work (${scriptUploadMode}: HTTP 415, "Content type`);
    expect(failure.message).toContain(`scriptUploadMode is ${scriptUploadMode}: auto tries every known way.`);
    expect(calls("PUT")).toHaveLength(2);
    expect(fortinet.scripts.get(102)?.content).toBe(content);
  });

  test.each(["rejectAll", "octetStream", "jsonScript", "form"] as const)("no known form (%s)", async (scriptUpload) => {
    const { client, calls } = await setup({ fortinet: { variants: { scriptUpload, errorBody: "empty" } } });
    const failure = await vendorError(client.scripts.writeContent(102, content));
    const json = scriptUpload === "jsonScript" ? 400 : 415;
    expect(failure.message).toBe(
      `FortiZTP could not upload the content of script 102: no known way of sending it worked (multipart: HTTP 415; text: HTTP 415; json: HTTP ${json}). Ask Fortinet in which form the API takes script content.`,
    );
    expect(failure).toMatchObject({ kind: "rejected", ambiguous: false });
    expect(calls()).toEqual([put, put, put]);
  });

  test("a service that accepts everything and keeps nothing", async () => {
    const { client, calls } = await setup({ fortinet: { variants: { scriptUpload: "ignoreAnything" } } });
    const failure = await vendorError(client.scripts.writeContent(102, content));
    expect(failure.message).toContain("text: accepted, but the script then holds something else; json: accepted");
    expect(calls()).toEqual([put, get, put, get, put, get]);
  });

  test("content without an answer to the read-back is not taken for stored", async () => {
    const { client, simulators, calls } = await setup();
    simulators.faults.add({ method: "GET", times: 1, action: { kind: "status", status: 404 } });
    simulators.faults.add({ method: "GET", action: { kind: "status", status: 403 } });
    expect(await vendorError(client.scripts.writeContent(102, content))).toMatchObject({ kind: "rejected" });
    expect(calls("PUT")).toHaveLength(3);
    simulators.faults.clear();
    simulators.faults.add({ method: "GET", action: { kind: "status", status: 403 } });
    expect(await vendorError(client.scripts.writeContent(102, content))).toMatchObject({ kind: "forbidden" });
  });

  test("line ends and blank lines at the end may change on the way", async () => {
    const { client, simulators, fortinet } = await setup();
    simulators.faults.add({ method: "PUT", action: { kind: "status", status: 200 } });
    fortinet.patchScript(102, { content: "one\r\ntwo\r\n\r\n" });
    await client.scripts.writeContent(102, "one\ntwo");
    expect(normalizeScriptContent("a\r\n\r\nb \n\n")).toBe("a\n\nb ");
    expect(sameScriptContent("a\n", "a")).toBe(true);
    expect(sameScriptContent("a\n\nb", "a\nb")).toBe(false);
    expect(sameScriptContent(" a", "a")).toBe(false);
  });

  test.each([{ scriptMaximumBytes: 5 }, {}] as const)("too large: %j", async (variants) => {
    const { client } = await setup({ fortinet: { variants } });
    const failure = await vendorError(client.scripts.writeContent(102, "x".repeat(1_048_577)));
    expect(failure.message).toContain('multipart: HTTP 400, "The script is larger than');
    if (!("scriptMaximumBytes" in variants)) await client.scripts.writeContent(102, "x".repeat(1_048_576));
  });

  test.each(["resetBeforeCommit", "resetAfterCommit", "html", "tooManyRequests"] as const)(
    "survives one %s",
    async (kind) => {
      const { client, simulators, fortinet, calls } = await setup();
      simulators.faults.add({ method: "PUT", times: 1, action: { kind } });
      await client.scripts.writeContent(102, content);
      expect(fortinet.scripts.get(102)?.content).toBe(content);
      expect(calls("PUT")).toHaveLength(kind === "resetAfterCommit" ? 1 : 2);
    },
  );

  test("a lost answer, and a web page in its place, are settled by a look", async () => {
    const { client, simulators, calls } = await setup({ client: { requestTimeoutSeconds: 0.1 } });
    simulators.faults.add({ method: "PUT", times: 1, action: { kind: "lostResponse" } });
    await client.scripts.writeContent(102, content);
    simulators.faults.add({ method: "PUT", times: 1, action: { kind: "html", status: 200, applied: true } });
    await client.scripts.writeContent(102, "other");
    expect(calls()).toEqual([put, get, put, get]);
  });

  test.each([404, 400] as const)("a script that is not there (%i)", async (unknownOid) => {
    const { client, calls } = await setup({ fortinet: { variants: { unknownOid } } });
    const failure = await vendorError(client.scripts.writeContent(999, content));
    expect(failure).toMatchObject({ kind: "not-found", status: unknownOid });
    expect(calls()).toHaveLength(1);
  });

  test("errors do not repeat the script", async () => {
    const { clientWith } = await setup();
    const text = "config user\n  set passwd   hunter2\nend\n";
    const server = await serve((call, response) =>
      answer(response, 400, { error: `Bad script: ${call.body.includes("hunter2") ? text : ""}` }),
    );
    const failure = await vendorError(clientWith({ fortiztpUrl: server.url }).scripts.writeContent(5, text));
    expect(failure.message).toContain("multipart: HTTP 400; text: HTTP 400; json: HTTP 400");
    expect(failure.message).not.toContain("hunter2");
  });

  test("can be canceled", async () => {
    const { client, simulators } = await setup();
    simulators.faults.add({ method: "PUT", action: { kind: "lostResponse" } });
    const stop = new AbortController();
    const canceled = vendorError(client.scripts.writeContent(102, content, { signal: stop.signal }));
    await vi.waitUntil(() => simulators.requests.count({ method: "PUT" }) === 1, { interval: 1 });
    stop.abort();
    expect(await canceled).toMatchObject({ kind: "canceled" });
    expect(await rejection(client.scripts.create("new", { signal: stop.signal }))).toBeDefined();
    expect(simulators.requests.count({ method: "POST", path: collection })).toBe(0);
  });
});
