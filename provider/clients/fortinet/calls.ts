import { z } from "zod";
import { isVendorError, type VendorError } from "../http/errors";
import type { HttpClient, Reply } from "../http/request";

/** Name of the service in errors. */
export const system = "FortiZTP";

export interface CallOptions {
  signal?: AbortSignal;
}

/** A list and what the service says about it. */
export interface ListPage<T> {
  items: T[];
  total: number | undefined;
  hasCache: boolean | undefined;
}

/** One call for one object or list, as it is named in paths and errors. */
export interface ReadCall<T> extends CallOptions {
  path: string;
  /** As it follows "could not". */
  action: string;
  schema: z.ZodType<T>;
}

const pageSchema = z.looseObject({
  total: z.number().optional().catch(undefined),
  hasCache: z.boolean().optional().catch(undefined),
});

/** A list reply. No data is an empty list, but only if nothing in the reply says that it is an error. */
export function readPage<T>(
  reply: Reply,
  schema: z.ZodType<T>,
  key: string,
  warn?: (message: string) => void,
): ListPage<T> {
  const page = parse(pageSchema, reply.json());
  const data = page.data ?? page[key] ?? [];
  if (page.error !== undefined && page.error !== null) throw new Error(`an error in place of a list: ${page.error}`);
  const items = parse(z.array(schema), data);
  if (page.total !== undefined && page.total > items.length) {
    warn?.(`FortiZTP counts ${page.total} ${key} but sent ${items.length}: the list may be incomplete.`);
  }
  return { items, total: page.total, hasCache: page.hasCache };
}

/** The value as the schema has it. Throws a sentence about the first thing that is wrong. */
export function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`${issue?.path.join(".") || "the body"}: ${issue?.message}`);
}

/** All entries of a list. */
export function getPage<T>(
  http: HttpClient,
  call: ReadCall<T>,
  key: string,
  warn?: (message: string) => void,
): Promise<ListPage<T>> {
  const { path, action, schema, signal } = call;
  return http.send({
    method: "GET",
    path,
    read: (reply) => readPage(reply, schema, key, warn),
    action,
    signal,
  });
}

/** One object; undefined only if the service itself says that there is none. */
export function getOne<T>(http: HttpClient, call: ReadCall<T>): Promise<T | undefined> {
  const { path, action, schema, signal } = call;
  const read = (reply: Reply) => parse(schema, reply.json());
  return unlessMissing(http.send({ method: "GET", path, read, action, signal }));
}

/** Deletes one object. That it is not there is a success, also when only a look tells. */
export async function deleteOne(http: HttpClient, call: Omit<ReadCall<void>, "schema">): Promise<void> {
  const isThere = () => unlessMissing(http.send({ ...call, method: "GET", read: () => true }));
  await unlessMissing(
    http.send<void>({
      ...call,
      method: "DELETE",
      read: () => {},
      beforeRepeat: async (failure) => (failure.ambiguous && !(await isThere()) ? { value: undefined } : undefined),
    }),
  );
}

/** The answer of a call about a single object; undefined if the service itself says that there is no such object. */
export async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isVendorError(error) && isMissing(error)) return undefined;
    throw error;
  }
}

const missing = /\bdoes(?:n['’]?t| not) exist in this account/i;

/** The service's own word that it does not know the one object that the call was about. */
export function isMissing(failure: VendorError): boolean {
  return failure.kind === "not-found" || (failure.status === 400 && missing.test(failure.vendorMessage ?? ""));
}
