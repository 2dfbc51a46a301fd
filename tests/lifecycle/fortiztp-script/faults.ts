import { expect } from "vitest";
import { lastingFaults, type NamedFault, passingFaults } from "../harness/fortinet-faults";
import { branch, collection, foreign, item, newOid, otherText, type ScriptScenario, text, until } from "./world";

const upload = `${collection}/{oid}/content`;
const one = `${collection}/{oid}`;
const changed = { name: "branch-2", content: otherText };

function survives({ name, action }: NamedFault): ScriptScenario {
  return {
    name: `create, update and delete happen once when ${name}`,
    options: { config: { requestTimeoutSeconds: 2 }, variants: { createBody: "full", settingPutBody: "full" } },
    async run(world) {
      const strike = (...writes: readonly [method: string, path: string][]) => {
        world.simulators.faults.clear();
        for (const [method, path] of writes) world.simulators.faults.add({ method, path, times: 1, action });
      };
      strike(["POST", collection], ["PUT", upload]);
      await world.up({ branch });
      expect(world.takeWrites()).toEqual([`POST ${collection}`, `PUT ${item}/content`]);
      strike(["PUT", one], ["PUT", upload]);
      await world.up({ branch: changed });
      expect(world.script()).toMatchObject(changed);
      expect(world.takeWrites()).toEqual([`PUT ${item}`, `PUT ${item}/content`]);
      await world.expectNoDrift({ branch: changed });
      strike(["DELETE", one]);
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.takeWrites()).toEqual([`DELETE ${item}`]);
      expect([...world.fortinet.scripts.keys()]).toEqual([101, foreign.oid]);
    },
  };
}

const impatience = { maxRetries: 0, requestTimeoutSeconds: 1 };
const patience = { maxRetries: undefined, requestTimeoutSeconds: undefined };

function outlivedCreation({ name, action, words }: (typeof lastingFaults)[number]): ScriptScenario {
  return {
    name: `a script whose creation was ${name}, with nobody to ask, is told and made or filled by the next up`,
    options: { config: impatience },
    async run(world) {
      world.simulators.faults.add({ method: "POST", path: collection, action });
      world.simulators.faults.add({ method: "GET", after: 1, action: { kind: "resetBeforeCommit" } });
      const { message, run } = await world.failingUp({ branch });
      expect(message).toMatch(/^FortiZTP could not create script branch: /);
      expect(message).toMatch(words);
      expect(message).toMatch(/may have been applied|could not be checked/);
      expect(run.failures.branch?.partial).toBeUndefined();
      world.simulators.faults.clear();
      world.configure(patience);
      expect((await world.up({ branch })).operations).toEqual({ branch: "create" });
      expect(world.takeWrites()).toEqual([`POST ${collection}`, `PUT ${item}/content`]);
      expect(world.named()).toEqual([newOid]);
      await world.expectNoDrift({ branch });
    },
  };
}

function outlivedUpload({ name, action, words }: (typeof lastingFaults)[number]): ScriptScenario {
  return {
    name: `a script whose first upload was ${name}, with nobody to ask, stays in state and is filled once`,
    options: { config: impatience },
    async run(world) {
      world.simulators.faults.add({ method: "PUT", path: upload, action });
      world.simulators.faults.add({ method: "GET", after: 1, action: { kind: "resetBeforeCommit" } });
      const { message, run } = await world.failingUp({ branch });
      expect(message).toMatch(/^FortiZTP could not upload the content of script 1001: /);
      expect(message).toMatch(words);
      expect(run.failures.branch?.partial).toMatchObject({ id: String(newOid), outputs: { oid: newOid } });
      world.simulators.faults.clear();
      world.configure(patience);
      expect((await world.up({ branch })).operations).toEqual({ branch: "update" });
      expect(world.takeWrites()).toEqual([`POST ${collection}`, `PUT ${item}/content`]);
      expect(world.named()).toEqual([newOid]);
      await world.expectNoDrift({ branch });
    },
  };
}

function outlivedUpdate({ name, action }: NamedFault, part: keyof typeof changed): ScriptScenario {
  const next = { ...branch, [part]: changed[part] };
  return {
    name: `a change of ${part} whose write was ${name}, with nobody to ask, heals with either program`,
    options: { config: impatience },
    async run(world) {
      await world.up({ branch });
      for (const healing of [branch, next]) {
        world.configure(impatience);
        world.simulators.faults.add({ method: "PUT", path: part === "name" ? one : upload, action });
        world.simulators.faults.add({ method: "GET", action: { kind: "resetBeforeCommit" } });
        await world.failingUp({ branch: next });
        world.simulators.faults.clear();
        world.configure(patience);
        await world.up({ branch: healing });
        expect(world.script()).toMatchObject(healing);
        await world.expectNoDrift({ branch: healing });
      }
      expect(world.named(next.name)).toEqual([newOid]);
    },
  };
}

