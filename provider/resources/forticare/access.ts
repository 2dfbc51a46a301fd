import { z } from "zod";
import { isVendorError } from "../../clients/http/errors";
import { defineFunction } from "../../core/resource";
import { field, object } from "../../core/shape";
import { inAccount } from "./account-input";
import { forticare } from "./service";

export const checkAccess = defineFunction({
  token: "forticare:checkAccess",
  doc:
    "Whether the API user may read FortiCare, by its cheapest call: a login alone proves nothing. A refusal costs one of the " +
    "ten errors that FortiCare allows in an hour, and nothing else is sent to it in the run. Fails only when nobody answers.",
  service: forticare,
  inputs: { accountId: inAccount },
  outputs: {
    allowed: field(z.boolean(), { doc: "Whether it may read." }),
    message: field(z.string(), { doc: "The same in a sentence; of a refusal, why and what to do." }),
  },
  async run(context, { accountId }) {
    const { client, id } = (await context.use(forticare)).account(accountId);
    try {
      await client.checkAccess({ accountId: id, signal: context.signal });
      return { allowed: true, message: `The API user may read ${id === undefined ? "its account" : `account ${id}`}.` };
    } catch (error) {
      // What was not attempted says nothing about this user.
      if (isVendorError(error, "unauthorized", "forbidden", "rejected"))
        return { allowed: false, message: error.message };
      throw error;
    }
  },
});

const windowFields = {
  counts: field(z.string(), { doc: "What is counted: calls or errors." }),
  seconds: field(z.number(), { doc: "The length of the window: any so many seconds." }),
  limit: field(z.int(), { doc: "How many fit into it. The provider stays below the limits of FortiCare." }),
  used: field(z.int(), { doc: "How many there were." }),
  left: field(z.int(), { doc: "How many are left." }),
};

export const getBudget = defineFunction({
  token: "forticare:getBudget",
  doc:
    "How many calls and errors the API user has used of what it has, and how many are left, as far as the provider has " +
    "counted them: what others have used is not in it. No call.",
  service: forticare,
  inputs: {},
  outputs: {
    windows: field(z.array(object("BudgetWindow", windowFields, "A limit over a sliding window.")), {
      doc: "Calls in a minute, calls in an hour, errors in an hour.",
    }),
    errorsLeft: field(z.int(), { doc: "How many more calls may fail in this hour until nothing is sent any more." }),
    pausedUntil: field(z.string().optional(), {
      doc: "FortiCare asked not to be called before this time, ISO 8601.",
    }),
  },
  async run(context) {
    const { client } = await context.use(forticare);
    const { windows, pausedUntil } = await client.budget();
    const told = windows.map(({ counts, perMs, limit, used }) => {
      return { counts, seconds: perMs / 1_000, limit, used, left: Math.max(0, limit - used) };
    });
    const errors = told.filter(({ counts }) => counts === "errors").map(({ left }) => left);
    return {
      windows: told,
      errorsLeft: Math.min(...errors),
      pausedUntil: pausedUntil === undefined ? undefined : new Date(pausedUntil).toISOString(),
    };
  },
});
