import { expect } from "vitest";
import { completion, following, job, serverId, starts, type WorkflowScenario, warnings } from "./world";

/** What becomes of workflows as resources. */
export const lifeScenarios: readonly WorkflowScenario[] = [
  {
    name: "a workflow exists when it is accepted, and its completion waits until the server is provisioned, once",
    async run(world) {
      await world.up({ server: job });
      const { id } = world.stack.state("server");
      const { workflowId, submittedAt } = world.outputs("server");
      expect(id).toBe(`${workflowId}#${submittedAt}`);
      world.expectOutputs("server", {
        phase: "waiting",
        status: "pending",
        ipmiIp: "10.20.0.11",
        cancelRequested: false,
      });
      const { progress } = await world.upInTime(following(world));
      expect(completion(world)).toMatchObject({
        status: "completed",
        completedCount: 1,
        results: { [serverId]: { workflowId, status: "completed", stepsCompleted: 7, totalSteps: 7 } },
      });
      expect(progress.join("\n")).toMatch(/\d+ %, step \d of 7: /);
      expect(world.service.effectsOf(serverId)).toEqual(["commission", "biosApply", "ipmiConfigure"]);
      await world.expectNoDrift(following(world));
      world.expectOutputs("server", { phase: "succeeded", status: "completed", stepsCompleted: 7, progress: 100 });
      expect(world.outputs("server")).toHaveProperty("completedAt");
    },
  },
  {
    name: "firmware first flashes what the policy asks for",
    async run(world) {
      const firmware = { ...job, firmwareFirst: true, firmwarePolicy: "latest" };
      await world.up({ server: firmware });
      await world.upInTime(following(world, {}, firmware));
      expect(world.service.effectsOf(serverId)).toContain("firmwareFlash");
    },
  },
  {
    name: "a preview begins nothing, and tells what happens to the server and what is in the way",
    hosts: ["plugin"],
    async run(world) {
      const first = await world.stack.preview({ server: job });
      expect(warnings(first)).toContain(`server ${serverId} is commissioned anew`);
      expect(starts(world)).toBe(0);
      await world.up({ server: job });
      const run = await world.stack.preview({ server: job, other: { ...job, deviceType: "s2.c2.medium" } });
      expect(warnings(run)).toContain("has not ended (waits to begin): until it ends no other is begun");
      const other = await world.stack.preview({ server: { ...job, deviceType: "s2.c2.medium" } });
      expect(warnings(other)).toContain(`server ${serverId} is commissioned anew`);
    },
  },
  {
    name: "wrong combinations of inputs are told without a call",
    async run(world) {
      expect(await world.refusal({ server: { ...job, firmwarePolicy: "latest" } })).toContain("set firmwareFirst");
      expect(await world.refusal({ server: { ...job, serverId: "a b" } })).toContain("must be the id of a server");
      expect(await world.refusal({ server: { ...job, gateway: "10.20.0" } })).toContain("gateway");
      expect(world.takeCalls()).toEqual([]);
    },
  },
  {
    name: "a server has one workflow at a time: another one is told which, and what to do",
    async run(world) {
      await world.up({ server: job });
      const { run } = await world.failingUp({ server: job, other: { ...job, deviceType: "s2.c2.medium" } });
      const { workflowId } = world.outputs("server");
      expect(run.failures.other?.message).toContain(
        `server ${serverId} has workflow ${workflowId}, which has not ended`,
      );
      expect(run.failures.other?.message).toContain("set onDuplicate to adopt");
      expect(starts(world)).toBe(1);
    },
  },
  {
    name: "of two resources of one run for the same server one begins a workflow, and the other is told so",
    async run(world) {
      const { failures } = await world.stack.up({ one: job, two: job });
      expect(Object.values(failures).map(({ message }) => message)).toEqual([
        expect.stringContaining(`server ${serverId} has workflow`),
      ]);
      expect(starts(world)).toBe(1);
    },
  },
  {
    name: "with adopt the workflow of somebody else is taken over",
    async run(world) {
      await world.up({ server: job });
      const { id } = world.stack.state("server");
      world.stack.resources.clear();
      const run = await world.up({ server: { ...job, onDuplicate: "adopt" } });
      expect(warnings(run)).toContain("took over workflow");
      expect(world.stack.state("server").id.split("#")[0]).toBe(id.split("#")[0]);
      expect(starts(world)).toBe(1);
    },
  },
  {
    name: "delete cancels a workflow and waits until its running step has ended",
    async run(world) {
      await world.up({ server: job });
      world.simulators.clock.advance(60_000);
      await world.asTimeGoes(world.up({}));
      expect(world.workflowOf(serverId).status).toBe("CANCELLED");
      expect(world.count("ipmiConfigure", serverId)).toBe(0);
    },
  },
  {
    name: "delete leaves a workflow alone where the program says so",
    async run(world) {
      await world.up({ server: { ...job, onDelete: "leave" } });
      expect(warnings(await world.up({}))).toContain("goes on: onDelete is leave");
      world.later();
      expect(world.workflowOf(serverId).status).toBe("COMPLETED");
    },
  },
  {
    name: "a change of what is asked for is another workflow, begun when the old one is out of the way",
    async run(world) {
      await world.up({ server: job });
      const run = await world.upInTime({ server: { ...job, deviceType: "s2.c2.medium" } });
      expect(run.operations).toEqual({ server: "replace" });
      expect(world.service.workflowsOf(serverId).map(({ status }) => status)).toEqual([
        "CANCELLED",
        expect.stringMatching(/PENDING|RUNNING/),
      ]);
      world.later();
      await world.refresh();
      const again = await world.up({ server: { ...job, deviceType: "s2.c2.medium", triggers: { round: "2" } } });
      expect(again.operations).toEqual({ server: "replace" });
      expect(starts(world)).toBe(3);
    },
  },
  {
    name: "what only says how to go on changes nothing",
    async run(world) {
      await world.up({ server: job });
      const { operations } = await world.up({ server: { ...job, onDuplicate: "adopt", onDelete: "leave" } });
      expect(operations).toEqual({ server: "update" });
      expect(starts(world)).toBe(1);
    },
  },
  {
    name: "a workflow is imported by its id, and so is its completion when it has ended",
    async run(world) {
      await world.up({ server: job });
      const { workflowId } = world.outputs("server");
      world.later();
      world.stack.resources.clear();
      const token = "hwautomation:WorkflowCompletion";
      const run = await world.stack.importAll([
        { name: "server", id: workflowId as string },
        { name: "done", id: workflowId as string, token },
      ]);
      expect(run.failures).toEqual({});
      expect(world.stack.state("server").id).toMatch(new RegExp(`^${workflowId}#`));
      expect(world.stack.state("server").inputs).toMatchObject({ serverId, deviceType: "a1.c5.large" });
      const gone = await world.stack.import("other", "no-such-workflow");
      expect(gone.failures.other?.message).toContain("does not exist");
      expect(starts(world)).toBe(1);
    },
  },
  {
    name: "a configuration that is read-only begins nothing",
    options: { config: { readOnly: true } },
    async run(world) {
      const { message } = await world.failingUp({ server: job });
      expect(message).toContain("ztp:hwautomation.readOnly is set");
      expect(starts(world)).toBe(0);
    },
  },
  {
    name: "a completion that is interrupted lets the workflow go on, and the next one goes on waiting",
    async run(world) {
      await world.up({ server: job });
      const late = await world.stack.up(following(world, { timeoutSeconds: 0.1 }));
      expect(late.failures.done?.message).toContain("It goes on: run `pulumi up` again");
      await world.upInTime(following(world));
      expect(completion(world)).toMatchObject({ status: "completed" });
      expect(starts(world)).toBe(1);
    },
  },
];
