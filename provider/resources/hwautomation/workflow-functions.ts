import { z } from "zod";
import type { Workflow } from "../../clients/hwautomation/types";
import { defineFunction } from "../../core/resource";
import { type Fields, field, object, type ValuesOf } from "../../core/shape";
import { automationOf, hwautomation } from "./service";
import { outputsOf, phaseOf, workflowFields } from "./workflow-fields";
import { keyOf } from "./workflow-ids";
import { sightOf } from "./workflow-look";

/** Workflows, whoever has begun them. */

const listedFields = {
  workflowId: field(z.string(), { doc: "The service's id." }),
  serverId: field(z.string().optional(), { doc: "Its server, where the service tells it." }),
  phase: field(z.string(), { doc: "waiting, running, succeeded, failed or cancelled." }),
  ...workflowFields,
} satisfies Fields;

function listedFrom(workflow: Workflow): ValuesOf<typeof listedFields> {
  const { id: workflowId, serverId } = workflow;
  return { workflowId, serverId, phase: phaseOf(workflow), ...outputsOf(workflow) };
}

export const getWorkflows = defineFunction({
  token: "hwautomation:getWorkflows",
  doc:
    "The workflows that the service has a record of, which are those since it was started. Their steps are not always told here: " +
    "`getWorkflow` tells them of one. One call.",
  service: hwautomation,
  inputs: {
    serverId: field(z.string().min(1).optional(), { doc: "Only those of this server. Default: all." }),
    status: field(z.enum(["pending", "running", "completed", "failed", "cancelled"]).optional(), {
      doc: "Only those that are so. Default: all.",
    }),
  },
  outputs: {
    workflows: field(z.array(object("Workflow", listedFields, "A workflow of HWAutomation.")), {
      doc: "The workflows, in the order of the service.",
    }),
    total: field(z.int(), { doc: "How many they are." }),
  },
  async run(context, { serverId, status }) {
    const { client } = await automationOf(context);
    const all = await client.workflows(context.signal);
    const workflows = all
      .filter((each) => serverId === undefined || each.serverId === serverId)
      .filter((each) => status === undefined || each.status === status)
      .map(listedFrom);
    return { workflows, total: workflows.length };
  },
});

export const getWorkflow = defineFunction({
  token: "hwautomation:getWorkflow",
  doc: "One workflow with its steps. Fails when the service has no record of it, as after its restart. A call or two.",
  service: hwautomation,
  inputs: {
    workflowId: field(z.string().min(1), { doc: "The service's id of it, or the id of a `ProvisioningWorkflow`." }),
  },
  outputs: listedFields,
  async run(context, { workflowId }) {
    const sight = await sightOf(await automationOf(context), keyOf(workflowId), context.signal);
    if ("workflow" in sight) return listedFrom(sight.workflow);
    throw new Error(
      `HWAutomation has no record of workflow ${workflowId}: check the id; the service forgets its workflows when it is restarted`,
    );
  },
});
