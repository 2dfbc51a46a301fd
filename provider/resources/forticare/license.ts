import { createHash } from "node:crypto";
import { z } from "zod";
import type { License, ProductLicense } from "../../clients/fortinet/forticare";
import { licenseCodeWarning } from "../../clients/fortinet/forticare-rules";
import { normalizeSerial } from "../../clients/fortinet/lists";
import { isVendorError } from "../../clients/http/errors";
import { defineResource } from "../../core/resource";
import { type Field, field } from "../../core/shape";
import { accountId, splitAccount } from "./account-input";
import type { Account } from "./assets";
import { describeProduct, isOther } from "./describe";
import { serialNumber } from "./product-inputs";
import { forticare } from "./service";

export const license = defineResource({
  token: "forticare:License",
  doc: [
    "A licence of FortiCare that a registration code stands for.",
    "Create uses the code up, once and for all: for the product `serialNumber`, or for a new virtual product, whose serial",
    "FortiCare invents (`licensedSerialNumber`). A create whose end nobody saw is not repeated; the licence that is new in",
    "the account tells what became of it.",
    "Update changes the description of that product.",
    "Delete forgets the licence and frees nothing: FortiCare has no call for that.",
    "Imported by its number (`licenseNumber`), in an organization with the number of the account before it:",
    "`100001/FGVM2400001`. The code is not known then and not needed: leave it out. Nor are `licenseType`, `expirationDate`",
    "and `licenseFile`, which no list tells; `getLicenseFile` has the file.",
  ].join(" "),
  example: `const firewall = new ztp.forticare.License("firewall", {
  licenseRegistrationCode: config.requireSecret("firewallCode"),
  description: "lab firewall",
});
export const licenseFile = firewall.licenseFile;`,
  service: forticare,
  inputs: {
    licenseRegistrationCode: field(z.string().min(1).optional(), {
      doc:
        "The code, such as XXXXX-XXXXX-XXXXX-XXXXX-XXXXXX. Needed to create it, and never told by FortiCare: it may be " +
        "left out afterwards, and another one registers another licence.",
      secret: true,
      change: "replace",
      canonical: normalizeSerial,
    }),
    serialNumber: {
      ...serialNumber,
      required: false,
      doc: "The product that the licence is added to. Default: a new virtual product.",
    } as Field<string | undefined>,
    accountId,
    description: field(z.string().optional(), {
      doc: "The description of the product that has the licence. Leave it to the Product where the program has one.",
      canonical: (text) => text.trim(),
    }),
    additionalInfo: field(z.string().optional(), {
      doc: "The management address of a virtual FortiManager, FortiAnalyzer, FortiAuthenticator or FortiPortal.",
      change: "immutable",
    }),
    isGovernment: field(z.boolean().optional(), {
      doc: "Whether a government is the user. Told at registration only. Default: false.",
      change: "immutable",
      default: false,
    }),
  },
  outputs: {
    licensedSerialNumber: field(z.string(), { doc: "The serial of the product that has the licence.", stable: true }),
    licenseNumber: field(z.string().optional(), { doc: "The number of the licence.", stable: true }),
    licenseSKU: field(z.string().optional(), { doc: "What was bought.", stable: true }),
    licenseType: field(z.string().optional(), {
      doc: "Such as Perpetual or Eval, as FortiCare said when it was registered.",
      stable: true,
    }),
    expirationDate: field(z.string().optional(), {
      doc: "When it ends, without a zone, as FortiCare said when it was registered.",
      stable: true,
    }),
    licenseFile: field(z.string().optional(), {
      doc: "The licence file of a virtual product, as it came with the registration; later `getLicenseFile` has it.",
      secret: true,
      stable: true,
    }),
  },

  owns: ({ licenseRegistrationCode: code }) =>
    typeof code === "string"
      ? [`the licence code with the SHA-256 ${sha256(normalizeSerial(code)).slice(0, 12)}…`]
      : [],

  impact: {
    create: ({ licenseRegistrationCode, serialNumber }) =>
      licenseRegistrationCode === undefined ? undefined : useOf(serialNumber),
    replace: (_from, { serialNumber }) =>
      `${useOf(serialNumber)}; the licence that it takes the place of stays registered, and its code is not given back`,
  },

  async plan(context, { licenseRegistrationCode: code, accountId }, inputs) {
    if (accountId === inputs.accountId) (await context.use(forticare)).account(accountId);
    if (inputs.licenseRegistrationCode === undefined) return { problems: [codeMissing] };
    const warning = code === undefined ? undefined : licenseCodeWarning(code);
    return { warnings: warning === undefined ? [] : [warning] };
  },

  async create(context, inputs) {
    const assets = await context.use(forticare);
    const account = assets.account(inputs.accountId);
    const { licenseRegistrationCode, serialNumber, description, additionalInfo, isGovernment } = inputs;
    const { signal } = context;
    if (licenseRegistrationCode === undefined) throw new Error(codeMissing);
    assets.assertWritable(serialNumber === undefined ? "the licence" : `product ${normalizeSerial(serialNumber)}`);
    const { licenses, products } = account;
    // A new virtual product has this one licence; any other may have had some.
    const before = new Set(serialNumber === undefined ? [] : (await licenses.of(serialNumber, signal)).map(numberOf));
    const registration = { licenseRegistrationCode, serialNumber, description, additionalInfo, isGovernment };
    const product = await licenses
      .write(() => account.client.licenses.register({ ...registration, accountId: account.id }, { signal }))
      .catch((error) => {
        throw withAdvice(error);
      });
    products.learned(product);
    account.folders.changed();
    const told = product.licenses.filter((candidate) => !before.has(numberOf(candidate)));
    const own = told.length === 1 ? told[0] : undefined;
    const outputs = { licensedSerialNumber: product.serialNumber, ...own };
    context.accepted(own?.licenseNumber ?? product.serialNumber, outputsOf(outputs));
    await describeProduct(account, product, description, signal);
    if (own?.licenseNumber !== undefined) return { id: own.licenseNumber, outputs: outputsOf(outputs) };
    // The answer does not tell which of the product's licences is the new one.
    const fresh = (await licenses.of(product.serialNumber, signal)).filter((listed) => !before.has(numberOf(listed)));
    const listed = fresh.length === 1 ? fresh[0] : undefined;
    return { id: listed?.licenseNumber ?? product.serialNumber, outputs: outputsOf({ ...listed, ...outputs }) };
  },

  async read(context, id, prior) {
    const assets = await context.use(forticare);
    const { signal } = context;
    const { accountId, rest } = prior ? { accountId: prior.inputs.accountId, rest: id } : splitAccount(id);
    const account = assets.account(accountId);
    const serialBefore = prior?.outputs.licensedSerialNumber;
    const found = await find(account, rest, serialBefore, signal);
    if (!found) return undefined;
    const serial = found.serialNumber ?? serialBefore;
    if (serial === undefined) {
      throw new Error(`licence ${rest} is not registered to any product yet; declare it with its code instead`);
    }
    if (prior) {
      const product = await account.products.find(serial, signal);
      const description = product ? product.description : prior.inputs.description;
      // The rest is told by no list: it is what it was.
      return {
        inputs: { ...prior.inputs, description },
        outputs: outputsOf({ ...prior.outputs, ...listedOf(found), licensedSerialNumber: serial }),
      };
    }
    // Whether the licence made the product or was added to it, nobody tells; the description is left to the Product.
    return {
      id: found.licenseNumber ?? serial,
      inputs: { accountId },
      outputs: outputsOf({ ...listedOf(found), licensedSerialNumber: serial }),
    };
  },

  async update(context, id, from, to) {
    const assets = await context.use(forticare);
    const account = assets.account(to.accountId);
    const { signal } = context;
    const found = await find(account, id, from.outputs.licensedSerialNumber, signal);
    const serial = found?.serialNumber ?? from.outputs.licensedSerialNumber;
    if (!found || serial === undefined) {
      throw new Error(`licence ${id} is not in account ${account.id ?? "of the API user"}; correct the accountId`);
    }
    if (to.serialNumber !== undefined && normalizeSerial(to.serialNumber) !== serial) {
      throw new Error(
        `licence ${id} is registered to ${serial}, not to ${normalizeSerial(to.serialNumber)}, and FortiCare cannot move it; ` +
          "correct serialNumber, or leave it out",
      );
    }
    const outputs = outputsOf({ ...from.outputs, ...listedOf(found), licensedSerialNumber: serial });
    // One that the program has never named stays; one that it names no more goes.
    const managed = from.inputs.description !== undefined || from.attempted?.description !== undefined;
    const description = to.description ?? (managed ? "" : undefined);
    const product = (await account.products.find(serial, signal)) ?? { serialNumber: serial, ...from.inputs };
    if (isOther(description, product)) assets.assertWritable(`product ${serial}`);
    await describeProduct(account, product, description, signal);
    return outputs;
  },

  async delete(context, id, { outputs }) {
    const holder = outputs.licensedSerialNumber === undefined ? "" : ` to product ${outputs.licensedSerialNumber}`;
    context.warn(`licence ${id} stays registered${holder}: FortiCare has no call that frees it or gives its code back`);
  },

  async *list(context) {
    const account = (await context.use(forticare)).account(undefined);
    for (const { licenseNumber, serialNumber } of await account.licenses.all(context.signal)) {
      const id = licenseNumber ?? serialNumber;
      // What is not registered yet has nothing to import.
      if (id !== undefined && serialNumber !== undefined) yield { id, name: `license-${id.toLowerCase()}` };
    }
  },
});

