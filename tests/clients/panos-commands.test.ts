import { renameSync, statSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readsCommands, setup } from "./panos-support";
import { rejection } from "./support";

describe("a cancel command", () => {
  test("appears whole where a running daemon sees it", async () => {
    const { client, work, onCall } = setup();
    const seen = readsCommands(work, onCall);
    const id = await client.commands.sendCancel({ jobId: "j", reason: "window is over" });
    expect(seen).toEqual([
      {
        command: "cancel_upgrade",
        target: "job",
        job_id: "j",
        device_serial: "",
        reason: "window is over",
        timestamp: expect.stringMatching(/Z$/),
      },
    ]);
    await client.commands.acknowledged(id);
    expect(work.names("commands/incoming")).toEqual([]);
    expect(statSync(work.at(`commands/processed/${id}.json`)).mode & 0o777).toBe(0o640);
    expect(await client.commands.find(id)).toMatchObject({
      id,
      state: "processed",
      jobId: "j",
      reason: "window is over",
    });
  });

  test("for a device has its own id if it is given one, once", async () => {
    const { client, work, onCall } = setup();
    const seen = readsCommands(work, onCall);
    expect(await client.commands.sendCancel({ id: "mine", serial: "0123" })).toBe("mine");
    expect(seen).toMatchObject([{ target: "device", job_id: "", device_serial: "0123", reason: "" }]);
    expect(await rejection(client.commands.sendCancel({ id: "mine", serial: "9" }))).toMatchObject({
      code: "command-exists",
    });
    expect(await client.commands.processed()).toMatchObject([{ id: "mine", serial: "0123", jobId: undefined }]);
  });

  test.each([
    ["on file systems without hard links", {}, true],
    ["by a move from outside, if that is configured", { commandDelivery: "stage-rename" as const }, false],
  ])("appears as well %s", async (_, options, noLinks) => {
    const { client, work, onCall, fail, calls } = setup(options);
    const seen = readsCommands(work, onCall);
    if (noLinks) fail("link", /./, "ENOTSUP");
    await client.commands.acknowledged(await client.commands.sendCancel({ jobId: "j" }));
    expect(seen).toMatchObject([{ job_id: "j" }]);
    expect(calls.some(({ operation }) => operation === "link")).toBe(noLinks);
    expect([work.names("commands"), work.names("commands/incoming")]).toEqual([["incoming", "processed"], []]);
  });

  test("that was not seen is shown once more", async () => {
    const { client, work, onCall, clock } = setup();
    const id = await client.commands.sendCancel({ jobId: "j" });
    // From here on the daemon watches.
    const seen = readsCommands(work, onCall);
    await client.commands.acknowledged(id);
    expect(seen).toMatchObject([{ job_id: "j" }]);
    expect(clock.slept.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThanOrEqual(2_000);
  });

  test("that nobody reads stays, and is told", async () => {
    const { client, work, clock } = setup();
    const id = await client.commands.sendCancel({ jobId: "j" });
    const error = await rejection(client.commands.acknowledged(id));
    expect(error).toMatchObject({ kind: "timeout", code: "not-consumed", transient: true });
    expect((error as Error).message).toBe(
      `PAN-OS Upgrade Manager could not have command ${id} read by the daemon: the daemon does not read commands: ${work.at("commands/incoming")} still holds it. It runs, but does not notice files that other machines write to a share. It reads them when it is started.`,
    );
    expect(clock.slept.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(5_000);
    expect(work.names("commands/incoming")).toEqual([`${id}.json`]);
    expect(await client.commands.find(id)).toMatchObject({ state: "incoming" });
    work.daemon({ running: false });
    clock.pass(1_000);
    const stopped = await rejection(client.commands.acknowledged(id));
    expect((stopped as Error).message).toContain("The daemon has been stopped. It reads them when it is started.");
  });

  test("that the daemon takes at the last moment is no failure", async () => {
    const { client, work, clock } = setup();
    const id = await client.commands.sendCancel({ jobId: "j" });
    const sleep = clock.sleep.bind(clock);
    clock.sleep = async (ms, signal) => {
      await sleep(ms, signal);
      if (clock.slept.length === 20)
        renameSync(work.at(`commands/incoming/${id}.json`), work.at(`commands/processed/${id}.json`));
    };
    await client.commands.acknowledged(id);
  });

  test("that somebody took away is told as such", async () => {
    const { client, work } = setup();
    const id = await client.commands.sendCancel({ jobId: "j" });
    renameSync(work.at(`commands/incoming/${id}.json`), work.at("taken.json"));
    expect(await rejection(client.commands.acknowledged(id))).toMatchObject({
      code: "command-lost",
      message: expect.stringContaining("it is neither in commands/incoming nor in commands/processed"),
    });
    expect(await client.commands.find(id)).toBeUndefined();
  });

  test("on a full disk leaves nothing", async () => {
    const { client, work, fail } = setup();
    fail("write", /commands/, "ENOSPC");
    const error = await rejection(client.commands.sendCancel({ jobId: "j" }));
    expect((error as Error).message).toContain(
      "could not send the command to cancel job j: the disk is full (ENOSPC: ",
    );
    expect(work.names("commands/incoming")).toEqual([]);
  });

  test("must name something", async () => {
    const { client } = setup();
    expect(await rejection(client.commands.sendCancel({}))).toMatchObject({ kind: "rejected", notAttempted: true });
    expect(await rejection(client.commands.sendCancel({ jobId: "../x" }))).toMatchObject({ kind: "rejected" });
  });
});
