import { z } from "zod";
import type { ProvisioningRequest } from "../../clients/hwautomation/types";
import type { Rule } from "../../core/check";
import type { jobInputs } from "../../core/job";
import { type Fields, field, type ValuesOf } from "../../core/shape";

const serverId = z.string().regex(/^[^\s/]+$/, "must be the id of a server, without spaces and slashes");

/** What workflows of every kind take. */
export const commonInputs = {
  deviceType: field(z.string().min(1), {
    doc: "The device type, such as a1.c5.large: it says which BIOS settings and firmware the server gets.",
    // The service tells it of no workflow, so that an import may lack it.
    change: "replace",
  }),
  gateway: field(z.ipv4().optional(), { doc: "The gateway of the management controller. Default: none." }),
  subnetMask: field(z.ipv4().optional(), {
    doc: "The network mask of the management controller. Only the shipped application takes one. Default: none.",
  }),
  onDuplicate: field(z.enum(["fail", "adopt"]).optional(), {
    doc:
      "What to do when a server has a workflow that has not ended, since both would work on it at once: fail says which; adopt " +
      "takes it over, whatever it was asked to do. Default: fail.",
    change: "local",
    default: "fail",
  }),
} satisfies Fields;

export const serverIdField = (doc: string) => field(serverId, { doc });
export const serverIdItem = serverId;

export const workflowInputs = {
  serverId: serverIdField("The server, such as server-001, by the id that its record has."),
  ...commonInputs,
  targetIpmiIp: field(z.ipv4().optional(), {
    doc: "The IPv4 address that its management controller gets. The shipped application needs one. Default: as it has.",
  }),
  rackLocation: field(z.string().min(1).optional(), {
    doc: "Where it stands, for its record. The shipped application drops it. Default: none.",
  }),
  firmwareFirst: field(z.boolean().optional(), {
    doc: "Update its firmware before anything else. The shipped application cannot. Default: false.",
    default: false,
  }),
  firmwarePolicy: field(z.enum(["recommended", "latest", "security_only"]).optional(), {
    doc: "Which firmware a firmware-first workflow takes. Default: recommended.",
  }),
} satisfies Fields;

export type WorkflowInputs = ValuesOf<typeof workflowInputs>;

export const workflowRules: readonly Rule<WorkflowInputs & ValuesOf<typeof jobInputs>>[] = [
  {
    needs: ["firmwareFirst", "firmwarePolicy"],
    check: ({ firmwareFirst, firmwarePolicy }) =>
      firmwarePolicy !== undefined && !firmwareFirst
        ? "firmwarePolicy is of a workflow that updates the firmware first: set firmwareFirst, or remove it"
        : undefined,
  },
];

/** What a program asks for, as the service is told. */
export function requestOf(inputs: WorkflowInputs): ProvisioningRequest {
  const { serverId, deviceType, targetIpmiIp, gateway, subnetMask, rackLocation } = inputs;
  const { firmwareFirst, firmwarePolicy = "recommended" } = inputs;
  return {
    ...{ serverId, deviceType, targetIpmiIp, gateway, subnetMask, rackLocation },
    ...(firmwareFirst && { firmwarePolicy }),
  };
}

/** What was asked for, as a run after one that was killed knows it again: what is local does not belong to it. */
export function askedOf(inputs: WorkflowInputs & ValuesOf<typeof jobInputs>): object {
  const { triggers = {} } = inputs;
  return { ...requestOf(inputs), triggers };
}
