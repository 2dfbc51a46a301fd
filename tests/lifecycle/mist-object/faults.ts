import { expect } from "vitest";
import { lastingFaults, type NamedFault, passingFaults } from "../harness/fortinet-faults";
import { template, templateBody } from "./fixtures";
import { made, type ObjectScenario, ofType, until } from "./world";

const collection = "networktemplates";
const path = `/orgs/{org_id}/${collection}`;
const program = { branch: template };
const { dnsServers, ...rest } = template;
const { dns_servers, ...restBody } = templateBody;
const [switchMgmt, switch_mgmt] = [{ apAffinityThreshold: 25 }, { ap_affinity_threshold: 25 }];
const changed = { branch: { ...rest, name: "branch-2", dnsSuffix: ["x"], switchMgmt } };
const changedBody = { ...restBody, name: "branch-2", dns_suffix: ["x"], switch_mgmt };
const impatience = { maxRetries: 0, requestTimeoutSeconds: 1 };
const patience = { maxRetries: undefined, requestTimeoutSeconds: undefined };

/** Mist has no tokens that expire; a page in place of an answer is met below. */
const passing = passingFaults.filter(({ action }) => action.kind !== "expireTokens" && !isPage(action));
const lasting = lastingFaults;

function isPage(action: NamedFault["action"]): boolean {
  return action.kind === "html" && action.applied === true;
}

/** Whether a creation that meets this was certainly, or certainly not, carried out, or leaves something to be found. */
function isSettled({ action }: NamedFault): boolean {
  if (action.kind === "status") return action.applied === true;
  return action.kind !== "resetBeforeCommit" && action.kind !== "html";
}

function survives(fault: NamedFault): ObjectScenario {
  const { name, action } = fault;
  const then = isSettled(fault)
    ? "create, update and delete happen once"
    : "update and delete happen, and a creation is told,";
  return {
    name: `${then} when ${name}`,
    options: { config: { requestTimeoutSeconds: 2 } },
    async run(world) {
      const strike = (method: string, at: string) => {
        world.simulators.faults.clear();
        world.simulators.faults.add({ method, path: at, times: 1, action });
      };
      strike("POST", path);
      // Of what nobody knows the outcome of, and what is not there, nothing is sent again before the next run has looked.
      if (!isSettled(fault))
        expect((await world.failingUp(program)).message).toContain("The change may have been applied");
      await world.up(program);
      expect(world.takeWrites()).toEqual([made(collection)]);
      strike("PUT", `${path}/{id}`);
      await world.up(changed);
      expect(world.object(collection, "branch-2").data).toEqual(changedBody);
      await world.expectNoDrift(changed);
      strike("DELETE", `${path}/{id}`);
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.objects(collection)).toEqual([]);
    },
  };
}

function outlivedCreation({ name, action, words }: (typeof lasting)[number]): ObjectScenario {
  return {
    name: `a creation that was ${name}, with nobody to ask, is told and found by name by the next up, not sent twice`,
    options: { config: impatience },
    async run(world) {
      world.simulators.faults.add({ method: "POST", path, action });
      world.simulators.faults.add({ method: "GET", path, after: 1, action: { kind: "resetBeforeCommit" } });
      const { message, run } = await world.failingUp(program);
      expect(message).toMatch(/^Mist could not create network template branch in organization /);
      expect(message).toMatch(words);
      expect(message).toMatch(/may have been applied|could not be checked/);
      expect(run.failures.branch?.partial).toBeUndefined();
      world.simulators.faults.clear();
      world.configure(patience);
      expect((await world.up(program)).operations).toEqual({ branch: "create" });
      expect(world.takeWrites()).toEqual([made(collection)]);
      expect(world.objects(collection)).toHaveLength(1);
      await world.expectNoDrift(program);
    },
  };
}

function outlivedUpdate({ name, action }: NamedFault): ObjectScenario {
  return {
    name: `a change that was ${name}, with nobody to ask, heals with either program`,
    options: { config: impatience },
    async run(world) {
      for (const [healing, body] of [[program, templateBody] as const, [changed, changedBody] as const]) {
        world.configure(patience);
        await world.up(program);
        world.configure(impatience);
        world.simulators.faults.add({ method: "PUT", path: `${path}/{id}`, action });
        await world.failingUp(changed);
        world.simulators.faults.clear();
        world.configure(patience);
        await world.up(healing);
        expect(world.objects(collection).map(({ data }) => data)).toEqual([body]);
        await world.expectNoDrift(healing);
      }
    },
  };
}

