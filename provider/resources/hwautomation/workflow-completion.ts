import { createHash } from "node:crypto";
import { z } from "zod";
import { defineCompletion, type JobView } from "../../core/job";
import type { Context } from "../../core/resource";
import { field, type ValuesOf } from "../../core/shape";
import { shortened } from "../sets";
import { type CompletionOutputs, completionOutputs } from "./completion-fields";
import { followWorkflows } from "./completion-look";
import { automationOf, hwautomation } from "./service";
import { type CancelOutcome, cancelWorkflow } from "./workflow-cancel";
import { usualSeconds } from "./workflow-waiting";

const inputs = {
  workflowId: field(z.string().min(1).optional(), {
    doc: "The workflow: the id of a `ProvisioningWorkflow`, or the service's id of any. Either this or `workflows`.",
    change: "replace",
    references: "hwautomation:ProvisioningWorkflow.id",
  }),
  workflows: field(z.record(z.string(), z.string()).optional(), {
    doc: "Workflows by server, such as the `workflowIds` of a `BatchCommission`.",
    change: "replace",
  }),
  failOn: field(z.enum(["any", "threshold", "never"]).optional(), {
    doc:
      "What makes it fail. any: a workflow that has not completed. threshold: more of those than `maxFailures`. never: nothing; " +
      "what became of them stands in the outputs. Default: any.",
    default: "any",
  }),
  maxFailures: field(z.int().min(0).optional(), {
    doc: "With failOn threshold: how many workflows may end otherwise than completed. Default: 0.",
  }),
};

type Inputs = ValuesOf<typeof inputs>;

export const workflowCompletion = defineCompletion({
  token: "hwautomation:WorkflowCompletion",
  doc: [
    "The outcome of a workflow of HWAutomation, or of all those of a batch: its create waits until they have ended, with the",
    "progress on its row, and passes or fails by `failOn`. What must come after depends on it. With many workflows a look is one",
    "call for all that are waited for (`ztp:hwautomation.pollSeconds`), and events of the service only make it come sooner.",
    "A workflow that the service has forgotten, as it does when it is restarted, and one whose id was given to another since is",
    "lost: nobody can tell how it ended, and it does not pass. Interrupted, it lets the workflows go on, and the next `pulumi up`",
    "waits for them again; so it does after `timeoutSeconds`, by default two hours and for several workflows four, unless",
    "`onTimeout` cancels them. Then it waits for what they really become. An update judges anew; delete does nothing. Imported",
    "by the id of one workflow that has ended.",
  ].join(" "),
  example: `const rack = new ztp.hwautomation.BatchCommission("rack-1", {
  servers: ["server-001", "server-002"],
  deviceType: "a1.c5.large",
  ipmiRange: "10.20.0.11-40",
});
new ztp.hwautomation.WorkflowCompletion("rack-1", { workflows: rack.workflowIds, failOn: "threshold", maxFailures: 1 });`,
  service: hwautomation,
  inputs,
  outputs: completionOutputs,
  rules: [
    {
      needs: ["workflowId", "workflows"],
      check: ({ workflowId, workflows }) =>
        (workflowId === undefined) === (workflows === undefined)
          ? "set either workflowId, for one workflow, or workflows, for those of a batch"
          : undefined,
    },
    {
      needs: ["failOn", "maxFailures"],
      check: ({ failOn, maxFailures }) =>
        maxFailures !== undefined && failOn !== "threshold"
          ? "maxFailures is of the policy threshold: set failOn to threshold, or remove it"
          : undefined,
    },
  ],
  idOf: ({ workflowId, workflows }) => workflowId ?? batchId(workflows ?? {}),
  usualSeconds: usualSeconds.one,

  follow: async (context, given) => followWorkflows(await automationOf(context), idsOf(given)),

  async cancel(context, given) {
    const outcomes = await cancelAll(context, idsOf(given));
    const told = outcomes.flatMap(({ text }) => text ?? []);
    if (told.length > 0)
      throw new Error(`not ended in time, for which onTimeout is cancel: ${shortened(told).join("\n")}`);
  },

  judge,

  inputsOf(id) {
    if (id.startsWith(batchPrefix))
      throw new Error("the completion of a batch cannot be imported: import those of its workflows");
    return { workflowId: id };
  },
});

const batchPrefix = "batch-";

/** The same workflows have the same id, in whichever order. */
function batchId(workflows: { [server: string]: string }): string {
  const text = JSON.stringify(Object.entries(workflows).sort(([one], [other]) => (one < other ? -1 : 1)));
  return batchPrefix + createHash("sha256").update(text).digest("hex").slice(0, 16);
}

function idsOf({ workflowId, workflows = {} }: Inputs): [server: string | undefined, id: string][] {
  return workflowId === undefined ? Object.entries(workflows) : [[undefined, workflowId]];
}

/** Asks those that have not ended to, and waits for what they become. */
async function cancelAll(
  context: Context,
  ids: readonly (readonly [server: string | undefined, id: string])[],
): Promise<CancelOutcome[]> {
  const automation = await automationOf(context);
  const isListEnough = ids.length > 1;
  return Promise.all(ids.map(([serverId, id]) => cancelWorkflow(context, automation, id, { serverId, isListEnough })));
}

/** Why the ends of workflows do not pass. */
function judge({ outputs, reason }: JobView<CompletionOutputs>, given: Inputs): string | undefined {
  const { failOn = "any", maxFailures = 0 } = given;
  const { results, totalCount, completedCount } = outputs;
  const bad = Object.entries(results).filter(([, { status }]) => status !== "completed");
  if (failOn === "never" || bad.length <= (failOn === "threshold" ? maxFailures : 0)) return undefined;
  const sentences = bad.map(([server, { workflowId, status, currentStep, error }]) => {
    const name = workflowId.includes(server) ? workflowId : `${workflowId} of ${server}`;
    if (status === "lost") return error ?? `workflow ${name} is lost`;
    const at = currentStep ? ` at ${currentStep}` : "";
    return `workflow ${name} ${status === "failed" ? `failed${at}` : "was cancelled"}${error ? `: ${error}` : ""}`;
  });
  if (totalCount === 1) return `${sentences[0] ?? reason}. ${againOne}`;
  const rest = completedCount > 0 ? `; ${completedCount} ${completedCount === 1 ? "has" : "have"} completed` : "";
  return [
    `${bad.length} of ${totalCount} workflows ${bad.length === 1 ? "has" : "have"} not completed${rest}:`,
    ...shortened(sentences),
    againMany,
  ].join("\n");
}

const againOne = "Mend what keeps it from it, and begin another one with another value of `triggers`";
const againMany =
  "Mend what keeps them from it: after `pulumi refresh` the next `pulumi up` of their BatchCommission begins the failed ones again";
