import { WorkflowNotes } from "../../../provider/resources/hwautomation/workflow-notes";
import type { FaultAction } from "../../../simulators";
import type { JsonMap } from "../harness/host";
import { HwAutomationWorld, type HwAutomationWorldOptions } from "../harness/hwautomation-world";
import type { Scenario } from "../harness/scenarios";
import { ofType } from "../harness/stack";

export { onlyFailure, until, warnings } from "../harness/hwautomation-world";

export type WorkflowScenario = Scenario<HwAutomationWorld, HwAutomationWorldOptions>;

export const openWorkflows = HwAutomationWorld.of("hwautomation:ProvisioningWorkflow");

export const serverId = "server-001";
export const job: JsonMap = {
  serverId,
  deviceType: "a1.c5.large",
  targetIpmiIp: "10.20.0.11",
  gateway: "10.20.0.1",
};

export const shipped: HwAutomationWorldOptions = { hwautomation: { profile: "shipped" } };

/** A program with a workflow that is there, and its completion. */
export function following(world: HwAutomationWorld, policy: JsonMap = {}, workflow = job) {
  const workflowId = world.stack.state("server").id;
  return { server: workflow, done: ofType("hwautomation:WorkflowCompletion", { workflowId, ...policy }) };
}

export function completion(world: HwAutomationWorld): JsonMap {
  const state = world.stack.resources.get(world.stack.urn("done", "hwautomation:WorkflowCompletion"));
  if (!state) throw new Error("There is no completion in the state.");
  return state.outputs;
}

export function fault(world: HwAutomationWorld, action: FaultAction, options: object = {}) {
  return world.simulators.faults.add({ service: "hwautomation", action, times: 1, ...options });
}

/** How often a workflow was begun, whatever the caller was told. */
export function starts(world: HwAutomationWorld): number {
  return world.service.workflows.length;
}

/** What a run leaves that is killed after it has asked for this, and before it has kept the answer. */
export function leaveNote(world: HwAutomationWorld, server: string, asked: object, before: string[] = []): void {
  new WorkflowNotes(world.service.url, () => {}).write(server, asked, before);
}
