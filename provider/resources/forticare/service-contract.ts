import { z } from "zod";
import type { AppliedContract, Product } from "../../clients/fortinet/forticare";
import { contractNumberProblem } from "../../clients/fortinet/forticare-rules";
import { normalizeSerial } from "../../clients/fortinet/lists";
import { defineResource } from "../../core/resource";
import { field } from "../../core/shape";
import { accountId, splitAccount } from "./account-input";
import { contractName, contractOf, holderOf } from "./contract-holders";
import { describeProduct, isOther } from "./describe";
import { productName } from "./product-inputs";
import { outOfService } from "./product-work";
import { forticare } from "./service";

export const serviceContract = defineResource({
  token: "forticare:Service",
  doc: [
    "A service contract, such as the subscription of a FortiGate VM-S, that becomes a product of its own.",
    "Create uses the contract up, once and for all, and FortiCare invents the serial (`serialNumber`). A contract that a",
    "product of the account has already is not used again: that product is taken over, which also ends a create that was",
    "interrupted.",
    "Update changes the description of the product.",
    "Delete forgets it and leaves it registered, or with `onDelete: decommission` takes it out of service, which only the",
    "portal can undo. The contract stays used either way.",
    "Imported by its serial, in an organization with the number of the account before it: `100001/FGVMSLTM24000001`.",
  ].join(" "),
  example: `const firewall = new ztp.forticare.Service("firewall", {
  contractNumber: config.requireSecret("firewallContract"),
  description: "cloud firewall",
});
export const serial = firewall.serialNumber;`,
  service: forticare,
  inputs: {
    contractNumber: field(z.string(), {
      doc: "The number of the contract, 8 to 20 letters and digits. Whoever knows it can use it up, so it is a secret.",
      secret: true,
      change: "replace",
      canonical: normalizeSerial,
    }),
    accountId,
    description: field(z.string().optional(), {
      doc: "A text of your own. Left out, it is not managed; taken out of the program, it is cleared.",
      canonical: (text) => text.trim(),
    }),
    additionalInfo: field(z.string().optional(), {
      doc: "For example a system id or management address. Told at registration and never shown again.",
      change: "immutable",
    }),
    isGovernment: field(z.boolean().optional(), {
      doc: "Whether it is for the use of a government. Told at registration and never shown again. Default: false.",
      change: "immutable",
      default: false,
    }),
    onDelete: field(z.enum(["retain", "decommission"]).optional(), {
      doc: "What delete does: retain leaves the product registered, decommission takes it out of service. Default: retain.",
      change: "local",
      default: "retain",
    }),
  },
  rules: [{ needs: ["contractNumber"], check: ({ contractNumber }) => contractNumberProblem(contractNumber) }],
  outputs: {
    serialNumber: field(z.string(), { doc: "The serial that FortiCare invented.", stable: true }),
    productModel: field(z.string().optional(), { doc: "The model, such as FortiGate VM-S.", stable: true }),
    registrationDate: field(z.string().optional(), { doc: "When it was registered, without a zone.", stable: true }),
    contractSku: field(z.string().optional(), { doc: "What was bought.", stable: true }),
    isDecommissioned: field(z.boolean(), {
      doc: "Out of service: nothing of it can be changed before it is restored in the portal.",
    }),
  },

  owns: ({ contractNumber }, { serialNumber } = {}) => [
    ...(typeof contractNumber === "string" ? [contractName(contractNumber)] : []),
    ...(serialNumber === undefined ? [] : [productName(serialNumber)]),
  ],

  impact: {
    create: () => "uses up the service contract, once and for all, unless a product of the account has it already",
    replace: ({ onDelete }) =>
      "uses up another service contract, once and for all; the product of the old one " +
      (onDelete === "decommission" ? "is decommissioned, which only the portal can undo" : "stays registered"),
  },

  async plan(context, { contractNumber, accountId }, inputs) {
    if (accountId !== inputs.accountId) return {};
    const account = (await context.use(forticare)).account(accountId);
    const found = contractNumber === undefined ? undefined : await holderOf(account, contractNumber, context.signal);
    return found && contractNumber !== undefined ? { outputs: outputsOf(found, contractNumber), impact: "" } : {};
  },

  async create(context, inputs) {
    const assets = await context.use(forticare);
    const account = assets.account(inputs.accountId);
    const { contractNumber, description, additionalInfo, isGovernment } = inputs;
    const { signal } = context;
    const holder = await holderOf(account, contractNumber, signal);
    if (!holder) assets.assertWritable("the service contract");
    const product = holder ?? (await register());
    const id = product.serialNumber;
    account.claims.share(id);
    const outputs = outputsOf(product, contractNumber);
    if (!holder) context.accepted(id, outputs);
    if (holder && isOther(description, product)) assets.assertWritable(`product ${id}`);
    await describeProduct(account, product, description, signal);
    return { id, outputs };

    async function register(): Promise<Product> {
      const registration = { contractNumber, description, additionalInfo, isGovernment, accountId: account.id };
      try {
        const made = await account.client.services.register(registration, { signal });
        account.products.learned(made);
        return made;
      } catch (error) {
        // It may have been carried out all the same.
        account.products.changed();
        throw error;
      } finally {
        account.folders.changed();
      }
    }
  },

  async read(context, id, prior) {
    const assets = await context.use(forticare);
    const { accountId, rest } = prior ? { accountId: prior.inputs.accountId, rest: id } : splitAccount(id);
    const product = await assets.account(accountId).products.confirm(rest, context.signal);
    if (!product) return undefined;
    const contractNumber = prior?.inputs.contractNumber ?? firstContract(product);
    if (contractNumber === undefined) {
      throw new Error(`product ${product.serialNumber} has no contract, so it is none of a service contract`);
    }
    return {
      id: product.serialNumber,
      // What FortiCare does not tell is what it was.
      inputs: { ...prior?.inputs, contractNumber, accountId, description: product.description },
      outputs: outputsOf(product, contractNumber),
    };
  },

  async update(context, id, from, to) {
    const assets = await context.use(forticare);
    const account = assets.account(to.accountId);
    const product = await account.products.confirm(id, context.signal);
    if (!product) {
      throw new Error(`product ${id} is not in account ${account.id ?? "of the API user"}; correct the accountId`);
    }
    account.claims.share(id);
    // One that the program has never named stays; one that it names no more goes.
    const managed = from.inputs.description !== undefined || from.attempted?.description !== undefined;
    const description = to.description ?? (managed ? "" : undefined);
    if (isOther(description, product)) assets.assertWritable(`product ${id}`);
    await describeProduct(account, product, description, context.signal);
    return outputsOf(product, to.contractNumber);
  },

  async delete(context, id, { inputs }) {
    const assets = await context.use(forticare);
    const account = assets.account(inputs.accountId);
    if (inputs.onDelete !== "decommission") {
      context.warn(`product ${id} stays registered, and its contract used: FortiCare has no call that frees them`);
      return;
    }
    if (account.claims.has(id)) {
      context.warn(`product ${id} stays in service: another resource of this program has taken it over`);
      return;
    }
    assets.assertWritable(`product ${id}`);
    await account.lane().decommission(id, context.signal);
    context.warn(outOfService(id));
  },
});

/** The contract that a product began with, as far as its dates tell. */
function firstContract({ contracts }: Product): string | undefined {
  const start = ({ terms }: AppliedContract) => terms[0]?.startDate ?? "";
  const [first] = contracts.toSorted((one, other) => (start(one) < start(other) ? -1 : 1));
  return first?.contractNumber;
}

function outputsOf(product: Product, contractNumber: string) {
  const { serialNumber, productModel, registrationDate, isDecommissioned } = product;
  const contractSku = contractOf(product, contractNumber)?.sku;
  return { serialNumber, productModel, registrationDate, contractSku, isDecommissioned };
}
