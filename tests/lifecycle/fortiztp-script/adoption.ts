import { expect } from "vitest";
import { type JsonMap, unknownSentinels } from "../harness/host";
import {
  branch,
  collection,
  digest,
  foreign,
  item,
  newOid,
  onlyFailure,
  otherText,
  type ScriptScenario,
  text,
  warnings,
} from "./world";

const short = (content: string): string => `${digest(content.trimEnd()).slice(0, 12)}…`;
const look = `GET ${item}/content`;

export const adoption: readonly ScriptScenario[] = [
  {
    name: "a script of the same name and content is taken over without a write, even where writes are forbidden",
    options: { config: { readOnly: true } },
    async run(world) {
      const oid = world.add("branch", text.replaceAll("\n", "\r\n"));
      expect((await world.up({ branch })).operations).toEqual({ branch: "create" });
      expect(world.takeCalls()).toEqual([`GET ${collection}`, look]);
      expect(world.stack.state("branch")).toMatchObject({ id: String(oid), outputs: { oid } });
      await world.expectNoDrift({ branch });
    },
  },
  {
    name: "a script of the same name with other content is refused in words that name both, and quote neither",
    async run(world) {
      const oid = world.add("branch", otherText);
      expect(await world.refusal({ branch })).toBe(
        `FortiZTP already has a script branch (oid ${oid}) with other content (SHA-256 ${short(otherText)}, the ` +
          `program's is ${short(text)}). Correct the program, import the script, or set adopt to "update" to overwrite it`,
      );
      expect(world.stack.has("branch")).toBe(false);
    },
  },
  {
    name: "adopt: update overwrites it under the same oid, and a preview says so",
    async run(world) {
      const oid = world.add("branch", otherText);
      const program = { branch: { ...branch, adopt: "update" } };
      const preview = await world.stack.preview(program);
      if (world.stack.kind === "plugin")
        expect(warnings(preview)).toBe(`script branch (oid ${oid}) holds other content now; it is overwritten`);
      world.takeCalls();
      await world.up(program);
      expect(world.takeCalls()).toEqual([`GET ${collection}`, look, `PUT ${item}/content`, look, `GET ${item}`]);
      expect(world.script(oid).content).toBe(text);
      await world.expectNoDrift(program);
    },
  },
  {
    name: "adopt: update leaves a script alone that holds the content already, and says nothing",
    async run(world) {
      world.add("branch", text);
      const program = { branch: { ...branch, adopt: "update" } };
      expect(warnings(await world.stack.preview(program))).toBe("");
      await world.up(program);
      expect(world.writes()).toEqual([]);
    },
  },
  {
    name: "adopt: never refuses any script of that name, even an empty one, without looking into it",
    async run(world) {
      const oid = world.add("branch", "");
      expect(await world.refusal({ branch: { ...branch, adopt: "never" } })).toBe(
        `FortiZTP already has a script branch (oid ${oid}), and adopt is "never"; import it, or set adopt to "identical"`,
      );
      expect(world.takeCalls()).toEqual([`GET ${collection}`]);
    },
  },
  {
    name: "a script without content, which an interrupted create leaves behind, is taken over and filled",
    async run(world) {
      const oid = world.add("branch", "\r\n");
      expect(warnings(await world.stack.preview({ branch }))).toBe("");
      await world.up({ branch });
      expect(world.takeWrites()).toEqual([`PUT ${collection}/${oid}/content`]);
      expect(world.named()).toEqual([oid]);
      await world.expectNoDrift({ branch });
    },
  },
  {
    name: "several scripts of the same name are refused, whatever they hold",
    async run(world) {
      const oids = [world.add("branch", text), world.add("branch", text)];
      for (const adopt of ["identical", "update"])
        expect(await world.refusal({ branch: { ...branch, adopt } })).toBe(
          `FortiZTP has 2 scripts branch (oids ${oids.join(", ")}); import one of them, or choose another name`,
        );
    },
  },
  {
    name: "a name in other letters is another script",
    async run(world) {
      world.add("Branch", otherText);
      await world.up({ branch });
      expect(world.named()).toEqual([newOid + 1]);
    },
  },
  {
    name: "a script that went while it was looked at is made anew",
    async run(world) {
      const oid = world.add("branch", otherText);
      const gone = { error: "not_found", error_description: `Script ${oid} doesn't exist in this account` };
      world.simulators.faults.add({
        method: "GET",
        path: new RegExp(`/${oid}(/content)?$`),
        action: { kind: "status", status: 404, body: gone },
      });
      await world.up({ branch });
      expect(world.stack.state("branch").id).toBe(String(oid + 1));
    },
  },
  {
    name: "two resources with the same name in one program are refused before anything is written",
    async run(world) {
      const program = { first: branch, second: { ...branch, content: otherText } };
      const text = "FortiZTP script branch is managed by first (";
      expect(onlyFailure(await world.stack.preview(program))).toContain(text);
      const run = await world.stack.up(program);
      expect(onlyFailure(run)).toContain(text);
      expect(world.named()).toEqual([newOid]);
      await world.expectNoDrift({ first: branch });
    },
  },
  {
    name: "two resources with different names are made at once, each with its own oid, from one list",
    async run(world) {
      const program = { first: branch, second: { name: "second", content: otherText } };
      await world.up(program);
      expect(world.takeCalls().filter((call) => call === `GET ${collection}`)).toHaveLength(1);
      const oids = ["first", "second"].map((name) => world.stack.state(name).outputs.oid);
      expect([...oids].sort()).toEqual([newOid, newOid + 1]);
      await world.expectNoDrift(program);
      expect(world.takeCalls().filter((call) => call === `GET ${collection}`)).toHaveLength(1);
    },
  },
  {
    name: "a preview of a create knows the oid of the script that it takes over, and costs one list for all",
    hosts: ["plugin"],
    async run(world) {
      world.add("branch", text);
      await world.stack.withHost(async (host) => {
        const create = async (program: JsonMap) => {
          const { inputs } = await host.check(world.stack.urn(String(program.name)), {}, program);
          return host.create(world.stack.urn(String(program.name)), inputs, { preview: true });
        };
        const replies = await Promise.all(
          [branch, { ...branch, name: "new" }, { ...branch, name: "newer" }].map(create),
        );
        const unknown = unknownSentinels.string;
        expect(replies.map(({ id, outputs }) => [id, outputs.oid])).toEqual([
          ["", newOid],
          ["", unknown],
          ["", unknown],
        ]);
        expect(await create({ name: "branch", content: unknown, adopt: "update" })).toMatchObject({
          outputs: { oid: newOid },
        });
      });
      expect(world.takeCalls()).toEqual([`GET ${collection}`, look, look]);
    },
  },
  {
    name: "a resource that is renamed without an alias ends with the script in place, and says why it stays",
    async run(world) {
      await world.up({ oldName: branch });
      world.takeWrites();
      const run = await world.up({ newName: branch });
      expect(run.operations).toEqual({ newName: "create", oldName: "delete" });
      expect(world.takeWrites()).toEqual([]);
      expect(warnings(run)).toBe(`script ${newOid} stays: another resource of this program has taken it over`);
      expect([...world.stack.resources.keys()]).toEqual([world.stack.urn("newName")]);
      await world.expectNoDrift({ newName: branch });
    },
  },
  {
    name: "a script that is about to be renamed is not taken over by the resource that takes its name",
    async run(world) {
      await world.up({ first: branch });
      const program = { first: { ...branch, name: "branch-2" }, second: branch };
      // So that the list still shows the old name.
      world.simulators.faults.add({ method: "PUT", path: `${collection}/{oid}`, action: { kind: "delay", ms: 300 } });
      await world.up(program);
      expect([world.named("branch-2"), world.named("branch")]).toEqual([[newOid], [newOid + 1]]);
      await world.expectNoDrift(program);
    },
  },
  {
    name: "two resources that swap their names and contents keep their oids",
    async run(world) {
      const one = { name: "one", content: text };
      const two = { name: "two", content: otherText };
      await world.up({ first: one, second: two });
      const [first, second] = [Number(world.stack.state("first").id), Number(world.stack.state("second").id)];
      await world.up({ first: two, second: one });
      expect(world.script(first)).toMatchObject(two);
      expect(world.script(second)).toMatchObject(one);
      await world.expectNoDrift({ first: two, second: one });
    },
  },
  {
    name: "a service that wants every name once refuses a second one in its own words",
    options: { variants: { scriptNames: "unique" } },
    async run(world) {
      await world.up({ branch });
      const { message } = await world.failingUp({ branch: { ...branch, name: foreign.name } });
      expect(message).toBe(
        `FortiZTP could not rename script ${newOid} to ${foreign.name}: the request was rejected (HTTP 400): ` +
          `"Script name ${foreign.name} already exists".`,
      );
      expect(world.stack.state("branch").initErrors).toEqual([]);
      expect((await world.stack.preview({ branch })).operations).toEqual({ branch: "same" });
    },
  },
  {
    name: "a script of one account is another script to another account",
    options: {
      fortinet: {
        accounts: { other: { scripts: [{ name: "branch", content: otherText }] } },
        users: [{ apiId: "OTHER-USER", password: "another-password-2!bB", account: "other" }],
      },
    },
    async run(world) {
      await world.up({ branch });
      world.configure({ apiId: "OTHER-USER", password: "another-password-2!bB" });
      world.stack.resources.clear();
      expect((await world.failingUp({ branch })).message).toContain("with other content");
      expect(world.script().content).toBe(text);
    },
  },
];