export const faults: readonly ScriptScenario[] = [
  ...passingFaults.map(survives),
  ...lastingFaults.map(outlivedCreation),
  ...lastingFaults.map(outlivedUpload),
  ...lastingFaults.flatMap((fault) => [outlivedUpdate(fault, "name"), outlivedUpdate(fault, "content")]),
  {
    name: "a script that has its content is kept when its last look fails, even if nothing may be taken over",
    options: { config: { maxRetries: 0 } },
    async run(world) {
      const program = { branch: { ...branch, adopt: "never" } };
      world.simulators.faults.add({ method: "GET", path: one, action: { kind: "status", status: 500 } });
      const { message, run } = await world.failingUp(program);
      expect(message).toMatch(/^FortiZTP could not read script 1001: the service failed/);
      expect(run.failures.branch?.partial?.id).toBe(String(newOid));
      world.simulators.faults.clear();
      world.takeCalls();
      await world.up(program);
      expect(world.takeCalls()).toEqual([`GET ${item}`, `GET ${item}/content`]);
      await world.expectNoDrift(program);
    },
  },
  {
    name: "a change that was never sent leaves nothing to do but to send it",
    async run(world) {
      await world.up({ branch });
      world.configure({ password: "not the password" });
      await world.failingUp({ branch: changed });
      expect(world.stack.state("branch").initErrors).toEqual([]);
      expect((await world.stack.preview({ branch })).operations).toEqual({ branch: "same" });
    },
  },
  {
    name: "Ctrl-C before anything was written leaves nothing behind",
    async run(world) {
      world.simulators.faults.add({ method: "GET", path: collection, action: { kind: "delay", ms: 5_000 } });
      const { message, run } = await world.failingUp(
        { branch },
        {
          async during(host) {
            await until(() => world.simulators.requests.count({ method: "GET", path: collection }) > 0);
            await host.cancel();
          },
        },
      );
      expect(message).toBe("interrupted; run `pulumi up` again to continue");
      expect(run.failures.branch?.partial).toBeUndefined();
      expect(world.takeWrites()).toEqual([]);
    },
  },
  ...(["oid", "empty"] as const).map(
    (createBody): ScriptScenario => ({
      name: `Ctrl-C while a script is being created waits for its oid and keeps it, told by ${createBody === "oid" ? "the answer" : "the list"}`,
      options: { variants: { createBody } },
      async run(world) {
        world.simulators.faults.add({ method: "POST", path: collection, action: { kind: "delay", ms: 300 } });
        const program = { branch: { ...branch, adopt: "never" } };
        const { run } = await world.failingUp(program, {
          async during(host) {
            await until(() => world.simulators.requests.count({ method: "POST", path: collection }) > 0);
            await host.cancel();
          },
        });
        expect(run.failures.branch?.partial).toMatchObject({ id: String(newOid), outputs: { oid: newOid } });
        expect(world.script().content).toBe("");
        world.simulators.faults.clear();
        expect((await world.up(program)).operations).toEqual({ branch: "update" });
        expect(world.takeWrites()).toEqual([`POST ${collection}`, `PUT ${item}/content`]);
        await world.expectNoDrift(program);
      },
    }),
  ),
  {
    name: "Ctrl-C during an upload ends at once, keeps the script, and the next up fills it",
    async run(world) {
      world.simulators.faults.add({ method: "PUT", path: upload, action: { kind: "delay", ms: 20_000 } });
      let canceledAt = 0;
      const { message, run } = await world.failingUp(
        { branch },
        {
          async during(host) {
            await until(() => world.simulators.requests.count({ method: "PUT", path: upload }) > 0);
            canceledAt = performance.now();
            await host.cancel();
          },
        },
      );
      expect(performance.now() - canceledAt).toBeLessThan(5_000);
      expect(message).toContain(": interrupted; run `pulumi up` again to continue. The change may have been applied");
      expect(run.failures.branch?.partial?.id).toBe(String(newOid));
      world.simulators.faults.clear();
      await world.up({ branch });
      expect(world.script().content).toBe(text);
      expect(world.named()).toEqual([newOid]);
    },
  },
  {
    name: "customTimeouts end an update, which the next up finishes",
    hosts: ["plugin"],
    async run(world) {
      await world.up({ branch });
      world.simulators.faults.add({ method: "PUT", path: upload, action: { kind: "delay", ms: 20_000 } });
      const { message, run } = await world.failingUp({ branch: changed }, { timeoutSeconds: 0.5 });
      expect(message).toMatch(
        /^FortiZTP could not upload the content of script 1001: the custom timeout of 0.5 s is over;/,
      );
      expect(run.failures.branch?.partial?.id).toBe(String(newOid));
      expect(world.script()).toMatchObject({ name: changed.name, content: text });
      world.simulators.faults.clear();
      await world.up({ branch: changed });
      expect(world.script()).toMatchObject(changed);
    },
  },
];