const importIt = "import that licence by its number: `pulumi import ztp:forticare:License <name> <licenseNumber>`";
const codeMissing = `licenseRegistrationCode is missing: it is needed to register a licence. If that has been done already, ${importIt}`;

function useOf(serialNumber: string | undefined): string {
  const whose =
    serialNumber === undefined ? "a new virtual product" : `product ${normalizeSerial(String(serialNumber))}`;
  return `uses up the licence code for ${whose}, once and for all`;
}

/** The licence by its number or, where FortiCare told none, by the product that has it. */
async function find(
  { licenses, products }: Account,
  id: string,
  serial: string | undefined,
  signal: AbortSignal,
): Promise<License | undefined> {
  // A product may be all that is known of a licence.
  const bySerial = serial !== undefined && normalizeSerial(id) === serial;
  const found = bySerial ? undefined : await licenses.find(id, signal);
  if (found || (serial !== undefined && !bySerial)) return found;
  const [first, ...others] = await licenses.of(id, signal);
  if (first && others.length === 0) return first;
  if (bySerial) return (await products.confirm(serial, signal)) && { serialNumber: serial };
  if (!first) return undefined;
  const numbers = [first, ...others].map(numberOf).join(" or ");
  throw new Error(`product ${normalizeSerial(id)} has several licences; choose by number: ${numbers}`);
}

/** A code that is used up may have been so by a run whose end nobody saw. */
function withAdvice(error: unknown): unknown {
  if (!isVendorError(error) || error.code !== "used-up") return error;
  const advice = `If an earlier run has registered it, ${importIt}.`;
  return error.with({ hint: [error.hint, advice].filter(Boolean).join(" ") });
}

function numberOf({ licenseNumber }: { licenseNumber?: string | undefined }): string {
  return normalizeSerial(licenseNumber ?? "");
}

function listedOf({ licenseNumber, licenseSKU }: License) {
  return { ...(licenseNumber && { licenseNumber }), ...(licenseSKU && { licenseSKU }) };
}

type Told = Partial<ProductLicense> & { licensedSerialNumber: string };

function outputsOf(told: Told) {
  const { licensedSerialNumber, licenseNumber, licenseSKU, licenseType, expirationDate, licenseFile } = told;
  return { licensedSerialNumber, licenseNumber, licenseSKU, licenseType, expirationDate, licenseFile };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
