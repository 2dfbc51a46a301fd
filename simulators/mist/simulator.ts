import { Limiter } from "../core/limiter";
import type { Listener } from "../core/listener";
import { selfSignedCertificate, selfSignedKey } from "../core/self-signed";
import { type Environment, startService } from "../core/service";
import { defaultPassword } from "./accounts";
import { hourly, type MistContext } from "./call";
import { normalMac } from "./ids";
import {
  defaultMist,
  mistMspId,
  mistOrgId,
  mistReadOnlyToken,
  mistSsoEmail,
  mistTwoFactorCode,
  mistTwoFactorEmail,
  mistUserToken,
} from "./seeds";
import { mistService } from "./service";
import { StreamHub } from "./stream/hub";
import type { Device, DeviceSeed, MistSeed, Privilege } from "./types";
import { Firmware } from "./upgrades/firmware";
import { mistFleet } from "./upgrades/fleet";
import { Jobs } from "./upgrades/jobs";
import type { FirmwareAction } from "./upgrades/types";
import { changeMistVariants, defaultMistVariants, type MistVariants } from "./variants";
import { MistWorld } from "./world";

/**
 * How the simulated Mist starts. What is left out gets the default world, of which the devices in use come with the
 * default sites only; `users` and `tokens` come on top of it. The first of `orgs` is the main organisation.
 */
export interface MistOptions extends MistSeed {
  /** Key of the main organisation's admin token. Default a fixed one. */
  apiToken?: string;
  /** Email of the admin user. Default a fixed one. */
  email?: string;
  /** Password of every default user. Default a fixed one. */
  password?: string;
  /** Fresh devices in the default world, instead of 40. Ignored when `devices` is given. */
  deviceCount?: number;
  /** Whether there is a fleet to upgrade as well, as `addFleet` adds it. Default false. */
  fleet?: boolean;
  /** Behaviour that differs from the default. */
  variants?: Partial<MistVariants>;
}

export interface MistListenOptions {
  /** Default: any free port. */
  port?: number;
  /** Whether to listen with TLS as well. */
  tls?: boolean;
}

/** Simulated Juniper Mist. */
export class MistSimulator {
  readonly apiToken: string;
  readonly email: string;
  readonly password: string;
  /** Id of the main organisation. */
  readonly orgId: string;
  /** Behaviour; assign to its members at any time. */
  readonly variants: MistVariants = defaultMistVariants();
  /** What it holds; change it at any time, as somebody else would in the portal. */
  readonly world: MistWorld;
  /** The address of the TLS listener and its self-signed certificate (PEM); absent unless asked for. */
  tls: { readonly url: string; readonly certificate: string } | undefined;
  /** Upgrades and reboots of devices, and a record of what was done to them. */
  readonly firmware: Firmware;
  /** Upgrade jobs, as long as the service keeps them. */
  readonly jobs: Jobs;
  /** Open WebSocket connections. */
  readonly hub = new StreamHub();
  readonly #limiter = new Limiter();
  readonly #context: MistContext;
  readonly #options: MistOptions;
  readonly #environment: Environment;
  readonly #listeners: Listener[] = [];
  #url = "";

