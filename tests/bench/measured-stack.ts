import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RequestEntry } from "../../simulators";
import { PulumiWorkspace } from "../../tools/workspace";
import { type Fleet, fleetVariable } from "./programs/list";
import { BenchProject, type Contender } from "./project";
import type { ServiceName, SimulatorProcess } from "./simulator";

/** What one command took. */
export interface Cost {
  /** Calls to the service. */
  calls: number;
  seconds: number;
}

/** The same, with what was sent and what the user was told. */
export interface MeasuredCost extends Cost {
  requests: RequestEntry[];
  output: string;
}

const timeoutMs = 30 * 60_000;
const parallel = ["--parallel", "64"];

/** A stack that runs the program of a contender, each command measured by what it sends to one service. */
export class MeasuredStack {
  private constructor(
    readonly project: BenchProject,
    private readonly workspace: PulumiWorkspace,
    private readonly simulators: SimulatorProcess,
    private readonly service: ServiceName,
  ) {}

  /** @param fleet what the program manages until it is changed */
  static async create(
    contender: Contender,
    simulators: SimulatorProcess,
    service: ServiceName,
    fleet: Fleet,
  ): Promise<MeasuredStack> {
    const project = new BenchProject(contender);
    try {
      const workspace = await PulumiWorkspace.create({
        project: project.directory,
        host: project.usesPlugin ? "plugin" : undefined,
        env: { ...simulators.environment, [fleetVariable]: fleetFileOf(project) },
      });
      const stack = new MeasuredStack(project, workspace, simulators, service);
      stack.change(fleet);
      return stack;
    } catch (error) {
      project.dispose();
      throw error;
    }
  }

  /** From now on the program manages this. */
  change(fleet: Fleet): void {
    writeFileSync(fleetFileOf(this.project), JSON.stringify(fleet));
  }

  up(...flags: string[]): Promise<MeasuredCost> {
    return this.measure("up", "--yes", "--skip-preview", ...flags);
  }

  /** A preview that must show no changes. */
  preview(): Promise<MeasuredCost> {
    return this.measure("preview", "--expect-no-changes");
  }

  /** A refresh that must find no changes. */
  refresh(): Promise<MeasuredCost> {
    return this.measure("refresh", "--yes", "--skip-preview", "--expect-no-changes");
  }

  dispose(): void {
    this.workspace.dispose();
    this.project.dispose();
  }

  private async measure(...args: string[]): Promise<MeasuredCost> {
    let told = { seconds: 0, output: "" };
    const requests = await this.simulators.requestsDuring(this.service, async () => {
      told = await this.workspace.expect([...args, ...parallel], { timeoutMs });
    });
    const { seconds, output } = told;
    return { calls: requests.length, seconds, requests, output };
  }
}

function fleetFileOf({ directory }: BenchProject): string {
  return join(directory, "fleet.json");
}
