import { defineResource } from "../../core/resource";
import { hasUnknown } from "../../core/values";
import { nameOf } from "../sets";
import { batchInputs, batchOutputs, batchRules } from "./batch-inputs";
import { assignmentsOf, cancelBatch, planBatch, readBatch, reconcileBatch, startText } from "./batch-work";
import { automationOf, hwautomation } from "./service";

export const batchCommission = defineResource({
  token: "hwautomation:BatchCommission",
  doc: [
    "Workflows of HWAutomation that provision many servers of one kind, each with an address of its own out of `ipmiRange`. Which",
    "server has which address stands in the state: a server more shifts none, and one less frees its own only for when no other is",
    "left. It exists when the service has accepted the workflows and does not wait for their ends: a `WorkflowCompletion` does.",
    "One that cannot be begun stops none of the others: the `up` fails with each reason, keeps what was begun, and the next `up`",
    "begins only the rest. A workflow that has failed is begun again by the next `up` after a refresh has seen that, and one that",
    "the service has forgotten is not. A server more is a workflow more. One less is forgotten, and its workflow cancelled if it",
    "has not ended, as by delete, or goes on with `onDelete: leave`. Beware of the application as it is shipped: it does not",
    "provision the machines that were asked for, but the first free ones of MaaS, gives management controllers well-known",
    "credentials, cannot cancel, and no workflow of it ends successfully. Use it in a lab only. Workflows are imported one by one,",
    "as a `ProvisioningWorkflow`.",
  ].join(" "),
  example: `const rack = new ztp.hwautomation.BatchCommission("rack-1", {
  servers: ["server-001", "server-002", "server-003"],
  deviceType: "a1.c5.large",
  ipmiRange: "10.20.0.11-40",
  gateway: "10.20.0.1",
});
new ztp.hwautomation.WorkflowCompletion("rack-1", { workflows: rack.workflowIds });`,
  service: hwautomation,
  work: "job",
  inputs: batchInputs,
  rules: batchRules,
  outputs: batchOutputs,
  // Its workflows may keep the next ones from being begun.
  deleteBeforeReplace: true,
  impact: {
    create: (inputs) =>
      hasUnknown(inputs.servers) || hasUnknown(inputs.ipmiRange) || inputs.servers.length === 0
        ? undefined
        : startText(inputs.servers, assignmentsOf(inputs, {})),
    update: ({ servers: before }, { servers }) => {
      const added = hasUnknown(servers) ? [] : servers.filter((server) => !before.includes(server));
      return added.length === 0 ? undefined : startText(added, {});
    },
  },

  plan: (context, _known, inputs) => planBatch(context, inputs, {}, false),
  planUpdate: async (context, { outputs }, to, replaces) => (replaces ? {} : planBatch(context, to, outputs, true)),

  async create(context, inputs) {
    const id = nameOf(context) ?? "batch";
    return { id, outputs: await reconcileBatch(context, id, {}, inputs) };
  },

  read: readBatch,

  update: (context, id, { outputs }, to) => reconcileBatch(context, id, outputs, to),

  async delete(context, _id, { inputs, outputs }) {
    const { workflows = {} } = outputs;
    await cancelBatch(context, await automationOf(context), workflows, Object.keys(workflows), inputs);
  },
});
