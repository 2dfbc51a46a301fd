import type { SimRequest } from "../core/http";
import { Limiter } from "../core/limiter";
import type { Listener } from "../core/listener";
import { selfSignedCertificate, selfSignedKey } from "../core/self-signed";
import { type Environment, type ServiceDefinition, startService } from "../core/service";
import { type ForticareOptions, ForticareSimulator } from "./forticare/simulator";
import { Inventory } from "./inventory";
import { signInService } from "./oauth";
import { defaultInventory } from "./seeds";
import { Tokens } from "./tokens";
import type {
  ApiUser,
  ApiUserSeed,
  DeviceRecord,
  DeviceSeed,
  FortiManagerRecord,
  FortiManagerSeed,
  InventorySeed,
  ScriptRecord,
  ScriptSeed,
} from "./types";
import { changeVariants, defaultVariants, type FortinetVariants } from "./variants";
import { ztpFail, ztpService } from "./ztp";

/** The account that seeds and shorthands mean unless another is named. */
export const mainAccount = "main";
/** A second, empty account, to transfer products to; there unless `accounts` are given. */
export const secondAccount = "branches";

/** How the simulated FortiCloud starts. What is left out gets the default inventory. */
export interface FortinetOptions extends InventorySeed {
  /** API id of the main user. Default a fixed GUID. */
  apiId?: string;
  /** Password of the main user. Default a fixed one. */
  password?: string;
  /** Size of the default inventory, instead of its 31 devices. Ignored when `devices` is given. */
  deviceCount?: number;
  /** More API users, of the main account or of one in `accounts`. */
  users?: ApiUserSeed[];
  /** More accounts, by name, each with what it holds. They see nothing of each other. */
  accounts?: Record<string, InventorySeed>;
  /** Behaviour of sign-in and FortiZTP that differs from the default. */
  variants?: Partial<FortinetVariants>;
  /** What FortiCare knows, and how it behaves. */
  forticare?: ForticareOptions;
}

/** Where the services listen. */
export interface FortinetAddresses {
  /** The whole token endpoint. */
  readonly authUrl: string;
  /** Base of the FortiZTP API, up to `/public/api`. */
  readonly fortiztpUrl: string;
  /** Base of the FortiCare API, up to `/v3`. */
  readonly forticareUrl: string;
}

export interface FortinetListenOptions {
  /** Port of the sign-in service; FortiZTP and FortiCare listen on the next two. Default: any free ports. */
  port?: number;
  /** Whether to listen with TLS as well. */
  tls?: boolean;
}

const defaultApiId = "5A1B2C3D-4E5F-4A6B-8C7D-0123456789AB";
const defaultPassword = "simulated-password-1!aA";
/** A user who may look but not change anything. */
export const readOnlyApiId = "00000000-0000-4000-8000-00000000000A";
/** A user of the organisation type, over every account: may use FortiCare, while sign-in to FortiZTP is refused. */
export const organizationApiId = "00000000-0000-4000-8000-00000000000B";

/** Simulated FortiCloud sign-in, FortiZTP and FortiCare. */
export class FortinetSimulator {
  readonly apiId: string;
  readonly password: string;
  /** Behaviour of sign-in and FortiZTP; assign to its members at any time. */
  readonly variants: FortinetVariants = defaultVariants();
  /** Inventories by account name; the main one is `main`. */
  readonly accounts = new Map<string, Inventory>();
  /** API users by API id. */
  readonly users = new Map<string, ApiUser>();
  readonly tokens: Tokens;
  /** FortiCare: its products, and its behaviour. */
  readonly forticare: ForticareSimulator;
  /** The addresses of the TLS listeners and their self-signed certificate (PEM); absent unless asked for. */
  tls: (FortinetAddresses & { readonly certificate: string }) | undefined;
  readonly #limiter = new Limiter();
  readonly #options: FortinetOptions;
  readonly #environment: Environment;
  readonly #listeners: Listener[] = [];
  #addresses: FortinetAddresses = { authUrl: "", fortiztpUrl: "", forticareUrl: "" };

  private constructor(options: FortinetOptions, environment: Environment) {
    this.#options = options;
    this.#environment = environment;
    this.apiId = options.apiId ?? defaultApiId;
    this.password = options.password ?? defaultPassword;
    this.tokens = new Tokens(environment.clock, this.variants);
    for (const name of [mainAccount, ...Object.keys(options.accounts ?? { [secondAccount]: {} })]) {
      this.accounts.set(name, new Inventory(name, environment.clock, this.variants));
    }
    this.forticare = new ForticareSimulator(options.forticare ?? {}, {
      clock: environment.clock,
      tokens: this.tokens,
      inventories: this.accounts,
      mainAccount,
    });
    this.reset();
  }

  /** Starts the services' sockets. */
  static async start(
    options: FortinetOptions,
    environment: Environment,
    listen: FortinetListenOptions = {},
  ): Promise<FortinetSimulator> {
    const simulator = new FortinetSimulator(options, environment);
    try {
      simulator.#addresses = await simulator.#listen({ port: listen.port });
      if (listen.tls) {
        const addresses = await simulator.#listen({ tls: { key: selfSignedKey, cert: selfSignedCertificate } });
        simulator.tls = { ...addresses, certificate: selfSignedCertificate };
      }
    } catch (error) {
      await simulator.close();
      throw error;
    }
    return simulator;
  }

  get authUrl(): string {
    return this.#addresses.authUrl;
  }

  get fortiztpUrl(): string {
    return this.#addresses.fortiztpUrl;
  }

  get forticareUrl(): string {
    return this.#addresses.forticareUrl;
  }

  /** Devices of the main account, by serial. Change them with `seed` and `patch`. */
  get devices(): Map<string, DeviceRecord> {
    return this.account().devices;
  }

