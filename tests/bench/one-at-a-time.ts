import { beginWithProducts, folders } from "./products-run";
import type { SimulatorProcess } from "./simulator";

/** What it takes to register products as one does with a client that knows neither batches nor the account as a whole. */
export interface OneAtATime {
  calls: number;
  /** By the service's clock, waits for its limits included. */
  hours: number;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const latencyMs = 100;
/** The vendor's limits, every call of which is used. */
const limits = [
  { calls: 100, perMs: minuteMs },
  { calls: 1_000, perMs: hourMs },
];

/**
 * Each product by itself: is it there, register it, put it into its folder, describe it. The simulator's clock stands
 * still but for the latency of each call and for the waits, so that hours pass in seconds.
 */
export async function runOneAtATime(simulators: SimulatorProcess, count: number): Promise<OneAtATime> {
  const serials = await beginWithProducts(simulators, { registered: count, fresh: count });
  await simulators.setLatency(0);
  await simulators.freezeTime();
  const client = new PlainClient(simulators);
  const requests = await simulators.requestsDuring("forticare", async () => {
    for (const serialNumber of serials) {
      await client.call("/products/list", { serialNumber });
      await client.call("/products/register", { registrationUnits: [{ serialNumber, isGovernment: false }] });
      await client.call("/products/folder", { serialNumbers: [serialNumber], folderId: folders[0].folderId });
      await client.call("/products/description", { serialNumber, description: `Branch of ${serialNumber}` });
    }
  });
  return { calls: requests.length, hours: client.elapsedMs / hourMs };
}

/** Waits for the limits, and signs in again when its token is over. */
class PlainClient {
  elapsedMs = 0;
  private readonly sent: number[] = [];
  private token: { value: string; until: number } | undefined;

  constructor(private readonly simulators: SimulatorProcess) {}

  async call(path: string, body: object): Promise<void> {
    await this.pass(Math.max(latencyMs, ...limits.map((limit) => this.waitFor(limit))));
    this.sent.push(this.elapsedMs);
    if (!this.token || this.token.until <= this.elapsedMs) this.token = await this.signIn();
    await post(this.simulators.fortinet.forticareUrl + path, body, { Authorization: `Bearer ${this.token.value}` });
  }

  private waitFor({ calls, perMs }: { calls: number; perMs: number }): number {
    const blocking = this.sent.at(-calls);
    return blocking === undefined ? 0 : blocking + perMs - this.elapsedMs;
  }

  private async pass(ms: number): Promise<void> {
    await this.simulators.advance(ms);
    this.elapsedMs += ms;
  }

  private async signIn() {
    const { authUrl, apiId, password } = this.simulators.fortinet;
    const request = { username: apiId, password, client_id: "assetmanagement", grant_type: "password" };
    const reply = (await post(authUrl, request)) as { access_token: string; expires_in: number };
    return { value: reply.access_token, until: this.elapsedMs + reply.expires_in * 1_000 };
  }
}

async function post(url: string, body: object, headers?: Record<string, string>): Promise<unknown> {
  const reply = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  const text = await reply.text();
  if (!reply.ok) throw new Error(`POST ${url}: ${reply.status} ${text}`);
  return JSON.parse(text);
}
