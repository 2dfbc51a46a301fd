import { z } from "zod";
import type { Product, ProductDetails } from "../../clients/fortinet/forticare";
import { locationFields } from "../../clients/fortinet/forticare-requests";
import { normalizeSerial } from "../../clients/fortinet/lists";
import { type Context, defineResource, type State } from "../../core/resource";
import { field } from "../../core/shape";
import { hasUnknown, isUnknown, type Value } from "../../core/values";
import { splitAccount } from "./account-input";
import type { Account } from "./assets";
import {
  type ProductSettings,
  productBehaviour,
  productName,
  productSettings,
  serialNumber,
  settingsProblems,
} from "./product-inputs";
import { outputsOf, type ProductOutputs, productOutputs } from "./product-outputs";
import {
  adoptionRefusal,
  type Changeable,
  contractsRefusal,
  decommissioned,
  describeSteps,
  stepsFor,
} from "./product-steps";
import { transferOf, transferProduct } from "./product-transfers";
import { changeProduct, decommissionProduct, reachedInputs, registerProduct } from "./product-work";
import { forticare } from "./service";

export const product = defineResource({
  token: "forticare:Product",
  doc: [
    "A product that is registered in FortiCare.",
    "Create registers it, which nothing can undo: a serial number belongs to its account from then on. One that the account",
    "has registered already is taken over, and what differs is changed; see `adopt`. Creates that arrive together go out in",
    "tens, and what is wrong with one of them fails that one alone. Description, folder and location that a product is",
    "registered with cost no call of their own.",
    "Update changes description, folder and location in place, and applies further contracts. Entitlements and contracts",
    "that come from elsewhere are outputs, and no difference.",
    "Delete forgets it and leaves it registered, or takes it out of service with `onDelete: decommission`. Neither frees the",
    "serial number.",
    "Imported by its serial number; in an organization with the number of the account before it: `100001/FGT60FTK20000001`.",
    "The location is left out then, as are the contracts that it has: a program that does not say them leaves them alone.",
  ].join(" "),
  example: `new ztp.forticare.Product("berlin-fw", {
  serialNumber: "FGT60FTK20000001",
  cloudKey: config.requireSecret("berlinKey"),
  description: "Berlin, rack 4",
  folderId: branches.folderId,
});`,
  service: forticare,
  inputs: {
    serialNumber,
    accountId: field(z.int().positive().optional(), {
      doc:
        "The number of the FortiCloud account that it belongs to. Default: ztp:fortinet.accountId, else the account of the " +
        "API user. Required when the scope of the API user is an organization. A change transfers the product, and is " +
        'refused unless transferPolicy is "allow".',
    }),
    ...productSettings,
    ...productBehaviour,
    transferPolicy: field(z.enum(["refuse", "allow"]).optional(), {
      doc:
        "What a change of accountId does. allow transfers the product within the organization, where it begins in the root " +
        "folder. Default: refuse.",
      change: "local",
      default: "refuse",
    }),
    refreshDetails: field(z.boolean().optional(), {
      doc: "Whether a refresh asks for location, partner and warranty, at one call a product. Default: false.",
      change: "local",
      default: false,
    }),
  },
  rules: [{ needs: ["location", "folderId"], check: (inputs) => settingsProblems(inputs) }],
  outputs: productOutputs,
  owns: ({ serialNumber }) => (typeof serialNumber === "string" ? [productName(serialNumber)] : []),
  idOf: ({ serialNumber }) => serialNumber && normalizeSerial(serialNumber),
  impact: {
    create: ({ serialNumber, contractNumbers }) =>
      isUnknown(serialNumber)
        ? undefined
        : sentenceOf(
            `${normalizeSerial(serialNumber)} is registered for good, unless it is registered already: that cannot be undone`,
            contractsUsed(contractNumbers),
          ),
    update: (from, to, changed) => {
      const serial = normalizeSerial(from.serialNumber);
      const before = new Set((from.contractNumbers ?? []).map(normalizeSerial));
      return sentenceOf(
        changed.has("accountId") &&
          to.transferPolicy === "allow" &&
          from.accountId !== undefined &&
          to.accountId !== undefined &&
          `${serial} is transferred from account ${from.accountId} to ${to.accountId}, where it begins in the root folder`,
        changed.has("contractNumbers") &&
          !hasUnknown(to.contractNumbers as Value) &&
          contractsUsed(
            to.contractNumbers?.filter((number) => !before.has(normalizeSerial(number))),
            serial,
          ),
      );
    },
    replace: (from, to) =>
      `${from.serialNumber} ${from.onDelete === "decommission" ? "is decommissioned, which only the portal can undo," : "stays registered,"} ` +
      `and ${isUnknown(to.serialNumber) ? "another one" : to.serialNumber} is registered for good`,
  },

  async plan(context, known, inputs) {
    const { serialNumber, adopt } = known;
    if (serialNumber === undefined || adopt === undefined || known.accountId !== inputs.accountId) return {};
    const account = await accountOf(context, known.accountId);
    const found = await account.products.find(serialNumber, context.signal);
    if (!found) return { outputs: { adopted: false } };
    const wanted = { ...known, serialNumber };
    // Only the create looks at the location of a product that must be identical, at one call each.
    const steps = stepsFor(found, adopt === "identical" ? { location: wanted.location } : {}, wanted);
    const refused = adoptionRefusal(found, steps, adopt);
    if (refused !== undefined) return { problems: [refused] };
    const changed = describeSteps(steps);
    const { productModel, registrationDate } = outputsOf(found, { adopted: true });
    return {
      outputs: { productModel, registrationDate, adopted: true },
      impact: contractsUsed(steps.contracts, found.serialNumber) ?? "",
      warnings: changed ? [`${found.serialNumber} is registered already; the program changes its ${changed}`] : [],
    };
  },

  async planUpdate(context, from, to, replaces) {
    if (replaces) return {};
    const serial = normalizeSerial(from.inputs.serialNumber);
    const held = from.attempted ?? from.inputs;
    const problems: string[] = [];
    if (!hasUnknown(to.contractNumbers as Value)) problems.push(contractsRefusal(serial, held, to) ?? "");
    if (!isUnknown(to.accountId)) {
      const transfer = transferOf(await context.use(forticare), held, to, from.outputs.effectiveAccountId);
      problems.push(transfer?.refused ?? "");
    }
    if (from.outputs.isDecommissioned) {
      const account = await accountOf(context, held.accountId);
      const found = await account.products.confirm(serial, context.signal);
      if (found?.isDecommissioned) problems.push(decommissioned(serial));
    }
    return { problems: problems.filter(Boolean) };
  },

  async create(context, inputs) {
    const assets = await context.use(forticare);
    const account = assets.account(inputs.accountId);
    const id = normalizeSerial(inputs.serialNumber);
    const accepted = (product: Product, reached: Changeable, adopted: boolean) =>
      context.accepted(id, outputsOf(product, { adopted }), reachedInputs(reached));
    const work = { assets, account, context, wanted: inputs, accepted };
    const { product, adopted } = await registerProduct(work, inputs.adopt ?? "update");
    return { id, outputs: outputsOf(product, { adopted }) };
  },

  async read(context, id, prior) {
    const { accountId, rest } = prior ? { accountId: prior.inputs.accountId, rest: id } : splitAccount(id);
    const account = await accountOf(context, accountId);
    const { signal } = context;
    const found = await account.products.confirm(rest, signal);
    if (!found) return undefined;
    if (!prior && found.isDecommissioned) throw new Error(decommissioned(found.serialNumber));
    // Location, partner and warranty cost one call a product: an import of hundreds must do without.
    const wantsDetails = prior?.inputs.refreshDetails === true;
    const details = wantsDetails ? await account.client.products.get(rest, { signal }) : undefined;
    const shown = details ? { ...found, ...details, status: found.status } : found;
    return {
      id: found.serialNumber,
      inputs: {
        ...untold(prior),
        serialNumber: found.serialNumber,
        accountId,
        description: found.description,
        folderId: found.folderId ?? (prior ? 0 : undefined),
        location: details ? locationOf(details) : prior?.inputs.location,
      },
      outputs: outputsOf(shown, { adopted: prior?.outputs.adopted ?? true, prior: prior?.outputs }),
    };
  },

  async update(context, id, from, to) {
    const assets = await context.use(forticare);
    const held = from.attempted ?? from.inputs;
    const adopted = from.outputs.adopted ?? false;
    const outputs = (product: Product) => outputsOf(product, { adopted, prior: from.outputs });
    const transferred = await transferProduct({ assets, context, id, held, to, prior: from.outputs });
    const account = assets.account(to.accountId);
    const accepted = (product: Product, reached: Changeable) =>
      context.accepted(id, outputs(product), reachedInputs(reached));
    if (transferred) accepted(transferred.product, transferred.held);
    const found = transferred?.product ?? (await account.products.confirm(id, context.signal));
    if (!found) throw new Error(`${id} is not registered in this account any more; run \`pulumi up --refresh\``);
    account.claims.share(found.serialNumber);
    const work = { assets, account, context, wanted: to, accepted };
    return outputs(await changeProduct(work, found, transferred?.held ?? held));
  },

  async delete(context, id, { inputs, attempted }) {
    if (inputs.onDelete !== "decommission") return context.progress("stays registered in FortiCare");
    const assets = await context.use(forticare);
    const account = assets.account((attempted ?? inputs).accountId);
    await decommissionProduct({ assets, account, context, serial: id });
  },

  async *list(context) {
    const account = await accountOf(context, undefined);
    for (const { serialNumber, isDecommissioned } of await account.products.all(context.signal)) {
      // What is out of service cannot be brought to what a program says.
      if (!isDecommissioned) yield { id: serialNumber, name: serialNumber.toLowerCase() };
    }
  },
});

