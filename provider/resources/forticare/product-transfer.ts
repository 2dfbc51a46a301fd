import { createHash } from "node:crypto";
import { z } from "zod";
import { normalizeSerial } from "../../clients/fortinet/lists";
import { defineResource, type WriteContext } from "../../core/resource";
import { field } from "../../core/shape";
import { hasUnknown, type Value } from "../../core/values";
import { someOf } from "../../core/words";
import { forEachOf } from "../sets";
import { serialText } from "./product-inputs";
import { forticare } from "./service";

const account = (doc: string) => field(z.int().positive(), { doc, change: "replace" });

export const productTransfer = defineResource({
  token: "forticare:ProductTransfer",
  doc: [
    "An action: gives products from one FortiCloud account to another of the same organization, where they begin in the root",
    "folder. The API user must be allowed in both.",
    "Create transfers those that are not there yet, ten a call. Any change is another transfer. Delete forgets that it was",
    "done and moves nothing back. A product that the program manages as a `Product` is transferred by its accountId instead.",
  ].join(" "),
  example: `new ztp.forticare.ProductTransfer("to-branches", {
  sourceAccountId: 100001,
  targetAccountId: 100002,
  serialNumbers: ["FGT60FTK20000001"],
});`,
  service: forticare,
  inputs: {
    sourceAccountId: account("The number of the account that has them."),
    targetAccountId: account("The number of the account that gets them."),
    serialNumbers: field(z.array(serialText).min(1, "must name at least one product"), {
      doc: "Their serial numbers.",
      change: "replace",
      unordered: true,
      canonical: normalizeSerial,
    }),
  },
  rules: [
    {
      needs: ["sourceAccountId", "targetAccountId"],
      check: ({ sourceAccountId, targetAccountId }) =>
        sourceAccountId === targetAccountId ? "sourceAccountId and targetAccountId are the same account" : undefined,
    },
  ],
  outputs: {
    transferredSerialNumbers: field(z.array(z.string()), {
      doc: "The products that are in the target account because of it, in upper case.",
    }),
  },
  impact: {
    create: (inputs) => (hasUnknown(inputs as Value) ? undefined : sentence(inputs)),
    replace: (_from, to) =>
      hasUnknown(to as Value) ? undefined : `${sentence(to)}; what was transferred before stays there`,
  },

  async create(context, inputs) {
    const id = idOf(inputs);
    return { id, outputs: await transfer(context, id, inputs) };
  },

  async read(_context, id, prior) {
    if (!prior) throw new Error("a transfer is an action and cannot be imported; import the products");
    const { transferredSerialNumbers = [] } = prior.outputs;
    return { id, inputs: prior.inputs, outputs: { transferredSerialNumbers }, unfinished: prior.unfinished };
  },

  /** Goes on with a transfer that did not end. */
  update: (context, id, _from, to) => transfer(context, id, to),

  async delete() {},
});

interface Transfer {
  sourceAccountId: number;
  targetAccountId: number;
  serialNumbers: string[];
}

interface Transferred {
  transferredSerialNumbers: string[];
}

async function transfer(context: WriteContext<Transferred>, id: string, inputs: Transfer): Promise<Transferred> {
  const { sourceAccountId: from, targetAccountId: to } = inputs;
  const assets = await context.use(forticare);
  const [source, target] = [assets.account(from), assets.account(to)];
  const serials = serialsOf(inputs);
  assets.assertWritable(someOf(serials));
  const there: string[] = [];
  await forEachOf(context, serials, "products", async (serial) => {
    if (!(await target.products.find(serial, context.signal))) {
      try {
        await target.lane("resource").transfer(serial, { from, to }, context.signal);
      } finally {
        source.products.changed(serial);
        source.folders.changed();
      }
    }
    there.push(serial);
    context.accepted(id, { transferredSerialNumbers: there });
  });
  return { transferredSerialNumbers: serials };
}

function serialsOf({ serialNumbers }: Transfer): string[] {
  return [...new Set(serialNumbers.map(normalizeSerial))].sort();
}

function idOf(inputs: Transfer): string {
  const text = JSON.stringify([inputs.sourceAccountId, inputs.targetAccountId, ...serialsOf(inputs)]);
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

function sentence(inputs: Transfer): string {
  const serials = serialsOf(inputs);
  const are = serials.length === 1 ? "is" : "are";
  return `${someOf(serials)} ${are} transferred from account ${inputs.sourceAccountId} to ${inputs.targetAccountId}`;
}
