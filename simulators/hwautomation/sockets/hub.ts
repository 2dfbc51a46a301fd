import { createServer } from "node:http";
import type { Server, Socket } from "socket.io";
import type { Clock } from "../../core/clock";
import type { Handshake } from "../../core/http";
import type { Guest } from "../../core/listener";
import { htmlReply } from "../../core/service";
import type { Json } from "../call";
import type { HwAutomationVariants } from "../variants";

/** An open connection. */
export interface SocketState {
  id: string;
  transport: string;
  /** Workflows that it has subscribed to. */
  workflows: string[];
}

const pingIntervalMs = 25_000;
const pingTimeoutMs = 20_000;

/** The Socket.IO server. It is loaded when somebody first connects: until then there is nobody to tell anything. */
export class EventHub {
  #loading: Promise<Server> | undefined;
  #server: Server | undefined;
  /** Subscriptions, by socket. */
  readonly #subscriptions = new Map<string, Set<string>>();
  #held: (() => void) | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly variants: HwAutomationVariants,
  ) {}

  /** What serves the paths of Socket.IO. */
  readonly guest: Guest = {
    path: "/socket.io/",
    request: (incoming, outgoing) => {
      if (this.variants.sockets === "none") {
        const { status, headers, text } = htmlReply(404);
        outgoing.writeHead(status, headers).end(text);
        return;
      }
      this.#load().then(
        ({ engine }) => engine.handleRequest(incoming as EngineRequest, outgoing),
        (error: unknown) => void outgoing.writeHead(500).end(`Socket.IO could not be loaded: ${error}`),
      );
    },
    upgrade: ({ incoming, socket, head }: Handshake) => {
      if (this.variants.sockets !== "all") {
        socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        return;
      }
      this.#load().then(
        ({ engine }) => engine.handleUpgrade(incoming as EngineRequest, socket, head),
        () => socket.destroy(),
      );
    },
  };

  get connections(): SocketState[] {
    return [...(this.#server?.sockets.sockets.values() ?? [])].map(({ id, conn }) => ({
      id,
      transport: conn.transport.name,
      workflows: [...(this.#subscriptions.get(id) ?? [])],
    }));
  }

  /** Sends an event as the variants say; with a workflow, perhaps only to those that subscribed to it. */
  tell(event: string, data: Json, workflowId?: string): void {
    const { variants } = this;
    if (!this.#server || variants.events === "silent") return;
    const send = (): void => {
      const select = variants.eventAudience === "subscribers" && workflowId !== undefined;
      for (let copy = 0; copy < variants.eventCopies; copy += 1)
        for (const socket of this.#server?.sockets.sockets.values() ?? [])
          if (!select || this.#subscriptions.get(socket.id)?.has(workflowId)) socket.emit(event, data);
    };
    const inTurn = (): void => {
      const held = this.#held;
      this.#held = undefined;
      if (held) {
        send();
        held();
      } else if (variants.eventOrder === "swapped") this.#held = send;
      else send();
    };
    if (variants.eventDelaySeconds === 0) inTurn();
    else this.clock.schedule(variants.eventDelaySeconds * 1_000, inTurn);
  }

  /** Cuts every connection, as when the process ends; clients try to come back. */
  cut(): void {
    this.#held = undefined;
    for (const { conn } of this.#server?.sockets.sockets.values() ?? []) conn.close(true);
  }

  close(): void {
    this.cut();
    this.#server?.engine.close();
  }

  async #load(): Promise<Server> {
    this.#loading ??= this.#start();
    const server = await this.#loading;
    const polling = this.variants.sockets === "polling";
    server.engine.opts.allowUpgrades = !polling;
    server.engine.opts.transports = polling ? ["polling"] : ["polling", "websocket"];
    return server;
  }

  async #start(): Promise<Server> {
    const { Server: SocketServer } = await import("socket.io");
    const server = new SocketServer({
      path: "/socket.io/",
      serveClient: false,
      cors: { origin: "*" },
      pingInterval: pingIntervalMs,
      pingTimeout: pingTimeoutMs,
    });
    // It is handed its requests, so that this one never listens.
    server.attach(createServer());
    server.on("connection", (socket) => this.#greet(socket));
    this.#server = server;
    return server;
  }

  #greet(socket: Socket): void {
    const subscribed = new Set<string>();
    this.#subscriptions.set(socket.id, subscribed);
    socket.on("subscribe_workflow", (data: unknown) => {
      const id = (data as { workflow_id?: unknown } | null)?.workflow_id;
      if (typeof id === "string") subscribed.add(id);
    });
    socket.on("disconnect", () => this.#subscriptions.delete(socket.id));
  }
}

type EngineRequest = Parameters<Server["engine"]["handleRequest"]>[0];
