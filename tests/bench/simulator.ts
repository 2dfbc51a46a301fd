import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type {
  DeviceSeed,
  FolderSeed,
  ForticareVariantChange,
  HwAutomationVariants,
  Mist,
  MistVariants,
  PanosVariants,
  ProductSeed,
  RequestEntry,
  SimulatorDescription,
  WarehouseSeed,
} from "../../simulators";
import { generateDevices } from "../../simulators/fortinet/seeds";
import { generateFirewalls } from "../../simulators/panos/seeds";
import { findProjectRoot } from "../../tools/toolchain";

/** A simulated service, as its requests are logged. */
export type ServiceName = "fortiztp" | "forticare" | "mist" | "panos" | "hwautomation";

/** What FortiCare begins with. */
export interface ProductsSeed {
  /** Products of the account. */
  registered: readonly ProductSeed[];
  /** Products that nobody has registered. */
  fresh: readonly WarehouseSeed[];
  folders: readonly FolderSeed[];
  variants: ForticareVariantChange;
}

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

  /** Addresses and credentials of the simulated account. */
  get fortinet(): SimulatorDescription["fortinet"] {
    return this.description.fortinet;
  }

  /** Where the provider finds the simulated account, and with which credentials. */
  get environment(): Record<string, string> {
    const { apiId, password, authUrl, fortiztpUrl, forticareUrl } = this.fortinet;
    const { url, apiToken, orgId } = this.description.mist;
    const { hwautomation } = this.description;
    return {
      ZTP_PANOS_BASE_DIR: this.description.panos.baseDir,
      ZTP_HWAUTOMATION_BASE_URL: hwautomation.url,
      ZTP_HWAUTOMATION_USERNAME: hwautomation.username,
      ZTP_HWAUTOMATION_PASSWORD: hwautomation.password,
      ZTP_MIST_BASE_URL: url,
      ZTP_MIST_API_TOKEN: apiToken,
      ZTP_MIST_ORG_ID: orgId,
      ZTP_FORTINET_API_ID: apiId,
      ZTP_FORTINET_PASSWORD: password,
      ZTP_FORTINET_AUTH_URL: authUrl,
      ZTP_FORTINET_FORTIZTP_URL: fortiztpUrl,
      ZTP_FORTINET_FORTICARE_URL: forticareUrl,
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

  /** Starts afresh with these products. */
  async beginWithProducts({ registered, fresh, folders, variants }: ProductsSeed): Promise<void> {
    await this.beginWith([]);
    await this.control("PUT", "/forticare/products", registered);
    await this.control("PUT", "/forticare/warehouse", fresh);
    await this.control("PUT", "/forticare/folders", folders);
    await this.control("PATCH", "/forticare/variants", variants);
  }

  /** Starts afresh with an organization of Mist that has these sites, by default none, and these devices. */
  async beginWithMist(
    devices: readonly Mist.DeviceSeed[],
    { sites = [], variants = {} }: { sites?: readonly Mist.SiteSeed[]; variants?: Partial<MistVariants> } = {},
  ): Promise<void> {
    await this.beginWith([]);
    await this.control("PATCH", "/mist/variants", variants);
    await this.control("PUT", "/mist/sites", sites);
    await this.control("PUT", "/mist/devices", devices);
  }

  /** Starts afresh with so many firewalls that are alike. */
  async beginWithPanos(count: number, variants: Partial<PanosVariants>): Promise<string[]> {
    const firewalls = generateFirewalls(count);
    await this.beginWith([]);
    await this.control("PUT", "/panos/devices", firewalls);
    await this.control("PATCH", "/panos/variants", variants);
    await this.control("POST", "/panos/daemon", { do: "restart" });
    await this.control("POST", "/panos/discover");
    return firewalls.map(({ serial }) => serial);
  }

  /** Starts afresh with a HWAutomation that knows no server. */
  async beginWithHwAutomation(variants: Partial<HwAutomationVariants>): Promise<void> {
    await this.beginWith([]);
    await this.control("PATCH", "/hwautomation/variants", variants);
  }

  /** Real time added to every request until the next start, in milliseconds. */
  async setLatency(ms: number): Promise<void> {
    await this.control("PUT", "/latency", { ms });
  }

  /** Until the next start time passes only by `advance`. */
  async freezeTime(): Promise<void> {
    await this.control("POST", "/clock", { freeze: true });
  }

  async advance(ms: number): Promise<void> {
    await this.control("POST", "/clock", { advanceSeconds: ms / 1000 });
  }

  /** What reaches the service while the work is done. */
  async requestsDuring(service: ServiceName, work: () => Promise<unknown>): Promise<RequestEntry[]> {
    await this.control("DELETE", "/requests");
    await work();
    return (await this.control("GET", `/requests?service=${service}`)) as RequestEntry[];
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
