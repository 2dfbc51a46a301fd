import { z } from "zod";
import type { Rule } from "../../core/check";
import { jobInputs } from "../../core/job";
import { type Fields, field, object, type ValuesOf } from "../../core/shape";
import { addressesIn } from "./address-range";
import { commonInputs, serverIdItem } from "./workflow-inputs";

const respecify = { change: "respecify" } as const;

export const batchInputs = {
  servers: field(z.array(serverIdItem), {
    doc: "The servers, by the ids that their records have. Addresses are given in this order.",
    unordered: true,
  }),
  deviceType: { ...commonInputs.deviceType, ...respecify },
  ipmiRange: field(
    z
      .string()
      .refine(
        (text) => addressesIn(text) !== undefined,
        "must be a range such as 10.20.0.11-40, within the last number",
      )
      .optional(),
    {
      doc:
        "The IPv4 addresses that the management controllers get, such as 10.20.0.11-40, from last number to last number. A " +
        "server that has one keeps it, whatever comes and goes, and when the range changes as well. The shipped application " +
        "needs them. Default: as they have.",
      change: "local",
    },
  ),
  gateway: { ...commonInputs.gateway, ...respecify },
  subnetMask: { ...commonInputs.subnetMask, ...respecify },
  triggers: jobInputs.triggers,
  onDuplicate: commonInputs.onDuplicate,
  onDelete: jobInputs.onDelete,
} satisfies Fields;

export type BatchInputs = ValuesOf<typeof batchInputs>;

export const batchRules: readonly Rule<BatchInputs>[] = [
  {
    needs: ["servers"],
    check({ servers }) {
      const twice = servers.find((server, index) => servers.indexOf(server) !== index);
      return twice === undefined ? undefined : `servers has ${twice} twice: it would be provisioned twice`;
    },
  },
  {
    needs: ["servers", "ipmiRange"],
    check({ servers, ipmiRange }) {
      const count = ipmiRange === undefined ? undefined : addressesIn(ipmiRange)?.length;
      if (count === undefined || count >= servers.length) return undefined;
      const missing = servers.length - count;
      return (
        `ipmiRange ${ipmiRange} has ${count === 1 ? "1 address" : `${count} addresses`} for ${servers.length} servers: ` +
        `${missing === 1 ? "1 is" : `${missing} are`} missing`
      );
    },
  },
];

const batchWorkflow = object(
  "BatchWorkflow",
  {
    workflowId: field(z.string().optional(), { doc: "The service's id; none while it has not been begun." }),
    submittedAt: field(z.string().optional(), { doc: "When the service accepted it. ISO 8601." }),
    ipmiIp: field(z.string().optional(), { doc: "The address of its management controller." }),
    status: field(z.string(), {
      doc:
        "notStarted, pending, running, completed, failed or cancelled; lost: the service has no record of it any more, and nobody " +
        "saw its end.",
    }),
    startedAt: field(z.string().optional(), { doc: "When it began, by the service's clock, where it tells." }),
    stepsCompleted: field(z.int().optional(), { doc: "How many steps it had behind it when it was last seen." }),
    error: field(z.string().optional(), { doc: "Why it was not begun, or failed, or is lost." }),
  },
  "The workflow of one server of a batch.",
);

const count = (doc: string) => field(z.int(), { doc });

export const batchOutputs = {
  workflows: field(z.record(z.string(), batchWorkflow), { doc: "The workflow of each server." }),
  workflowIds: field(z.record(z.string(), z.string()), {
    doc: "The workflows that were begun, by server, as a `WorkflowCompletion` takes them.",
  }),
  assignments: field(z.record(z.string(), z.string()), { doc: "The address of each server's management controller." }),
  startedCount: count("How many workflows were begun."),
  notStartedCount: count("How many were not: the next `pulumi up` begins them."),
  openCount: count("How many had not ended when they were last seen."),
  completedCount: count("How many have completed."),
  failedCount: count("How many have failed: once a refresh has seen that, the next `pulumi up` begins them again."),
} satisfies Fields;

export type BatchOutputs = ValuesOf<typeof batchOutputs>;
export type BatchWorkflow = BatchOutputs["workflows"][string];
export interface BatchWorkflows {
  [serverId: string]: BatchWorkflow;
}
