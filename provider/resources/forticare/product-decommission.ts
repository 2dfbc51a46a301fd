import { z } from "zod";
import { normalizeSerial } from "../../clients/fortinet/lists";
import { defineResource } from "../../core/resource";
import { field } from "../../core/shape";
import { isUnknown } from "../../core/values";
import { accountId, splitAccount } from "./account-input";
import { serialNumber } from "./product-inputs";
import { forticare } from "./service";

export const productDecommission = defineResource({
  token: "forticare:ProductDecommission",
  doc: [
    "An action: takes a product out of service. It leaves the cloud services, which delete its data; it stays registered in",
    "its account. The API has no call to undo it: only the portal can.",
    "Create decommissions it, unless it is already. Delete forgets that, and says that the portal alone can restore it.",
  ].join(" "),
  example: `new ztp.forticare.ProductDecommission("retired", {
  serialNumber: "FGT60FTK20000001",
  confirm: true,
});`,
  service: forticare,
  inputs: {
    serialNumber,
    accountId,
    confirm: field(z.boolean(), { doc: "Must be true: that it is meant, and cannot be undone here.", change: "local" }),
  },
  rules: [
    {
      needs: ["confirm"],
      check: ({ confirm }) =>
        confirm
          ? undefined
          : [{ path: "confirm", message: "must be true: only the portal can undo a decommissioning" }],
    },
  ],
  outputs: {
    isDecommissioned: field(z.boolean(), { doc: "Whether it is out of service now." }),
  },
  owns: ({ serialNumber }) =>
    typeof serialNumber === "string" ? [`decommissioning of FortiCare product ${normalizeSerial(serialNumber)}`] : [],
  idOf: ({ serialNumber }) => serialNumber && normalizeSerial(serialNumber),
  impact: {
    create: ({ serialNumber }) => (isUnknown(serialNumber) ? undefined : sentence(serialNumber)),
    replace: (_from, to) => (isUnknown(to.serialNumber) ? undefined : sentence(to.serialNumber)),
  },

  async plan(context, known, inputs) {
    const { serialNumber } = known;
    if (serialNumber === undefined || known.accountId !== inputs.accountId) return {};
    const account = (await context.use(forticare)).account(known.accountId);
    const found = await account.products.find(serialNumber, context.signal);
    return found?.isDecommissioned ? { outputs: { isDecommissioned: true }, impact: "" } : {};
  },

  async create(context, inputs) {
    const id = normalizeSerial(inputs.serialNumber);
    const assets = await context.use(forticare);
    const account = assets.account(inputs.accountId);
    const outputs = { isDecommissioned: true };
    const found = await account.products.find(id, context.signal);
    if (found?.isDecommissioned) return { id, outputs };
    assets.assertWritable(id);
    await account.lane().decommission(id, context.signal);
    return { id, outputs };
  },

  async read(context, id, prior) {
    const { accountId, rest } = prior ? { accountId: prior.inputs.accountId, rest: id } : splitAccount(id);
    const account = (await context.use(forticare)).account(accountId);
    const found = await account.products.confirm(rest, context.signal);
    // Restored in the portal, it is no longer what this action has brought about.
    if (!found?.isDecommissioned) return undefined;
    const { serialNumber } = found;
    return {
      id: serialNumber,
      inputs: { serialNumber, accountId, confirm: true },
      outputs: { isDecommissioned: true },
    };
  },

  async update(_context, _id, _from, _to) {
    return { isDecommissioned: true };
  },

  async delete(context, id) {
    context.warn(`${id} stays decommissioned: only the portal can restore it`);
  },

  async *list(context) {
    const account = (await context.use(forticare)).account(undefined);
    for (const { serialNumber, isDecommissioned } of await account.products.all(context.signal)) {
      if (isDecommissioned) yield { id: serialNumber, name: serialNumber.toLowerCase() };
    }
  },
  importOnRequest: true,
});

function sentence(serial: string): string {
  return `${normalizeSerial(serial)} is decommissioned: it leaves the cloud services, which delete its data, and only the portal can restore it`;
}
