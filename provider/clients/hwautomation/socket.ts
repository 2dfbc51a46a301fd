import { channel } from "node:diagnostics_channel";
import type { Socket } from "node:net";
import type { Dispatcher } from "undici";
import { type ConnectionOptions, dispatcherFor } from "../http/connection";

/** Told of what happens on a connection. */
export interface SocketListener {
  connected(): void;
  disconnected(): void;
  /** A connection could not be made: with the status of the answer, where there was one. */
  failed(status: number | undefined): void;
  event(name: string, payload: unknown): void;
}

/** A connection that makes itself anew until it is closed. */
export interface EventSocket {
  emit(name: string, payload: object): void;
  close(): void;
}

export interface SocketTerms {
  /** Where the service is; the path of Socket.IO is below it. */
  baseUrl: string;
  headers: Readonly<Record<string, string>>;
  connection: ConnectionOptions;
  /** The first pause before another connection, and the longest, in milliseconds. */
  pausesMs: readonly [first: number, longest: number];
}

/** By it undici's WebSockets are told not to keep the process alive. */
const unref = Symbol.for("nodejs.unref");
/** By it undici tells which socket a request goes by: one that waits for events must not keep the process alive either. */
const sending = channel("undici:client:sendHeaders");

/** Opens a Socket.IO connection that goes the way of all calls: the same proxy, certificates and credentials. */
export async function openEventSocket(terms: SocketTerms, listener: SocketListener): Promise<EventSocket> {
  const [client, { WebSocket }, dispatcher] = await Promise.all([
    import("socket.io-client"),
    import("undici"),
    dispatcherFor(terms.connection),
  ]);
  const headers = { ...terms.headers };
  const ended = new AbortController();
  const polls = new Set<string>();
  const onSending = (message: unknown) => {
    const sent = message as { request: { path: string }; socket: Socket };
    if (polls.has(sent.request.path)) sent.socket.unref();
  };
  sending.subscribe(onSending);

  class Polling extends client.Fetch {
    override doPoll(): void {
      void this.ask("GET", undefined, (data) => this.onData(data));
    }

    override doWrite(data: string, written: () => void): void {
      void this.ask("POST", data, () => written());
    }

    private async ask(method: Dispatcher.HttpMethod, body: string | undefined, then: (data: string) => void) {
      const { origin, pathname, search } = new URL(this.uri());
      // Nobody waits for news of a closed connection, but the service is told that it is closed.
      const signal = method === "GET" ? ended.signal : undefined;
      // Each has a time and a session in it, by which it is the only one.
      const path = pathname + search;
      polls.add(path);
      try {
        const type = body === undefined ? undefined : { "content-type": "text/plain;charset=UTF-8" };
        const reply = await dispatcher.request({
          origin,
          path,
          method,
          body,
          headers: { ...headers, ...type },
          signal,
        });
        const text = await reply.body.text();
        if (reply.statusCode === 200) then(text);
        else this.onError("polling was refused", reply.statusCode);
      } catch (error) {
        this.onError("polling failed", error);
      } finally {
        polls.delete(path);
      }
    }
  }

  class Upgraded extends client.WebSocket {
    override createSocket(uri: string): unknown {
      const socket = new WebSocket(uri, { headers, dispatcher });
      const quiet = () => (socket as unknown as Record<symbol, () => void>)[unref]?.();
      // What the library asks of the sockets that it knows.
      return Object.assign(socket, { _socket: { unref: quiet } });
    }
  }

  const base = new URL(terms.baseUrl);
  const [reconnectionDelay, reconnectionDelayMax] = terms.pausesMs;
  const socket = client.io(base.origin, {
    path: `${base.pathname.replace(/\/+$/, "")}/socket.io/`,
    transports: [Polling, Upgraded],
    // Clients of one process must not share what their credentials have opened.
    forceNew: true,
    autoUnref: true,
    reconnectionDelay,
    reconnectionDelayMax,
  });
  socket.on("connect", () => listener.connected());
  socket.on("disconnect", () => listener.disconnected());
  socket.on("connect_error", (error: Error & { description?: unknown }) => {
    const { description } = error;
    listener.failed(typeof description === "number" ? description : undefined);
  });
  socket.onAny((name: string, payload: unknown) => listener.event(name, payload));
  return {
    emit: (name, payload) => void socket.emit(name, payload),
    close() {
      socket.close();
      ended.abort();
      sending.unsubscribe(onSending);
    },
  };
}
