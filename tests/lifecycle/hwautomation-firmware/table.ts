import { expect } from "vitest";
import type { JsonMap } from "../harness/host";
import type { HwAutomationWorld } from "../harness/hwautomation-world";
import { ofType } from "../harness/stack";
import { fault, leaveNote, shipped, starts, type WorkflowScenario, warnings } from "../hwautomation-workflow/world";

/** Its BIOS has an update, its controller none. */
const serverId = "server-001";
/** Both have. */
const both = "server-002";
/** It runs everything. */
const current = "server-003";
const update = { serverId };

const following = (world: HwAutomationWorld, inputs: JsonMap, policy: JsonMap = {}) => ({
  node: inputs,
  done: ofType("hwautomation:WorkflowCompletion", { workflowId: world.stack.state("node").id, ...policy }),
});

const flashes = (world: HwAutomationWorld, server = serverId) => world.count("firmwareFlash", server);

/** Firmware of a server, brought to what the service offers. */
export const firmwareScenarios: readonly WorkflowScenario[] = [
  {
    name: "what has an update is updated once by a workflow, which its completion waits for",
    async run(world) {
      const preview = await world.stack.preview({ node: update });
      if (world.stack.kind === "plugin")
        expect(warnings(preview)).toContain(
          `server ${serverId} gets firmware (bios U32.1.2.3 -> U32.1.2.4), and the server reboots and gets the BIOS settings`,
        );
      expect(starts(world)).toBe(0);
      await world.up({ node: update });
      const { workflowId, submittedAt } = world.outputs("node");
      expect(world.stack.state("node").id).toBe(`${workflowId}#${submittedAt}`);
      world.expectOutputs("node", {
        phase: "waiting",
        updates: [{ component: "bios", fromVersion: "U32.1.2.3", toVersion: "U32.1.2.4" }],
      });
      await world.upInTime(following(world, update));
      await world.expectNoDrift(following(world, update));
      world.expectOutputs("node", { phase: "succeeded", status: "completed", outstanding: [] });
      expect(world.service.effectsOf(serverId)).toEqual(["firmwareFlash", "biosApply"]);
      await world.up({});
      expect(starts(world)).toBe(1);
    },
  },
  {
    name: "where nothing is to be updated nothing is begun, it has succeeded at once, and a completion passes",
    async run(world) {
      const program = { node: { serverId: current } };
      const preview = await world.stack.preview(program);
      if (world.stack.kind === "plugin") expect(warnings(preview)).toBe("");
      await world.up(program);
      world.expectOutputs("node", { phase: "succeeded", status: "completed", updates: [] });
      await world.up(following(world, program.node));
      await world.expectNoDrift(following(world, program.node));
      await world.up({});
      expect(starts(world)).toBe(0);
      expect(world.takeWrites()).toEqual([]);
    },
  },
  {
    name: "a version that runs already needs no update, though the service offers a newer one",
    async run(world) {
      await world.up({ node: { serverId: both, targetVersions: { bios: "3.4" } } });
      world.expectOutputs("node", { phase: "succeeded", updates: [] });
      expect(starts(world)).toBe(0);
    },
  },
  {
    name: "only the components that are named decide whether it is begun, and what goes along is told",
    async run(world) {
      await world.up({ node: { serverId, components: ["BMC"] } });
      expect(starts(world)).toBe(0);
      const one = { serverId: both, components: ["bios"] };
      if (world.stack.kind === "plugin")
        expect(warnings(await world.stack.preview({ other: one }))).toContain(
          `bmc of server ${both} would be updated as well`,
        );
      await world.up({ node: { serverId, components: ["BMC"] }, other: one });
      world.expectOutputs("other", { updates: [{ component: "bios", fromVersion: "3.4", toVersion: "3.6" }] });
    },
  },
  {
    name: "it never goes back, and never to what the service does not offer",
    async run(world) {
      const older = await world.refusal({ node: { serverId, targetVersions: { bios: "U32.1.1.0" } } });
      expect(older).toContain("runs U32.1.2.3, and U32.1.1.0 is older: an update never goes back");
      const other = await world.refusal({ node: { serverId, targetVersions: { bios: "U32.9" } } });
      expect(other).toContain("the service offers U32.1.2.4");
      const none = await world.refusal({ node: { serverId, components: ["cpld"] } });
      expect(none).toContain(`server ${serverId} has no firmware cpld: HWAutomation knows bios, bmc of it`);
      const firmware = world.service.servers.get(serverId)?.firmware ?? {};
      Object.assign(firmware.bmc as object, { available: "2.80.0" });
      expect(await world.refusal({ node: update })).toContain("the service offers 2.80.0, which is older");
      expect(starts(world)).toBe(0);
    },
  },
  {
    name: "another wish is another update, which compares anew; the old workflow is cancelled where it has not ended",
    async run(world) {
      await world.up({ node: update });
      world.simulators.clock.advance(5_000);
      const run = await world.asTimeGoes(world.up({ node: { ...update, triggers: { again: "1" } } }), 3);
      expect(run.operations).toEqual({ node: "replace" });
      expect(world.service.workflowsOf(serverId).map(({ status }) => status)).toEqual([
        "CANCELLED",
        expect.any(String),
      ]);
      await world.upInTime(following(world, { ...update, triggers: { again: "1" } }));
      expect(flashes(world)).toBe(1);
    },
  },
  {
    name: "delete cancels what has not ended, and what is installed stays",
    async run(world) {
      await world.up({ node: update });
      await world.asTimeGoes(world.up({}), 60);
      expect(world.workflowOf(serverId).status).toBe("CANCELLED");
      expect(starts(world)).toBe(1);
    },
  },
  {
    name: "a policy that leaves something out is told when the workflow is through",
    async run(world) {
      const inputs = { serverId: both, policy: "security_only" };
      await world.up({ node: inputs });
      await world.upInTime(following(world, inputs));
      const run = await world.refresh();
      expect(warnings(run)).toContain(
        `server ${both} does not run all of it: bios 3.4 -> 3.6, bmc 01.73.11 -> 01.74.02`,
      );
      world.expectOutputs("node", { phase: "succeeded", outstanding: ["bios", "bmc"] });
    },
  },
  {
    name: "a workflow that fails is not begun again by itself, and its completion does not pass",
    async run(world) {
      world.service.setScript(serverId, { failAtStep: 3, failure: "flash failed" });
      await world.up({ node: update });
      const { run } = await world.failInTime(following(world, update));
      expect(run.failures.done?.message).toContain("flash failed");
      await world.expectNoDrift({ node: update });
      world.expectOutputs("node", { phase: "failed", error: "flash failed" });
      expect(starts(world)).toBe(1);
    },
  },
  {
    name: "lost POST response: the workflow is found, and not begun twice",
    async run(world) {
      fault(
        world,
        { kind: "resetAfterCommit" },
        { method: "POST", path: "/api/orchestration/provision-firmware-first" },
      );
      await world.up({ node: update });
      expect(starts(world)).toBe(1);
      await world.upInTime(following(world, update));
      expect(flashes(world)).toBe(1);
    },
  },
  {
    name: "a server that is being provisioned gets no update beside, and the error says what to do",
    async run(world) {
      const job = { serverId, deviceType: "a1.c5.large" };
      const server = ofType("hwautomation:ProvisioningWorkflow", job);
      await world.up({ server });
      const { run } = await world.failingUp({ server, node: update });
      expect(run.failures.node?.message).toContain("have the update depend on the WorkflowCompletion of that workflow");
      expect(starts(world)).toBe(1);
    },
  },
  {
    name: "a run that was killed before it kept its workflow finds it again",
    async run(world) {
      await world.up({ node: update });
      const { workflowId } = world.outputs("node");
      world.stack.resources.clear();
      leaveNote(world, serverId, { firmwareOf: serverId, policy: "recommended", triggers: {} });
      expect(warnings(await world.up({ node: update }))).toContain(`took over job ${workflowId}`);
      expect(starts(world)).toBe(1);
    },
  },
  {
    name: "service restart mid-run: expired with a warning, and not begun again",
    async run(world) {
      await world.up({ node: update });
      world.simulators.clock.advance(60_000);
      await world.refresh();
      world.service.restart();
      expect(warnings(await world.refresh())).toContain("the service was restarted");
      world.expectOutputs("node", { phase: "expired" });
      await world.up({ node: update });
      expect(starts(world)).toBe(1);
    },
  },
  {
    name: "a server whose firmware nobody knows is no server without updates",
    async run(world) {
      const program = { node: { serverId: "nobody" } };
      const preview = await world.stack.preview(program);
      expect(preview.failures).toEqual({});
      if (world.stack.kind === "plugin")
        expect(warnings(preview)).toContain("HWAutomation does not know server nobody");
      expect((await world.failingUp(program)).message).toContain("does not know server nobody");
      world.service.world.addServer({ serverId: "bare", deviceType: "a1.c5.large" });
      expect((await world.failingUp({ node: { serverId: "bare" } })).message).toContain("the firmware of server bare");
      expect(starts(world)).toBe(0);
    },
  },
  ...(
    [
      ["an HTML page", { kind: "html" }],
      ["a 401", { kind: "status", status: 401, body: { error: "Unauthorized" } }],
      ["a locked database", { kind: "status", status: 500, body: { error: "database is locked" } }],
    ] as const
  ).map(
    ([what, action]): WorkflowScenario => ({
      name: `${what} is an error, and nothing is begun`,
      options: { config: { maxRetries: 0, profile: "doc" } },
      async run(world) {
        fault(world, action, { method: "GET", path: `/api/hardware/server/${serverId}/firmware` });
        expect((await world.failingUp({ node: update })).message).toContain(
          `could not read the firmware of ${serverId}`,
        );
        expect(starts(world)).toBe(0);
        await world.up({ node: update });
      },
    }),
  ),
  {
    name: "it cannot be imported",
    async run(world) {
      const { failures } = await world.stack.import("node", "3f0d9d1c-0000-4000-8000-000000000000");
      expect(failures.node?.message).toContain("cannot be imported");
    },
  },
  {
    name: "shipped: an update is only scheduled, stays stuck, and says so in the preview, the state and its completion",
    options: shipped,
    async run(world) {
      const preview = await world.stack.preview({ node: update });
      if (world.stack.kind === "plugin")
        expect(warnings(preview)).toContain("experimental: the application as it is shipped");
      expect(warnings(await world.up({ node: update }))).toContain("Nothing comes of it, and it never ends");
      expect(world.outputs("node").workflowId).toMatch(/^fw-update-server-001-\d{14}$/);
      await world.expectNoDrift({ node: update });
      world.expectOutputs("node", { phase: "stuck" });
      const { message } = await world.failingUp(following(world, update));
      expect(message).toContain("it keeps no record of it, updates nothing");
      world.takeWrites();
      await world.up({});
      expect(world.takeWrites()).toEqual([]);
      expect(starts(world)).toBe(0);
    },
  },
];
