import { expect } from "vitest";
import {
  Clock,
  type HwAutomationOptions,
  type HwAutomationVariants,
  type SimulatorOptions,
  type Simulators,
  startSimulators,
} from "../../simulators";
import { call, type Reply, startAt } from "./helper";

export type Row = Record<string, unknown>;

/** A server that the service knows from the start, and what to ask for it. */
export const known = "server-001";
export const order = {
  server_id: known,
  device_type: "a1.c5.large",
  target_ipmi_ip: "192.168.1.100",
  gateway: "192.168.1.1",
};

/** Simulators with a frozen clock, and a client that logs in. */
export class HwAutomationBench {
  private constructor(readonly simulators: Simulators) {}

  static async start(
    variants: Partial<HwAutomationVariants> = {},
    hwautomation: HwAutomationOptions = {},
    options: SimulatorOptions = {},
  ): Promise<HwAutomationBench> {
    const clock = new Clock({ startAt, frozen: true });
    const all = { clock, ...options, hwautomation: { ...hwautomation, variants } };
    return new HwAutomationBench(await startSimulators(all));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.simulators.close();
  }

  get hw() {
    return this.simulators.hwautomation;
  }

  /** Calls with just these headers. */
  async raw(method: string, path: string, headers: Record<string, string> = {}, body?: string): Promise<Reply> {
    const response = await fetch(this.hw.url + path, { method, headers, body });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) };
  }

  call(method: string, path: string, body?: unknown): Promise<Reply> {
    const login = Buffer.from(`${this.hw.username}:${this.hw.password}`).toString("base64");
    const type: Record<string, string> = body === undefined ? {} : { "content-type": "application/json" };
    const headers = { authorization: `Basic ${login}`, ...type };
    return this.raw(method, path, headers, body === undefined ? undefined : JSON.stringify(body));
  }

  /** A call that must succeed, and its body. */
  async ok<T = Row>(method: string, path: string, body?: unknown): Promise<T> {
    const reply = await this.call(method, path, body);
    expect(reply.status, `${method} ${path}: ${reply.text}`).toBe(200);
    return reply.json<T>();
  }

  get<T = Row>(path: string): Promise<T> {
    return this.ok<T>("GET", path);
  }

  /** Status and body of a call. */
  async outcome(method: string, path: string, body?: unknown): Promise<[number, unknown]> {
    const reply = await this.call(method, path, body);
    return [reply.status, reply.json()];
  }

  /** Status and message of a call that fails in the words of the reference. */
  async failure(method: string, path: string, body?: unknown): Promise<[number, string, string]> {
    const reply = await this.call(method, path, body);
    const { success, error } = reply.json<{ success: boolean; error: { type: string; message: string } }>();
    expect(success).toBe(false);
    return [reply.status, error.type, error.message];
  }

  /** Status and type of a call that fails in the words of the reference. */
  async refusal(method: string, path: string, body?: unknown): Promise<[number, string]> {
    const [status, type] = await this.failure(method, path, body);
    return [status, type];
  }

  /** Starts a workflow, and its id. */
  async provision(change: Row = {}): Promise<string> {
    const { id } = await this.ok<{ id: string }>("POST", "/api/orchestration/provision", { ...order, ...change });
    return id;
  }

  status(id: string): Promise<Row> {
    return this.get(`/api/orchestration/workflow/${id}/status`);
  }

  cancel(id: string): Promise<Reply> {
    return this.call("POST", `/api/orchestration/workflow/${id}/cancel`);
  }

  control(method: string, path: string, json?: unknown): Promise<Reply> {
    return call(this.simulators.controlUrl + path, { method, json });
  }

  seconds(count: number): void {
    this.simulators.clock.advance(count * 1_000);
  }
}
