import { z } from "zod";
import { defineFunction } from "../../core/resource";
import { field, object } from "../../core/shape";
import { inAccount } from "./account-input";
import { serialNumber } from "./product-inputs";
import { forticare } from "./service";

export const getLicenses = defineFunction({
  token: "forticare:getLicenses",
  doc: "The licences of the account, those that match all filters, in one call; without their codes, which nothing tells.",
  service: forticare,
  inputs: {
    licenseNumber: field(z.string().min(1).optional(), { doc: "Only this one. Default: all." }),
    licenseSKU: field(z.string().min(1).optional(), { doc: "Only licences for this. Default: all." }),
    status: field(z.enum(["Registered", "Pending"]).optional(), {
      doc: "Registered: only those that a product has. Pending: only those that none has. Default: all.",
    }),
    accountId: inAccount,
  },
  outputs: {
    licenses: field(
      z.array(
        object(
          "LicenseDetails",
          {
            licenseNumber: field(z.string().optional(), { doc: "Its number." }),
            licenseSKU: field(z.string().optional(), { doc: "What was bought." }),
            serialNumber: field(z.string().optional(), { doc: "The product that has it." }),
            status: field(z.string().optional(), { doc: "Registered, Pending or another." }),
          },
          "A licence as FortiCare has it.",
        ),
      ),
      { doc: "The licences, in the order of FortiCare." },
    ),
    total: field(z.int(), { doc: "How many they are." }),
  },
  async run(context, filter) {
    const assets = await context.use(forticare);
    const { client, id: accountId } = assets.account(filter.accountId);
    const found = await client.licenses.list({ ...filter, accountId }, { signal: context.signal });
    const licenses = found.map(({ licenseNumber, licenseSKU, serialNumber, status }) => {
      return { licenseNumber, licenseSKU, serialNumber, status };
    });
    return { licenses, total: licenses.length };
  },
});

export const getLicenseFile = defineFunction({
  token: "forticare:getLicenseFile",
  doc:
    "The licence file of a virtual product. One call, for which the API user needs ReadWrite access although nothing is " +
    "changed. Fails for any other product, which costs one of the ten errors that FortiCare allows in an hour.",
  service: forticare,
  inputs: { serialNumber: { ...serialNumber, doc: "The whole serial number." } },
  outputs: {
    licenseFile: field(z.string(), { doc: "The file, as FortiGate and its like import it.", secret: true }),
  },
  async run(context, { serialNumber }) {
    const { client } = await context.use(forticare);
    return { licenseFile: await client.licenses.download(serialNumber, { signal: context.signal }) };
  },
});
