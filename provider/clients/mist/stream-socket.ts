import { channel } from "node:diagnostics_channel";
import type { Dispatcher, MessageEvent, WebSocket } from "undici";
import { type ConnectionOptions, dispatcherFor } from "../http/connection";

/** Told of what happens on a connection. */
export interface SocketEvents {
  opened(): void;
  text(text: string): void;
  pong(): void;
  /** Called once. `status`: what the handshake was answered with, where that was a refusal. */
  closed(status: number | undefined): void;
}

export interface Socket {
  send(text: string): void;
  ping(): void;
  /** Ends the connection without waiting for the other side. */
  close(): void;
}

const pongs = channel("undici:websocket:pong");
/** By it undici's sockets are told not to keep the process alive. */
const unref = Symbol.for("nodejs.unref");

/** Opens a WebSocket, through the same proxy and with the same certificates as all calls. It keeps no process alive. */
export async function openSocket(
  url: string,
  headers: Readonly<Record<string, string>>,
  connection: ConnectionOptions,
  events: SocketEvents,
): Promise<Socket> {
  const [{ WebSocket, ping }, dispatcher] = await Promise.all([import("undici"), dispatcherFor(connection)]);
  let refused: number | undefined;
  const watched = dispatcher.compose(
    onAnswer((status) => {
      refused = status;
    }),
  );
  const socket = new WebSocket(url, { headers, dispatcher: watched as Dispatcher });
  socket.binaryType = "arraybuffer";
  (socket as unknown as Record<symbol, () => void>)[unref]?.();
  const onPong = (message: unknown) => {
    if ((message as { websocket: WebSocket }).websocket === socket) events.pong();
  };
  pongs.subscribe(onPong);
  let isOpen = true;
  const closed = () => {
    if (!isOpen) return;
    isOpen = false;
    pongs.unsubscribe(onPong);
    events.closed(refused);
  };
  socket.addEventListener("open", () => events.opened());
  socket.addEventListener("message", ({ data }: MessageEvent) => events.text(textOf(data)));
  socket.addEventListener("error", closed);
  socket.addEventListener("close", closed);
  return {
    send: (text) => {
      if (socket.readyState === socket.OPEN) socket.send(text);
    },
    ping: () => ping(socket),
    close() {
      closed();
      socket.close();
    },
  };
}

/** Binary frames end with NULs. */
function textOf(data: unknown): string {
  return typeof data === "string" ? data : new TextDecoder().decode(data as ArrayBuffer).replaceAll("\0", "");
}

/** The status that a handshake is refused with, which a WebSocket keeps to itself. */
function onAnswer(told: (status: number) => void): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) =>
    dispatch(options, {
      onRequestStart: (...facts) => handler.onRequestStart?.(...facts),
      onRequestUpgrade: (...facts) => handler.onRequestUpgrade?.(...facts),
      onResponseStart: (controller, status, ...facts) => {
        told(status);
        handler.onResponseStart?.(controller, status, ...facts);
      },
      onResponseData: (...facts) => handler.onResponseData?.(...facts),
      onResponseEnd: (...facts) => handler.onResponseEnd?.(...facts),
      onResponseError: (...facts) => handler.onResponseError?.(...facts),
    });
}
