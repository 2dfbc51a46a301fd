import { type Budget, BudgetExhausted } from "../http/budget";
import type { Authorizer } from "../http/call";
import { type Clock, systemClock } from "../http/clock";
import type { ConnectionOptions } from "../http/connection";
import type { Redactor } from "../http/redact";
import { quote } from "../http/text";
import { createTrace, type Trace } from "../http/trace";
import type { Row } from "./pages";
import { openSocket, type Socket } from "./stream-socket";
import { system } from "./words";

/** Times of the stream, in milliseconds. */
export interface StreamTimes {
  pingMs: number;
  /** So long a ping may go unanswered. */
  pongMs: number;
  /** So long all subscriptions may go unacknowledged. */
  ackMs: number;
  /** The first pause before another connection; each failure doubles it. */
  backoffMs: number;
  longestBackoffMs: number;
  /** The least pause after a handshake that was refused with 429. */
  throttledMs: number;
  /** So long a connection that nobody listens to stays open. */
  lingerMs: number;
}

export const streamTimes: StreamTimes = {
  pingMs: 60_000,
  pongMs: 45_000,
  ackMs: 10_000,
  backoffMs: 2_000,
  longestBackoffMs: 300_000,
  throttledMs: 30_000,
  lingerMs: 5_000,
};

/** Channels that one connection may have. */
const mostChannels = 2_000;

export interface StreamOptions {
  /** Of the API, `/api/v1` included. */
  baseUrl: string;
  authorizer?: Authorizer;
  /** Each handshake counts as a call. */
  budget?: Budget;
  connection?: ConnectionOptions;
  redactor: Redactor;
  onWarning?: (message: string) => void;
  trace?: Trace;
  clock?: Clock;
  times?: Partial<StreamTimes>;
}

/** Where the stream of an API is: `wss://api-ws.<cloud>/api-ws/v1/stream`, or beside an API that is elsewhere. */
export function streamUrl(baseUrl: string): string {
  const url = new URL(baseUrl);
  url.protocol = url.protocol.replace("http", "ws");
  url.hostname = url.hostname.replace(/^api\.(?=.*\bmist)/, "api-ws.");
  url.pathname = url.pathname.replace(/\/api\/v1\/?$/, "/api-ws/v1/stream");
  return url.href;
}

/** Hears what a channel says. */
type Listener = (data: Row) => void;

/**
 * The stream of one account: one connection for all who listen, open only while somebody does. It tells that something may have
 * changed, never what is so: whoever hears it asks the API. Nothing depends on it, and it keeps no process alive.
 */
export class MistStream {
  private readonly times: StreamTimes;
  private readonly listeners = new Map<string, Set<Listener>>();
  private readonly acknowledged = new Set<string>();
  /** Channels that were refused once are not asked for again. */
  private readonly refused = new Set<string>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly trace: Trace | undefined;
  private socket: Socket | undefined;
  /** The connection at hand, opening or open: what an older one still says is not heard. */
  private connection = 0;
  private isOpen = false;
  private failures = 0;
  private givenUp = false;

  constructor(private readonly options: StreamOptions) {
    this.times = { ...streamTimes, ...options.times };
    this.trace = options.trace ?? createTrace(options.redactor);
  }

  /** Listens to a channel until the answer is called. */
  listen(channel: string, listener: Listener): () => void {
    const others = this.listeners.get(channel);
    const all = others ?? new Set<Listener>();
    this.listeners.set(channel, all.add(listener));
    this.cancel("linger");
    if (!others) this.subscribe(channel);
    this.connect();
    return () => this.leave(channel, listener);
  }

  /** Whether what happens on a channel is heard. */
  hears(channel: string): boolean {
    return this.acknowledged.has(channel);
  }

  /** Whether it may be heard sooner or later: it has not been refused for good. */
  mayHear(channel: string): boolean {
    return !this.givenUp && !this.refused.has(channel);
  }

  private leave(channel: string, listener: Listener): void {
    const all = this.listeners.get(channel);
    if (!all?.delete(listener) || all.size > 0) return;
    this.listeners.delete(channel);
    this.acknowledged.delete(channel);
    if (this.isOpen) this.socket?.send(JSON.stringify({ unsubscribe: channel }));
    if (this.listeners.size === 0) this.after("linger", this.times.lingerMs, () => this.close());
  }

  private connect(): void {
    if (this.connection > 0 || this.givenUp || this.timers.has("reconnect")) return;
    this.connection = ++connections;
    void this.open(this.connection);
  }