async function accountOf(context: Context, accountId: number | undefined): Promise<Account> {
  return (await context.use(forticare)).account(accountId);
}

/** `2 contracts are used up for FGT1, once and for all`; nothing for none. */
function contractsUsed(numbers: readonly string[] | undefined, serial?: string): string | undefined {
  const count = Array.isArray(numbers) ? numbers.length : 0;
  if (count === 0) return undefined;
  const used = `${count === 1 ? "1 contract is" : `${count} contracts are`} used up`;
  return serial === undefined ? used : `${used} for ${serial}, once and for all`;
}

/** Those that there are, as one; nothing for none. */
function sentenceOf(...parts: (string | undefined | false)[]): string | undefined {
  return parts.filter(Boolean).join("; ") || undefined;
}

/** What FortiCare never tells stands as the program said it. */
function untold(prior: State<ProductSettings, ProductOutputs> | undefined): ProductSettings {
  const { contractNumbers, isGovernment, additionalInfo, assetGroupIds, replacedSerialNumber } = prior?.inputs ?? {};
  return { contractNumbers, isGovernment, additionalInfo, assetGroupIds, replacedSerialNumber };
}

function locationOf({ location }: ProductDetails): ProductSettings["location"] {
  if (!location) return undefined;
  const entries = locationFields.flatMap((name) => (location[name] === undefined ? [] : [[name, location[name]]]));
  return entries.length > 0 ? (Object.fromEntries(entries) as ProductSettings["location"]) : undefined;
}
