import type { Clock } from "../core/clock";
import { defaultMachines, defaultServers, hardwareOf } from "./seeds";
import type { Effect, EffectKind, Machine, MachineSeed, Server, ServerScript, ServerSeed } from "./types";
import type { HwAutomationVariants } from "./variants";

/** What is really there: machines, the records of the database, and what was done to the hardware. */
export class HwAutomationWorld {
  /** The rows of the database, by server_id. */
  readonly servers = new Map<string, Server>();
  /** The machines of MaaS, by system_id. */
  readonly machines = new Map<string, Machine>();
  /** What goes wrong, by server_id. */
  readonly scripts = new Map<string, ServerScript>();
  /** What was done to hardware, in order. */
  readonly effects: Effect[] = [];
  #generation = 0;

  constructor(
    private readonly clock: Clock,
    private readonly variants: HwAutomationVariants,
  ) {}

  /** Empties it. */
  clear(): void {
    this.#generation += 1;
    for (const part of [this.servers, this.machines, this.scripts]) part.clear();
    this.effects.length = 0;
  }

  /** Adds servers and machines: the given ones, or as many usual ones. */
  fill(servers: ServerSeed[] | undefined, machines: MachineSeed[] | undefined, count: number): void {
    for (const server of servers ?? defaultServers(count)) this.addServer(server);
    for (const machine of machines ?? defaultMachines(count)) this.addMachine(machine);
  }

  /** Adds a record, or replaces it. */
  addServer(seed: ServerSeed): Server {
    const now = this.clock.now();
    const server: Server = {
      deviceType: null,
      vendor: null,
      model: null,
      ipmiIp: null,
      gateway: null,
      status: "New",
      rackLocation: null,
      notes: null,
      biosVersion: null,
      bmcVersion: null,
      firmware: {},
      biosSettings: {},
      ...structuredClone(seed),
      createdAt: now,
      updatedAt: now,
    };
    this.servers.set(server.serverId, server);
    return server;
  }

  /** Adds a machine, or replaces it. */
  addMachine(seed: MachineSeed): Machine {
    const machine: Machine = {
      hostname: seed.systemId,
      status: "New",
      ipAddresses: [],
      architecture: "amd64/generic",
      cpuCount: 16,
      memory: 32_768,
      commissioning: "ready",
      ...structuredClone(seed),
    };
    this.machines.set(machine.systemId, machine);
    return machine;
  }

  script(serverId: string): ServerScript {
    return this.scripts.get(serverId) ?? {};
  }

  machineOf(serverId: string): Machine | undefined {
    return [...this.machines.values()].find(({ hostname }) => hostname === serverId);
  }

  /** Whether somebody else's record has this address. */
  occupied(ip: string, serverId: string): boolean {
    return [...this.servers.values()].some((server) => server.ipmiIp === ip && server.serverId !== serverId);
  }

  /** Changes a record, and notes when. */
  touch(server: Server, change: Partial<Server>): void {
    Object.assign(server, change, { updatedAt: this.clock.now() });
  }

  /** The hardware of a server becomes known. */
  discover(server: Server): void {
    if (Object.keys(server.firmware).length > 0) return;
    const number = [...this.servers.keys()].indexOf(server.serverId);
    this.touch(server, hardwareOf(number));
  }

  /** Notes what was done to hardware. */
  record(
    kind: EffectKind,
    serverId: string,
    { workflowId = null, detail = null, systemId = this.machineOf(serverId)?.systemId ?? null }: Partial<Effect> = {},
  ): void {
    this.effects.push({ kind, serverId, systemId, workflowId, at: this.clock.now(), detail });
  }

  /** MaaS commissions a machine, which takes its time. */
  commission(machine: Machine): void {
    const generation = this.#generation;
    machine.status = "Commissioning";
    if (machine.commissioning === "hangs") return;
    const { commissioningSeconds, timeScale } = this.variants;
    this.clock.schedule((commissioningSeconds * 1_000) / timeScale, () => {
      if (generation !== this.#generation || machine.status !== "Commissioning") return;
      machine.status = machine.commissioning === "fails" ? "Failed commissioning" : "Ready";
    });
  }

  /** Puts the available versions onto a server, of which a policy may want only those that matter for security. */
  flash(server: Server, policy: string, workflowId: string): void {
    for (const [name, component] of Object.entries(server.firmware)) {
      if (component.current === component.available || (policy === "security_only" && !component.security)) continue;
      this.record("firmwareFlash", server.serverId, {
        workflowId,
        detail: `${name} ${component.current} -> ${component.available}`,
      });
      component.current = component.available;
    }
    // What somebody wrote by hand is no longer true.
    this.touch(server, { biosVersion: null, bmcVersion: null });
  }
}
