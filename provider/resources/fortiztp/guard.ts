import { allowedBy, excessText, type Limits, type Loss } from "../limits";

/** A device that is about to lose its target, by its normalized serial. */
export interface Wish {
  loss: Loss;
  serial: string;
}

/** What one run has come to. */
interface Tally {
  /** Devices that it has wanted to touch, whatever became of it. */
  readonly wanted: Set<string>;
  /** Those that it was let. */
  readonly passed: Set<string>;
}

/** What a preview has come to. */
interface Forecast {
  readonly seen: Set<string>;
  /** Devices that may be touched, and how to find out where nobody has, which may cost a call. */
  readonly possible: Set<string>;
  readonly looks: Map<string, () => Promise<boolean>>;
  /** Devices that would be touched. */
  readonly certain: Set<string>;
  /** Settled when everything that was begun is found out. */
  found: Promise<unknown>;
  readonly problem: () => string;
}

/**
 * Stops a run before it takes more devices from their targets than the user allows. A device counts once a run and
 * loss, and a run that was stopped stays so: what comes later is refused as well.
 */
export class Guard {
  private readonly tallies = perLoss((): Tally => ({ wanted: new Set(), passed: new Set() }));
  private readonly forecasts = perLoss((loss): Forecast => {
    const certain = new Set<string>();
    const problem = () => this.text(loss, certain.size, 0);
    return { seen: new Set(), possible: new Set(), looks: new Map(), certain, found: Promise.resolve(), problem };
  });
  /** Provisioned devices when the run began, as soon as a percentage was judged. */
  private fleet = 0;

  /** @param countFleet how many devices were provisioned when the run began */
  constructor(
    private readonly limits: Limits,
    private readonly countFleet: (signal: AbortSignal) => Promise<number>,
  ) {}

  /** Without a limit there is nothing to judge, and nobody need wait. */
  hasLimit(loss: Loss): boolean {
    return this.limits[loss] !== undefined;
  }

  /** Counts a wish that is going to wait: a judgement covers all that wait, wherever they do. */
  expect({ loss, serial }: Wish): void {
    this.tallies[loss].wanted.add(serial);
  }

  /** Lets all of these wishes pass, or refuses all that have the same loss. One outcome each, in order. */
  async judge(wishes: readonly Wish[], signal: AbortSignal): Promise<(Error | undefined)[]> {
    const refusals = new Map<Loss, Error>();
    for (const loss of new Set(wishes.map((wish) => wish.loss))) {
      const { wanted, passed } = this.tallies[loss];
      const allowed = await this.allowed(loss, signal);
      if (wanted.size > allowed) refusals.set(loss, new Error(this.text(loss, wanted.size, passed.size)));
      else for (const wish of wishes) if (wish.loss === loss) passed.add(wish.serial);
    }
    return wishes.map(({ loss, serial }) => (this.tallies[loss].passed.has(serial) ? undefined : refusals.get(loss)));
  }

  /**
   * Counts a device of a preview that may be touched.
   * @param look whether it would be, as the account is now; asked only if the count depends on it
   * @returns what fails the preview, if anything does
   */
  async forecast({ loss, serial }: Wish, look: () => Promise<boolean>, signal: AbortSignal): Promise<(() => string)[]> {
    if (!this.hasLimit(loss)) return [];
    const forecast = this.forecasts[loss];
    const { seen, possible, looks, certain, problem } = forecast;
    if (!seen.has(serial)) {
      seen.add(serial);
      possible.add(serial);
      looks.set(serial, look);
    }
    const allowed = await this.allowed(loss, signal);
    if (possible.size <= allowed) return [];
    const begun = [...looks].map(async ([device, would]) =>
      (await would()) ? certain.add(device) : possible.delete(device),
    );
    looks.clear();
    forecast.found = Promise.all([forecast.found, ...begun]);
    await forecast.found;
    return certain.size > allowed ? [problem] : [];
  }

  private async allowed(loss: Loss, signal: AbortSignal): Promise<number> {
    const limit = this.limits[loss];
    if (!limit) return Number.POSITIVE_INFINITY;
    if ("percent" in limit) this.fleet = await this.countFleet(signal);
    return allowedBy(limit, this.fleet);
  }

  private text(loss: Loss, wanted: number, passed: number): string {
    const limit = this.limits[loss];
    return limit ? excessText({ loss, limit, fleet: this.fleet, wanted, passed }) : "";
  }
}

function perLoss<T>(make: (loss: Loss) => T): { readonly [loss in Loss]: T } {
  return { unprovision: make("unprovision"), reprovision: make("reprovision") };
}