  private constructor(options: MistOptions, environment: Environment) {
    this.#options = options;
    this.#environment = environment;
    this.apiToken = options.apiToken ?? "simAdmin0000000000000000000000000000000000000ADMN";
    this.email = options.email ?? "admin@example.com";
    this.password = options.password ?? defaultPassword;
    this.orgId = options.orgs?.[0]?.id ?? mistOrgId;
    const { clock } = environment;
    const { variants, hub } = this;
    this.world = new MistWorld(clock, variants, this.orgId);
    this.firmware = new Firmware(clock, variants, this.world, {
      changed: (device) => hub.deviceChanged(this.#context, device),
      edgeChanged: (id) => hub.edgeChanged(this.#context, id),
      happened: (event) => hub.happened(event),
    });
    this.jobs = new Jobs(clock, variants);
    const { world, firmware, jobs } = this;
    this.#context = { clock, world, variants, limiter: this.#limiter, firmware, jobs, hub };
    this.reset();
  }

  /** Starts the service's sockets. */
  static async start(
    options: MistOptions,
    environment: Environment,
    listen: MistListenOptions = {},
  ): Promise<MistSimulator> {
    const simulator = new MistSimulator(options, environment);
    try {
      simulator.#url = await simulator.#listen({ port: listen.port });
      if (listen.tls) {
        const url = await simulator.#listen({ tls: { key: selfSignedKey, cert: selfSignedCertificate } });
        simulator.tls = { url, certificate: selfSignedCertificate };
      }
    } catch (error) {
      await simulator.close();
      throw error;
    }
    return simulator;
  }

  /** Where it listens, without a path; the API is under `/api/v1`. */
  get url(): string {
    return this.#url;
  }

  /** Adds devices, or replaces those with the same MAC. */
  seed(devices: DeviceSeed[]): void {
    for (const device of devices) this.world.addDevice(device);
  }

  /** Adds a site with devices and Mist Edges of several models that don't run the newest version; see `mistFleet`. */
  addFleet(): void {
    const { sites, devices, objects } = mistFleet(this.orgId);
    for (const site of sites) this.world.addSite(site);
    for (const object of objects) this.world.addObject(object);
    this.seed(devices);
  }

  /** A device; throws for an unknown MAC. */
  device(mac: string): Device {
    const device = this.world.devices.get(normalMac(mac));
    if (!device) throw new Error(`There is no device ${mac}.`);
    return device;
  }

  /** Gives a user (by email) or a token (by key) just these privileges. Throws when there is neither. */
  setPrivileges(name: string, privileges: Privilege[]): void {
    const { users, tokens } = this.world.accounts;
    const token = tokens.get(name);
    const user = users.get(token?.kind === "user" ? token.email : name);
    if (token?.kind === "org") token.object.data = { ...token.object.data, privileges };
    else if (user) user.privileges = privileges;
    else throw new Error(`There is neither a user nor a token ${name}.`);
  }

  /** Calls of this hour, by whom they are counted. */
  usage(): Map<string, number> {
    return this.#limiter.usage(this.#environment.clock.now(), hourly(this.variants));
  }

  /** Gives everybody the full limit again. */
  forgetUsage(): void {
    this.#limiter.clear();
  }

  /** Ends every login; API tokens stay good. */
  endSessions(): void {
    this.world.accounts.sessions.clear();
  }

  /** What was really done to a device (by MAC, or the id of a Mist Edge), or to all, in order. */
  firmwareActions(device?: string): FirmwareAction[] {
    const wanted = device === undefined || device.includes("-") ? device : normalMac(device);
    return this.firmware.journal.actions.filter((action) => wanted === undefined || action.device === wanted);
  }

  /** Back to the start: everything that it holds, behaviour, logins, counted calls. */
  reset(): void {
    Object.assign(this.variants, defaultMistVariants());
    changeMistVariants(this.variants, this.#options.variants ?? {});
    this.#limiter.clear();
    this.firmware.clear();
    this.jobs.clear();
    this.hub.closeAll();
    this.world.clear();
    const usual = defaultMist(this.orgId, this.#options);
    const { msps, orgs, sites, objects, devices, activations, users, tokens } = { ...usual, ...given(this.#options) };
    for (const msp of msps) this.world.msps.set(msp.id, msp);
    for (const org of orgs) this.world.addOrg(org);
    for (const object of objects) this.world.addObject(object);
    for (const site of sites) this.world.addSite(site);
    this.seed(devices);
    for (const activation of activations) this.world.addActivation(activation);
    if (this.#options.fleet) this.addFleet();
    this.#addAccounts();
    for (const user of users ?? []) this.world.accounts.addUser(user);
    for (const token of tokens ?? []) this.world.addToken(token);
  }

  async close(): Promise<void> {
    await Promise.all(this.#listeners.map((listener) => listener.close()));
  }

  #addAccounts(): void {
    const { email, password, world } = this;
    const admin: Privilege = { scope: "org", role: "admin", org_id: this.orgId };
    const wholeMsp: Privilege = { scope: "msp", role: "admin", msp_id: mistMspId };
    world.accounts.addUser({ email, password, privileges: [admin, wholeMsp] });
    world.accounts.addUser({ email: mistTwoFactorEmail, password, privileges: [admin], twoFactor: mistTwoFactorCode });
    world.accounts.addUser({ email: mistSsoEmail, password, privileges: [admin], sso: true });
    world.addToken({ key: this.apiToken, name: "automation" });
    const read: Privilege = { scope: "org", role: "read", org_id: this.orgId };
    world.addToken({ key: mistReadOnlyToken, name: "auditor", privileges: [read] });
    world.addToken({ key: mistUserToken, name: "laptop", email });
  }

  async #listen(options: { port?: number; tls?: { key: string; cert: string } }): Promise<string> {
    const listener = await startService(mistService(this.#context), this.#environment, options);
    this.#listeners.push(listener);
    return listener.origin;
  }
}

function given(options: MistOptions): MistSeed {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
