import type { Listener } from "../core/listener";
import { type Environment, startService } from "../core/service";
import type { HwAutomationContext } from "./call";
import { Engine } from "./engine";
import { hwAutomationPassword, hwAutomationToken, hwAutomationUsername } from "./seeds";
import { hwAutomationService } from "./service";
import { ShippedEngine, type ShippedRun } from "./shipped/engine";
import { tellAlert, tellChange, tellEnd, tellFailure, tellProgress } from "./sockets/events";
import { EventHub } from "./sockets/hub";
import type { Effect, EffectKind, Machine, MachineSeed, Profile, Server, ServerScript, ServerSeed } from "./types";
import { changeHwAutomationVariants, defaultHwAutomationVariants, type HwAutomationVariants } from "./variants";
import type { Workflow } from "./workflow";
import { HwAutomationWorld } from "./world";

/** How the simulated HWAutomation starts; what is left out gets the default world. */
export interface HwAutomationOptions {
  /** Which of the two services it is. Default doc. */
  profile?: Profile;
  /** User of the basic authentication. Default a fixed one. */
  username?: string;
  /** That user's password. Default a fixed one. */
  password?: string;
  /** API key that does as well. Default a fixed one. */
  token?: string;
  /** Every record of the database. */
  servers?: ServerSeed[];
  /** Every machine of MaaS. */
  machines?: MachineSeed[];
  /** Servers of the default world, server-001 and so on, and as many machines. Default 6. */
  serverCount?: number;
  /** Behaviour that differs from the default. */
  variants?: Partial<HwAutomationVariants>;
}

/** Simulated HWAutomation: the service that its reference describes, or the one that is shipped. */
export class HwAutomationSimulator {
  readonly username: string;
  readonly password: string;
  readonly token: string;
  /** Behaviour; assign to its members at any time. */
  readonly variants: HwAutomationVariants = defaultHwAutomationVariants();
  /** What is really there; change it at any time, as somebody else would. */
  readonly world: HwAutomationWorld;
  /** The Socket.IO server. */
  readonly hub: EventHub;
  readonly #engine: Engine;
  readonly #shipped: ShippedEngine;
  readonly #options: HwAutomationOptions;
  readonly #context: HwAutomationContext;
  #listener: Listener | undefined;

  private constructor(options: HwAutomationOptions, environment: Environment) {
    this.#options = options;
    this.username = options.username ?? hwAutomationUsername;
    this.password = options.password ?? hwAutomationPassword;
    this.token = options.token ?? hwAutomationToken;
    const { clock } = environment;
    const { variants, username, password, token } = this;
    this.world = new HwAutomationWorld(clock, variants);
    this.hub = new EventHub(clock, variants);
    this.#engine = new Engine(clock, variants, this.world, {
      progressed: (workflow) => tellProgress(this.#context, workflow),
      changed: (workflow, before) => tellChange(this.#context, workflow, before),
      ended: (workflow) => tellEnd(this.#context, workflow),
    });
    this.#shipped = new ShippedEngine(clock, variants, this.world, (run) => tellFailure(this.#context, run));
    this.#context = {
      clock,
      variants,
      world: this.world,
      engine: this.#engine,
      shipped: this.#shipped,
      hub: this.hub,
      credentials: { username, password, token },
    };
    this.reset();
  }

  /** Starts the service's socket. */
  static async start(
    options: HwAutomationOptions,
    environment: Environment,
    listen: { port?: number } = {},
  ): Promise<HwAutomationSimulator> {
    const simulator = new HwAutomationSimulator(options, environment);
    simulator.#listener = await startService(hwAutomationService(simulator.#context), environment, listen);
    return simulator;
  }

  /** Where it listens, without a path; the API is under `/api`. */
  get url(): string {
    return this.#listener?.origin ?? "";
  }

  /** Records of the database, by server_id. */
  get servers(): Map<string, Server> {
    return this.world.servers;
  }

  /** Machines of MaaS, by system_id. */
  get machines(): Map<string, Machine> {
    return this.world.machines;
  }

  /** What was really done to hardware, in order. */
  get effects(): readonly Effect[] {
    return this.world.effects;
  }

  /** What was really done to one server, in order, such as `commission`. */
  effectsOf(serverId: string): EffectKind[] {
    return this.effects.filter((effect) => effect.serverId === serverId).map(({ kind }) => kind);
  }

  /** Every workflow so far, oldest first, whether the service still knows it or not. */
  get workflows(): readonly (Workflow | ShippedRun)[] {
    return this.variants.profile === "doc" ? this.#engine.runs : this.#shipped.runs;
  }

  /** The latest workflow of this id; throws when there never was one. */
  workflow(id: string): Workflow | ShippedRun {
    const workflow = this.workflows.findLast((run) => run.id === id);
    if (!workflow) throw new Error(`There never was a workflow ${id}.`);
    return workflow;
  }

  /** Every workflow of a server, oldest first. */
  workflowsOf(serverId: string): (Workflow | ShippedRun)[] {
    return this.workflows.filter((run) => run.serverId === serverId);
  }

  /** Checks and applies a change of behaviour. */
  setVariants(change: Partial<HwAutomationVariants>): void {
    changeHwAutomationVariants(this.variants, change);
  }

  /** Changes what goes wrong with a server; takes effect at once, also for what hangs. */
  setScript(serverId: string, change: ServerScript): void {
    this.world.scripts.set(serverId, { ...this.world.script(serverId), ...change });
    this.#engine.release(serverId);
    this.#shipped.release(serverId);
  }

  /** Tells everybody who is connected something about the system, such as a warning. */
  alert(level: string, message: string): void {
    tellAlert(this.#context, level, message);
  }

  /** The service forgets a workflow, which goes on all the same. */
  forget(id: string): void {
    this.#engine.forget(id);
    this.#shipped.registry.delete(id);
  }

  /** The process ends and comes back: connections are cut. What was in memory is lost; records and hardware stay as they are. */
  restart(): void {
    this.hub.cut();
    if (this.variants.profile === "doc") this.#engine.restart();
    else this.#shipped.restart();
  }

  /** Back to the start: records, machines, workflows, behaviour. */
  reset(): void {
    const { profile, variants = {}, servers, machines, serverCount } = this.#options;
    Object.assign(this.variants, defaultHwAutomationVariants());
    changeHwAutomationVariants(this.variants, profile === undefined ? variants : { profile, ...variants });
    this.hub.cut();
    this.#engine.clear();
    this.#shipped.clear();
    this.world.clear();
    this.world.fill(servers, machines, serverCount ?? 6);
  }

  async close(): Promise<void> {
    this.hub.close();
    await this.#listener?.close();
  }
}
