import type { Context, Plan, ReadResult, State, WriteContext } from "../../core/resource";
import { isUnknown } from "../../core/values";
import { count, someOf } from "../../core/words";
import { failureOf, forEachOf } from "../sets";
import { type Assignments, assign } from "./address-range";
import { batchRequests, beginBatch } from "./batch-begin";
import type { BatchInputs, BatchOutputs, BatchWorkflow, BatchWorkflows } from "./batch-inputs";
import { type Automation, automationOf } from "./service";
import { cancelWorkflow } from "./workflow-cancel";
import { forecast } from "./workflow-forecast";
import { keyText } from "./workflow-ids";
import { askedOf } from "./workflow-inputs";
import { sightOf } from "./workflow-look";

/** As many servers are named in a preview, each with its address. */
const shownServers = 20;

type Before = Partial<Pick<BatchOutputs, "workflows" | "assignments">>;

/** What is not begun yet, or has failed when it was last seen. */
export function dueOf({ servers }: BatchInputs, { workflows = {} }: Before): string[] {
  return servers.filter((server) => ["notStarted", "failed", undefined].includes(workflows[server]?.status));
}

export function assignmentsOf({ servers, ipmiRange }: BatchInputs, { workflows = {}, assignments = {} }: Before) {
  return assign(servers, ipmiRange, assignments, (server) => workflows[server]?.workflowId !== undefined);
}

/** What becomes of the servers that are begun, each with its address where it has one. */
export function startText(servers: readonly string[], assignments: Assignments): string {
  const are = count(servers.length, "server is", "servers are");
  return `${are} commissioned anew and configured: ${withAddresses(servers, assignments)}`;
}

function withAddresses(servers: readonly string[], assignments: Assignments): string {
  const named = servers.map((server) => (assignments[server] ? `${server} with ${assignments[server]}` : server));
  return someOf(named, shownServers);
}

/** What a preview can tell; `before` of an update. */
export async function planBatch(
  context: Context,
  to: BatchInputs,
  before: Before,
  isUpdate: boolean,
): Promise<Plan<BatchOutputs>> {
  if (Object.values(to).some(isUnknown) || to.servers.some(isUnknown)) return {};
  const due = dueOf(to, before);
  const assignments = assignmentsOf(to, before);
  const automation = await automationOf(context);
  const requests = batchRequests(to, due, assignments);
  const isOwn = (serverId: string) => {
    const request = requests.find((each) => each.serverId === serverId);
    return (
      request !== undefined &&
      automation.notes.left(serverId, askedOf({ ...request, triggers: to.triggers })) !== undefined
    );
  };
  const { problems, warnings } = await forecast(context, automation, requests, { onDuplicate: to.onDuplicate, isOwn });
  if (isUpdate && due.length > 0)
    warnings.unshift(
      `${due.length === 1 ? "a workflow is" : `${due.length} workflows are`} begun for ${withAddresses(due, assignments)}`,
    );
  return { outputs: { assignments }, problems, warnings };
}

/** Begins what is due and cancels what is no longer wanted. What was begun is kept at once. */
export async function reconcileBatch(
  context: WriteContext<BatchOutputs>,
  id: string,
  before: Before,
  to: BatchInputs,
): Promise<BatchOutputs> {
  const automation = await automationOf(context);
  const workflows: BatchWorkflows = { ...before.workflows };
  const removed = Object.keys(workflows).filter((server) => !to.servers.includes(server));
  await cancelBatch(context, automation, workflows, removed, to);
  for (const server of removed) delete workflows[server];

  const due = dueOf(to, before);
  const assignments = assignmentsOf(to, before);
  const failures = new Map<string, Error>();
  const isKept = () =>
    before.assignments !== undefined || Object.values(workflows).some(({ workflowId }) => workflowId);
  const outputs = () => outputsOf(workflows, assignments);
  const keep = (server: string, workflow: BatchWorkflow) => {
    workflows[server] = workflow;
    if (isKept()) context.accepted(id, outputs());
    context.progress(
      `${due.filter((each) => workflows[each]?.workflowId).length} of ${due.length} workflows are begun`,
    );
  };
  if (due.length > 0) {
    await beginBatch(context, automation, to, due, assignments, {
      begun: keep,
      failed(server, error) {
        failures.set(server, error);
        const { workflowId: _, submittedAt: __, ...rest } = workflows[server] ?? {};
        keep(server, { ...rest, ipmiIp: assignments[server], status: "notStarted", error: error.message });
      },
    });
  }
  context.signal.throwIfAborted();
  if (failures.size === 0) return outputs();
  throw failureOf(failures, due.length, "workflows");
}

