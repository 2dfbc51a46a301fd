import { isVendorError } from "../../clients/http/errors";
import type { MaasMachine } from "../../clients/hwautomation/types";
import { follow, type JobView } from "../../core/job";
import type { Context } from "../../core/resource";
import { isPassing, pausesOf } from "../waits";
import { type Standing, standingOf } from "./machine-status";
import { type Automation, automationOf } from "./service";

/** How long a commissioning takes at most, in seconds. */
export const usualSeconds = 2_700;

/** So many looks may pass until MaaS shows that a commissioning has begun. */
const patientLooks = 12;

/** What the service answers when MaaS has no machines, and when it cannot reach MaaS. */
class NoMachines extends Error {
  constructor() {
    super(
      "HWAutomation lists no machine of MaaS at all, which it does as well when it cannot reach MaaS: look at the service's " +
        "settings of MaaS (`GET /api/maas/test` says whether it can log in) and run `pulumi up` again",
    );
  }
}

/**
 * All machines by their system id, as of a moment ago: whoever looks at once looks at one list.
 * @throws NoMachines when the list is empty, which says nothing about any machine
 */
export async function machinesOf(
  { machines, pollMs }: Automation,
  { signal }: Context,
): Promise<ReadonlyMap<string, MaasMachine>> {
  const listed = await machines.read({ since: Date.now() - 0.8 * pollMs, signal });
  if (listed.size === 0) throw new NoMachines();
  return listed;
}

export interface Commissioning {
  machineId: string;
  timeoutSeconds: number;
  /** Whether one that is Ready is commissioned once more. */
  again: boolean;
  /** Told as soon as the commissioning may have begun. */
  accepted(machine: MaasMachine): void;
}

/**
 * Brings a machine to Ready. What is under way is waited for, so that an interrupted run begins nothing twice.
 * @throws Error when it must not be commissioned, has failed, or is not Ready in time
 */
export async function commissioned(context: Context, asked: Commissioning): Promise<MaasMachine> {
  const { machineId, again, accepted } = asked;
  const automation = await automationOf(context);
  const machine = (await machinesOf(automation, context)).get(machineId);
  if (!machine) throw new Error(missingText(machineId));
  const standing = standingOf(machine);
  if (standing.kind === "ready" && !again) return machine;
  if (standing.kind === "underWay") {
    accepted(machine);
    return untilReady(context, automation, machine, asked);
  }
  const [problem] = await problemsOf(automation, machineId, standing, context);
  if (problem !== undefined) throw new Error(problem);
  automation.assertWritable(`the commissioning of ${nameOf(machine)}`);
  let doubt: Error | undefined;
  try {
    await automation.machines.write(() => automation.client.commissionMachine(machineId, context.signal));
  } catch (error) {
    // Whether it was taken the machine tells; it is not asked for twice.
    if (!isVendorError(error) || !error.ambiguous) throw error;
    doubt = error;
  }
  accepted(machine);
  return untilReady(context, automation, machine, asked, { before: standing.status, doubt });
}

interface Begun {
  /** The status before, which MaaS may show for a while. */
  before: string;
  /** Why it is not sure that anything was begun. */
  doubt?: Error;
}

async function untilReady(
  context: Context,
  automation: Automation,
  machine: MaasMachine,
  { timeoutSeconds }: Commissioning,
  begun?: Begun,
): Promise<MaasMachine> {
  const name = nameOf(machine);
  let isBegun = begun === undefined;
  let looks = 0;
  const look = async (): Promise<JobView<MaasMachine>> => {
    const found = (await machinesOf(automation, context)).get(machine.systemId);
    if (!found) return { phase: "running", progress: "not listed at the moment", outputs: machine };
    const { kind, status } = standingOf(found);
    isBegun ||= status !== begun?.before;
    looks += 1;
    if (isBegun) return { phase: phases[kind], progress: status, outputs: found };
    if (looks > patientLooks) throw new Error(neverBegan(name, status, begun?.doubt));
    return { phase: "waiting", progress: `${status}, waits for the commissioning to begin`, outputs: found };
  };
  const { phase, outputs: last } = await follow(context, {
    name: `the commissioning of ${name}`,
    look,
    pauseMs: pausesOf(automation),
    timeoutMs: timeoutSeconds * 1_000,
    isPassing: (error) => error instanceof NoMachines || isPassing(error),
  });
  if (phase === "succeeded") return last;
  throw new Error(
    `${name} is ${last.status}, not Ready: MaaS tells the reason among the results of its commissioning. Mend it, and ` +
      "`pulumi up` commissions the machine again",
  );
}

const phases = { ready: "succeeded", underWay: "running", commissionable: "failed", inUse: "failed" } as const;

function neverBegan(name: string, status: string, doubt: Error | undefined): string {
  const stays = `${name} is ${status}, as before: its commissioning has not begun, or was over before anybody saw it.`;
  return doubt ? `${doubt.message} ${stays}` : `${stays} Look at its events in MaaS, and run \`pulumi up\` again`;
}

/** Why a machine that stands so cannot be commissioned. */
export async function problemsOf(
  automation: Automation,
  machineId: string,
  { kind, status }: Standing,
  { signal }: Context,
): Promise<string[]> {
  if (kind === "inUse")
    return [
      `machine ${machineId} is ${status}: to commission it would take it from whoever uses it and may erase it. Release it in ` +
        "MaaS first, or import it if it has been commissioned already",
    ];
  return automation.missing(["commissionMachine"], signal);
}

export function missingText(machineId: string): string {
  return `MaaS lists no machine ${machineId}: correct machineId, the system id and not the host name, or add the machine to MaaS.`;
}

export function nameOf({ systemId, hostname }: MaasMachine): string {
  return hostname ? `machine ${systemId} (${hostname})` : `machine ${systemId}`;
}
