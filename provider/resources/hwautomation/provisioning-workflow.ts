import { z } from "zod";
import type { Workflow } from "../../clients/hwautomation/types";
import { defineJob, type FoundJob } from "../../core/job";
import { type Fields, field, type ValuesOf } from "../../core/shape";
import { isUnknown } from "../../core/values";
import { type Automation, automationOf, hwautomation } from "./service";
import { cancelWorkflow } from "./workflow-cancel";
import { isUnfinished, outputsOf, phaseOf, progressOf, workflowFields } from "./workflow-fields";
import { forecast } from "./workflow-forecast";
import { keyOf, keyText, type WorkflowKey } from "./workflow-ids";
import { askedOf, requestOf, type WorkflowInputs, workflowInputs, workflowRules } from "./workflow-inputs";
import { sightOf } from "./workflow-look";
import { type BegunWorkflow, beginWorkflow, begunView, foundLost } from "./workflow-start";

const outputs = {
  workflowId: field(z.string(), {
    doc: "The service's id. That of the shipped application is made of the server's and comes again.",
  }),
  submittedAt: field(z.string().optional(), {
    doc: "When the service accepted it, by its clock where it tells. ISO 8601. It is the other part of the resource's id.",
  }),
  ipmiIp: field(z.string().optional(), { doc: "The address of the management controller, where one was asked for." }),
  ...workflowFields,
  cancelRequested: field(z.boolean(), { doc: "Whether its cancel was asked for from this machine." }),
} satisfies Fields;

type Outputs = ValuesOf<typeof outputs>;
type Found = FoundJob<WorkflowInputs, Outputs>;

export const provisioningWorkflow = defineJob({
  token: "hwautomation:ProvisioningWorkflow",
  doc: [
    "A workflow of HWAutomation that provisions one server: MaaS commissions the machine, BIOS and management controller are",
    "configured, with `firmwareFirst` after a firmware update. It exists when the service has accepted it and does not wait for",
    "the end: a `WorkflowCompletion` does. A server has one that has not ended at most; a run that was killed finds its own again.",
    "A change of what is asked for is another workflow; an unfinished old one is cancelled first. Delete asks for a cancel and",
    "waits for what the workflow really becomes: the running step is not interrupted, and nothing is rolled back. The service",
    "forgets its workflows when it is restarted: one that had not ended is `expired` then, and is not begun again unless `triggers`",
    "change. Beware of the application as it is shipped (`ztp:hwautomation.profile`): it does not provision the machine that was",
    "asked for, but the first free one of MaaS, gives management controllers well-known credentials, cannot cancel, and no",
    "workflow of it ends successfully. Use it in a lab only. Imported by the workflow's id. The service tells of a workflow its",
    "server, and of the rest what the server's record has: what the program says beyond is another workflow, as the preview shows.",
  ].join(" "),
  example: `const server = new ztp.hwautomation.ProvisioningWorkflow("server-001", {
  serverId: "server-001",
  deviceType: "a1.c5.large",
  targetIpmiIp: "10.20.0.11",
  gateway: "10.20.0.1",
});
new ztp.hwautomation.WorkflowCompletion("server-001", { workflowId: server.id });`,
  service: hwautomation,
  inputs: workflowInputs,
  rules: workflowRules,
  outputs,
  impact: {
    create: ({ serverId, firmwareFirst }) =>
      isUnknown(serverId)
        ? undefined
        : `server ${serverId} is commissioned anew${firmwareFirst ? ", gets firmware" : ""}, and its BIOS and management controller are configured`,
  },

  async plan(context, inputs) {
    if (Object.values(inputs).some(isUnknown)) return {};
    const automation = await automationOf(context);
    const isOwn = (serverId: string) => automation.notes.left(serverId, askedOf(inputs)) !== undefined;
    return forecast(context, automation, [requestOf(inputs)], { onDuplicate: inputs.onDuplicate, isOwn });
  },

  async find(context, inputs, isTaken) {
    const automation = await automationOf(context);
    const { serverId } = inputs;
    const begun = await foundLost(automation, serverId, askedOf(inputs), isTaken, context.signal);
    return begun && foundFrom(begun, inputs);
  },

  async submit(context, inputs) {
    const automation = await automationOf(context);
    const { problems } = await forecast(context, automation, [requestOf(inputs)], { isOwn: () => false });
    if (problems.length > 0) throw new Error(problems.join("\n"));
    const begun = await beginWorkflow(context, automation, requestOf(inputs), {
      asked: askedOf(inputs),
      onDuplicate: inputs.onDuplicate,
      accepted: (accepted) => {
        const { phase, outputs } = foundFrom(accepted, inputs);
        context.accepted(keyText(accepted), { ...outputs, phase });
      },
    });
    return foundFrom(begun, inputs);
  },

  async look(context, id, known) {
    const automation = await automationOf(context);
    const key = keyOf(id);
    const sight = await sightOf(automation, { ...known, ...key }, context.signal);
    if ("workflow" in sight)
      return known
        ? seenAs(automation, id, sight.workflow, known)
        : imported(automation, key, sight.workflow, context.signal);
    // What is not known to have been is not there: that is of an import.
    if (!known?.workflowId) return undefined;
    const kept = { ...known, cancelRequested: automation.notes.hasCancel(id) } as Outputs;
    if ("isNew" in sight) return { id, inputs: {}, phase: known.phase ?? "waiting", progress: "", outputs: kept };
    context.warn(sight.lost);
    return {
      id,
      inputs: {},
      phase: "expired",
      progress: "gone",
      reason: sight.lost,
      outputs: { ...kept, error: sight.lost },
    };
  },

  async cancel(context, id, known) {
    const automation = await automationOf(context);
    const { text } = await cancelWorkflow(context, automation, id, known);
    if (text) context.warn(text);
  },

  importOnRequest: true,

  async *list(context) {
    const { client } = await automationOf(context);
    for (const { id, serverId } of await client.workflows(context.signal)) yield { id, name: serverId ?? id };
  },
});

