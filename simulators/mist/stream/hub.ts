import { WebSocketServer } from "ws";
import type { Route, SimReply, SimRequest } from "../../core/http";
import { answering, count, forbidden, identified, limitKey, type MistContext, MistFailure } from "../call";
import { deviceStats } from "../devices";
import type { Body, Device } from "../types";
import type { DeviceEvent } from "../upgrades/types";
import { Connection } from "./connection";

/** Every open WebSocket connection, and what is told over them. */
export class StreamHub {
  readonly #connections = new Set<Connection>();
  // The variants decide on every ping.
  readonly #server = new WebSocketServer({ noServer: true, autoPong: false });
  #lastId = 0;

  get connections(): readonly Connection[] {
    return [...this.#connections];
  }

  /** The handshake, which takes the same credentials as the API. */
  routes(context: MistContext): Route[] {
    const handle = (request: SimRequest): Promise<SimReply> => answering(() => this.#shake(context, request));
    return [{ method: "GET", path: "/api-ws/v1/stream", handle }];
  }

  publish(channel: string, data: unknown): void {
    for (const connection of this.#connections) connection.publish(channel, data);
  }

  /** Tells what changed of a device. */
  deviceChanged(context: MistContext, device: Device): void {
    if (device.siteId === null || this.#connections.size === 0) return;
    this.publish(`/sites/${device.siteId}/stats/devices`, statsMessage(context, device));
  }

  /** Tells what runs on a Mist Edge. */
  edgeChanged({ world }: MistContext, id: string): void {
    const { connected, versions } = world.edge(id);
    const data = { id, status: connected ? "connected" : "disconnected", ...versions };
    for (const org of world.orgs.values()) {
      const edge = world.objects("org", org.id, "mxedges").get(id);
      if (!edge) continue;
      this.publish(`/orgs/${org.id}/stats/mxedges`, data);
      if (typeof edge.data.site_id === "string") this.publish(`/sites/${edge.data.site_id}/stats/mxedges`, data);
    }
  }

  happened(event: DeviceEvent): void {
    if (event.site_id !== null) this.publish(`/sites/${event.site_id}/devices`, event);
  }

  /** Ends every connection: with a closing frame, or without a word when no code is given. */
  closeAll(code?: number): void {
    for (const connection of this.#connections) {
      if (code === undefined) connection.cut();
      else connection.close(code);
    }
  }

  #shake(context: MistContext, request: SimRequest): SimReply {
    const { variants, clock } = context;
    const caller = identified(context, request);
    if (variants.socketCounts === "counted") count(context, caller);
    if (variants.socketHandshake === "refused") throw forbidden();
    const owner = limitKey(caller);
    const open = this.connections.filter((one) => one.owner === owner).length;
    if (variants.socketHandshake === "throttled" || open >= (variants.socketConnections ?? Number.POSITIVE_INFINITY))
      throw new MistFailure(429, { detail: "Too many connections." });
    return {
      status: 101,
      upgrade: ({ incoming, socket, head }) =>
        this.#server.handleUpgrade(incoming, socket, head, (opened) => {
          this.#lastId += 1;
          // Privileges may be taken away while the connection is open.
          const privileges = () => (caller.kind === "user" ? caller.user.privileges : caller.privileges);
          const connection = new Connection(this.#lastId, owner, context, opened, privileges);
          this.#connections.add(connection);
          opened.on("close", () => this.#connections.delete(connection));
          opened.on("error", () => connection.cut());
          const life = variants.socketLifeSeconds;
          if (life !== null) clock.schedule(life * 1_000, () => connection.close(1_001));
        }),
    };
  }
}

/** What changes with an upgrade; or, as older messages have it, `upgrading` and how far it is. */
function statsMessage(context: MistContext, device: Device): Body {
  const { mac, site_id, status, version, uptime, last_seen, fwupdate } = deviceStats(context, device);
  if (context.variants.socketStats === "partial") return { mac, site_id, status, version, uptime, last_seen, fwupdate };
  if (device.fwupdate?.status !== "inprogress") return { mac, status, version };
  return { mac, status: "upgrading", upgrading: true, progress: device.fwupdate.progress };
}
