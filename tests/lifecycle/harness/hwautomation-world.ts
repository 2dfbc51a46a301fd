import { expect } from "vitest";
import type { HwAutomationOptions, HwAutomationVariants, RequestEntry, Simulators } from "../../../simulators";
import type { HostKind, Json, ResourceState } from "./host";
import { Stack } from "./stack";
import { type ConfigChange, present, World } from "./world";

export { onlyFailure, until, warnings } from "./world";

export interface HwAutomationWorldOptions {
  config?: ConfigChange;
  hwautomation?: HwAutomationOptions;
}

/** A stack of resources of HWAutomation, most of one type, and the simulated service, whose clock stands still. */
export class HwAutomationWorld extends World {
  private constructor(simulators: Simulators, stack: Stack) {
    super(simulators, stack, "hwautomation", "hwautomation");
  }

  /** Looks come one right after the other; where nobody is to wait for real time, use {@link World.asTimeGoes}. */
  static of(token: string): (kind: HostKind, options?: HwAutomationWorldOptions) => Promise<HwAutomationWorld> {
    return async (kind, { config, hwautomation } = {}) => {
      const simulators = await World.simulators({ hwautomation: { ...hwautomation } });
      const { url, username, password } = simulators.describe().hwautomation;
      const values = present({ baseUrl: url, username, password, pollSeconds: 0.01, ...config });
      return new HwAutomationWorld(simulators, await Stack.open(kind, token, { hwautomation: values }));
    };
  }

  get service(): Simulators["hwautomation"] {
    return this.simulators.hwautomation;
  }

  secrets(): readonly string[] {
    return [this.service.password, this.service.token];
  }

  /** Changes how the service behaves. */
  change(variants: Partial<HwAutomationVariants>): void {
    this.service.setVariants(variants);
  }

  /** The workflow that a server was given last. */
  workflowOf(serverId: string) {
    const workflow = this.service.workflowsOf(serverId).at(-1);
    if (!workflow) throw new Error(`There never was a workflow of ${serverId}.`);
    return workflow;
  }

  /** How often something was really done to a server. */
  count(kind: "commission" | "biosApply" | "firmwareFlash" | "ipmiConfigure", serverId: string): number {
    return this.service.effectsOf(serverId).filter((each) => each === kind).length;
  }

  /** Time for everything that is under way to end. */
  later(hours = 3): void {
    for (let minute = 0; minute < hours * 60; minute += 1) this.simulators.clock.advance(60_000);
  }

  /** Ids of workflows stand for themselves. */
  protected override callText(entry: RequestEntry): string {
    return super.callText(entry).replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "{id}");
  }

  outputs(name: string): ResourceState["outputs"] {
    return this.stack.state(name).outputs;
  }

  expectOutputs(name: string, outputs: { [key: string]: Json }): void {
    expect(this.outputs(name)).toMatchObject(outputs);
  }
}
