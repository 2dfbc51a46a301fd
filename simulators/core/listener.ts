import { createServer, type IncomingMessage, type RequestListener, ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { Handshake, SimReply } from "./http";

/** One request with its body read, and the ways to end it. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: Buffer;
  readonly tooLarge: boolean;
  /** Whether it asks for another protocol. */
  readonly handshake: boolean;
  /** Aborted when the listener closes. */
  readonly closing: AbortSignal;
  send(reply: SimReply): void;
  /** Cuts the connection (TCP reset). */
  reset(): void;
}

export interface ListenOptions {
  /** Default 0: any free port. */
  port?: number;
  /** PEM texts; with them the listener speaks TLS. */
  tls?: { key: string; cert: string };
  /** Whether requests may ask for another protocol. Default false: such a wish is ignored. */
  handshakes?: boolean;
  /** A library that serves a part of the paths by itself. */
  guest?: Guest;
}

/** What serves a part of the paths by itself: none of its requests is read, logged, delayed or struck by a fault. */
export interface Guest {
  /** Path of each of its requests. */
  path: string;
  request(incoming: IncomingMessage, outgoing: ServerResponse): void;
  upgrade(handshake: Handshake): void;
}

/** A listening socket on 127.0.0.1. */
export interface Listener {
  /** Such as `http://127.0.0.1:41234`. */
  readonly origin: string;
  /** Frees the port and cuts open connections. */
  close(): Promise<void>;
}

/** Largest request body, in bytes. */
const maximumBody = 16 * 1024 * 1024;

/** Listens on 127.0.0.1 and hands over each request once its body has arrived. */
export async function serve(
  handle: (exchange: Exchange) => Promise<void>,
  options: ListenOptions = {},
): Promise<Listener> {
  const closing = new AbortController();
  const { guest } = options;
  const isGuests = ({ url = "" }: IncomingMessage): boolean => url.split("?", 1)[0] === guest?.path;
  const listener: RequestListener = (incoming, outgoing) => {
    if (guest && isGuests(incoming)) return guest.request(incoming, outgoing);
    // What fails here is the connection itself: the caller went away, or the listener is closing.
    run(handle, incoming, outgoing, closing.signal).catch(() => outgoing.destroy());
  };
  const server = options.tls ? createTlsServer(options.tls, listener) : createServer(listener);
  // A refused TLS handshake is the client's business.
  server.on("tlsClientError", () => undefined);
  server.keepAliveTimeout = 60_000;
  // The server forgets connections that it has handed over.
  const handedOver = new Set<Socket>();
  if (options.handshakes || guest)
    server.on("upgrade", (incoming, socket: Socket, head) => {
      handedOver.add(socket.once("close", () => handedOver.delete(socket)).on("error", () => socket.destroy()));
      if (guest && isGuests(incoming)) guest.upgrade({ incoming, socket, head });
      else shake(handle, { incoming, socket, head }, closing.signal).catch(() => socket.destroy());
    });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    origin: `${options.tls ? "https" : "http"}://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        closing.abort();
        server.close(() => resolve());
        server.closeAllConnections();
        for (const socket of handedOver) socket.destroy();
      }),
  };
}

async function run(
  handle: (exchange: Exchange) => Promise<void>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  closing: AbortSignal,
): Promise<void> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= maximumBody) chunks.push(chunk);
  }
  await handle({
    ...facts(incoming),
    body: Buffer.concat(chunks),
    tooLarge: size > maximumBody,
    handshake: false,
    closing,
    send: (reply) => send(outgoing, reply),
    reset: () => void incoming.socket.resetAndDestroy(),
  });
}

/** Hands over a request for another protocol; whatever takes no connection over ends it. */
async function shake(
  handle: (exchange: Exchange) => Promise<void>,
  handshake: Handshake & { socket: Socket },
  closing: AbortSignal,
): Promise<void> {
  const { incoming, socket } = handshake;
  await handle({
    ...facts(incoming),
    body: Buffer.alloc(0),
    tooLarge: false,
    handshake: true,
    closing,
    send(reply) {
      if (reply.upgrade) return reply.upgrade(handshake);
      const outgoing = new ServerResponse(incoming);
      outgoing.shouldKeepAlive = false;
      outgoing.assignSocket(socket);
      outgoing.once("finish", () => socket.end());
      send(outgoing, reply);
    },
    reset: () => void socket.resetAndDestroy(),
  });
}

function facts(incoming: IncomingMessage): Pick<Exchange, "method" | "path" | "query" | "headers"> {
  const url = incoming.url ?? "/";
  const mark = url.indexOf("?");
  return {
    method: incoming.method ?? "GET",
    path: mark < 0 ? url : url.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? "" : url.slice(mark + 1)),
    headers: incoming.headers,
  };
}

function send(outgoing: ServerResponse, reply: SimReply): void {
  const json = reply.json === undefined ? undefined : JSON.stringify(reply.json);
  const body = json ?? reply.text ?? "";
  const headers: Record<string, string> = {};
  if (json !== undefined) headers["content-type"] = "application/json";
  if (reply.status !== 204 && reply.status !== 304) headers["content-length"] = String(Buffer.byteLength(body));
  outgoing.writeHead(reply.status, { ...headers, ...reply.headers });
  outgoing.end(reply.status === 204 || reply.status === 304 ? undefined : body);
}
