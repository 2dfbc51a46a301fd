import { z } from "zod";
import { defineFunction } from "../../core/resource";
import { field, object } from "../../core/shape";
import { account, accountOf } from "./account";

export const getSelf = defineFunction({
  token: "mist:getSelf",
  doc:
    "Who calls: the API token or user, with its privileges and the organizations that it may use. Shared with everything else " +
    "in a run that needs to know.",
  service: account,
  inputs: {},
  outputs: {
    kind: field(z.string(), { doc: "user, also for a token of one; or organization token." }),
    name: field(z.string(), { doc: "The user's email, or the token's name." }),
    privileges: field(
      z.array(
        object(
          "Privilege",
          {
            scope: field(z.string(), { doc: "What it is for: org, site, sitegroup, msp or orggroup." }),
            role: field(z.string(), { doc: "admin, write, read, helpdesk or installer." }),
            orgId: field(z.string().optional(), { doc: "The organization that it is about." }),
            orgName: field(z.string().optional(), { doc: "The name of the organization." }),
            siteId: field(z.string().optional(), { doc: "The site that it is about." }),
            mspId: field(z.string().optional(), { doc: "The managed service provider that it is about." }),
          },
          "One right: a role, and where it counts.",
        ),
      ),
      { doc: "The privileges of the caller." },
    ),
    organizations: field(
      z.array(
        object(
          "UsableOrganization",
          {
            orgId: field(z.string(), { doc: "Its id." }),
            name: field(z.string().optional(), { doc: "Its name." }),
            access: field(z.string(), { doc: "write, read, or parts: only some of its sites." }),
          },
          "An organization that the caller may use.",
        ),
      ),
      { doc: "The organizations that the caller may use." },
    ),
  },
  async run(context) {
    const { client } = await accountOf(context);
    const [{ kind, name, privileges }, organizations] = await Promise.all([
      client.self(context.signal),
      client.organizations(context.signal),
    ]);
    return {
      kind,
      name,
      privileges: [...privileges],
      organizations: [...organizations.values()].map(({ id, name, access }) => ({ orgId: id, name, access })),
    };
  },
});

export const getApiUsage = defineFunction({
  token: "mist:getApiUsage",
  doc:
    "How many of the calls of this hour are used up, as Mist has counted them for the API token or user, by whomever they were " +
    "made. Costs one call of each token.",
  service: account,
  inputs: {},
  outputs: {
    requests: field(z.int(), { doc: "Calls since the last full hour, of all tokens together." }),
    limit: field(z.int(), { doc: "How many there may be." }),
    left: field(z.int(), { doc: "How many are left." }),
    tokens: field(
      z.array(
        object(
          "TokenUsage",
          {
            requests: field(z.int(), { doc: "Calls since the last full hour." }),
            limit: field(z.int(), { doc: "How many there may be." }),
            left: field(z.int(), { doc: "How many are left." }),
          },
          "The calls of one API token.",
        ),
      ),
      {
        doc: "The same for each API token, in the order of the configuration. Tokens of the same user share their calls.",
      },
    ),
  },
  async run(context) {
    const { client } = await accountOf(context);
    const usage = await client.usage(context.signal);
    const tokens = usage.map(({ requests, limit }) => ({ requests, limit, left: Math.max(0, limit - requests) }));
    const sum = (of: "requests" | "limit" | "left") => tokens.reduce((total, token) => total + token[of], 0);
    return { requests: sum("requests"), limit: sum("limit"), left: sum("left"), tokens };
  },
});
