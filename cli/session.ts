import { type ReadBack, readResource } from "../provider/core/lifecycle";
import type { Context, Resource, Service } from "../provider/core/resource";
import { Services } from "../provider/core/services";
import type { ValueMap } from "../provider/core/values";
import { configurationProblems, configurationResolver } from "../provider/hosts/configuration";
import { Engine } from "../provider/hosts/engine";
import { runOperation } from "../provider/hosts/operation";
import type { Registry } from "../provider/registry";

export interface SessionOptions {
  /** The sections of the provider's configuration by name, as objects or as JSON texts; see `ztp:` in stack config. */
  configuration?: ValueMap;
  /** Default: that of the process. */
  environment?: NodeJS.ProcessEnv;
  /** Ends what is under way. */
  signal?: AbortSignal;
  warn?(message: string): void;
}

/** The vendors as the default provider of a stack sees them: all that is done shares one client of each. */
export class Session {
  private readonly services: Services;
  private readonly engine = new Engine(undefined);
  private readonly cancel: AbortSignal;

  /** @throws Error when the configuration has anything that cannot be used */
  constructor(registry: Registry, options: SessionOptions) {
    const { configuration = {}, environment = process.env, warn = () => {} } = options;
    const problems = configurationProblems(registry, configuration);
    if (problems.length > 0) throw new Error(problems.join("\n"));
    this.services = new Services(configurationResolver(configuration, true, environment), warn);
    this.cancel = options.signal ?? new AbortController().signal;
  }

  /** Whether anything says how to reach the service, complete or not. */
  isConfigured(service: Service<unknown>): boolean {
    return this.services.isConfigured(service);
  }

  /** Sentences about why a service cannot be used; no I/O. */
  problems(service: Service<unknown>): string[] {
    return this.services.problems(service);
  }

  run<T>(verb: (context: Context) => Promise<T>): Promise<T> {
    const { services, engine, cancel } = this;
    return runOperation({ urn: undefined, services, engine, cancel }, verb);
  }

  /** An object with exactly the inputs that a program would write; undefined when there is none. */
  read(resource: Resource, id: string): Promise<ReadBack | undefined> {
    return this.run((context) => readResource(resource, context, id, undefined));
  }
}