  /** FortiManager entries of the main account, by oid. */
  get fortiManagers(): Map<number, FortiManagerRecord> {
    return this.account().fortiManagers;
  }

  /** Scripts of the main account, by oid. */
  get scripts(): Map<number, ScriptRecord> {
    return this.account().scripts;
  }

  /** The inventory of an account; throws when there is none of that name. */
  account(name: string = mainAccount): Inventory {
    const inventory = this.accounts.get(name);
    if (!inventory) throw new Error(`There is no account ${name}; there are ${[...this.accounts.keys()].join(", ")}.`);
    return inventory;
  }

  /** Adds devices, or replaces those with the same serial, as if they had just been registered. */
  seed(devices: DeviceSeed[], account?: string): void {
    this.account(account).addDevices(devices);
  }

  /** Changes a device as somebody else would, in the portal. Throws for an unknown serial. */
  patch(serial: string, change: Partial<DeviceRecord>, account?: string): DeviceRecord {
    this.device(serial, account);
    return this.account(account).patch(serial, change) as DeviceRecord;
  }

  /** The device calls home: an incomplete one is provisioned `provisioningSeconds` later (default: the variant's). */
  setOnline(serial: string, options: { provisioningSeconds?: number; account?: string } = {}): DeviceRecord {
    const record = this.device(serial, options.account);
    this.account(options.account).online(record, options.provisioningSeconds);
    return record;
  }

  /** Clears a device's assignment as somebody else would, in the portal. */
  unprovision(serial: string, account?: string): DeviceRecord {
    const record = this.device(serial, account);
    this.account(account).unprovision(record);
    return record;
  }

  /** Changes a script as somebody else would, in the portal. Throws for an unknown oid. */
  patchScript(oid: number, change: Partial<ScriptSeed>, account?: string): ScriptRecord {
    const record = this.account(account).patchScript(oid, change);
    if (!record) throw new Error(`There is no script ${oid} in account ${account ?? mainAccount}.`);
    return record;
  }

  /** The same for a FortiManager entry. */
  patchFortiManager(oid: number, change: Partial<FortiManagerSeed>, account?: string): FortiManagerRecord {
    const record = this.account(account).patchFortiManager(oid, change);
    if (!record) throw new Error(`There is no FortiManager ${oid} in account ${account ?? mainAccount}.`);
    return record;
  }

  /** Adds an API user, or replaces the one with the same API id. */
  addUser(seed: ApiUserSeed): ApiUser {
    const user: ApiUser = {
      account: mainAccount,
      type: "local",
      readOnly: false,
      assetManagement: true,
      scope: null,
      ...seed,
    };
    for (const name of [user.account, ...(user.scope ?? [])]) this.account(name);
    this.users.set(user.apiId, user);
    return user;
  }

  /** A device of an account; throws for an unknown serial. */
  device(serial: string, account?: string): DeviceRecord {
    const record = this.account(account).find(serial);
    if (!record) throw new Error(`There is no device ${serial} in account ${account ?? mainAccount}.`);
    return record;
  }

  /** Back to the start: inventories, users, variants; no token, no counted call. */
  reset(): void {
    Object.assign(this.variants, defaultVariants());
    changeVariants(this.variants, this.#options.variants ?? {});
    this.tokens.clear();
    this.#limiter.clear();
    this.users.clear();
    this.addUser({ apiId: this.apiId, password: this.password });
    this.addUser({ apiId: readOnlyApiId, password: this.password, readOnly: true });
    this.addUser({ apiId: organizationApiId, password: this.password, type: "organization" });
    for (const user of this.#options.users ?? []) this.addUser(user);
    const { devices, fortiManagers, scripts, firmwareProfiles, deviceCount } = this.#options;
    const usual = defaultInventory(this.#environment.clock.now(), deviceCount);
    this.account().load({
      devices: devices ?? usual.devices,
      fortiManagers: fortiManagers ?? usual.fortiManagers,
      scripts: scripts ?? usual.scripts,
      firmwareProfiles: firmwareProfiles ?? usual.firmwareProfiles,
    });
    for (const name of this.accounts.keys())
      if (name !== mainAccount) this.account(name).load(this.#options.accounts?.[name] ?? {});
    this.forticare.reset();
  }

  async close(): Promise<void> {
    this.forticare.stop();
    for (const inventory of this.accounts.values()) inventory.stop();
    await Promise.all(this.#listeners.map((listener) => listener.close()));
  }

  async #listen(options: { port?: number; tls?: { key: string; cert: string } }): Promise<FortinetAddresses> {
    const { clock } = this.#environment;
    const { users, tokens, variants } = this;
    const signIn = signInService({ users, tokens, variants, now: () => clock.now() });
    const inventory = (request: SimRequest): Inventory => this.account(request.account);
    const ztp = ztpService({ clock, tokens, limiter: this.#limiter, variants, inventory, fail: ztpFail(variants) });
    const auth = await this.#start(signIn, options.port, options.tls);
    const care = this.forticare.service();
    const fortiztp = await this.#start(ztp, options.port ? options.port + 1 : 0, options.tls);
    const forticare = await this.#start(care, options.port ? options.port + 2 : 0, options.tls);
    return {
      authUrl: `${auth.origin}${signIn.basePath}/token/`,
      fortiztpUrl: `${fortiztp.origin}${ztp.basePath}`,
      forticareUrl: `${forticare.origin}${care.basePath}`,
    };
  }

  async #start(service: ServiceDefinition, port?: number, tls?: { key: string; cert: string }): Promise<Listener> {
    const listener = await startService(service, this.#environment, { port, tls });
    this.#listeners.push(listener);
    return listener;
  }
}
