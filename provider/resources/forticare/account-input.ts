import { z } from "zod";
import { field } from "../../core/shape";

/** The account of something that cannot leave it. */
export const accountId = field(z.int().positive().optional(), {
  doc:
    "The number of the FortiCloud account that it belongs to. Default: ztp:fortinet.accountId, else the account of the " +
    "API user. Required when the scope of the API user is an organization.",
  change: "replace",
});

/** The same as a filter of functions. */
export const inAccount = field(z.int().positive().optional(), {
  doc:
    "The number of the FortiCloud account. Default: ztp:fortinet.accountId, else the account of the API user. Required " +
    "when the scope of the API user is an organization.",
});

/** An id to import that may begin with the number of the account: `100001/5001`. */
export function splitAccount(id: string): { accountId: number | undefined; rest: string } {
  const [, digits, rest] = /^(\d+)\/(.+)$/s.exec(id) ?? [];
  return digits && rest ? { accountId: Number(digits), rest } : { accountId: undefined, rest: id };
}
