import { Snapshot } from "../../clients/http/coalesce";
import { Turns } from "../../clients/http/turns";
import { type Feature, unsupported } from "../../clients/hwautomation/dialects";
import type { HwAutomation } from "../../clients/hwautomation/hwautomation";
import type { HwAutomationOptions } from "../../clients/hwautomation/options";
import type { MaasMachine, Server, StartedWorkflow, Workflow } from "../../clients/hwautomation/types";
import type { ConfigValues } from "../../core/config";
import type { Context, Service } from "../../core/resource";
import { count } from "../../core/words";
import { longWaits } from "../waits";
import { configProblems, hwautomationConfig } from "./config";
import { WorkflowNotes } from "./workflow-notes";

/** What was begun less than so long ago need not show yet, in milliseconds. */
export const newMs = 30_000;

/** Lists of what seldom changes are as old as this at most, in milliseconds. */
const recentMs = 60_000;

/** One HWAutomation service, with what all its resources share. */
export class Automation {
  /** What a run that is killed leaves for the next one. */
  readonly notes: WorkflowNotes;
  /** All records of servers by their id: a preview looks at one list for all of them. */
  readonly servers: Snapshot<ReadonlyMap<string, Server>>;
  /** All machines of MaaS by their system id. */
  readonly machines: Snapshot<ReadonlyMap<string, MaasMachine>>;
  /** How many workflows are waited for: with many of them all look at the one list. */
  watched = 0;
  private readonly turns = new Map<string, Turns>();
  private readonly begun = new Map<string, { workflow: StartedWorkflow; at: number }>();
  private readonly types: Snapshot<readonly string[] | undefined>;
  private readonly listed: Snapshot<ReadonlyMap<string, Workflow>>;

  constructor(
    readonly client: HwAutomation,
    private readonly readOnly: boolean,
    /** The shortest time between two looks, in milliseconds. */
    readonly pollMs: number,
    warn: (message: string) => void,
  ) {
    this.notes = new WorkflowNotes(client.baseUrl, warn);
    this.listed = new Snapshot({
      load: async (signal) => new Map((await client.workflows(signal)).map((workflow) => [workflow.id, workflow])),
      maxAgeMs: pollMs * 0.8,
    });
    this.types = new Snapshot({
      load: async (signal) =>
        unsupported(await client.dialect(signal), "deviceTypes") ? undefined : client.deviceTypes(signal),
      maxAgeMs: recentMs,
    });
    this.servers = new Snapshot({
      load: async (signal) => new Map((await client.servers(signal)).map((server) => [server.serverId, server])),
      maxAgeMs: recentMs,
    });
    this.machines = new Snapshot({
      load: async (signal) => new Map((await client.machines(signal)).map((machine) => [machine.systemId, machine])),
      maxAgeMs: recentMs,
    });
  }

  /** The workflows by their id, as of about one poll ago at most: all that wait look at one list. */
  recentWorkflows(signal: AbortSignal): Promise<ReadonlyMap<string, Workflow>> {
    return this.listed.read({ signal });
  }

  /** The device types that the service lists, where its dialect can. */
  knownDeviceTypes(signal: AbortSignal): Promise<readonly string[] | undefined> {
    return this.types.read({ signal });
  }

  /** Something was told to have changed: the next one who asks gets a new list. */
  forgetWorkflows(): void {
    this.listed.invalidate();
  }

  /** Remembers what this run has begun, which a list need not show at once. */
  hasBegun(workflow: StartedWorkflow): void {
    this.begun.set(workflow.serverId, { workflow, at: performance.now() });
    this.listed.invalidate();
  }

  /** What this run has begun on the server a moment ago. */
  begunOn(serverId: string): StartedWorkflow | undefined {
    const { workflow, at = 0 } = this.begun.get(serverId) ?? {};
    return performance.now() - at < newMs ? workflow : undefined;
  }

  /** What is begun on a server is begun one after the other. */
  turnsOf(serverId: string): Turns {
    const turns = this.turns.get(serverId) ?? new Turns();
    this.turns.set(serverId, turns);
    return turns;
  }

  /** What the service's dialect lacks of these, as sentences for a preview or an error. */
  async missing(features: readonly Feature[], signal: AbortSignal): Promise<string[]> {
    if (features.length === 0) return [];
    const dialect = await this.client.dialect(signal);
    return features.flatMap((feature) => unsupported(dialect, feature) ?? []);
  }

  /** @throws Error when the configuration forbids writes */
  assertWritable(what: string): void {
    if (this.readOnly) throw new Error(`${what} was not begun: ztp:hwautomation.readOnly is set`);
  }
}

export const hwautomation: Service<Promise<Automation>> = {
  name: "HWAutomation",
  config: hwautomationConfig,
  problems: configProblems,
  async probe(context) {
    const { client } = await automationOf(context);
    // A list is behind the login, which the service's health is not.
    const [dialect, workflows] = await Promise.all([client.dialect(context.signal), client.workflows(context.signal)]);
    const what = dialect === "doc" ? "the API of the reference (doc)" : "the application as it is shipped (shipped)";
    const known = count(workflows.length, "workflow");
    return `${client.baseUrl} answers as ${what} and has a record of ${known}.`;
  },
  async create(config, { warn }) {
    // Loaded on first use: the plugin answers GetSchema, Check and Diff without any client.
    const { createHwAutomation } = await import("../../clients/hwautomation/hwautomation");
    const client = createHwAutomation({ ...clientOptions(config), onWarning: warn, onWait: longWaits(warn) });
    const { readOnly, pollSeconds = 5 } = config as OwnConfig;
    return new Automation(client, readOnly === true, pollSeconds * 1_000, warn);
  },
};

export function automationOf(context: Context): Promise<Automation> {
  return context.use(hwautomation);
}

interface OwnConfig {
  readOnly?: boolean;
  pollSeconds?: number;
}

function clientOptions(config: ConfigValues): HwAutomationOptions {
  const { readOnly: _, pollSeconds: __, maxConcurrency: maxConcurrent, ...same } = config;
  return { ...same, maxConcurrent } as unknown as HwAutomationOptions;
}
