import { z } from "zod";
import { normalizeSerial } from "../../clients/fortinet/lists";
import { defineResource } from "../../core/resource";
import { field, object } from "../../core/shape";
import { isUnknown } from "../../core/values";
import { count, someOf } from "../../core/words";
import { nameOf } from "../sets";
import { accountId, splitAccount } from "./account-input";
import { productBehaviour, productName } from "./product-inputs";
import { folderId, isGovernment, location, memberProblems, memberSettings } from "./product-set-members";
import { importSet, planSet, readSet, reconcileSet, releaseSet } from "./product-set-work";
import { forticare } from "./service";

export const productSet = defineResource({
  token: "forticare:ProductSet",
  doc: [
    "Many FortiCare products as one resource: one entry in the state, one row in a preview, changes by serial.",
    "It does to each product what `Product` does to one: what is new is registered, always ten a call, what the account has",
    "already is taken over. When some products fail, the others are done and kept, and the next `up` goes on with what is",
    "left. Delete, and a serial that is removed, forgets the product and leaves it registered, or decommissions it with",
    "`onDelete: decommission`.",
    "A product is either in one set or a `Product` of its own, never both. Import: the serials, separated by commas; in an",
    "organization with the number of the account before them: `100001/FGT60FTK20000001,FGT60FTK20000002`.",
  ].join(" "),
  example: `new ztp.forticare.ProductSet("branches", {
  folderId: branches.folderId,
  products: {
    FGT60FTK20000001: { description: "Berlin" },
    FGT60FTK20000002: { description: "Hamburg", cloudKey: config.requireSecret("hamburgKey") },
  },
});`,
  service: forticare,
  inputs: {
    products: field(
      z.record(z.string(), object("ProductSetMember", memberSettings, "What a program says of one product of a set.")),
      {
        doc: "The products by serial; upper and lower case mean the same. What one does not say, the set may say for all.",
        canonicalKey: normalizeSerial,
      },
    ),
    accountId: { ...accountId, change: "immutable" } as typeof accountId,
    folderId,
    location,
    isGovernment: { ...isGovernment, change: "update" } as typeof isGovernment,
    ...productBehaviour,
  },
  rules: [{ needs: [], check: memberProblems }],
  outputs: {
    summaries: field(
      z.record(
        z.string(),
        object(
          "ProductSummary",
          {
            status: field(z.enum(["registered", "decommissioned", "incomplete"]), {
              doc: "registered, decommissioned, or incomplete: registered, but not yet all that the program says.",
            }),
            adopted: field(z.boolean(), { doc: "Whether it was registered before the set named it." }),
            productModel: field(z.string().optional(), { doc: "The model." }),
            registrationDate: field(z.string().optional(), { doc: "When it was registered, without a zone." }),
            folderPath: field(z.string().optional(), { doc: "The path of its folder." }),
          },
          "A product of a set, as FortiCare has it.",
        ),
      ),
      { doc: "Each product that this set has taken, by serial in upper case." },
    ),
  },
  owns: ({ products }) => Object.keys(products ?? {}).map(productName),
  impact: {
    update: (from, to) => {
      if (isUnknown(to.products) || to.onDelete !== "decommission") return undefined;
      const kept = new Set(Object.keys(to.products).map(normalizeSerial));
      const removed = Object.keys(from.products).filter((serial) => !kept.has(normalizeSerial(serial)));
      if (removed.length === 0) return undefined;
      return `${count(removed.length, "product is", "products are")} decommissioned, which only the portal can undo: ${someOf(removed)}`;
    },
  },

  plan: (context, _known, inputs) => planSet(context, undefined, inputs),
  planUpdate: planSet,

  async create(context, inputs) {
    const id = nameOf(context) ?? Object.keys(inputs.products)[0] ?? "empty";
    return { id, outputs: await reconcileSet(context, id, undefined, inputs) };
  },

  async read(context, id, prior) {
    if (prior) return readSet(context, prior);
    const { accountId, rest } = splitAccount(id);
    return { id: nameOf(context) ?? id, ...(await importSet(context, rest, accountId)) };
  },

  update: reconcileSet,

  delete: (context, _id, state) => releaseSet(context, state),
});
