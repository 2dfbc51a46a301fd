import { Clock } from "./core/clock";
import { startControl } from "./core/control";
import { Faults } from "./core/faults";
import { RequestLog } from "./core/requestLog";
import type { Environment } from "./core/service";
import { fortinetControl } from "./fortinet/control";
import { type FortinetOptions, FortinetSimulator } from "./fortinet/simulator";

export { Clock, type ClockOptions } from "./core/clock";
export type { ActiveFault, Fault, FaultAction, Faults } from "./core/faults";
export type { RequestEntry, RequestFilter, RequestLog } from "./core/requestLog";
export { type ForticareOptions, ForticareSimulator } from "./fortinet/forticare/simulator";
export type * from "./fortinet/forticare/types";
export type { ForticareVariantChange, ForticareVariants } from "./fortinet/forticare/variants";
export { generateDevices } from "./fortinet/seeds";
export {
  type FortinetOptions,
  FortinetSimulator,
  mainAccount,
  organizationApiId,
  readOnlyApiId,
  secondAccount,
} from "./fortinet/simulator";
export type * from "./fortinet/types";
export type { FortinetVariants } from "./fortinet/variants";

/** How the simulators start; all of it is optional. */
export interface SimulatorOptions {
  /** Simulated time. Default: a clock of their own that runs with real time. */
  clock?: Clock;
  /** Real time added to every request, in milliseconds. Default 0. */
  latencyMs?: number;
  /** Port of the control endpoint; sign-in, FortiZTP and FortiCare take the next three. Default: any free ports. */
  port?: number;
  /** Whether to listen with TLS as well (self-signed; see `fortinet.tls`). Default false. */
  tls?: boolean;
  fortinet?: FortinetOptions;
}

/** Running simulators. They share nothing with others in the same process. */
export interface Simulators {
  readonly fortinet: FortinetSimulator;
  readonly clock: Clock;
  /** Every request to a simulated service. */
  readonly requests: RequestLog;
  readonly faults: Faults;
  /** Address of the control endpoint, without a trailing slash; `GET` it for a list of routes. */
  readonly controlUrl: string;
  /** Real time added to every request, in milliseconds; may be set at any time. */
  latencyMs: number;
  /** What a client needs to know. */
  describe(): SimulatorDescription;
  /** Back to the start, sockets and addresses apart. */
  reset(): void;
  /** Frees the sockets and cuts open connections. */
  close(): Promise<void>;
}

/** Addresses and credentials of running simulators. */
export interface SimulatorDescription {
  fortinet: { authUrl: string; fortiztpUrl: string; forticareUrl: string; apiId: string; password: string };
  controlUrl: string;
}

/** Starts stand-ins for the vendor services on 127.0.0.1. */
export async function startSimulators(options: SimulatorOptions = {}): Promise<Simulators> {
  const clock = options.clock ?? new Clock();
  const environment: Environment = {
    clock,
    requests: new RequestLog(),
    faults: new Faults(),
    latencyMs: options.latencyMs ?? 0,
    expireTokens: () => fortinet.tokens.expireAll(),
  };
  const { port } = options;
  const fortinet = await FortinetSimulator.start(options.fortinet ?? {}, environment, {
    port: port ? port + 1 : 0,
    tls: options.tls,
  });
  const reset = (): void => {
    clock.reset();
    environment.requests.clear();
    environment.faults.clear();
    environment.latencyMs = options.latencyMs ?? 0;
    fortinet.reset();
  };
  const control = await startControl(environment, { port, routes: fortinetControl(fortinet), reset }).catch(
    async (error: unknown) => {
      await fortinet.close();
      throw error;
    },
  );
  return {
    fortinet,
    clock,
    requests: environment.requests,
    faults: environment.faults,
    controlUrl: control.origin,
    get latencyMs() {
      return environment.latencyMs;
    },
    set latencyMs(ms: number) {
      environment.latencyMs = ms;
    },
    describe: () => ({
      fortinet: {
        authUrl: fortinet.authUrl,
        fortiztpUrl: fortinet.fortiztpUrl,
        forticareUrl: fortinet.forticareUrl,
        apiId: fortinet.apiId,
        password: fortinet.password,
      },
      controlUrl: control.origin,
    }),
    reset,
    async close() {
      await Promise.all([fortinet.close(), control.close()]);
      if (!options.clock) clock.close();
    },
  };
}
