import { describe, expect, onTestFinished, test } from "vitest";
import { Changes } from "../../provider/clients/panos/changes";
import type { Files } from "../../provider/clients/panos/files";
import { setup } from "./panos-support";
import { rejection, TestClock } from "./support";

/** A file system that tells of changes when the test says so. */
function fakeWatching() {
  const listeners = new Map<string, (name: string | undefined) => void>();
  const files = {
    watch: (folder: string, onChange: (name: string | undefined) => void) => {
      listeners.set(folder, onChange);
      return () => listeners.delete(folder);
    },
  } as unknown as Files;
  return { files, listeners, change: (name?: string) => listeners.get("/a")?.(name) };
}

function waiting(files: Files) {
  const clock = new TestClock().hold();
  let wakes = 0;
  const changes = new Changes(["/a", "/b"], files, clock, 5_000, () => wakes++);
  return { clock, changes, wakes: () => wakes };
}

/** Whether a promise has been kept by now. */
function watched(promise: Promise<void>) {
  const state = { woken: false };
  promise.then(() => {
    state.woken = true;
  });
  return state;
}

describe("waiting for changes", () => {
  test.each([
    [
      "where nothing can be watched",
      () =>
        ({
          watch: () => {
            throw new Error("ENOSPC: inotify watches");
          },
        }) as unknown as Files,
    ],
    ["where watching tells nothing", () => fakeWatching().files],
  ])("%s takes the interval, for all at the same moment", async (_, files) => {
    const { clock, changes, wakes } = waiting(files());
    const first = watched(changes.watch().next());
    await clock.advance(3_000);
    const second = watched(changes.watch().next());
    await clock.advance(1_999);
    expect([first.woken, second.woken]).toEqual([false, false]);
    await clock.advance(1);
    expect([first.woken, second.woken, wakes()]).toEqual([true, true, 1]);
  });

  test("a change makes it sooner, many are one, and no more than one a second", async () => {
    const { files, change } = fakeWatching();
    const { clock, changes, wakes } = waiting(files);
    const watch = changes.watch();
    const first = watched(watch.next());
    for (let time = 0; time < 10; time++) change("j.json");
    await clock.advance(0);
    expect([first.woken, wakes()]).toEqual([true, 1]);
    const second = watched(watch.next());
    change("j.json");
    await clock.advance(999);
    expect(second.woken).toBe(false);
    await clock.advance(1);
    expect([second.woken, wakes()]).toEqual([true, 2]);
  });

  test("what changes while somebody looks is not lost", async () => {
    const { files, change } = fakeWatching();
    const { clock, changes } = waiting(files);
    const watch = changes.watch();
    change();
    await clock.advance(0);
    await watch.next();
    const next = watched(watch.next());
    await clock.advance(4_999);
    expect(next.woken).toBe(false);
  });

  test("files that are being written are no change yet", async () => {
    const { files, change } = fakeWatching();
    const { clock, changes, wakes } = waiting(files);
    changes.watch();
    change(".0123.json.x1y2.tmp");
    await clock.advance(1_000);
    expect(wakes()).toBe(0);
  });

  test("ends when nobody waits, and begins anew", async () => {
    const { files, listeners, change } = fakeWatching();
    const { clock, changes } = waiting(files);
    const [one, other] = [changes.watch(), changes.watch()];
    expect([...listeners.keys()]).toEqual(["/a", "/b"]);
    one.close();
    one.close();
    expect(listeners.size).toBe(2);
    other.close();
    expect(listeners.size).toBe(0);
    const next = watched(changes.watch().next());
    change("j.json");
    await clock.advance(0);
    expect(next.woken).toBe(true);
  });

  test("can be given up", async () => {
    const { changes } = waiting(fakeWatching().files);
    const stop = new AbortController();
    const watch = changes.watch();
    const next = rejection(watch.next(stop.signal));
    stop.abort(new Error("enough"));
    expect(await next).toEqual(new Error("enough"));
    expect(await rejection(watch.next(stop.signal))).toEqual(new Error("enough"));
    watch.close();
  });

  test("on a real directory it is a matter of a moment", async () => {
    const clock = new TestClock().hold();
    const { client, work } = setup({ clock });
    const watch = client.changes();
    onTestFinished(() => watch.close());
    work.job("pending", "j");
    const next = watched(watch.next());
    // The watcher may need a moment to stand.
    await expect
      .poll(async () => {
        if (work.exists("queue/pending/j.json")) work.take("j");
        work.device("0123");
        await clock.advance(0);
        return next.woken;
      })
      .toBe(true);
    expect(clock.slept.filter((ms) => ms === 5_000).length).toBeLessThanOrEqual(1);
  });
});

describe("many jobs at once", () => {
  const ids = Array.from({ length: 200 }, (_, index) => `job-${index}`);

  test("share each look: four lists, whatever their number", async () => {
    const { client, work, clock, counts } = setup();
    for (const [index, id] of ids.entries()) work.job("active", id, { devices: [`dev-${index}`] });
    work.workers([
      ["job-0", "dev-0"],
      ["job-1", "dev-1"],
    ]);
    work.device("dev-0");
    const look = () => Promise.all(ids.map((id) => client.jobs.report(id)));
    await look();
    clock.pass(5_000);
    await look();
    counts();
    clock.pass(5_000);
    const reports = await look();
    expect(reports.filter((report) => report?.verdict.kind === "running")).toHaveLength(2);
    expect(reports.filter((report) => report?.verdict.kind === "queued")).toHaveLength(198);
    // The queue; daemon, workers, two devices, and the folder of the one that has no file yet.
    expect(counts()).toEqual({ list: 4, stat: 5 });
    clock.pass(5_000);
    work.device("dev-0", { progress: 16 });
    await look();
    expect(counts()).toEqual({ list: 4, stat: 5, read: 1 });
  });

  test("are submitted with few looks at what is there", async () => {
    const { client, work, counts } = setup();
    const specs = ids.map((id, index) => ({ id, type: "standalone" as const, devices: [`dev-${index}`] }));
    await Promise.all(specs.map((spec) => client.jobs.submit(spec)));
    expect(work.names("queue/pending")).toHaveLength(200);
    const { list = 0, read, write, link, remove, syncFolder } = counts();
    expect({ write, link, remove, syncFolder }).toEqual({ write: 200, link: 200, remove: 200, syncFolder: 200 });
    expect(read).toBeLessThanOrEqual(400);
    // Two passes each, had they not shared them, would be 1,600.
    expect(list).toBeLessThan(400);
  });

  test("that are finished are not read again", async () => {
    const { client, work, clock, counts } = setup();
    for (const id of ids.slice(0, 20))
      work.job("completed", id, { status: "complete", completed_at: "2026-11-21T20:36:09Z" });
    await client.jobs.summary();
    counts();
    clock.pass(5_000);
    expect((await client.jobs.summary()).completed).toBe(20);
    expect(counts()).toEqual({ list: 4 });
  });
});
