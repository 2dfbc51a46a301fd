import { z } from "zod";
import type { ProvisioningRequest, Workflow } from "../../clients/hwautomation/types";
import { defineJob, type FoundJob, type JobPhase, type jobInputs } from "../../core/job";
import type { Context } from "../../core/resource";
import { type Fields, field, object, type ValuesOf } from "../../core/shape";
import { isUnknown } from "../../core/values";
import { type Comparison, compareFirmware, isSame, type PlannedUpdate } from "./firmware-compare";
import { idleId, isScheduled, nothingComes } from "./firmware-ids";
import { type Automation, automationOf, hwautomation } from "./service";
import { cancelWorkflow } from "./workflow-cancel";
import { outputsOf, phaseOf, progressOf, workflowFields } from "./workflow-fields";
import { forecast } from "./workflow-forecast";
import { keyOf, keyText } from "./workflow-ids";
import { serverIdField } from "./workflow-inputs";
import { sightOf } from "./workflow-look";
import { type BegunWorkflow, beginWorkflow, begunView, foundLost, WorkflowConflictError } from "./workflow-start";

const inputs = {
  serverId: serverIdField("The server, by the id that its record has."),
  deviceType: field(z.string().min(1).optional(), {
    doc: "The device type, which the workflow must be told. Default: that of the server's record.",
  }),
  policy: field(z.enum(["recommended", "latest", "security_only"]).optional(), {
    doc: "Which versions the workflow takes. Default: recommended.",
    default: "recommended",
  }),
  components: field(z.array(z.string().min(1)).min(1).optional(), {
    doc:
      "The components that are compared, such as bios and bmc: when none of them has an update, nothing is begun. A workflow " +
      "that is begun updates all that its policy covers. Default: those of targetVersions, or else all.",
    unordered: true,
    canonical: (name) => name.toLowerCase(),
  }),
  targetVersions: field(z.record(z.string(), z.string().min(1)).optional(), {
    doc:
      "The version that a component is to run, by its name. A workflow cannot be told a version, so it must be the one that the " +
      "service offers, or runs already. Default: what the service offers.",
    canonicalKey: (name) => name.toLowerCase(),
  }),
} satisfies Fields;

const outputs = {
  workflowId: field(z.string(), {
    doc: "The id of its workflow; where there was nothing to do one that stands for none.",
  }),
  submittedAt: field(z.string().optional(), {
    doc: "When the service accepted it, by its clock where it tells. ISO 8601. It is the other part of the resource's id.",
  }),
  updates: field(
    z.array(
      object(
        "PlannedFirmware",
        {
          component: field(z.string(), { doc: "Such as bios or bmc." }),
          fromVersion: field(z.string().optional(), { doc: "The version that it ran." }),
          toVersion: field(z.string(), { doc: "The version that the service offered." }),
        },
        "The update of a component.",
      ),
    ),
    { doc: "What was to be updated; nothing where the server ran it all." },
  ),
  outstanding: field(z.array(z.string()), {
    doc: "The components of these that did not run their version when the workflow had completed.",
  }),
  ...workflowFields,
} satisfies Fields;

type Inputs = ValuesOf<typeof inputs>;
type AllInputs = ValuesOf<typeof inputs & typeof jobInputs>;
type Outputs = ValuesOf<typeof outputs>;
type Found = FoundJob<Inputs, Outputs>;

