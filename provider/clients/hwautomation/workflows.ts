import { isVendorError } from "../http/errors";
import { path } from "../http/url";
import { type Calls, type Operation, operation } from "./calls";
import { FreshRuns } from "./fresh-runs";
import type { Listings } from "./starts";
import type { CancelAnswer, Workflow } from "./types";
import { isFields, listOf, number, objectOf } from "./wire";
import { isFinal, type ViewTerms, workflowView } from "./workflow-view";

/** The service's workflows: one, all, and asking one to end. All functions throw `VendorError`. */
export class Workflows implements Listings {
  private readonly lists = new FreshRuns((signal) => this.list(operation("list the workflows", signal)));
  private last: { workflows: ReadonlyMap<string, Workflow>; beganAt: number; starts: number } | undefined;
  private starts = 0;
  private readonly terms: ViewTerms;
  private readonly strange = new Set<string>();

  constructor(
    private readonly calls: Calls,
    private readonly warn: (message: string) => void,
  ) {
    this.terms = { redactor: calls.redactor, unknownStatus: (spelled) => this.tellStrange(spelled) };
  }

  async find(id: string, operation: Operation): Promise<Workflow | undefined> {
    return this.calls.find(path`/api/orchestration/workflow/${id}/status`, (body) => this.one(body, id), operation);
  }

  /** Calls that arrive together share one request. */
  all(signal?: AbortSignal): Promise<Workflow[]> {
    return this.lists.run(signal);
  }

  private async list(operation: Operation): Promise<Workflow[]> {
    const { starts } = this;
    const beganAt = this.calls.clock.now();
    const workflows = await this.calls.get("/api/orchestration/workflows", (body) => this.many(body), operation);
    this.last = { workflows: new Map(workflows.map((each) => [each.id, each])), beganAt, starts };
    return workflows;
  }

  recent(maxAgeMs: number): ReadonlyMap<string, Workflow> | undefined {
    const { last } = this;
    const answers = last && last.starts === this.starts && this.calls.clock.now() - last.beganAt <= maxAgeMs;
    return answers ? last.workflows : undefined;
  }

  outdate(): void {
    this.starts++;
  }

  async cancel(id: string, operation: Operation): Promise<CancelAnswer> {
    const cancelPath = path`/api/orchestration/workflow/${id}/cancel`;
    try {
      return await this.calls.post<CancelAnswer>(cancelPath, {}, () => "accepted", operation, {
        // A second cancel changes nothing, but what has ended meanwhile need not be asked again.
        repeatable: true,
        failsForGood: true,
        beforeRepeat: async ({ ambiguous }) => {
          const value = ambiguous ? await this.asSeen(id, operation, "accepted") : undefined;
          return value && { value };
        },
      });
    } catch (error) {
      if (!isVendorError(error)) throw error;
      if (error.kind === "not-found") return "unknown";
      if (error.status === 409) return "ended";
      const lacksIt = error.kind === "not-json" && (error.status === 404 || error.status === 405);
      if (lacksIt || error.status === 500 || error.status === 501) return "unsupported";
      // A refusal does not matter where the workflow has ended.
      const seen = error.kind === "rejected" ? await this.asSeen(id, operation, "ended") : undefined;
      if (seen) return seen;
      throw error;
    }
  }

  /** What a cancel came to, by the workflow itself; undefined while it goes on. */
  private async asSeen(id: string, operation: Operation, cancelled: CancelAnswer): Promise<CancelAnswer | undefined> {
    const workflow = await this.find(id, operation);
    if (!workflow) return "unknown";
    if (workflow.status === "cancelled") return cancelled;
    return isFinal(workflow.status) ? "ended" : undefined;
  }

  private one(body: unknown, id: string): Workflow {
    const fields = objectOf(body);
    return workflowView(isFields(fields.workflow) ? fields.workflow : fields, this.terms, id);
  }

  private many(body: unknown): Workflow[] {
    const rows = listOf(body, "workflows");
    const total = isFields(body) ? number.parse(body.total) : undefined;
    if (total !== undefined && total > rows.length) {
      this.warn(`HWAutomation counts ${total} workflows but lists ${rows.length}: the list may be incomplete.`);
    }
    return rows.map((row) => workflowView(row, this.terms));
  }

  private tellStrange(spelled: string): void {
    if (this.strange.has(spelled)) return;
    this.strange.add(spelled);
    const said = this.calls.redactor.redact(spelled);
    this.warn(`HWAutomation has a workflow in a status that is not known, "${said}": it is taken for running.`);
  }
}
