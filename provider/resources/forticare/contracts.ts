import { z } from "zod";
import { defineFunction } from "../../core/resource";
import { field, object } from "../../core/shape";
import { inAccount } from "./account-input";
import { forticare } from "./service";

export const getContracts = defineFunction({
  token: "forticare:getContracts",
  doc:
    "The contracts of the account, those that match all filters, in one call. Their numbers are a secret as a whole: whoever " +
    "knows one that is not used can use it up. What a product has is in its `contracts`.",
  service: forticare,
  inputs: {
    contractNumber: field(z.string().min(1).optional(), { doc: "Only this one. Default: all.", secret: true }),
    contractSKU: field(z.string().min(1).optional(), { doc: "Only contracts for this. Default: all." }),
    status: field(z.enum(["Registered", "Pending"]).optional(), {
      doc: "Registered: only those that are used. Pending: only those that are not. Default: all.",
    }),
    accountId: inAccount,
  },
  outputs: {
    contracts: field(
      z.array(
        object(
          "ContractDetails",
          {
            contractNumber: field(z.string().optional(), { doc: "Its number." }),
            contractSKU: field(z.string().optional(), { doc: "What was bought." }),
            status: field(z.string().optional(), { doc: "Registered or Pending." }),
          },
          "A contract as FortiCare has it.",
        ),
      ),
      { doc: "The contracts, in the order of FortiCare.", secret: true },
    ),
    total: field(z.int(), { doc: "How many they are." }),
  },
  async run(context, filter) {
    const assets = await context.use(forticare);
    const { client, id: accountId } = assets.account(filter.accountId);
    const found = await client.contracts.list({ ...filter, accountId }, { signal: context.signal });
    const contracts = found.map(({ contractNumber, contractSKU, status }) => ({ contractNumber, contractSKU, status }));
    return { contracts, total: contracts.length };
  },
});
