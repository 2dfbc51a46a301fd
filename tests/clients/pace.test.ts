import { expect, test } from "vitest";
import { Batcher } from "../../provider/clients/http/batch";
import { Pace } from "../../provider/clients/http/pace";
import { TestClock } from "./support";

const callMs = 100;

/** Operations that write and then look, paced; every call takes 100 ms. */
function paced(sizes: { writes: number; looks: number }) {
  const clock = new TestClock().hold();
  const started = clock.now();
  const calls: { what: string; size: number; at: number }[] = [];
  const stage = (what: string, maxSize: number) =>
    new Batcher<number, number>({
      maxSize,
      maxInFlight: 4,
      clock,
      run: async (items) => {
        calls.push({ what, size: items.length, at: clock.now() - started });
        await clock.sleep(callMs);
        return items;
      },
    });
  const writer = stage("write", sizes.writes);
  const looker = stage("look", sizes.looks);
  const pace = new Pace({ stages: [writer, looker], quietMs: { least: 200, most: 10_000 }, tickMs: 10, clock });
  let done = 0;
  const operate = async (count: number) => {
    const operations = Array.from({ length: count }, async (_, item) => {
      const written = writer.add(item);
      pace.arrived();
      await written;
      const seen = looker.add(item);
      void pace.watch();
      await seen;
      done++;
    });
    await Promise.all(operations);
  };
  return { clock, calls, operate, done: () => done };
}

test("waits for company once; when as many are here again, nobody waits", async () => {
  const { clock, calls, operate, done } = paced({ writes: 10, looks: 50 });
  for (let wave = 1; wave <= 3; wave++) {
    void operate(8);
    await clock.advance(1_000);
    expect(done()).toBe(8 * wave);
  }
  expect(calls.map(({ what, size }) => `${what} ${size}`)).toEqual(Array(3).fill(["write 8", "look 8"]).flat());
  expect(calls.map(({ at }) => at)).toEqual([200, 310, 1_010, 1_120, 2_010, 2_120]);
});

test("what is left of a full batch waits while the engine deals with those that have returned", async () => {
  const { clock, calls, operate, done } = paced({ writes: 10, looks: 20 });
  for (let arrival = 0; arrival < 22; arrival++) {
    void operate(1);
    await clock.advance(50);
  }
  // Twenty have returned, and the engine has shown that it needs 50 ms for each.
  await clock.advance(1_000);
  expect(done()).toBe(20);
  expect(calls.map(({ size }) => size)).toEqual([10, 10, 20]);
  void operate(8);
  await clock.advance(500);
  expect(calls.map(({ size }) => size)).toEqual([10, 10, 20, 10]);
});

test("what is left goes when the engine has had ample time, together where possible", async () => {
  const { clock, calls, operate, done } = paced({ writes: 10, looks: 20 });
  void operate(20);
  await clock.advance(1_000);
  void operate(13);
  await clock.advance(5_000);
  expect(done()).toBe(33);
  const after = calls.slice(3).map(({ what, size }) => `${what} ${size}`);
  expect(after).toEqual(["write 10", "write 3", "look 13"]);
});
