import { once } from "node:events";
import { type ClientOptions, WebSocket } from "ws";
import type { MistBench, Row } from "./mist-helper";

/** A client of the stream that keeps what it is sent. */
export class Socket {
  readonly messages: Row[] = [];
  /** Frames as they came, and whether they were binary. */
  readonly frames: Array<{ data: Buffer; binary: boolean }> = [];
  readonly closed: Promise<number>;
  #wake: () => void = () => undefined;

  private constructor(readonly socket: WebSocket) {
    this.closed = new Promise((resolve) => socket.once("close", resolve));
    socket.on("error", () => undefined);
    socket.on("message", (data: Buffer, binary) => {
      this.frames.push({ data, binary });
      this.messages.push(JSON.parse(String(data).replaceAll("\0", "")));
      this.#wake();
    });
  }

  /** Opens a connection with the admin token, or with what the options say. */
  static async open(bench: MistBench, options: ClientOptions = {}, url = bench.mist.url): Promise<Socket> {
    const headers = { authorization: `Token ${bench.mist.apiToken}` };
    const address = `${url.replace(/^http/, "ws")}/api-ws/v1/stream`;
    const socket = new Socket(new WebSocket(address, { headers, ...options }));
    await once(socket.socket, "open");
    return socket;
  }

  /** Status and body of a handshake that is refused. */
  static async refused(bench: MistBench, headers: Record<string, string> = {}, path = "/api-ws/v1/stream") {
    const socket = new WebSocket(`${bench.mist.url.replace(/^http/, "ws")}${path}`, { headers });
    socket.on("error", () => undefined);
    const [, response] = await once(socket, "unexpected-response");
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    const text = String(Buffer.concat(chunks));
    return { status: response.statusCode as number, headers: response.headers as Row, body: JSON.parse(text) as Row };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.terminate();
  }

  send(order: unknown): void {
    this.socket.send(typeof order === "string" ? order : JSON.stringify(order));
  }

  /** Waits until there are so many messages, and tells the last one. */
  async message(count: number): Promise<Row> {
    while (this.messages.length < count)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    return this.messages[count - 1] as Row;
  }

  /** Subscribes and waits for the answer. */
  subscribe(channel: string): Promise<Row> {
    const next = this.messages.length + 1;
    this.send({ subscribe: channel });
    return this.message(next);
  }

  /** Waits until the server has seen everything that was sent: it answers pings in order. */
  async settled(): Promise<void> {
    this.socket.ping();
    await once(this.socket, "pong");
  }
}
