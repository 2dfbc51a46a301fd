import type { VendorError } from "../http/errors";
import type { Calls } from "./calls";
import type { Dialect, Workflow } from "./types";
import { isFinal, predictedId } from "./workflow-view";

/** What was known of the service's workflows when a start was sent. */
export interface Before {
  /** By our clock, in milliseconds since the epoch. */
  sentAt: number;
  /** Those that were there, by id; undefined where nobody looked. */
  workflows: ReadonlyMap<string, Workflow> | undefined;
}

/** A workflow may be listed a little after it was started, and a start may still be on its way: pauses between looks, in milliseconds. */
const pausesMs = [0, 1_000, 3_000, 6_000];
/** Times are told in whole seconds, and clocks are a little apart. */
const toleranceMs = 1_000;

/** Looks for workflows whose start was never answered. */
export class LostStarts {
  constructor(
    private readonly calls: Calls,
    /** Never aborted: a caller that has given up still has to know what it has started. */
    private readonly list: () => Promise<readonly Workflow[]>,
  ) {}

  /** The workflows that were started for these servers, by server, as far as there is no doubt that they are those. */
  async find(serverIds: readonly string[], before: Before, dialect: Dialect): Promise<Map<string, Workflow>> {
    const found = new Map<string, Workflow>();
    for (const pause of pausesMs) {
      if (pause > 0) await this.calls.clock.sleep(pause);
      const workflows = await this.list();
      for (const serverId of serverIds) {
        const [one, another] = workflows.filter((workflow) => this.isNew(workflow, serverId, before, dialect));
        if (one && !another) found.set(serverId, one);
      }
      if (found.size === serverIds.length) break;
    }
    return found;
  }

  private isNew(workflow: Workflow, serverId: string, before: Before, dialect: Dialect): boolean {
    const earlier = before.workflows?.get(workflow.id);
    if (dialect === "shipped") {
      // Every workflow of a server has the same id: it is a new one if there was none, or if one that had ended runs.
      const isFresh = earlier ? isFinal(earlier.status) && !isFinal(workflow.status) : before.workflows !== undefined;
      return workflow.id === predictedId(serverId) && isFresh;
    }
    return workflow.serverId === serverId && !earlier && this.isOfThen(workflow.createdAt, before);
  }

  /** Whether it was made between the sending and now, by the service's clock. */
  private isOfThen(createdAt: string | undefined, { sentAt, workflows }: Before): boolean {
    const { serverClock, clock } = this.calls;
    const hasZone = createdAt?.endsWith("Z") === true;
    const created = Date.parse(createdAt === undefined || hasZone ? (createdAt ?? "") : `${createdAt}Z`);
    const from = serverClock.at(sentAt) - toleranceMs;
    const to = serverClock.at(clock.now()) + 2 * toleranceMs;
    if (created >= from && created <= to) return true;
    // A time without a zone may be of any: then it counts that it was not there before.
    return !hasZone && workflows !== undefined;
  }
}

/** A start of which nobody knows whether it was one. */
export function outcomeUnknown(failure: VendorError, servers: readonly string[], sentAt: string): VendorError {
  const whose = servers.length === 1 ? `of server ${servers[0]}` : `of servers ${servers.join(", ")}`;
  const hint =
    "It is not known whether it was started, and no workflow was found that is certainly this one. Before it is started " +
    `again, look in the service's list (GET /api/orchestration/workflows) for a workflow ${whose} that began at or after ` +
    `${sentAt}: import it by its id if there is one, and run again if there is none.`;
  return failure.with({ code: "outcome-unknown", hint: [failure.hint, hint].filter(Boolean).join(" ") });
}