export const faults: readonly ObjectScenario[] = [
  ...passing.map(survives),
  ...lasting.map(outlivedCreation),
  ...lasting.map(outlivedUpdate),
  {
    name: "a page in place of an answer is looked behind for a creation, and told for what the next run finds by itself",
    async run(world) {
      const strike = (method: string) => {
        world.simulators.faults.add({ method, times: 1, action: { kind: "html", status: 200, applied: true } });
      };
      strike("POST");
      await world.up(program);
      expect(world.stack.state("branch").id).toBe(world.object(collection, "branch").id);
      strike("PUT");
      expect((await world.failingUp(changed)).message).toContain("a web page came back in place of an answer");
      await world.up(changed);
      await world.expectNoDrift(changed);
      strike("DELETE");
      expect((await world.stack.destroy()).failures.branch?.message).toContain("a web page came back");
      expect((await world.stack.destroy()).failures).toEqual({});
      const [, put, remove] = world.takeWrites();
      expect([put, remove]).toEqual(["PUT", "DELETE"].map((method) => `${method} /orgs/{org}/${collection}/{id}`));
    },
  },
  {
    name: "a creation whose answer tells nothing is found by its name",
    async run(world) {
      const action = { kind: "status", status: 200, body: {}, applied: true } as const;
      world.simulators.faults.add({ method: "POST", path, times: 1, action });
      world.simulators.faults.add({ method: "PUT", path: `${path}/{id}`, times: 1, action });
      await world.up(program);
      expect(world.stack.state("branch").id).toBe(world.object(collection, "branch").id);
      await world.up(changed);
      expect(world.takeWrites()).toEqual([made(collection), `PUT /orgs/{org}/${collection}/{id}`]);
      await world.expectSettled(changed);
    },
  },
  {
    name: "a lost answer for an object without a name is found among what is new, and not sent twice",
    async run(world) {
      const rule = (order: number) =>
        ofType("mist:ConfigObject", {
          collection: "wxrules",
          body: { order, action: "allow", src_wxtags: [], dst_allow_wxtags: ["a"], dst_deny_wxtags: [] },
        });
      world.add("wxrules", { order: 1, action: "allow", dst_allow_wxtags: ["a"] });
      world.simulators.faults.add({ method: "POST", times: 2, action: { kind: "resetAfterCommit" } });
      await world.up({ first: rule(1), second: rule(2) });
      expect(
        world
          .objects("wxrules")
          .map(({ data }) => data.order)
          .sort(),
      ).toEqual([1, 1, 2]);
      await world.expectNoDrift({ first: rule(1), second: rule(2) });
    },
  },
  {
    name: "an object that something still uses is not deleted, in Mist's words and with what to do",
    async run(world) {
      await world.up(program);
      const action = { kind: "status", status: 400, body: { detail: "template is in use by 3 sites" } } as const;
      world.simulators.faults.add({ method: "DELETE", action });
      const { failures } = await world.stack.destroy();
      expect(failures.branch?.message).toContain('"template is in use by 3 sites"');
      expect(failures.branch?.message).toContain(
        'What still uses it must change or go first; or leave it there with `onDelete: "retain"`.',
      );
      expect(world.stack.has("branch")).toBe(true);
    },
  },
  {
    name: "a body that Mist refuses is told in its words, and nothing is in state",
    async run(world) {
      const action = {
        kind: "status",
        status: 400,
        body: { detail: "invalid field: topics", reason: "filtered asset webhooks must be associated with a site" },
      } as const;
      world.simulators.faults.add({ method: "POST", action });
      const { message } = await world.failingUp(program);
      expect(message).toContain(
        '(HTTP 400): "invalid field: topics: filtered asset webhooks must be associated with a site"',
      );
      expect(world.stack.has("branch")).toBe(false);
      world.simulators.faults.clear();
      await world.up(program);
    },
  },
  {
    name: "a change that was never sent leaves nothing to do but to send it",
    async run(world) {
      await world.up(program);
      world.configure({ apiToken: "not-a-token" });
      await world.failingUp(changed);
      expect(world.stack.state("branch").initErrors).toEqual([]);
      expect((await world.stack.preview(program)).operations).toEqual({ branch: "same" });
    },
  },
  {
    name: "Ctrl-C while an object is being created waits for its id and keeps it",
    async run(world) {
      world.simulators.faults.add({ method: "POST", path, action: { kind: "delay", ms: 300 } });
      await world.stack.up(program, {
        async during(host) {
          await until(() => world.simulators.requests.count({ method: "POST" }) > 0);
          await host.cancel();
        },
      });
      expect(world.stack.state("branch").id).toBe(world.object(collection, "branch").id);
      world.simulators.faults.clear();
      await world.up(program);
      expect(world.takeWrites()).toEqual([made(collection)]);
      await world.expectNoDrift(program);
    },
  },
  {
    name: "Ctrl-C before anything was written leaves nothing behind",
    async run(world) {
      world.simulators.faults.add({ method: "GET", path, action: { kind: "delay", ms: 5_000 } });
      const { message, run } = await world.failingUp(program, {
        async during(host) {
          await until(() => world.simulators.requests.count({ method: "GET", path }) > 0);
          await host.cancel();
        },
      });
      expect(message).toContain("interrupted; run `pulumi up` again to continue");
      expect(run.failures.branch?.partial).toBeUndefined();
      expect(world.takeWrites()).toEqual([]);
    },
  },
];