/** Cancels the workflows of some servers that have not ended, unless the program lets them go on. */
export async function cancelBatch(
  context: Context,
  automation: Automation,
  workflows: BatchWorkflows,
  servers: readonly string[],
  { onDelete }: BatchInputs,
): Promise<void> {
  const open = servers.filter((server) => isOpen(workflows[server]));
  if (open.length === 0) return;
  if (onDelete === "leave") {
    context.warn(`${open.length === 1 ? "a workflow goes" : `${open.length} workflows go`} on: onDelete is leave`);
    return;
  }
  await forEachOf(context, open, "workflows", async (serverId, quiet) => {
    const { startedAt, stepsCompleted, ...key } = workflows[serverId] as BatchWorkflow;
    const terms = { serverId, startedAt, stepsCompleted, isListEnough: open.length > 1 };
    const { text } = await cancelWorkflow(quiet, automation, keyOfBatch(key), terms);
    if (text) quiet.warn(text);
  });
}

/** How the workflows stand that had not ended. */
export async function readBatch(
  context: Context,
  id: string,
  prior: State<BatchInputs, BatchOutputs> | undefined,
): Promise<ReadResult<BatchInputs, BatchOutputs>> {
  if (!prior)
    throw new Error(
      `${id} cannot be imported as a batch: import its workflows one by one, each as a ProvisioningWorkflow`,
    );
  const automation = await automationOf(context);
  const { workflows = {}, assignments = {} } = prior.outputs;
  const seen = await Promise.all(
    Object.entries(workflows).map(
      async ([server, workflow]) => [server, await seenAs(context, automation, workflow)] as const,
    ),
  );
  const outputs = outputsOf(Object.fromEntries(seen), assignments);
  return { inputs: prior.inputs, outputs, unfinished: unfinishedText(outputs) };
}

async function seenAs(context: Context, automation: Automation, known: BatchWorkflow): Promise<BatchWorkflow> {
  const { workflowId, submittedAt, startedAt, stepsCompleted } = known;
  if (workflowId === undefined || !isOpen(known)) return known;
  const key = { workflowId, submittedAt, startedAt, stepsCompleted };
  const sight = await sightOf(automation, key, context.signal, true);
  if ("isNew" in sight) return known;
  if ("lost" in sight) {
    context.warn(sight.lost);
    return { ...known, status: "lost", error: sight.lost };
  }
  const { status, error, createdAt, stepsCompleted: steps } = sight.workflow;
  return { ...known, status, error, startedAt: createdAt ?? startedAt, stepsCompleted: steps ?? stepsCompleted };
}

function unfinishedText({ notStartedCount, failedCount }: BatchOutputs): string | undefined {
  const parts = [
    notStartedCount > 0 && count(notStartedCount, "workflow was not begun", "workflows were not begun"),
    failedCount > 0 && count(failedCount, "workflow has failed", "workflows have failed"),
  ].filter(Boolean);
  const them = notStartedCount + failedCount === 1 ? "it" : "them";
  return parts.length > 0 ? `${parts.join(" and ")}: the next \`pulumi up\` begins ${them} again` : undefined;
}

function isOpen(workflow: BatchWorkflow | undefined): boolean {
  return workflow?.status === "pending" || workflow?.status === "running";
}

function keyOfBatch({ workflowId = "", submittedAt }: BatchWorkflow | Omit<BatchWorkflow, "startedAt">): string {
  return keyText({ workflowId, submittedAt });
}

function outputsOf(workflows: BatchWorkflows, assignments: Assignments): BatchOutputs {
  const all = Object.entries(workflows);
  const count = (...wanted: string[]) => all.filter(([, { status }]) => wanted.includes(status)).length;
  const begun = all.filter(([, { workflowId }]) => workflowId !== undefined);
  return {
    workflows: { ...workflows },
    workflowIds: Object.fromEntries(begun.map(([server, workflow]) => [server, keyOfBatch(workflow)])),
    assignments,
    startedCount: begun.length,
    notStartedCount: count("notStarted"),
    openCount: count("pending", "running"),
    completedCount: count("completed"),
    failedCount: count("failed"),
  };
}
