import { z } from "zod";
import { type Fields, field, object, type ValuesOf } from "../../core/shape";

const text = (doc: string) => field(z.string().optional(), { doc });
const count = (doc: string) => field(z.int(), { doc });

const result = object(
  "WorkflowResult",
  {
    workflowId: field(z.string(), { doc: "The service's id." }),
    status: field(z.string(), { doc: "completed, failed, cancelled, or lost: nobody can tell how it ended." }),
    currentStep: text("The step that it ended at, where it has not completed."),
    stepsCompleted: field(z.int().optional(), { doc: "How many steps it had behind it." }),
    totalSteps: field(z.int().optional(), { doc: "How many it has." }),
    startedAt: text("When it began, by the service's clock, where it tells. ISO 8601."),
    completedAt: text("When it ended, by the service's clock, where it tells. ISO 8601."),
    error: text("Why it failed, or is lost."),
  },
  "What became of a workflow.",
);

export const completionOutputs = {
  status: field(z.string(), {
    doc: "completed when all are; else failed, lost or cancelled, whichever of these is there first.",
  }),
  results: field(z.record(z.string(), result), { doc: "What became of each workflow, by its server." }),
  totalCount: count("How many workflows there were."),
  completedCount: count("How many have completed."),
  failedCount: count("How many have failed."),
  cancelledCount: count("How many were cancelled."),
  lostCount: count("How many the service has forgotten, so that nobody can tell how they ended."),
  finishedAt: field(z.string(), { doc: "When the end was seen, as ISO 8601." }),
} satisfies Fields;

export type CompletionOutputs = ValuesOf<typeof completionOutputs>;
export type WorkflowResult = CompletionOutputs["results"][string];
