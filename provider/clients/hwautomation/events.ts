import type { Authorizer } from "../http/call";
import type { ConnectionOptions } from "../http/connection";
import type { Redactor } from "../http/redact";
import { quote } from "../http/text";
import { type EventSocket, openEventSocket } from "./socket";
import type { WorkflowEvents } from "./types";
import { isFields, text } from "./wire";
import { system } from "./words";

/** Where nobody tells of anything. */
export const noEvents: WorkflowEvents = { wake: () => undefined };

/** Times of the events, in milliseconds. */
export interface EventTimes {
  /** Events that come together wake once, and the service's list may be a little behind them. */
  settleMs: number;
  /** The least time between two wakes for one workflow: progress may be told many times a second. */
  leastMs: number;
  /** So long a connection stays open that nobody waits for. */
  lingerMs: number;
  /** The first pause before another connection, and the longest. */
  pausesMs: readonly [first: number, longest: number];
}

export const eventTimes: EventTimes = {
  settleMs: 200,
  leastMs: 1_000,
  lingerMs: 60_000,
  pausesMs: [1_000, 60_000],
};

export interface EventOptions {
  baseUrl: string;
  authorizer: Authorizer | undefined;
  connection: ConnectionOptions;
  redactor: Redactor;
  onWarning: (message: string) => void;
  times?: Partial<EventTimes>;
}

/** Somebody who waits for news of workflows. */
interface Waiter {
  workflowIds: ReadonlySet<string>;
  resolve: () => void;
  timer?: NodeJS.Timeout;
}

/** What is told of workflows, documented or not: one that names none may be about any. */
const aboutWorkflows = /^workflow_/;
/** What is told to people. */
const alerts: ReadonlySet<string> = new Set(["system_alert", "server_alert"]);

/**
 * The events of one service: one connection for all who wait, open only while somebody does. An event tells that something may
 * have changed, never what is so: whoever is woken asks the API. Without a connection nobody waits longer than without events.
 */
export class SocketEvents implements WorkflowEvents {
  private readonly times: EventTimes;
  private readonly waiters = new Set<Waiter>();
  /** Workflows that somebody has waited for: when they were told of, and when that woke somebody. */
  private readonly told = new Map<string, { heardAt: number; wokeAt: number }>();
  private readonly subscribed = new Set<string>();
  private readonly alerted = new Set<string>();
  private socket: EventSocket | undefined;
  /** The connection at hand: what an older one still says is not heard. */
  private connection = 0;
  private isOpen = false;
  private givenUp = false;
  private linger: NodeJS.Timeout | undefined;

  constructor(private readonly options: EventOptions) {
    this.times = { ...eventTimes, ...options.times };
  }

  wake(workflowIds: ReadonlySet<string>, signal: AbortSignal): Promise<void> | undefined {
    if (this.givenUp || signal.aborted) return undefined;
    for (const id of workflowIds) {
      if (!this.told.has(id)) this.told.set(id, { heardAt: 0, wokeAt: 0 });
    }
    this.stay();
    this.connect();
    if (!this.isOpen) return undefined;
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiter: Waiter = { workflowIds, resolve };
    this.waiters.add(waiter);
    signal.addEventListener("abort", () => this.leave(waiter), { once: true });
    for (const id of workflowIds) this.subscribe(id);
    // What was told while everybody looked would otherwise be missed.
    const isBehind = [...workflowIds].some((id) => {
      const { heardAt, wokeAt } = this.told.get(id) ?? { heardAt: 0, wokeAt: 0 };
      return heardAt > wokeAt;
    });
    if (isBehind) this.ring(waiter);
    return promise;
  }

  close(): void {
    clearTimeout(this.linger);
    this.connection = 0;
    this.disconnected();
    this.socket?.close();
    this.socket = undefined;
  }

  private stay(): void {
    clearTimeout(this.linger);
    this.linger = setTimeout(() => {
      if (this.waiters.size > 0) this.stay();
      else this.close();
    }, this.times.lingerMs).unref();
  }

  private connect(): void {
    if (this.connection > 0) return;
    this.connection = ++connections;
    void this.open(this.connection);
  }

