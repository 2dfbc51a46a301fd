import type { ConfigSection, ConfigValues, ResolvedConfig } from "./config";
import type { Service, ServiceEnvironment } from "./resource";

/** A configuration that cannot work, told in sentences that say what to set. */
export class ConfigurationError extends Error {
  readonly kind = "configuration";
  constructor(readonly problems: readonly string[]) {
    super(problems.join("\n"));
  }
}

/** The services of one provider configuration, each made on first use and then shared by all verbs. */
export class Services {
  private readonly made = new Map<Service<unknown>, unknown>();
  private readonly resolved = new Map<string, ResolvedConfig>();
  private readonly environment: ServiceEnvironment;

  constructor(
    private readonly resolve: (section: ConfigSection) => ResolvedConfig,
    warn: (message: string) => void,
  ) {
    this.environment = { warn, use: (service) => this.use(service) };
  }

  config(section: ConfigSection): ConfigValues {
    return this.section(section).values;
  }

  /** Whether anything says how to reach a service, complete or not: more than defaults. */
  isConfigured({ config }: Service<unknown>): boolean {
    const values = this.config(config);
    return Object.entries(config.fields).some(([key, { default: usual }]) => (values[key] ?? usual) !== usual);
  }

  /** Sentences about why a service cannot work with this configuration; no I/O. */
  problems(service: Service<unknown>): string[] {
    const { values, problems } = this.section(service.config);
    const own = problems.length > 0 ? problems : (service.problems?.(values) ?? []);
    return [...own, ...(service.needs ?? []).flatMap((other) => this.problems(other))];
  }

  /** @throws ConfigurationError when the configuration cannot work. */
  use<T>(service: Service<T>): T {
    if (!this.made.has(service)) {
      const problems = this.problems(service);
      if (problems.length > 0) throw new ConfigurationError(problems);
      this.made.set(service, service.create(this.config(service.config), this.environment));
    }
    return this.made.get(service) as T;
  }

  private section(section: ConfigSection): ResolvedConfig {
    let resolved = this.resolved.get(section.name);
    if (!resolved) {
      resolved = this.resolve(section);
      this.resolved.set(section.name, resolved);
    }
    return resolved;
  }
}
