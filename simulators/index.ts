import { Clock } from "./core/clock";
import { startControl } from "./core/control";
import { Faults } from "./core/faults";
import { RequestLog } from "./core/request-log";
import type { Environment } from "./core/service";
import { fortinetControl } from "./fortinet/control";
import { type FortinetOptions, FortinetSimulator } from "./fortinet/simulator";
import { hwAutomationControl } from "./hwautomation/control";
import { type HwAutomationOptions, HwAutomationSimulator } from "./hwautomation/simulator";
import { mistControl } from "./mist/control";
import { type MistOptions, MistSimulator } from "./mist/simulator";
import { panosControl } from "./panos/control";
import type { PanosOptions } from "./panos/options";
import { PanosSimulator } from "./panos/simulator";

export { Clock, type ClockOptions } from "./core/clock";
export type { ActiveFault, Fault, FaultAction, Faults } from "./core/faults";
export type { RequestEntry, RequestFilter, RequestLog } from "./core/request-log";
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
export { hwAutomationPassword, hwAutomationToken, hwAutomationUsername } from "./hwautomation/seeds";
export { type HwAutomationOptions, HwAutomationSimulator } from "./hwautomation/simulator";
export type * as HwAutomation from "./hwautomation/types";
export type { HwAutomationVariants } from "./hwautomation/variants";
export {
  foreignMistOrgId,
  generateMistDevices,
  mistActivationCode,
  mistChassisMac,
  mistChassisMembers,
  mistDevice,
  mistMspId,
  mistOrgId,
  mistReadOnlyToken,
  mistSiteGroupId,
  mistSiteIds,
  mistSsoEmail,
  mistTwoFactorCode,
  mistTwoFactorEmail,
  mistUserToken,
} from "./mist/seeds";
export { type MistOptions, MistSimulator } from "./mist/simulator";
export type * as Mist from "./mist/types";
export { mistCampusId, mistEdgeIds } from "./mist/upgrades/fleet";
export type { MistVariants } from "./mist/variants";
export type { PanosOptions } from "./panos/options";
export { generateFirewalls, panosDevices, panosPaths, panosSecrets, panosSerial, panosTarget } from "./panos/seeds";
export { PanosSimulator } from "./panos/simulator";
export type * as Panos from "./panos/types";
export type { PanosVariants } from "./panos/variants";

/** How the simulators start; all of it is optional. */
export interface SimulatorOptions {
  /** Simulated time. Default: a clock of their own that runs with real time. */
  clock?: Clock;
  /** Real time added to every request, in milliseconds. Default 0. */
  latencyMs?: number;
  /** Port of the control endpoint; sign-in, FortiZTP, FortiCare, Mist and HWAutomation take the next five. Default: any free. */
  port?: number;
  /** Whether to listen with TLS as well (self-signed; see `fortinet.tls` and `mist.tls`). Default false. */
  tls?: boolean;
  fortinet?: FortinetOptions;
  mist?: MistOptions;
  /** With it the PAN-OS daemon starts at once, otherwise when somebody asks for its directory. */
  panos?: PanosOptions;
  hwautomation?: HwAutomationOptions;
}

/** Running simulators. They share nothing with others in the same process. */
export interface Simulators {
  readonly fortinet: FortinetSimulator;
  readonly mist: MistSimulator;
  readonly panos: PanosSimulator;
  readonly hwautomation: HwAutomationSimulator;
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
  mist: { url: string; apiToken: string; orgId: string; email: string; password: string };
  /** The work directory of the upgrade daemon; whoever reads it starts the daemon. */
  panos: { baseDir: string };
  hwautomation: { url: string; username: string; password: string };
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
    expireTokens() {
      fortinet.tokens.expireAll();
      mist.endSessions();
    },
  };
  const { port } = options;
  const fortinet = await FortinetSimulator.start(options.fortinet ?? {}, environment, {
    port: port ? port + 1 : 0,
    tls: options.tls,
  });
  const mist = await MistSimulator.start(options.mist ?? {}, environment, {
    port: port ? port + 4 : 0,
    tls: options.tls,
  }).catch(async (error: unknown) => {
    await fortinet.close();
    throw error;
  });
  const panos = await PanosSimulator.start(options.panos, environment).catch(async (error: unknown) => {
    await Promise.all([fortinet.close(), mist.close()]);
    throw error;
  });
  const hwautomation = await HwAutomationSimulator.start(options.hwautomation ?? {}, environment, {
    port: port ? port + 5 : 0,
  }).catch(async (error: unknown) => {
    await Promise.all([fortinet.close(), mist.close(), panos.close()]);
    throw error;
  });
  const services = [fortinet, mist, panos, hwautomation];
  const closeServices = async (): Promise<void> => {
    await Promise.all(services.map((service) => service.close()));
  };
  const reset = (): void => {
    clock.reset();
    environment.requests.clear();
    environment.faults.clear();
    environment.latencyMs = options.latencyMs ?? 0;
    for (const service of services) service.reset();
  };
  const routes = [
    ...fortinetControl(fortinet),
    ...mistControl(mist),
    ...panosControl(panos),
    ...hwAutomationControl(hwautomation),
  ];
  const control = await startControl(environment, { port, routes, reset }).catch(async (error: unknown) => {
    await closeServices();
    throw error;
  });
  return {
    fortinet,
    mist,
    panos,
    hwautomation,
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
      mist: {
        url: mist.url,
        apiToken: mist.apiToken,
        orgId: mist.orgId,
        email: mist.email,
        password: mist.password,
      },
      // Asked for one by one: the daemon costs nothing where nobody wants it.
      get panos() {
        return { baseDir: panos.baseDir };
      },
      hwautomation: {
        url: hwautomation.url,
        username: hwautomation.username,
        password: hwautomation.password,
      },
      controlUrl: control.origin,
    }),
    reset,
    async close() {
      await Promise.all([closeServices(), control.close()]);
      if (!options.clock) clock.close();
    },
  };
}
