import { expect } from "vitest";
import {
  Clock,
  type FortinetVariants,
  type SimulatorOptions,
  type Simulators,
  startSimulators,
} from "../../simulators";

/** Instant at which the frozen clock of every test starts. */
export const startAt = Date.UTC(2025, 0, 31, 12, 0, 0);

export const gate = "FGT60FTK22090001";
export const accessPoint = "FP231FTF23010001";
export const machine = "FGVM02TM23000001";

export const toCloud = {
  deviceType: "FortiGate",
  provisionStatus: "provisioned",
  provisionTarget: "FortiGateCloud",
  region: "europe",
};
export const toManager = {
  deviceType: "FortiGate",
  provisionStatus: "provisioned",
  provisionTarget: "FortiManager",
  fortiManagerOid: 201,
};
export const toNowhere = { deviceType: "FortiGate", provisionStatus: "unprovisioned" };

export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  /** The parsed body; throws when it isn't JSON. */
  json<T = Record<string, unknown>>(): T;
}

/** Calls with plain fetch; a `json` body is sent as such. */
export async function call(
  url: string,
  options: { method?: string; token?: string; json?: unknown; body?: string; contentType?: string } = {},
): Promise<Reply> {
  const headers: Record<string, string> = {};
  if (options.token !== undefined) headers.authorization = `Bearer ${options.token}`;
  const body = options.json === undefined ? options.body : JSON.stringify(options.json);
  if (body !== undefined) headers["content-type"] = options.contentType ?? "application/json";
  const response = await fetch(url, { method: options.method ?? "GET", headers, body });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) };
}

/** Simulators with a frozen clock and a small client. */
export class Bench {
  token = "";

  private constructor(readonly simulators: Simulators) {}

  static async start(variants: Partial<FortinetVariants> = {}, options: SimulatorOptions = {}): Promise<Bench> {
    const clock = new Clock({ startAt, frozen: true });
    const fortinet = { ...options.fortinet, variants };
    const bench = new Bench(await startSimulators({ clock, ...options, fortinet }));
    bench.token = await bench.signIn();
    return bench;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.simulators.close();
  }

  grant(body: Record<string, unknown> = {}): Promise<Reply> {
    const { authUrl, apiId, password } = this.simulators.fortinet;
    const json = { username: apiId, password, client_id: "fortiztp", grant_type: "password", ...body };
    return call(authUrl, { method: "POST", json });
  }

  async signIn(body: Record<string, unknown> = {}): Promise<string> {
    const reply = await this.grant(body);
    expect(reply.status).toBe(200);
    return reply.json<{ access_token: string }>().access_token;
  }

  refresh(refreshToken: string, body: Record<string, unknown> = {}): Promise<Reply> {
    const json = { client_id: "fortiztp", grant_type: "refresh_token", refresh_token: refreshToken, ...body };
    return call(this.simulators.fortinet.authUrl, { method: "POST", json });
  }

  /** Calls FortiZTP; `path` starts with `/v2`. */
  ztp(method: string, path: string, json?: unknown, token: string = this.token): Promise<Reply> {
    return call(this.simulators.fortinet.fortiztpUrl + path, { method, json, token });
  }

  async device(serial: string, query = ""): Promise<Record<string, unknown>> {
    const reply = await this.ztp("GET", `/v2/devices/${serial}${query}`);
    expect(reply.status).toBe(200);
    return reply.json();
  }

  put(serial: string, body: unknown): Promise<Reply> {
    return this.ztp("PUT", `/v2/devices/${serial}`, body);
  }

  /** PUT that must succeed. */
  async write(serial: string, body: unknown): Promise<Reply> {
    const reply = await this.put(serial, body);
    expect(reply.status, reply.text).toBeLessThan(300);
    return reply;
  }

  control(method: string, path: string, json?: unknown): Promise<Reply> {
    return call(this.simulators.controlUrl + path, { method, json });
  }

  seconds(count: number): void {
    this.simulators.clock.advance(count * 1_000);
  }
}

/** Resolves once `condition` holds; fails loudly when it never does. */
export async function until(condition: () => boolean): Promise<void> {
  await expect.poll(condition, { interval: 2, timeout: 10_000 }).toBe(true);
}
