import type { FortinetOptions, FortinetVariants, RequestEntry, Simulators } from "../../../simulators";
import type { HostKind } from "./host";
import { Stack } from "./stack";
import { type ConfigChange, present, World } from "./world";

export { onlyFailure, until, warnings } from "./world";

export interface FortinetWorldOptions {
  variants?: Partial<FortinetVariants>;
  config?: ConfigChange;
  fortinet?: Omit<FortinetOptions, "variants">;
  tls?: boolean;
}

/** A stack of resources of one type, and the simulated FortiCloud account behind it, whose clock stands still. */
export class FortinetWorld extends World {
  private readonly issued: string[] = [];

  protected constructor(simulators: Simulators, stack: Stack) {
    super(simulators, stack, "fortinet", "fortiztp");
    const { tokens } = simulators.fortinet;
    const issue = tokens.issue.bind(tokens);
    tokens.issue = (...request) => {
      const token = issue(...request);
      this.issued.push(token.value, ...(token.refreshToken ? [token.refreshToken] : []));
      return token;
    };
  }

  /** What a world is made of: an account of its own, and a stack whose providers sign in there. */
  protected static async begin(
    kind: HostKind,
    token: string,
    options: FortinetWorldOptions,
  ): Promise<[Simulators, Stack]> {
    const fortinetOptions = { ...options.fortinet, variants: options.variants };
    const simulators = await World.simulators({ tls: options.tls, fortinet: fortinetOptions });
    const { authUrl, fortiztpUrl, forticareUrl, apiId, password } = simulators.describe().fortinet;
    const fortinet = { authUrl, fortiztpUrl, forticareUrl, apiId, password, pollSeconds: 0.05, ...options.config };
    return [simulators, await Stack.open(kind, token, { fortinet: present(fortinet) })];
  }

  get fortinet(): Simulators["fortinet"] {
    return this.simulators.fortinet;
  }

  protected override callText(entry: RequestEntry): string {
    return `${super.callText(entry)}${entry.query.deviceSN === undefined ? "" : "?deviceSN"}`;
  }

  secrets(): readonly string[] {
    return [this.fortinet.password, ...this.issued];
  }
}
