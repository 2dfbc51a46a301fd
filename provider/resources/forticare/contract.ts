import { z } from "zod";
import type { Product } from "../../clients/fortinet/forticare";
import { contractNumberProblem } from "../../clients/fortinet/forticare-rules";
import { normalizeSerial } from "../../clients/fortinet/lists";
import { defineResource } from "../../core/resource";
import { field } from "../../core/shape";
import { accountId, splitAccount } from "./account-input";
import { contractName, contractOf, holderOf } from "./contract-holders";
import { serialNumber } from "./product-inputs";
import { contractTerm } from "./product-outputs";
import { forticare } from "./service";

export const contract = defineResource({
  token: "forticare:Contract",
  doc: [
    "One contract that is applied to one registered product.",
    "Create uses the contract up, once and for all. One that the product has already is taken over without a call, which",
    "also ends a create that was interrupted.",
    "Any change is another contract or another product; nothing is taken off the old one.",
    "Delete forgets it: FortiCare has no call that takes a contract off a product.",
    "Do not name the same contract in `contractNumbers` of a Product as well.",
    "Imported as `serial/contractNumber`, in an organization with the number of the account before that.",
  ].join(" "),
  example: `const support = new ztp.forticare.Contract("berlin-support", {
  serialNumber: berlin.serialNumber,
  contractNumber: config.requireSecret("berlinContract"),
});`,
  service: forticare,
  inputs: {
    serialNumber: {
      ...serialNumber,
      doc: "The product that gets it. It must be registered in the account.",
      references: "forticare:Product.serialNumber",
    },
    contractNumber: field(z.string(), {
      doc:
        "The number of the contract, 8 to 20 letters and digits. Whoever knows it while it is not used can use it up, so it " +
        "is a secret.",
      secret: true,
      change: "replace",
      canonical: normalizeSerial,
    }),
    accountId,
  },
  rules: [{ needs: ["contractNumber"], check: ({ contractNumber }) => contractNumberProblem(contractNumber) }],
  outputs: {
    sku: field(z.string().optional(), { doc: "What was bought.", stable: true }),
    terms: field(z.array(contractTerm).optional(), { doc: "What it gives for how long." }),
  },

  owns: ({ contractNumber }) => (typeof contractNumber === "string" ? [contractName(contractNumber)] : []),

  impact: {
    create: ({ serialNumber }) => useFor(serialNumber),
    replace: ({ serialNumber: from }, { serialNumber }) =>
      `${useFor(serialNumber)}; the contract that ${normalizeSerial(from)} has stays there, used up`,
  },

  async plan(context, { serialNumber, contractNumber, accountId }, inputs) {
    if (accountId !== inputs.accountId) return {};
    const account = (await context.use(forticare)).account(accountId);
    if (serialNumber === undefined || contractNumber === undefined) return {};
    const holder = await holderOf(account, contractNumber, context.signal);
    if (!holder) return {};
    if (holder.serialNumber === normalizeSerial(serialNumber))
      return { outputs: outputsOf(holder, contractNumber), impact: "" };
    return { problems: [takenBy(holder)] };
  },

  async create(context, inputs) {
    const assets = await context.use(forticare);
    const account = assets.account(inputs.accountId);
    const { contractNumber } = inputs;
    const { signal } = context;
    const serial = normalizeSerial(inputs.serialNumber);
    const holder = await holderOf(account, contractNumber, signal);
    if (holder && holder.serialNumber !== serial) throw new Error(takenBy(holder));
    const product = holder ?? (await account.products.confirm(serial, signal));
    // The call that adds a contract would register it, too.
    if (!product) throw new Error(notRegistered(serial));
    const id = idOf(serial, contractNumber);
    if (contractOf(product, contractNumber)) return { id, outputs: outputsOf(product, contractNumber) };
    if (product.isDecommissioned) {
      throw new Error(
        `product ${serial} is decommissioned and takes no contract; restore it in the FortiCare portal first`,
      );
    }
    assets.assertWritable(`product ${serial}`);
    const unit = { serialNumber: serial, contractNumber: normalizeSerial(contractNumber) };
    const changed = await account.lane().register(unit, signal);
    return { id, outputs: outputsOf(changed, contractNumber) };
  },

  async read(context, id, prior) {
    const assets = await context.use(forticare);
    const named = prior ? prior.inputs : parseId(id);
    if (!named)
      throw new Error(`${JSON.stringify(id)} names no contract of a product; import it as serial/contractNumber`);
    const { serialNumber, contractNumber, accountId } = named;
    const product = await assets.account(accountId).products.confirm(serialNumber, context.signal);
    if (!product) return undefined;
    const applied = contractOf(product, contractNumber);
    if (!applied && !prior) return undefined;
    if (!applied) {
      context.warn(`product ${product.serialNumber} does not show this contract any more; it may have expired`);
    }
    const outputs = applied ? outputsOf(product, contractNumber) : { ...prior?.outputs };
    return { id: idOf(product.serialNumber, contractNumber), inputs: named, outputs };
  },

  async update(context, id, from, to) {
    const account = (await context.use(forticare)).account(to.accountId);
    const product = await account.products.confirm(to.serialNumber, context.signal);
    // Only the account can have come or gone: everything else is another contract.
    if (!product) throw new Error(`product ${id.split("/")[0]} is not in account ${account.id ?? "of the API user"}`);
    return { ...from.outputs, ...outputsOf(product, to.contractNumber) };
  },

  async delete(context, _id, { inputs }) {
    const serial = normalizeSerial(inputs.serialNumber);
    context.warn(`the contract stays with product ${serial}: FortiCare has no call that takes it off`);
  },

  async *list(context) {
    const account = (await context.use(forticare)).account(undefined);
    for (const { serialNumber, contracts } of await account.products.all(context.signal)) {
      for (const { contractNumber } of contracts) {
        if (contractNumber === undefined) continue;
        yield { id: idOf(serialNumber, contractNumber), name: `contract-${contractNumber.toLowerCase()}` };
      }
    }
  },
  importOnRequest: true,
});

function idOf(serial: string, contractNumber: string): string {
  return `${normalizeSerial(serial)}/${normalizeSerial(contractNumber)}`;
}

function parseId(id: string) {
  const { accountId, rest } = splitAccount(id);
  const [, serialNumber, contractNumber] = /^([^/]+)\/([^/]+)$/.exec(rest) ?? [];
  return serialNumber && contractNumber ? { serialNumber, contractNumber, accountId } : undefined;
}

function useFor(serialNumber: unknown): string {
  const product = typeof serialNumber === "string" ? ` for product ${normalizeSerial(serialNumber)}` : "";
  return `uses up the contract${product}, once and for all, unless the product has it already`;
}

function takenBy({ serialNumber }: Product): string {
  return `the contract is used up already: product ${serialNumber} has it, and FortiCare cannot move it; correct the program`;
}

function notRegistered(serial: string): string {
  return (
    `product ${serial} is not registered in this account, so it got no contract; register it first, such as with a Product ` +
    "that this resource takes its serialNumber from"
  );
}

function outputsOf(product: Product, contractNumber: string) {
  const { sku, terms = [] } = contractOf(product, contractNumber) ?? {};
  return { sku, terms: terms.map(({ startDate, endDate, supportType }) => ({ startDate, endDate, supportType })) };
}
