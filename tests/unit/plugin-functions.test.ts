import { describe, expect, test } from "vitest";
import { grpcFailure } from "../../provider/hosts/failures";
import { makePlugin, type } from "./plugin-support";
import { failureOf, site, wireSecret } from "./support";

describe("functions", () => {
  const call = (token: string, args: object) => makePlugin().invoke({ token, args: { ...args }, preview: false });

  test("answer with their result, secrets marked", async () => {
    expect(await call("ztp:acme:echo", { text: wireSecret("hello") })).toEqual({
      return: { text: "hello", token: wireSecret("tok-1") },
    });
  });

  test("fail with an error rather than with failures, which the CLI would swallow", async () => {
    expect(grpcFailure(await failureOf(call("ztp:acme:nothing", {})))).toEqual({
      code: 3,
      details: "pulumi-ztp 1.2.3 has no function ztp:acme:nothing",
    });
    expect(grpcFailure(await failureOf(call("ztp:acme:echo", { txt: "a" })))).toEqual({
      code: 3,
      details: 'txt is not a known property; did you mean "text"?; text is required',
    });
    expect(
      grpcFailure(
        await failureOf(
          makePlugin({ config: {} }).invoke({ token: "ztp:acme:echo", args: { text: "a" }, preview: false }),
        ),
      ),
    ).toEqual({
      code: 3,
      details: "ztp:acme.token is missing",
    });
  });
});

describe("listing what could be imported", () => {
  const five = site({
    list: async function* () {
      for (let number = 1; number <= 5; number++) yield { id: `id-${number}`, name: `n${number}` };
    },
  });
  const list = async (page: { limit?: number; pageSize?: number; continuationToken?: string }) => {
    const sent: string[] = [];
    const request = { token: type, query: undefined, limit: 0, pageSize: 0, continuationToken: "", ...page };
    await makePlugin({ resources: [five] }).list(request, ({ result, continuation }) =>
      sent.push(result ? result.id : `more from ${continuation?.token}`),
    );
    return sent.join(" ");
  };

  test.each([
    [{}, "id-1 id-2 id-3 id-4 id-5"],
    [{ pageSize: 2 }, "id-1 id-2 more from 2"],
    [{ pageSize: 2, continuationToken: "2" }, "id-3 id-4 more from 4"],
    [{ pageSize: 2, continuationToken: "4" }, "id-5"],
    [{ pageSize: 5 }, "id-1 id-2 id-3 id-4 id-5"],
    [{ limit: 3 }, "id-1 id-2 id-3"],
    [{ limit: 3, pageSize: 2 }, "id-1 id-2 more from 2"],
    [{ limit: 1, pageSize: 2, continuationToken: "2" }, "id-3"],
  ])("a request for %j gets %j", async (page, expected) => {
    expect(await list(page)).toBe(expected);
  });

  test("of an unknown type fails", async () => {
    const request = { token: "ztp:acme:Nothing", query: undefined, limit: 0, pageSize: 0, continuationToken: "" };
    await expect(makePlugin().list(request, () => {})).rejects.toThrow("no resource type ztp:acme:Nothing");
  });
});