export const firmwareUpdate = defineJob({
  token: "hwautomation:FirmwareUpdate",
  doc: [
    "Brings the firmware of a server to what HWAutomation offers for it. The versions are compared first: where nothing is to be",
    "updated, nothing is begun, and it has succeeded at once. Otherwise a workflow that takes the firmware first is begun: it",
    "updates, reboots the server, and writes the BIOS settings of its device type. It exists when the service has accepted it; a",
    "`WorkflowCompletion` waits for the end, also where there was nothing to do. Nothing is ever brought to an older version: what",
    "would come to that is refused in the preview.",
    "A change of what is asked for is another update, which compares anew. Delete asks for the cancel of a workflow that has not",
    "ended: what is installed stays.",
    "The application as it is shipped tells no versions and updates nothing: with `ztp:hwautomation.profile` shipped this is",
    "experimental. It then only has an update scheduled, and stays stuck, since nothing comes of it; the preview warns of that.",
    "It cannot be imported.",
  ].join(" "),
  example: `const firmware = new ztp.hwautomation.FirmwareUpdate("server-001", { serverId: "server-001" });
new ztp.hwautomation.WorkflowCompletion("server-001", { workflowId: firmware.id });`,
  service: hwautomation,
  inputs,
  outputs,
  impact: {
    create: ({ serverId }) =>
      isUnknown(serverId)
        ? undefined
        : `if there is firmware for server ${serverId} that it does not run, it is installed, ${besides}`,
  },

  async plan(context, inputs) {
    if (Object.values(inputs).some(isUnknown)) return {};
    const automation = await automationOf(context);
    const { serverId } = inputs;
    if (await isShipped(automation, context)) return { warnings: [experimental(serverId)], impact: "" };
    const { unknown, updates, ...told } = await compare(automation, inputs, context);
    // The server may become known in this run, by what comes before.
    if (unknown) return { warnings: [unknown] };
    if (updates.length === 0) return { ...told, impact: "" };
    const request = await requestOf(automation, inputs, context);
    const isOwn = () => automation.notes.left(serverId, askedOf(inputs)) !== undefined;
    const { problems, warnings } = await forecast(context, automation, [request], { isOwn });
    return {
      problems: [...told.problems, ...problems],
      warnings: [...told.warnings, ...warnings],
      impact: `server ${serverId} gets firmware (${updates.map(updateText).join(", ")}), ${besides}`,
    };
  },

  async find(context, inputs, isTaken) {
    const automation = await automationOf(context);
    const { serverId } = inputs;
    const begun = await foundLost(automation, serverId, askedOf(inputs), isTaken, context.signal);
    if (!begun) return undefined;
    const { updates } = await compare(automation, inputs, context);
    return begunAs(begun, updates);
  },

  async submit(context, inputs) {
    const automation = await automationOf(context);
    const { serverId, components = Object.keys(inputs.targetVersions ?? {}) } = inputs;
    const submittedAt = new Date(automation.client.serverNow()).toISOString();
    if (await isShipped(automation, context)) {
      context.warn(experimental(serverId));
      automation.assertWritable(`a firmware update of server ${serverId}`);
      const { client } = automation;
      const parts = components.length > 0 ? components : ["bios", "bmc"];
      const { workflowId } = await client.scheduleFirmware(serverId, parts, context.signal);
      return { ...begunAs({ workflowId, serverId, submittedAt }, []), phase: "stuck", reason: experimental(serverId) };
    }
    const { unknown, problems, updates } = await compare(automation, inputs, context);
    if (unknown) throw new Error(unknown);
    if (problems.length > 0) throw new Error(problems.join("\n"));
    if (updates.length === 0) {
      const none = begunAs({ workflowId: idleId(serverId), serverId, submittedAt }, []);
      return { ...none, phase: "succeeded", outputs: { ...none.outputs, status: "completed" } };
    }
    const begun = await beginWorkflow(context, automation, await requestOf(automation, inputs, context), {
      asked: askedOf(inputs),
      accepted: (accepted) => {
        const { outputs, phase } = begunAs(accepted, updates);
        context.accepted(keyText(accepted), { ...outputs, phase });
      },
    }).catch((error: unknown) => {
      throw error instanceof WorkflowConflictError ? new Error(conflictText(error)) : error;
    });
    return begunAs(begun, updates);
  },

  async look(context, id, known) {
    if (!known?.workflowId)
      throw new Error(
        `firmware update ${id} cannot be imported: HWAutomation does not tell what a workflow has updated. Declare it, and it ` +
          "compares the versions",
      );
    const automation = await automationOf(context);
    const before = known as Outputs & { phase?: JobPhase };
    const kept = { id, inputs: {}, progress: "", outputs: before };
    if (isScheduled(before.workflowId)) return { ...kept, phase: "stuck", reason: nothingComes(before.workflowId) };
    const sight = await sightOf(automation, { ...before, ...keyOf(id) }, context.signal);
    if ("isNew" in sight) return { ...kept, phase: before.phase ?? "waiting" };
    if ("lost" in sight) {
      context.warn(sight.lost);
      return { ...kept, phase: "expired", reason: sight.lost, outputs: { ...before, error: sight.lost } };
    }
    const { workflow } = sight;
    const phase = phaseOf(workflow);
    const outstanding = phase === "succeeded" ? await outstandingOf(automation, workflow, before.updates, context) : [];
    const outputs = { ...before, ...outputsOf(workflow), outstanding };
    return { ...kept, phase, progress: progressOf(workflow), reason: workflow.error, outputs };
  },

  async cancel(context, id, known) {
    const { text } = await cancelWorkflow(context, await automationOf(context), id, known);
    if (text) context.warn(text);
  },
});

