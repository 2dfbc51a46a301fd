import type { RawData, WebSocket } from "ws";
import { isObject } from "../../core/http";
import type { MistContext } from "../call";
import type { Privilege } from "../types";
import { isEncoded, refusal } from "./channels";

/** One open WebSocket connection. */
export class Connection {
  /** Channels that are acknowledged, in order. */
  readonly channels = new Set<string>();
  readonly openedAt: number;
  /** Channels asked for, acknowledged or not. */
  readonly #asked = new Set<string>();

  constructor(
    readonly id: number,
    /** Under whose name it is counted. */
    readonly owner: string,
    private readonly context: MistContext,
    private readonly socket: WebSocket,
    private readonly privileges: () => Privilege[],
  ) {
    this.openedAt = context.clock.now();
    socket.on("message", (data) => this.#receive(data));
    socket.on("ping", (data) => {
      if (context.variants.socketPongs === "sent") socket.pong(data);
    });
  }

  /** Sends data to whoever is subscribed. */
  publish(channel: string, data: unknown): void {
    const { variants } = this.context;
    if (!this.channels.has(channel) || variants.socketData === "silent") return;
    const text = variants.socketEncoding === "text" && isEncoded(channel);
    this.#send({ event: "data", channel, data: text ? JSON.stringify(data) : data });
  }

  /** Says goodbye. */
  close(code: number): void {
    this.socket.close(code, "");
  }

  /** Cuts the connection without a word. */
  cut(): void {
    this.socket.terminate();
  }

  #receive(data: RawData): void {
    this.context.clock.runDue();
    const order = parsed(data);
    if (typeof order?.subscribe === "string") this.#subscribe(order.subscribe);
    else if (typeof order?.unsubscribe === "string") this.#unsubscribe(order.unsubscribe);
  }

  #subscribe(channel: string): void {
    const { variants, clock } = this.context;
    const known = this.#asked.has(channel);
    const full = !known && this.#asked.size >= variants.socketChannels;
    const detail = full
      ? `Too many channels, at most ${variants.socketChannels} per connection.`
      : refusal(this.context, channel, this.privileges());
    if (detail !== undefined) {
      this.#send({ event: "subscribe_failed", channel, detail });
      return;
    }
    this.#asked.add(channel);
    const acknowledge = (): void => {
      if (!this.#asked.has(channel)) return;
      this.channels.add(channel);
      this.#send({ event: "channel_subscribed", channel });
    };
    if (variants.socketAckSeconds === 0) acknowledge();
    else if (variants.socketAckSeconds !== null) clock.schedule(variants.socketAckSeconds * 1_000, acknowledge);
  }

  #unsubscribe(channel: string): void {
    const { socketUnsubscribe } = this.context.variants;
    if (socketUnsubscribe === "ignored") return;
    this.#asked.delete(channel);
    this.channels.delete(channel);
    if (socketUnsubscribe === "acknowledged") this.#send({ event: "channel_unsubscribed", channel });
  }

  #send(message: unknown): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    const text = JSON.stringify(message);
    if (this.context.variants.socketFrames === "text") this.socket.send(text);
    else this.socket.send(Buffer.from(`${text}\0`), { binary: true });
  }
}

/** A frame as an object; undefined for anything else, of which the service takes no notice. */
function parsed(data: RawData): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(String(data));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
