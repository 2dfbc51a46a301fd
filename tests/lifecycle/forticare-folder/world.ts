import { vi } from "vitest";
import { systemClock } from "../../../provider/clients/http/clock";
import { type ProductOptions, ProductWorld } from "../forticare-product/world";
import { FortinetWorld } from "../harness/fortinet-world";
import { type HostKind, type Json, secret } from "../harness/host";
import type { Scenario } from "../harness/scenarios";

export { folders, onlyFailure, registered, serialOf, warnings } from "../forticare-product/world";

export type AssetOptions = ProductOptions;
export type AssetScenario = Scenario<AssetWorld, AssetOptions>;

/** The first folder that the simulated service makes. */
export const newFolder = 5_004;
/** An API user of the organization, for whom every call needs an account. */
export const organization = {
  apiId: "00000000-0000-4000-8000-00000000000B",
  scope: "organization",
} as const;
export const mainAccountId = 100_001;

/** A stack of folders, licences or contracts, and the simulated account behind it. */
export class AssetWorld extends ProductWorld {
  /** Opens worlds for resources of one type. */
  static of(token: string): (kind: HostKind, options?: AssetOptions) => Promise<AssetWorld> {
    return async (kind, options = {}) => {
      const { variants, forticare, fortinet, ...rest } = options;
      const world = { ...rest, fortinet: { ...fortinet, forticare: { ...forticare, variants } } };
      return new AssetWorld(...(await FortinetWorld.begin(kind, token, world)));
    };
  }

  /** What FortiCare itself knows. */
  get inside() {
    return this.forticare.world;
  }

  /** A secret as the state of this host holds it: the SDK of the dynamic one has the engine do it. */
  kept(value: string): Json {
    return this.stack.kind === "plugin" ? secret(value) : value;
  }

  /** How many calls FortiCare has refused. */
  failed(): number {
    return this.forticare.usage().reduce((sum, { errorsLastHour }) => sum + errorsLastHour, 0);
  }

  /** Codes, and the numbers of contracts while nothing has them. */
  override secrets(): readonly string[] {
    const unused = [...this.inside.contracts.values()].filter(({ consumedBy }) => consumedBy === null);
    return [
      ...FortinetWorld.prototype.secrets.call(this),
      ...this.inside.licenses.keys(),
      ...unused.map(({ contractNumber }) => contractNumber),
      "VM LICENSE-----",
    ];
  }
}

/** Looks at what became of a call are seconds apart: here they are a hundred times as fast. */
export function hurry(): void {
  vi.setConfig({ maxConcurrency: 16 });
  // The random part of the waits between repeated calls.
  vi.spyOn(Math, "random").mockReturnValue(0.02);
  const sleep = systemClock.sleep.bind(systemClock);
  vi.spyOn(systemClock, "sleep").mockImplementation((ms, signal) => sleep(ms >= 4_000 ? ms / 100 : ms, signal));
}