  private async open(connection: number): Promise<void> {
    const { options } = this;
    const clock = options.clock ?? systemClock;
    const time = clock.now();
    const url = streamUrl(options.baseUrl);
    const record = (outcome: number | string) => {
      const { pathname: path } = new URL(url);
      const call = { time, system, method: "GET", path, outcome, ms: clock.now() - time, attempt: this.failures + 1 };
      this.trace?.({ ...call, action: "listen to changes" });
    };
    const isCurrent = () => connection === this.connection;
    try {
      // Looks at the API matter more: without room the stream waits.
      const permit = await options.budget?.take({ maxWaitMs: 0 });
      permit?.succeeded();
      const headers = (await options.authorizer?.authorize()) ?? {};
      const socket = await openSocket(url, headers, options.connection ?? {}, {
        opened: () => {
          record(101);
          if (isCurrent()) this.opened();
        },
        text: (text) => {
          if (isCurrent()) this.heard(text);
        },
        pong: () => {
          if (isCurrent()) this.cancel("pong");
        },
        closed: (status) => {
          if (status !== undefined) record(status);
          if (isCurrent()) this.lost(status);
        },
      });
      if (isCurrent()) this.socket = socket;
      else socket.close();
    } catch (error) {
      // The API will tell what is wrong with a login or a network better.
      if (isCurrent()) this.lost(error instanceof BudgetExhausted ? 429 : undefined);
    }
  }

  private opened(): void {
    this.isOpen = true;
    for (const channel of this.listeners.keys()) this.subscribe(channel);
    this.watchPings();
  }

  private subscribe(channel: string): void {
    if (!this.isOpen || this.refused.has(channel) || this.listeners.size > mostChannels) return;
    this.socket?.send(JSON.stringify({ subscribe: channel }));
    if (!this.timers.has("acks")) this.after("acks", this.times.ackMs, () => this.drop());
  }

  private heard(text: string): void {
    const { event, channel, data, detail } = parsed(text) ?? {};
    if (typeof channel !== "string") return;
    if (event === "channel_subscribed") this.acknowledge(channel);
    if (event === "subscribe_failed") this.refuse(channel, detail);
    if (event !== "data") return;
    // About devices it is JSON within JSON.
    const told = typeof data === "string" ? parsed(data) : isRow(data) ? data : undefined;
    if (told) for (const listener of [...(this.listeners.get(channel) ?? [])]) listener(told);
  }

  private acknowledge(channel: string): void {
    if (this.listeners.has(channel)) this.acknowledged.add(channel);
    this.checkAcknowledged();
  }

  private refuse(channel: string, detail: unknown): void {
    if (this.refused.has(channel)) return;
    this.refused.add(channel);
    const { redactor, onWarning } = this.options;
    const said = typeof detail === "string" ? `: ${quote(redactor.redact(detail))}` : "";
    onWarning?.(`Mist does not tell changes of ${channel}${said}. They are looked for in turn instead.`);
    this.checkAcknowledged();
  }

  private checkAcknowledged(): void {
    for (const channel of this.listeners.keys()) {
      if (!this.acknowledged.has(channel) && !this.refused.has(channel)) return;
    }
    this.cancel("acks");
    this.failures = 0;
  }

  private watchPings(): void {
    this.after("ping", this.times.pingMs, () => {
      this.socket?.ping();
      if (!this.timers.has("pong")) this.after("pong", this.times.pongMs, () => this.drop());
      this.watchPings();
    });
  }

  /** Ends a connection that does not work, for another one. */
  private drop(): void {
    const { socket } = this;
    this.lost(undefined);
    socket?.close();
  }

  /** The connection is gone: another one follows, unless this one was refused for good. */
  private lost(status: number | undefined): void {
    this.forget();
    this.failures += 1;
    if (status !== undefined && status >= 400 && status < 500 && status !== 429) {
      this.givenUp = true;
      return;
    }
    if (this.listeners.size === 0) return;
    const { backoffMs, longestBackoffMs, throttledMs } = this.times;
    const backoff = Math.min(backoffMs * 2 ** (this.failures - 1), longestBackoffMs);
    this.after("reconnect", status === 429 ? Math.max(backoff, throttledMs) : backoff, () => this.connect());
  }

  private close(): void {
    const { socket } = this;
    this.forget();
    socket?.close();
  }

  private forget(): void {
    this.connection = 0;
    this.socket = undefined;
    this.isOpen = false;
    this.acknowledged.clear();
    for (const name of [...this.timers.keys()]) this.cancel(name);
  }

  private after(name: string, ms: number, then: () => void): void {
    this.cancel(name);
    const timer = setTimeout(() => {
      this.timers.delete(name);
      then();
    }, ms);
    this.timers.set(name, timer.unref());
  }

  private cancel(name: string): void {
    clearTimeout(this.timers.get(name));
    this.timers.delete(name);
  }
}

/** Of this process, so that no two have the same number. */
let connections = 0;

function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parsed(text: string): Row | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRow(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
