import { status } from "@grpc/grpc-js";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ConfigurationError } from "../../provider/core/services";
import { Engine, validUrn } from "../../provider/hosts/engine";
import { failureCode, failureText, grpcFailure } from "../../provider/hosts/failures";
import { startEngine, unknownText, until } from "./support";

const urn = "urn:pulumi:dev::fleet::ztp:fortiztp:Device::berlin";

describe("a message to the engine", () => {
  test.each([
    ["nothing", undefined],
    ["an empty text", ""],
    ["the sentinel of an unknown", unknownText],
    ["a text of another form", "berlin"],
    ["a URN without a name", "urn:pulumi:dev::fleet::ztp:fortiztp:Device::"],
    ["a URN without a type", "urn:pulumi:dev::fleet::::berlin"],
    ["a URN with too few parts", "urn:pulumi:dev::fleet::berlin"],
    ["a URN of something else", "urn:isbn:dev::fleet::ztp:fortiztp:Device::berlin"],
    ["a text before the URN", ` ${urn}`],
  ])("has no URN when it would be %s, since the CLI crashes on a malformed one", (_name, text) => {
    expect(validUrn(text)).toBe("");
  });

  test("keeps the URN of a child, of a name with colons, and of a name with line breaks", () => {
    for (const good of [urn, `${urn}::more:colons`, "urn:pulumi:s::p::my:Comp$ztp:a:B::x", `${urn}\nsecond`]) {
      expect(validUrn(good)).toBe(good);
    }
  });

  test("never has anything but a well-formed URN or none", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const valid = validUrn(text);
        expect(valid === "" || valid.startsWith("urn:pulumi:")).toBe(true);
      }),
    );
  });

  test("lasts, with its severity and its row, and is sent without a row where there is none", async () => {
    const { address, logs } = await startEngine();
    const engine = new Engine(address);
    await engine.log("warning", "careful", urn);
    await engine.log("info", "by the way", "no urn");
    await engine.log("error", "wrong", undefined);
    expect(logs.map(({ severity, message, urn: row, ephemeral }) => [severity, message, row, ephemeral])).toEqual([
      [2, "careful", urn, false],
      [1, "by the way", "", false],
      [3, "wrong", "", false],
    ]);
    engine.close();
  });

  test("that cannot be delivered fails nothing", async () => {
    await new Engine("127.0.0.1:1").log("warning", "lost", urn);
    await new Engine(undefined).log("warning", "lost", urn);
  });
});

describe("a status on a row", () => {
  test("is sent only when it changes, is ephemeral, and is cleared once", async () => {
    const { address, logs } = await startEngine();
    const engine = new Engine(address);
    for (const text of ["", "one", "one", "two", "two", "", "", "one"]) {
      engine.status(text, urn);
      await engine.delivered();
    }
    await until(() => logs.length >= 4);
    expect(logs.map(({ message }) => message)).toEqual(["one", "two", "", "one"]);
    expect(logs.every((log) => log.ephemeral && log.urn === urn)).toBe(true);
  });

  test("never comes after a later one, and is skipped when it is out of date before it was sent", async () => {
    const { address, logs } = await startEngine();
    const engine = new Engine(address);
    for (const text of ["1 of 9", "2 of 9", "3 of 9", "9 of 9", ""]) engine.status(text, urn);
    await engine.delivered();
    expect(logs.map(({ message }) => message)).toEqual(["1 of 9", ""]);
    engine.status("again", urn);
    await engine.delivered();
    expect(logs.at(-1)?.message).toBe("again");
  });

  test("is kept apart for each row, and not sent without one", async () => {
    const { address, logs } = await startEngine();
    const engine = new Engine(address);
    engine.status("one", urn);
    engine.status("one", `${urn}2`);
    engine.status("lost", undefined);
    engine.status("lost", unknownText);
    await engine.delivered();
    expect(logs.map((log) => log.urn).sort()).toEqual([urn, `${urn}2`]);
  });
});

describe("a failure", () => {
  test("is told in its own words, and a programming error says that it is ours", () => {
    expect(failureText(new Error("no such region"))).toBe("no such region");
    expect(failureText(new TypeError("x is undefined"))).toMatch(/bug in pulumi-ztp.*x is undefined/);
    expect(failureText("just a text")).toBe("just a text");
  });

  test.each([
    ["unauthorized", status.UNAUTHENTICATED],
    ["forbidden", status.PERMISSION_DENIED],
    ["not-found", status.NOT_FOUND],
    ["rate-limited", status.RESOURCE_EXHAUSTED],
    ["timeout", status.DEADLINE_EXCEEDED],
    ["network", status.UNAVAILABLE],
    ["not-json", status.UNAVAILABLE],
    ["something else", status.FAILED_PRECONDITION],
  ])("of the kind %s has the code %i", (kind, code) => {
    expect(failureCode(Object.assign(new Error("x"), { kind }))).toBe(code);
  });

  test("has no metadata unless it keeps something in state", () => {
    expect(grpcFailure(new ConfigurationError(["one", "two"]))).toEqual({
      code: status.INVALID_ARGUMENT,
      details: "one\ntwo",
    });
  });
});