/** A workflow that was begun, or found, as the life cycle of jobs sees it. */
function foundFrom(begun: BegunWorkflow, inputs: WorkflowInputs): Found {
  const { outputs, ...view } = begunView(begun);
  const { ipmiIp = inputs.targetIpmiIp } = begun;
  return { ...view, outputs: { ...outputs, ipmiIp, cancelRequested: false } };
}

/** How a workflow stands that the state knows. */
function seenAs(automation: Automation, id: string, workflow: Workflow, known: Partial<Outputs>): Found {
  const { submittedAt, ipmiIp, startedAt } = known;
  const { notes } = automation;
  const told = outputsOf(workflow);
  const cancelRequested = notes.hasCancel(id);
  if (!isUnfinished(workflow)) notes.removeCancel(id);
  return {
    id,
    inputs: {},
    phase: phaseOf(workflow),
    progress: progressOf(workflow),
    reason: workflow.error,
    outputs: {
      ...told,
      startedAt: told.startedAt ?? startedAt,
      ...{ workflowId: workflow.id, submittedAt, ipmiIp, cancelRequested },
    },
  };
}

/** One that no state knows, with what the record of its server tells besides. */
async function imported(
  automation: Automation,
  { workflowId, submittedAt }: WorkflowKey,
  workflow: Workflow,
  signal: AbortSignal,
): Promise<Found> {
  const { serverId } = workflow;
  if (serverId === undefined) throw new Error(`HWAutomation does not tell of which server workflow ${workflowId} is`);
  const server = (await automation.servers.read({ signal })).get(serverId);
  const id = keyText({ workflowId, submittedAt: submittedAt ?? workflow.createdAt });
  const known = { submittedAt: keyOf(id).submittedAt, ipmiIp: server?.ipmiIp };
  const inputs = { serverId, deviceType: server?.deviceType, targetIpmiIp: server?.ipmiIp };
  return { ...seenAs(automation, id, workflow, known), inputs };
}
