import { onTestFinished } from "vitest";
import {
  createForticare,
  type FortinetOptions,
  type Registration,
  type RegistrationUnit,
} from "../../provider/clients/fortinet/forticare";
import type { FortinetSurroundings } from "../../provider/clients/fortinet/options";
import type { Clock } from "../../provider/clients/http/clock";
import { VendorError } from "../../provider/clients/http/errors";
import {
  type FaultAction,
  type ForticareVariantChange,
  Clock as SimulatedClock,
  type SimulatorOptions,
  startSimulators,
} from "../../simulators";

type ClientOptions = Partial<FortinetOptions & FortinetSurroundings>;

export interface SetupOptions {
  /** Behaviour of FortiCare. */
  variants?: ForticareVariantChange;
  fortinet?: SimulatorOptions["fortinet"];
  client?: ClientOptions;
}

/** Simulators of one test, and a client whose waits move their clock instead of taking time. */
export async function setup({ variants, fortinet, client }: SetupOptions = {}) {
  const simulatedClock = new SimulatedClock({ startAt: Date.UTC(2025, 0, 31, 12), frozen: true });
  const simulators = await startSimulators({
    fortinet: { ...fortinet, forticare: { ...fortinet?.forticare, variants } },
    clock: simulatedClock,
  });
  onTestFinished(() => simulators.close());
  const slept: number[] = [];
  const clock: Clock = {
    now: () => simulatedClock.now(),
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      slept.push(ms);
      simulatedClock.advance(ms);
    },
  };
  const { authUrl, forticareUrl, apiId, password } = simulators.describe().fortinet;
  const base = { authUrl, forticareUrl, apiId, password, clock, random: () => 0.5 };
  const clientWith = (extra: ClientOptions = {}) => createForticare({ ...base, ...client, ...extra });
  const requests = (path?: string) => simulators.requests.filter({ service: "forticare", path });
  return {
    simulators,
    forticare: simulators.fortinet.forticare,
    clock: simulatedClock,
    slept,
    clientWith,
    client: clientWith(),
    /** Paths of the calls, in their order. */
    calls: (path?: string) => requests(path).map((entry) => entry.relativePath),
    /** Their bodies. */
    bodies: (path: string) => requests(path).map((entry) => entry.body as Record<string, unknown>),
    /** Strikes the next calls to a path. */
    fault: (path: string, action: FaultAction, options: { times?: number; after?: number } = {}) =>
      simulators.faults.add({ service: "forticare", path, action, times: 1, ...options }),
    password,
  };
}

/** The password and scope that a user of the simulators signs in with. */
export const organization = { apiId: "00000000-0000-4000-8000-00000000000B" } as const;

const numbered = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => prefix + String(index + 1).padStart(16 - prefix.length, "0"));

/** Serials of the simulators' default seed. */
export const serials = {
  /** Forty that can be registered; the last ten need a key. */
  gates: numbered("FGT60FTK2409", 40),
  /** Twenty; the first two bring no entitlement. */
  bigger: numbered("FG100FTK2401", 20),
  elsewhere: "FGT60FTK24990001",
  /** Registered, with location, folder and contract. */
  web: "FV100ETA23010001",
  manager: "FMGVMETM23000001",
  /** Registered, without any entitlement. */
  hidden: "FAZ2HFTM23000001",
  pending: "FGT60FTK23990001",
  decommissioned: "FGT60ETK18000001",
  unknown: "FGT60FTK99999999",
} as const;

/** The key that a simulated product of the warehouse needs. */
export const keyOf = (serial: string) => `KEYF${serial.slice(-4)}`;

/** Units that can be registered as they are. */
export const units = (count: number, extra: Partial<RegistrationUnit> = {}): RegistrationUnit[] =>
  serials.gates.slice(0, count).map((serialNumber) => ({ serialNumber, ...extra }));

/** The serials in the bodies of registrations. */
export const sentSerials = (bodies: readonly Record<string, unknown>[]) =>
  bodies.map(({ registrationUnits }) =>
    (registrationUnits as RegistrationUnit[]).map(({ serialNumber }) => serialNumber),
  );

/** Outcomes in a form that reads well in a failed expectation. */
export function brief(outcomes: readonly (Registration | VendorError | undefined)[]): string[] {
  return outcomes.map((outcome) => {
    if (outcome === undefined) return "done";
    if (!(outcome instanceof VendorError)) return outcome.knownFrom;
    const flags = [outcome.notAttempted && "not attempted", outcome.ambiguous && "unknown"].filter(Boolean);
    const cause = outcome.code?.startsWith("E") ? undefined : outcome.code;
    return [cause ?? outcome.kind, ...flags].join(", ");
  });
}

/** The failure among outcomes. */
export function failureAt(outcomes: readonly (Registration | VendorError | undefined)[], index: number): VendorError {
  const outcome = outcomes[index];
  if (outcome instanceof VendorError) return outcome;
  throw new Error(`Outcome ${index} is no failure.`);
}
