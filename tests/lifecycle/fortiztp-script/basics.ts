import { expect } from "vitest";
import { secret, unknownSentinels, visible } from "../harness/host";
import { PluginHost } from "../harness/plugin-host";
import { branch, collection, creation, digest, item, newOid, otherText, type ScriptScenario, text } from "./world";

const trimmed = text.trimEnd();
/** The same commands as somebody's editor on another system may save them. */
const spellings = [trimmed, text, `${text}\n\n`, text.replaceAll("\n", "\r\n"), `${trimmed}\r\n`];

export const basics: readonly ScriptScenario[] = [
  {
    name: "a script is created, left alone, read, updated and deleted in exactly the calls that it takes",
    async run(world) {
      expect((await world.up({ branch })).operations).toEqual({ branch: "create" });
      expect(world.takeCalls()).toEqual([...creation, `GET ${item}`]);
      expect(world.script()).toMatchObject({ oid: newOid, name: "branch", content: text });

      expect((await world.up({ branch })).operations).toEqual({ branch: "same" });
      expect(world.takeCalls()).toEqual([]);
      await world.expectNoDrift({ branch });
      expect(world.takeCalls()).toEqual([`GET ${collection}`, `GET ${item}/content`]);

      const renamed = await world.up({ branch: { ...branch, name: "branch-2" } });
      expect([renamed.operations, renamed.paths]).toEqual([{ branch: "update" }, { branch: ["name"] }]);
      expect(world.takeCalls()).toEqual([`PUT ${item}`, `GET ${item}`]);

      const rewritten = await world.up({ branch: { name: "branch-2", content: otherText } });
      expect([rewritten.operations, rewritten.paths]).toEqual([{ branch: "update" }, { branch: ["content"] }]);
      expect(world.takeCalls()).toEqual([`PUT ${item}/content`, `GET ${item}/content`, `GET ${item}`]);

      await world.up({ branch });
      expect(world.takeWrites()).toEqual([`PUT ${item}`, `PUT ${item}/content`]);
      expect(world.script()).toMatchObject({ oid: newOid, name: "branch", content: text });
      expect(world.stack.state("branch").id).toBe(String(newOid));

      expect((await world.stack.destroy()).operations).toEqual({ branch: "delete" });
      expect(world.takeCalls()).toEqual([`DELETE ${item}`]);
      expect(world.named()).toEqual([]);
      expect(world.stack.has("branch")).toBe(false);
    },
  },
  {
    name: "the state echoes the inputs as they were written and adds what FortiZTP says, the content marked as secret",
    async run(world) {
      const inputs = { name: "branch", content: `${text}\r\n`, adopt: "never" };
      await world.up({ branch: inputs });
      const state = world.stack.state("branch");
      expect(state.id).toBe(String(newOid));
      expect(visible(state.inputs)).toEqual({ ...inputs, content: world.kept(inputs.content) });
      expect(visible(state.outputs)).toEqual({
        ...inputs,
        content: world.kept(inputs.content),
        oid: newOid,
        updateTime: "2025-01-31T12:00:00.000Z",
        contentSha256: digest(trimmed),
      });
      expect(state.outputs.__provider).toBe(
        'exports.handler=()=>require("pulumi-ztp/dynamic/v1").handler("fortiztp:Script")',
      );
      world.simulators.clock.advance(60_000);
      await world.up({ branch: { ...inputs, content: otherText } });
      expect(world.stack.state("branch").outputs).toMatchObject({
        content: world.kept(otherText),
        updateTime: "2025-01-31T12:01:00.000Z",
        contentSha256: digest(otherText.trimEnd()),
      });
    },
  },
  {
    name: "the content is a secret after a refresh and an import as well, whether or not the program marks it",
    hosts: ["plugin"],
    async run(world) {
      await world.up({ branch: { ...branch, content: secret(text) } });
      expect(world.stack.state("branch").outputs.content).toEqual(secret(text));
      await world.expectNoDrift({ branch });
      world.fortinet.patchScript(newOid, { content: otherText });
      await world.refresh();
      for (const part of ["inputs", "outputs"] as const)
        expect(world.stack.state("branch")[part].content).toEqual(secret(otherText));
      await world.stack.import("again", String(newOid));
      for (const part of ["inputs", "outputs"] as const)
        expect(world.stack.state("again")[part].content).toEqual(secret(otherText));
    },
  },
  {
    name: "line ends and line breaks at the end are no difference, in the program or in FortiZTP",
    async run(world) {
      await world.up({ branch });
      world.takeCalls();
      for (const content of spellings) {
        expect((await world.stack.preview({ branch: { ...branch, content } })).operations).toEqual({ branch: "same" });
        world.fortinet.patchScript(newOid, { content });
        expect((await world.refresh()).operations).toEqual({ branch: "same" });
      }
      await world.expectNoDrift({ branch });
      expect(world.writes()).toEqual([]);
      expect(world.stack.state("branch").inputs.content).toEqual(world.kept(text));
      const inside = { ...branch, content: text.replace("\n", "\n\n") };
      expect((await world.stack.preview({ branch: inside })).operations).toEqual({ branch: "update" });
    },
  },
  {
    name: "a change of behaviour inputs alone costs no call, and spelling a default out changes nothing",
    async run(world) {
      await world.up({ branch });
      world.takeCalls();
      const spelled = { ...branch, adopt: "identical", onDelete: "delete" };
      expect((await world.stack.preview({ branch: spelled })).operations).toEqual({ branch: "same" });
      const retained = { ...branch, adopt: "update", onDelete: "retain" };
      expect((await world.up({ branch: retained })).operations).toEqual({ branch: "update" });
      expect((await world.stack.destroy()).operations).toEqual({ branch: "delete" });
      expect(world.takeCalls()).toEqual([]);
      expect(world.script().content).toBe(text);
    },
  },
  {
    name: "a name or content that says nothing is refused before any call, and quotes no content",
    async run(world) {
      const empty = await world.stack.preview({ branch: { name: "", content: "\r\n\n" } });
      expect(empty.failures.branch?.message).toContain("name must");
      expect(empty.failures.branch?.message).toContain("content must hold at least one command");
      const wrong = await world.stack.preview({ branch: { name: "branch", contents: text, content: [text] } });
      expect(wrong.failures.branch?.message).toContain('contents is not a known property; did you mean "content"?');
      expect(wrong.failures.branch?.message).toContain("content must be a string");
      expect(world.takeCalls()).toEqual([]);
    },
  },
  {
    name: "no input that is not known yet makes check, diff or a preview fail, even where the known one would",
    async run(world) {
      await world.up({ branch });
      const state = world.stack.state("branch");
      // What is there already holds something else: with everything known a create is refused.
      const clash = { ...branch, content: otherText };
      await world.stack.withHost(async (host) => {
        const judge = async (name: string, sentinel: string): Promise<void> => {
          const news = host.programInputs(state.urn, { ...clash, [name]: sentinel }, true);
          const checked = await host.check(state.urn, state.inputs, news);
          expect(checked.failures, name).toEqual([]);
          expect((await host.diff(state, checked.inputs)).replaces, name).toEqual([]);
          if (host.kind === "dynamic") return;
          const replies = [await host.update(state, checked.inputs, { preview: true })];
          if (name !== "onDelete") {
            const created = await host.create(world.stack.urn("new"), checked.inputs, { preview: true });
            expect(created).toMatchObject({ id: "", outputs: { oid: unknownSentinels.string } });
            replies.push(created.outputs);
          }
          for (const outputs of replies) expect(Object.values(outputs)).not.toContain(null);
        };
        const sentinels = Object.values(unknownSentinels);
        const names = ["name", "content", "adopt", "onDelete"];
        await Promise.all(names.flatMap((name) => sentinels.map((sentinel) => judge(name, sentinel))));
      });
      expect(world.takeWrites()).toEqual(creation.filter((call) => !call.startsWith("GET")));
    },
  },
  {
    name: "a preview of a change of content keeps what cannot change and hides the rest",
    hosts: ["plugin"],
    async run(world) {
      await world.up({ branch });
      const state = world.stack.state("branch");
      await world.stack.withHost(async (host) => {
        const { inputs } = await host.check(state.urn, state.inputs, { ...branch, content: otherText });
        const outputs = await host.update(state, inputs, { preview: true });
        const unknown = unknownSentinels.string;
        expect(visible(outputs)).toEqual({ ...inputs, oid: newOid, updateTime: unknown, contentSha256: unknown });
      });
    },
  },
  {
    name: "the scripts of the account can be listed in pages",
    hosts: ["plugin"],
    async run(world) {
      await world.up({ branch });
      await world.stack.withHost(async (plugin) => {
        if (!(plugin instanceof PluginHost)) throw new Error("Only the plugin lists.");
        expect((await plugin.list()).ids).toEqual(["101", "102", String(newOid)]);
        expect(await plugin.list({ pageSize: 2 })).toEqual({ ids: ["101", "102"], next: "2" });
      });
    },
  },
];