const besides = "and the server reboots and gets the BIOS settings of its device type";

function experimental(serverId: string): string {
  return (
    `experimental: the application as it is shipped (dialect shipped) only seems to schedule the update of server ${serverId}. ` +
    "Nothing comes of it, and it never ends"
  );
}

/** The workflow of somebody else is no update, whatever it does. */
function conflictText({ serverId, workflowId }: WorkflowConflictError): string {
  return (
    `server ${serverId} has workflow ${workflowId}, which has not ended, so that its firmware is not updated: have the update depend ` +
    "on the WorkflowCompletion of that workflow, or cancel it"
  );
}

async function isShipped({ client }: Automation, { signal }: Context): Promise<boolean> {
  return (await client.dialect(signal)) === "shipped";
}

/** What the server is to be updated to; `unknown`: why nobody can tell. */
async function compare(
  { client }: Automation,
  inputs: Inputs,
  { signal }: Context,
): Promise<Comparison & { unknown?: string }> {
  const firmware = await client.firmware(inputs.serverId, signal);
  if (firmware && firmware.length > 0) return compareFirmware(firmware, inputs);
  const unknown =
    `HWAutomation does not know ${firmware ? "the firmware of " : ""}server ${inputs.serverId}: it must have been recorded, and ` +
    "its hardware been seen by a workflow, before its firmware can be compared";
  return { unknown, problems: [], warnings: [], updates: [] };
}

async function requestOf(
  { client }: Automation,
  { serverId, deviceType, policy: firmwarePolicy = "recommended" }: Inputs,
  { signal }: Context,
): Promise<ProvisioningRequest> {
  const type = deviceType ?? (await client.server(serverId, signal))?.deviceType;
  if (type !== undefined) return { serverId, deviceType: type, firmwarePolicy };
  throw new Error(`HWAutomation does not know the device type of server ${serverId}: set deviceType`);
}

/** What was asked for, as a run after one that was killed knows it again. */
function askedOf({ serverId, deviceType, policy, components, targetVersions, triggers = {} }: AllInputs): object {
  return { firmwareOf: serverId, deviceType, policy, components, targetVersions, triggers };
}

/** The components that do not run what they were to be brought to, though the workflow is through. */
async function outstandingOf(
  automation: Automation,
  { id, ...workflow }: Workflow,
  updates: readonly PlannedUpdate[],
  context: Context,
): Promise<string[]> {
  if (updates.length === 0) return [];
  // Only the list may tell the server of a workflow.
  const { serverId = (await automation.recentWorkflows(context.signal)).get(id)?.serverId } = workflow;
  if (serverId === undefined) return [];
  const now = new Map(
    (await automation.client.firmware(serverId, context.signal))?.map((each) => [each.component.toLowerCase(), each]),
  );
  const left = updates.filter(({ component, toVersion }) => !isSame(now.get(component)?.currentVersion, toVersion));
  if (left.length > 0)
    context.warn(
      `workflow ${id} has completed, but server ${serverId} does not run all of it: ${left.map(updateText).join(", ")} is still ` +
        "to come. The policy may leave it out; look at the server",
    );
  return left.map(({ component }) => component);
}

function updateText({ component, fromVersion = "unknown", toVersion }: PlannedUpdate): string {
  return `${component} ${fromVersion} -> ${toVersion}`;
}

/** A workflow that was begun, or found, as the life cycle of jobs sees it. */
function begunAs(begun: BegunWorkflow, updates: PlannedUpdate[]): Found {
  const { outputs, ...view } = begunView(begun);
  return { ...view, outputs: { ...outputs, updates, outstanding: [] } };
}
