import type { Workflow } from "../../clients/hwautomation/types";
import type { Followed, JobPhase, JobView } from "../../core/job";
import { hasEnded } from "../../core/job";
import { isPassing, pausesOf } from "../waits";
import type { CompletionOutputs, WorkflowResult } from "./completion-fields";
import type { Automation } from "./service";
import { phaseOf, progressOf, workflowName } from "./workflow-fields";
import { keyOf, type WorkflowKey } from "./workflow-ids";
import { type KnownWorkflow, knownFrom, sightOf } from "./workflow-look";
import { usualSeconds, wakeFor } from "./workflow-waiting";

/** Up to so many workflows that are waited for are asked for one by one, with their steps; more by the list. */
const few = 4;

/** One of the workflows that are waited for. */
interface Watched {
  /** The server of a batch, else undefined. */
  name: string | undefined;
  key: WorkflowKey;
  known: KnownWorkflow;
  phase: JobPhase;
  seen?: Workflow;
  reason?: string;
}

/** How to wait for the ends of workflows; `ids` by server, or of one whose server nobody names. */
export function followWorkflows(
  automation: Automation,
  ids: readonly (readonly [server: string | undefined, id: string])[],
): Followed<CompletionOutputs> {
  const all = ids.map(([name, id]): Watched => {
    const key = keyOf(id);
    return { name, key, known: key, phase: "waiting" };
  });
  const open = () => all.filter(({ phase }) => !hasEnded(phase));
  automation.watched += all.length;
  const [first] = all;
  return {
    name:
      all.length === 1 && first ? workflowName(first.key.workflowId, first.name) : `a batch of ${all.length} workflows`,
    usualSeconds: all.length === 1 ? usualSeconds.one : usualSeconds.many,
    async look(signal) {
      await Promise.all(open().map((each) => lookAt(automation, each, signal)));
      return viewOf(all);
    },
    pauseMs: pausesOf(automation),
    wake: wakeFor(automation, () => new Set(open().map(({ key }) => key.workflowId))),
    isPassing,
    close() {
      automation.watched -= all.length;
    },
  };
}

async function lookAt(automation: Automation, watched: Watched, signal: AbortSignal): Promise<void> {
  const { key, known } = watched;
  const sight = await sightOf(automation, known, signal, automation.watched > few);
  if ("isNew" in sight) return;
  if ("lost" in sight) {
    Object.assign(watched, { phase: "expired", reason: sight.lost });
    return;
  }
  const { workflow } = sight;
  const reason = workflow.error;
  Object.assign(watched, { seen: workflow, known: knownFrom(key, workflow, known), phase: phaseOf(workflow), reason });
}

function viewOf(all: readonly Watched[]): JobView<CompletionOutputs> {
  const count = (...wanted: JobPhase[]) => all.filter(({ phase }) => wanted.includes(phase)).length;
  const outputs: CompletionOutputs = {
    status: statusOf(all),
    results: Object.fromEntries(
      all.map((each) => [each.name ?? each.seen?.serverId ?? each.key.workflowId, resultOf(each)]),
    ),
    totalCount: all.length,
    completedCount: count("succeeded"),
    failedCount: count("failed"),
    cancelledCount: count("cancelled"),
    lostCount: count("expired"),
    finishedAt: new Date().toISOString(),
  };
  const [first] = all;
  const view = { outputs, phase: phaseOfAll(all), progress: progressOfAll(all) };
  return all.length === 1 ? { ...view, reason: first?.reason } : view;
}

/** All have ended when each has; then the worst of them says how. */
function phaseOfAll(all: readonly Watched[]): JobPhase {
  const phases = all.map(({ phase }) => phase);
  for (const phase of ["running", "waiting"] as const) if (phases.includes(phase)) return phase;
  for (const phase of ["failed", "expired", "cancelled"] as const) if (phases.includes(phase)) return phase;
  return "succeeded";
}

function statusOf(all: readonly Watched[]): string {
  const phase = phaseOfAll(all);
  return phase === "succeeded" ? "completed" : phase === "expired" ? "lost" : phase === "waiting" ? "pending" : phase;
}

function progressOfAll(all: readonly Watched[]): string {
  const [first] = all;
  if (all.length === 1) return first?.seen ? progressOf(first.seen) : "waits to begin";
  const count = (wanted: JobPhase) => all.filter(({ phase }) => phase === wanted).length;
  const words = { failed: "failed", cancelled: "cancelled", expired: "lost", running: "running", waiting: "waiting" };
  const parts = Object.entries(words).flatMap(([phase, word]) => {
    const those = count(phase as JobPhase);
    return those > 0 ? [`${those} ${word}`] : [];
  });
  return [`${count("succeeded")} of ${all.length} completed`, ...parts].join(", ");
}

function resultOf({ key, phase, seen, reason }: Watched): WorkflowResult {
  return {
    workflowId: key.workflowId,
    status: phase === "expired" ? "lost" : (seen?.status ?? "pending"),
    currentStep: phase === "succeeded" ? undefined : seen?.currentStep,
    stepsCompleted: seen?.stepsCompleted,
    totalSteps: seen?.totalSteps,
    startedAt: seen?.createdAt,
    completedAt: seen?.completedAt,
    error: reason,
  };
}
