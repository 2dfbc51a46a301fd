import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { MaasMachine } from "../../clients/hwautomation/types";
import { defineResource, type State, type WriteContext } from "../../core/resource";
import { field, type ValuesOf } from "../../core/shape";
import { isUnknown } from "../../core/values";
import { standingOf } from "./machine-status";
import { commissioned, machinesOf, missingText, nameOf, problemsOf, usualSeconds } from "./machine-work";
import { automationOf, hwautomation } from "./service";

const inputs = {
  machineId: field(z.string().regex(/^\S+$/, "must be the system id of a machine in MaaS, such as abc123"), {
    doc: "The machine's system id in MaaS, such as abc123. Another one is another machine.",
    change: "replace",
  }),
  triggers: field(z.record(z.string(), z.string()).optional(), {
    doc: "Any values: a change of one of them commissions the machine again, though it is Ready. Default: none.",
  }),
  timeoutSeconds: field(z.number().positive().optional(), {
    doc: "How long to wait until the machine is Ready, in seconds; the commissioning goes on after that. Default: 2700.",
    change: "local",
    default: usualSeconds,
  }),
};

const outputs = {
  hostname: field(z.string().optional(), { doc: "Its name in MaaS." }),
  status: field(z.string().optional(), { doc: "Its status in the words of MaaS, when it was last looked at." }),
  ipAddresses: field(z.array(z.string()).optional(), { doc: "Its addresses, where the service tells them." }),
  architecture: field(z.string().optional(), { doc: "Its architecture, such as amd64." }),
  cpuCount: field(z.int().optional(), { doc: "How many CPUs commissioning has found." }),
  memory: field(z.number().optional(), { doc: "Its memory in MiB, where the service tells it." }),
};

type Inputs = ValuesOf<typeof inputs>;
type Outputs = ValuesOf<typeof outputs>;

export const maasMachine = defineResource<typeof inputs, typeof outputs>({
  token: "hwautomation:MaasMachine",
  doc: [
    "An action: a machine of MaaS is commissioned. MaaS boots it into an environment of its own, tests it, and takes down what",
    "it is made of.",
    "Create commissions a machine that is New, Broken, or failed its last commissioning or test, and waits until it is Ready,",
    "with the status on its row. One that is being commissioned is waited for, and one that is Ready is taken as it is. One that",
    "is in use, such as Deployed or Allocated, is refused, in the preview too: commissioning would take it from whoever uses it",
    "and may erase it; release it in MaaS first. One that fails stays in the state as unfinished, and the next `pulumi up` tries",
    "again.",
    "A change of `triggers` commissions it again. What becomes of the machine later, such as that it is deployed, is no drift.",
    "Delete does nothing: a commissioning cannot be undone, and the machine stays in MaaS as it is.",
    "MaaS that cannot be reached looks to the service as if it had no machines, so a machine that is not listed is never taken",
    "for gone. The application as it is shipped cannot commission a machine by its id, which the preview says.",
    "Imported by the machine's system id.",
  ].join(" "),
  example: `const machine = new ztp.hwautomation.MaasMachine("server-001", { machineId: "abc123" });`,
  service: hwautomation,
  inputs,
  outputs,
  owns: ({ machineId }) => (typeof machineId === "string" ? [`commissioning of MaaS machine ${machineId}`] : []),
  idOf: ({ machineId }) => machineId,
  impact: {
    update: ({ machineId }, _to, changed) => (changed.has("triggers") ? impactOf(machineId) : undefined),
  },

  async plan(context, { machineId }) {
    if (machineId === undefined) return {};
    const automation = await automationOf(context);
    const machine = (await machinesOf(automation, context)).get(machineId);
    const standing = machine && standingOf(machine);
    if (!standing) return { problems: [missingText(machineId)] };
    if (standing.kind === "ready" || standing.kind === "underWay") return { impact: "" };
    const problems = await problemsOf(automation, machineId, standing, context);
    return { problems, impact: impactOf(machineId) };
  },

  async planUpdate(context, from, to, replaces) {
    const { machineId } = from.inputs;
    const again = !isUnknown(to.triggers) && isAskedAgain(from, to);
    if (replaces || !again) return {};
    const automation = await automationOf(context);
    const machine = (await machinesOf(automation, context)).get(machineId);
    if (!machine) return { problems: [missingText(machineId)] };
    return { problems: await problemsOf(automation, machineId, standingOf(machine), context) };
  },

  async create(context, wanted) {
    return { id: wanted.machineId, outputs: outputsOf(await bring(context, wanted, false)) };
  },

  async read(context, id, prior) {
    const automation = await automationOf(context);
    const machine = (await machinesOf(automation, context)).get(id);
    if (!machine) {
      if (!prior) return undefined;
      context.warn(
        `${missingText(id)} The state keeps what it knows; if the machine is gone, take it out of the program.`,
      );
      return { inputs: prior.inputs, outputs: prior.outputs, unfinished: prior.unfinished };
    }
    const { kind } = standingOf(machine);
    const open = prior?.unfinished !== undefined && (kind === "underWay" || kind === "commissionable");
    return {
      inputs: prior?.inputs ?? { machineId: id },
      outputs: outputsOf(machine),
      unfinished: open
        ? `${nameOf(machine)} is ${machine.status}, not Ready yet; \`pulumi up\` goes on with it`
        : undefined,
    };
  },

  async update(context, _id, from, to) {
    return outputsOf(await bring(context, to, isAskedAgain(from, to)));
  },

  async delete(context, id) {
    context.progress(`machine ${id} stays in MaaS as it is: a commissioning cannot be undone`);
  },

  async *list(context) {
    const automation = await automationOf(context);
    for (const { systemId, hostname } of (await machinesOf(automation, context)).values()) {
      yield { id: systemId, name: hostname || systemId };
    }
  },
  importOnRequest: true,
});

function bring(context: WriteContext<Outputs>, wanted: Inputs, again: boolean): Promise<MaasMachine> {
  const { machineId, timeoutSeconds = usualSeconds } = wanted;
  const accepted = (machine: MaasMachine) => context.accepted(machineId, outputsOf(machine));
  return commissioned(context, { machineId, timeoutSeconds, again, accepted });
}

/** Whether another commissioning was asked for since the last one was begun. */
function isAskedAgain({ inputs, attempted }: State<Inputs, Outputs>, to: Inputs): boolean {
  return !isDeepStrictEqual((attempted ?? inputs).triggers ?? {}, to.triggers ?? {});
}

function impactOf(machineId: string): string {
  return `machine ${machineId} is commissioned: MaaS boots it into an environment of its own, and what is on its disks may be lost`;
}

function outputsOf({ hostname, status, ipAddresses, architecture, cpuCount, memory }: MaasMachine): Outputs {
  return { hostname, status, ipAddresses: ipAddresses && [...ipAddresses], architecture, cpuCount, memory };
}
