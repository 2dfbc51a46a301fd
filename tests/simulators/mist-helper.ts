import { expect } from "vitest";
import {
  Clock,
  type MistOptions,
  type MistVariants,
  mistOrgId,
  mistSiteIds,
  type SimulatorOptions,
  type Simulators,
  startSimulators,
} from "../../simulators";
import { call, type Reply, startAt } from "./helper";

export type Row = Record<string, unknown>;

export const org = `/orgs/${mistOrgId}`;
export const [headquarters, warehouse] = mistSiteIds;
/** An id that nothing has. */
export const nowhere = "99999999-9999-4999-8999-999999999999";

/** Claim codes and MACs of fresh devices. */
export const code = (number: number, type = "AP"): string => `MIST${type}${String(number).padStart(9, "0")}`;
export const apMac = (number: number): string => `5c5b35${number.toString(16).padStart(6, "0")}`;
/** Devices of the organisation: two access points and a switch at headquarters, an access point without a site. */
export const used = { ap1: apMac(900_001), ap2: apMac(900_002), switch: "d420b00dbba3", spare: apMac(900_004) };
/** A device of another organisation. */
export const foreign = { mac: apMac(900_005), code: code(900_005) };

export const deviceId = (mac: string): string => `00000000-0000-0000-1000-${mac}`;

/** Simulators with a frozen clock, and a client with the admin token. */
export class MistBench {
  private constructor(readonly simulators: Simulators) {}

  static async start(
    variants: Partial<MistVariants> = {},
    mist: MistOptions = {},
    options: SimulatorOptions = {},
  ): Promise<MistBench> {
    const clock = new Clock({ startAt, frozen: true });
    return new MistBench(await startSimulators({ clock, ...options, mist: { ...mist, variants } }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.simulators.close();
  }

  get mist() {
    return this.simulators.mist;
  }

  /** Calls with just these headers. */
  async raw(method: string, path: string, headers: Record<string, string>, body?: unknown): Promise<Reply> {
    const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
    const url = `${this.mist.url}/api/v1${path}`;
    const response = await fetch(url, {
      method,
      headers: { "content-type": "application/json", ...headers },
      body: text,
    });
    const reply = await response.text();
    return { status: response.status, headers: response.headers, text: reply, json: () => JSON.parse(reply) };
  }

  call(method: string, path: string, body?: unknown, token = this.mist.apiToken): Promise<Reply> {
    return this.raw(method, path, { authorization: `Token ${token}` }, body);
  }

  /** A call that must succeed, and its body; undefined when there is none. */
  async ok<T = Row>(method: string, path: string, body?: unknown, token?: string): Promise<T> {
    const reply = await this.call(method, path, body, token);
    expect(reply.status, `${method} ${path}: ${reply.text}`).toBe(200);
    return (reply.text === "" ? undefined : reply.json<T>()) as T;
  }

  get<T = Row>(path: string, token?: string): Promise<T> {
    return this.ok<T>("GET", path, undefined, token);
  }

  /** Status and body of a call. */
  async outcome(method: string, path: string, body?: unknown, token?: string): Promise<[number, Row | undefined]> {
    const reply = await this.call(method, path, body, token);
    return [reply.status, reply.text === "" ? undefined : reply.json()];
  }

  control(method: string, path: string, json?: unknown): Promise<Reply> {
    return call(this.simulators.controlUrl + path, { method, json });
  }

  seconds(count: number): void {
    this.simulators.clock.advance(count * 1_000);
  }
}
