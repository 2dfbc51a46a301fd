import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { checkFields, problemText } from "../../provider/core/check";
import { diffFields } from "../../provider/core/diff";
import { type Fields, field, object, openEnum } from "../../provider/core/shape";
import { hasUnknown, isSecret, Secret, unknown, unwrap, type Value, type ValueMap } from "../../provider/core/values";
import { anyValue, valuesNear } from "./support";

const secret = { doc: "A secret.", secret: true };
const credentials = object("Credentials", {
  user: field(z.string().optional(), { doc: "The user." }),
  password: field(z.string().min(8).optional(), secret),
});
const fields: Fields = {
  password: field(z.string().optional(), secret),
  login: field(credentials.optional(), { doc: "One login." }),
  logins: field(z.array(credentials).optional(), { doc: "Several." }),
  byName: field(z.record(z.string(), credentials).optional(), { doc: "By name." }),
  either: field(z.union([z.string(), credentials]).optional(), { doc: "One of two." }),
  whole: field(credentials.optional(), secret),
};

describe("declared secrets", () => {
  test("are wrapped at every depth", () => {
    const login = { user: "ann", password: "pw-123456" };
    const wrapped = { user: "ann", password: new Secret("pw-123456") };
    const { values, problems } = checkFields(fields, {
      password: "pw",
      login,
      logins: [login, {}],
      byName: { a: login },
      either: login,
      whole: login,
    });
    expect(problems).toEqual([]);
    expect(values).toEqual({
      password: new Secret("pw"),
      login: wrapped,
      logins: [wrapped, {}],
      byName: { a: wrapped },
      either: wrapped,
      whole: new Secret(login),
    });
  });

  test("that the program has wrapped stay wrapped once", () => {
    const given = { login: new Secret({ password: new Secret("pw-123456") }), password: new Secret("pw") };
    const { values } = checkFields(fields, given);
    expect(values.password).toEqual(new Secret("pw"));
    expect(isSecret(values.login)).toBe(true);
    expect(unwrap(values)).toEqual({ login: { password: "pw-123456" }, password: "pw" });
  });

  test("are wrapped while they are unknown", () => {
    expect(checkFields(fields, { password: unknown, login: { password: unknown } }).values).toEqual({
      password: new Secret(unknown),
      login: { password: new Secret(unknown) },
    });
  });

  test("that are wrong are wrapped all the same", () => {
    const { values, problems } = checkFields(fields, { login: { password: "short" } });
    expect(problems.map(problemText)).toEqual(["login.password must have >=8 characters"]);
    expect(values).toEqual({ login: { password: new Secret("short") } });
  });

  test("stay out of everything that is said about the values", () => {
    const kinds: z.ZodType[] = [
      z.string().regex(/^never$/),
      z.string().min(100),
      z.email(),
      z.url(),
      z.enum(["red", "green"]),
      openEnum(["red", "green"]),
      z.int().max(-1),
      z.number().multipleOf(7),
      z.boolean(),
      z.array(z.string().length(1)).max(0),
      z.record(z.string(), z.int()),
      z.union([z.int(), z.boolean()]),
      credentials,
    ];
    const needle = "hunter2-needle";
    const holding = fc.letrec<{ value: Value }>((tie) => ({
      value: fc.oneof(
        { depthSize: "small" },
        fc.constant(needle),
        fc.constant(`x${needle}`),
        fc.array(tie("value"), { maxLength: 2 }),
        fc.dictionary(fc.constantFrom("user", "password", "other"), tie("value"), { maxKeys: 3 }),
      ),
    })).value;
    fc.assert(
      fc.property(fc.constantFrom(...kinds), holding, (schema, value) => {
        const { problems, warnings } = checkFields({ it: field(schema, secret) }, { it: value });
        expect([...problems, ...warnings].map(problemText).join("\n")).not.toContain(needle);
      }),
    );
  });

  test("are all wrapped, whatever a program sends", () => {
    fc.assert(
      fc.property(valuesNear(fields), (values) => {
        const checked = checkFields(fields, values).values;
        for (const key of ["password", "whole"]) {
          const value = checked[key];
          expect(value === undefined || value === null || isSecret(value)).toBe(true);
        }
      }),
    );
  });
});

describe("checking and comparing", () => {
  test("never throw, whatever a program sends", () => {
    fc.assert(
      fc.property(valuesNear(fields), valuesNear(fields), (from, to) => {
        checkFields(fields, to);
        for (const difference of diffFields(fields, from, to))
          expect(Object.keys(fields)).toContain(difference.property);
      }),
    );
  });

  test("tell no difference between what a user wrote and what check made of it", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...Object.keys(fields)), anyValue), (values: ValueMap) => {
        const { values: checked, problems } = checkFields(fields, values);
        fc.pre(problems.length === 0 && !hasUnknown(values));
        expect(diffFields(fields, values, checked)).toEqual([]);
      }),
    );
  });
});