  private async open(connection: number): Promise<void> {
    const { baseUrl, authorizer, connection: way } = this.options;
    const isCurrent = () => connection === this.connection;
    try {
      const headers = (await authorizer?.authorize()) ?? {};
      const socket = await openEventSocket(
        { baseUrl, headers, connection: way, pausesMs: this.times.pausesMs },
        {
          connected: () => {
            if (isCurrent()) this.connected();
          },
          disconnected: () => {
            if (isCurrent()) this.disconnected();
          },
          failed: (status) => {
            if (isCurrent()) this.failed(status);
          },
          event: (name, payload) => {
            if (isCurrent()) this.heard(name, payload);
          },
        },
      );
      if (isCurrent()) this.socket = socket;
      else socket.close();
    } catch {
      // The API will tell what is wrong with a certificate better.
      if (isCurrent()) this.connection = 0;
    }
  }

  private connected(): void {
    this.isOpen = true;
    for (const { workflowIds } of this.waiters) for (const id of workflowIds) this.subscribe(id);
  }

  private disconnected(): void {
    this.isOpen = false;
    this.subscribed.clear();
  }

  /** What refuses a connection for good is not asked again. */
  private failed(status: number | undefined): void {
    this.disconnected();
    if (status === undefined || status < 400 || status >= 500 || status === 408 || status === 429) return;
    this.givenUp = true;
    this.close();
    this.options.onWarning(
      `${system} offers no events (HTTP ${status} for Socket.IO): workflows are looked at in turn instead.`,
    );
  }

  private subscribe(workflowId: string): void {
    if (!this.isOpen || this.subscribed.has(workflowId)) return;
    this.subscribed.add(workflowId);
    this.socket?.emit("subscribe_workflow", { workflow_id: workflowId });
  }

  private heard(name: string, payload: unknown): void {
    if (alerts.has(name)) this.alert(payload);
    const named = workflowIdsIn(payload);
    if (named.length === 0 && !aboutWorkflows.test(name)) return;
    const isAbout = (id: string) => named.length === 0 || named.includes(id);
    const now = performance.now();
    for (const [id, when] of this.told) if (isAbout(id)) when.heardAt = now;
    for (const waiter of this.waiters) if ([...waiter.workflowIds].some(isAbout)) this.ring(waiter);
  }

  private ring(waiter: Waiter): void {
    if (waiter.timer) return;
    const { settleMs, leastMs } = this.times;
    const now = performance.now();
    const wokeAt = Math.max(...[...waiter.workflowIds].map((id) => this.told.get(id)?.wokeAt ?? 0));
    const due = wokeAt === 0 ? settleMs : Math.max(settleMs, wokeAt + leastMs - now);
    const wake = () => {
      const wokenAt = performance.now();
      for (const id of waiter.workflowIds) {
        const when = this.told.get(id);
        if (when) when.wokeAt = wokenAt;
      }
      this.leave(waiter);
      waiter.resolve();
    };
    waiter.timer = setTimeout(wake, due).unref();
  }

  private leave(waiter: Waiter): void {
    clearTimeout(waiter.timer);
    this.waiters.delete(waiter);
  }

  private alert(payload: unknown): void {
    const { level, message } = isFields(payload) ? payload : { level: undefined, message: undefined };
    const said = text.parse(message);
    if (said === undefined || /^(?:info|debug)$/i.test(String(level)) || this.alerted.has(said)) return;
    this.alerted.add(said);
    const { redactor, onWarning } = this.options;
    onWarning(`${system} tells of itself: "${quote(redactor.redact(said))}"`);
  }
}

/** Of this process, so that no two have the same number. */
let connections = 0;

/** The workflows that an event is about. */
function workflowIdsIn(payload: unknown): string[] {
  if (Array.isArray(payload)) return payload.flatMap(workflowIdsIn);
  if (!isFields(payload)) return [];
  const own = text.parse(payload.workflow_id ?? payload.workflowId);
  if (own !== undefined) return [own];
  return [payload.data, payload.workflow, payload.workflows].flatMap(workflowIdsIn);
}
