import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { DeviceSeed, SimulatorDescription } from "../../simulators";
import { generateDevices } from "../../simulators/fortinet/seeds";
import { findProjectRoot } from "../../tools/toolchain";

/** Simulators in a process of their own, so that they do not share the event loop of what is measured. */
export class SimulatorProcess {
  private constructor(
    private readonly description: SimulatorDescription,
    /** Ends the process. */
    readonly stop: () => Promise<void>,
  ) {}

  static async start(latencyMs: number): Promise<SimulatorProcess> {
    const command = join(findProjectRoot(), "dist", "cli", "main.js");
    const child = spawn(process.execPath, [command, "simulate", "--json", "--latency", String(latencyMs)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = once(child, "exit");
    const stop = async () => {
      child.kill("SIGTERM");
      await ended;
    };
    for await (const line of createInterface({ input: child.stdout })) {
      return new SimulatorProcess(JSON.parse(line) as SimulatorDescription, stop);
    }
    throw new Error("The simulators did not start.");
  }

  /** Where the provider finds the simulated account, and with which credentials. */
  get environment(): Record<string, string> {
    const { apiId, password, authUrl, fortiztpUrl } = this.description.fortinet;
    return {
      ZTP_FORTINET_API_ID: apiId,
      ZTP_FORTINET_PASSWORD: password,
      ZTP_FORTINET_AUTH_URL: authUrl,
      ZTP_FORTINET_FORTIZTP_URL: fortiztpUrl,
    };
  }

  /** Starts afresh with so many new devices, and answers with their serial numbers. */
  async begin(deviceCount: number, rateLimit: boolean): Promise<string[]> {
    const devices = generateDevices(deviceCount);
    await this.beginWith(devices);
    await this.control("PATCH", "/fortinet/variants", { rateLimit });
    return devices.map(({ deviceSN }) => deviceSN);
  }

  /** Starts afresh with these devices. */
  async beginWith(devices: readonly DeviceSeed[]): Promise<void> {
    await this.control("POST", "/reset");
    await this.control("PUT", "/fortinet/devices", devices);
  }

  /** Counts the calls to FortiZTP that the work makes. */
  async countCalls(work: () => Promise<unknown>): Promise<number> {
    await this.control("DELETE", "/requests");
    await work();
    return ((await this.control("GET", "/requests?service=fortiztp")) as unknown[]).length;
  }

  private async control(method: string, path: string, body?: unknown): Promise<unknown> {
    const reply = await fetch(this.description.controlUrl + path, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await reply.text();
    if (!reply.ok) throw new Error(`The simulators answered ${reply.status} to ${method} ${path}: ${text}`);
    return text ? JSON.parse(text) : undefined;
  }
}
