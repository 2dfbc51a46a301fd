import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Forticare } from "../../provider/clients/fortinet/forticare";
import { forticareWindows } from "../../provider/clients/fortinet/forticare-budget";
import { Budget } from "../../provider/clients/http/budget";
import type { Clock } from "../../provider/clients/http/clock";
import { SqliteLedger } from "../../provider/clients/http/sqlite-ledger";
import { brief, type SetupOptions, serials, setup, units } from "./forticare-support";
import { vendorError } from "./fortinet-support";
import { temporaryFolder } from "./ledger-processes";

/** Two clients that share nothing but a ledger and the API user, as two runs on one machine do. */
async function twoRuns(options: SetupOptions = {}) {
  const { clock: simulated, clientWith, ...rest } = await setup(options);
  const file = join(temporaryFolder(), "budget.sqlite");
  const clock: Clock = {
    now: () => simulated.now(),
    async sleep(ms, signal) {
      // The calls of the other run must get on meanwhile.
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
      simulated.advance(ms);
    },
  };
  const windows = forticareWindows({});
  const openLedger = () => {
    const ledger = new SqliteLedger({ file, key: "one account", clock });
    onTestFinished(() => ledger.close());
    return ledger;
  };
  const client = (): Forticare =>
    clientWith({ clock, budget: new Budget({ windows, maxConcurrency: 4, ledger: openLedger(), clock }) });
  return { ...rest, clock, windows, openLedger, clients: [client(), client()] as const };
}

describe("two runs at once", () => {
  test("together fail no more often than one may, though both have calls in flight", async () => {
    const { clients, forticare, simulators } = await twoRuns();
    // After a first success calls no longer wait for each other.
    await Promise.all(clients.map((client) => client.products.describe(serials.web, "x")));
    const failing = clients.flatMap((client) =>
      Array.from({ length: 12 }, () => vendorError(client.products.describe(serials.unknown, "x"))),
    );
    const codes = (await Promise.all(failing)).map(({ code }) => code);
    expect(codes.filter((code) => code === "error-budget")).toHaveLength(16);
    expect(forticare.usage()[0]?.errorsLastHour).toBe(8);
    expect(simulators.requests.count({ service: "forticare", status: 429 })).toBe(0);
  });

  test("register what is new one batch after the other, and lose nothing by it", async () => {
    const { clients, bodies } = await twoRuns();
    const [first, second] = [units(25), serials.bigger.slice(0, 15).map((serialNumber) => ({ serialNumber }))];
    const outcomes = await Promise.all([clients[0].products.register(first), clients[1].products.register(second)]);
    expect(new Set(outcomes.flatMap(brief))).toEqual(new Set(["answer"]));
    expect(bodies("/products/register")).toHaveLength(5);
  });

  test("a run that has died holds the other up for a minute at most", async () => {
    const { clients, clock, windows, openLedger } = await twoRuns();
    expect(openLedger().tryTake(windows, { id: "a batch on its way", errors: 5 })).toBeUndefined();
    const began = clock.now();
    expect(brief(await clients[1].products.register(units(10)))).toEqual(Array.from({ length: 10 }, () => "answer"));
    expect(clock.now() - began).toBeGreaterThanOrEqual(60_000);
    expect(clock.now() - began).toBeLessThan(61_000);
  });
});

test("what a refused batch leaves is sent again in parts that the errors left allow for", async () => {
  const { client, bodies } = await setup();
  await fail(client, 3);
  const wanted = units(10).map((unit, index) => (index === 3 ? { ...unit, cloudKey: "bad" } : unit));
  expect(brief(await client.products.register(wanted)).filter((outcome) => outcome === "answer")).toHaveLength(9);
  const sent = bodies("/products/register").map(({ registrationUnits }) => (registrationUnits as unknown[]).length);
  expect(sent).toEqual([10, 4, 4, 1]);
});

test("a transfer sends no more products together than errors are left", async () => {
  const { client, forticare, bodies } = await setup();
  const [from, to] = ["main", "branches"].map((name) => forticare.world.accountIds.get(name) ?? 0);
  await client.products.register(units(10));
  await fail(client, 5);
  await client.products.transfer(serials.gates.slice(0, 10), from ?? 0, to ?? 0);
  expect(bodies("/products/transfer").map(({ serialNumbers }) => (serialNumbers as unknown[]).length)[0]).toBe(3);
});

/** Spends errors, each with a call that FortiCare refuses. */
async function fail(client: Forticare, times: number): Promise<void> {
  for (let time = 0; time < times; time++) await vendorError(client.products.describe(serials.unknown, "x"));
}
