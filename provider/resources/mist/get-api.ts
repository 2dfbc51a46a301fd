import { z } from "zod";
import type { Mist } from "../../clients/mist/mist";
import { secretName } from "../../clients/mist/secrets";
import { defineFunction } from "../../core/resource";
import { type Field, field } from "../../core/shape";
import { isMap } from "../../core/values";
import { account, accountOf } from "./account";
import { inOrganization } from "./devices";

/** Rows that Mist gives at once unless it is asked for more. */
const usualPage = 100;

const result: Field<unknown> = {
  doc:
    "What Mist answers, with its own names: of a list all entries of all pages. What is under a name such as password, psk or " +
    "key is secret.",
  shape: { kind: "any", secretNames: secretName },
  required: true,
  change: "update",
};

export const getApi = defineFunction({
  token: "mist:getApi",
  doc:
    "The answer to any GET of Mist's API, for what no other function tells, such as `/orgs/{org_id}/devices/search` or " +
    "`/const/countries`. Lists are read to their end, unless the query has a limit or a page; each page costs a call.",
  service: account,
  inputs: {
    path: field(z.string().regex(/^\//, "must begin with a slash"), {
      doc: "The path below /api/v1; `{org_id}` in it stands for the organization.",
    }),
    query: field(z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(), {
      doc: "The parameters of the query, by name. Default: none.",
    }),
    orgId: inOrganization,
  },
  rules: [
    {
      needs: ["path"],
      check({ path }) {
        if (/[?#]/.test(path)) return { path: "path", message: "must be a path alone: parameters go into query" };
        const isClean = path.split("/").every((part) => !/^\.{1,2}$/.test(decoded(part)));
        return isClean ? undefined : { path: "path", message: "must not step out of the API with . or .." };
      },
    },
  ],
  outputs: { result },
  async run(context, { path, query, orgId }) {
    const { client } = await accountOf(context);
    const named = path.includes("{org_id}")
      ? path.replaceAll("{org_id}", await client.organization(orgId, context))
      : path;
    const at = named.replace(/^\/api\/v1(?=\/)/, "");
    return { result: await answer(client, at, query ?? {}, context.signal) };
  },
});

async function answer(
  client: Mist,
  path: string,
  query: { [name: string]: string | number | boolean },
  signal: AbortSignal,
): Promise<unknown> {
  const call = { query, signal, action: `read ${path}` };
  const first = await client.get(path, call);
  if ("limit" in query || "page" in query || !goesOn(first)) return rowsOf(first) ?? first;
  const rows: unknown[] = [];
  for await (const row of client.list(path, call)) rows.push(row);
  return rows;
}

/** The entries of a list, in either of Mist's forms; undefined for anything else. */
function rowsOf(body: unknown): unknown[] | undefined {
  if (Array.isArray(body)) return body;
  return isMap(body) && Array.isArray(body.results) ? body.results : undefined;
}

/** Whether there may be more than this first page. */
function goesOn(body: unknown): boolean {
  const rows = rowsOf(body);
  if (!rows) return false;
  const { next, total, limit } = isMap(body) ? body : {};
  return typeof next === "string" || Number(total) > rows.length || rows.length >= (Number(limit) || usualPage);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
