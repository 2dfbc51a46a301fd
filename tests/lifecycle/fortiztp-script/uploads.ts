import { expect } from "vitest";
import type { FortinetVariants } from "../../../simulators";
import { branch, collection, digest, foreign, item, newOid, otherText, type ScriptScenario, text } from "./world";

type Form = FortinetVariants["scriptUpload"];

const put = `PUT ${item}/content`;
const look = `GET ${item}/content`;

/** The forms that a service may want and we know, and the uploads that it takes to find out. */
const known: readonly { form: Form; calls: readonly string[] }[] = [
  { form: "multipart", calls: [put, look] },
  { form: "text", calls: [put, put, look] },
  { form: "jsonContent", calls: [put, put, put, look] },
  // Multipart is stored with its envelope, which the look shows.
  { form: "rawAnything", calls: [put, look, put, look] },
];

function takes({ form, calls }: (typeof known)[number]): ScriptScenario {
  return {
    name: `content reaches a service that takes ${form}, and after the first upload in one attempt`,
    options: { variants: { scriptUpload: form } },
    async run(world) {
      await world.up({ branch });
      expect(world.takeCalls().slice(2, -1)).toEqual(calls);
      expect(world.script().content).toBe(text);
      const second = { name: "second", content: otherText };
      await world.up({ branch: { ...branch, content: otherText }, second });
      expect(world.script().content).toBe(otherText);
      expect(world.script(newOid + 1).content).toBe(otherText);
      await world.expectNoDrift({ branch: { ...branch, content: otherText }, second });
    },
  };
}

/** Forms that we do not know, and services that refuse or lose everything. */
const hopeless: readonly Form[] = ["octetStream", "jsonScript", "form", "rejectAll", "ignoreAnything"];

function refuses(form: Form): ScriptScenario {
  const lost = form === "ignoreAnything";
  return {
    name: `a script whose content nobody can deliver is deleted again (${form})`,
    options: { variants: { scriptUpload: form } },
    async run(world) {
      const { message, run } = await world.failingUp({ branch });
      const reason = lost ? "accepted, but the script then holds something else" : "HTTP 4[0-9]+, .*";
      expect(message).toMatch(
        new RegExp(
          `^FortiZTP could not upload the content of script ${newOid}: no known way of sending it worked ` +
            `\\(multipart: ${reason}; text: ${reason}; json: ${reason}\\)\\. Ask Fortinet in which form the API takes ` +
            `script content\\. Script ${newOid} has been deleted again\\.$`,
        ),
      );
      expect(run.failures.branch?.partial).toBeUndefined();
      expect(world.stack.has("branch")).toBe(false);
      expect(world.named()).toEqual([]);
      expect(world.takeWrites().at(-1)).toBe(`DELETE ${item}`);
      world.fortinet.variants.scriptUpload = "text";
      await world.up({ branch });
      expect(world.named()).toEqual([newOid + 1]);
    },
  };
}

function only(scriptUploadMode: string, scriptUpload: Form): ScriptScenario {
  return {
    name: `scriptUploadMode ${scriptUploadMode} sends nothing else, to a service that takes ${scriptUpload}`,
    options: { config: { scriptUploadMode }, variants: { scriptUpload } },
    async run(world) {
      const run = await world.stack.up({ branch });
      const calls = world.takeCalls();
      expect(calls.filter((call) => call === put)).toHaveLength(1);
      if (run.failures.branch) {
        expect(run.failures.branch.message).toContain(`sending it did not work (${scriptUploadMode}: HTTP 415, `);
        expect(run.failures.branch.message).toContain(`scriptUploadMode is ${scriptUploadMode}: auto tries every`);
        expect(world.named()).toEqual([]);
      } else expect(world.script().content).toBe(text);
      expect(Object.keys(run.failures)).toEqual(scriptUploadMode === formOf(scriptUpload) ? [] : ["branch"]);
    },
  };
}

function formOf(form: Form): string {
  return form === "jsonContent" ? "json" : form;
}

export const uploads: readonly ScriptScenario[] = [
  ...known.map(takes),
  ...hopeless.map(refuses),
  ...(["multipart", "text", "json"] as const).flatMap((mode) =>
    (["multipart", "text", "jsonContent"] as const).map((form) => only(mode, form)),
  ),
  {
    name: "a script that can neither be filled nor deleted again stays in state, and the next up goes on with it",
    options: { variants: { scriptUpload: "rejectAll" } },
    async run(world) {
      world.simulators.faults.add({ method: "DELETE", action: { kind: "status", status: 403 } });
      const { message, run } = await world.failingUp({ branch });
      expect(message).toContain("no known way of sending it worked");
      expect(message).toMatch(
        new RegExp(
          `Script ${newOid} stays in FortiZTP without its content; the next \`pulumi up\` goes on with it\\.$`,
        ),
      );
      expect(run.failures.branch?.partial).toMatchObject({ id: String(newOid), outputs: { oid: newOid } });
      const preview = await world.stack.preview({ branch });
      expect(preview.operations).toEqual({ branch: "update" });
      world.fortinet.variants.scriptUpload = "multipart";
      world.takeCalls();
      await world.up({ branch });
      expect(world.takeCalls()).toEqual([`GET ${item}`, look, put, look, `GET ${item}`]);
      expect(world.named()).toEqual([newOid]);
      expect(world.stack.state("branch").initErrors).toEqual([]);
      await world.expectNoDrift({ branch });
    },
  },
  {
    name: "a script that could not be filled is seen by a refresh as one without content, and deleted like any other",
    options: { variants: { scriptUpload: "rejectAll" } },
    async run(world) {
      world.simulators.faults.add({ method: "DELETE", times: 1, action: { kind: "status", status: 403 } });
      await world.failingUp({ branch });
      expect((await world.refresh()).operations).toEqual({ branch: "update" });
      expect(world.stack.state("branch").inputs.content).toEqual(world.kept(""));
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.named()).toEqual([]);
    },
  },
  {
    name: "new content that nobody can deliver leaves the script as it was, and either program heals it",
    async run(world) {
      await world.up({ branch });
      world.fortinet.variants.scriptUpload = "rejectAll";
      const next = { name: "branch-2", content: otherText };
      const { message } = await world.failingUp({ branch: next });
      expect(message).toContain("no known way of sending it worked");
      expect(message).not.toContain("deleted");
      expect(world.script()).toMatchObject({ name: "branch-2", content: text });
      const { id, outputs } = world.stack.state("branch");
      expect(id).toBe(String(newOid));
      const reached = { name: "branch-2", content: world.kept(text), contentSha256: digest(text.trimEnd()) };
      expect(outputs).toMatchObject(reached);
      world.takeCalls();
      // The name goes back, and nothing else needs to.
      await world.up({ branch });
      expect(world.takeWrites()).toEqual([`PUT ${item}`]);
      await world.expectNoDrift({ branch });
      world.fortinet.variants.scriptUpload = "text";
      await world.up({ branch: next });
      await world.expectNoDrift({ branch: next });
    },
  },
  {
    name: "an update that a service has stored in its envelope is finished by the next up",
    options: { config: { scriptUploadMode: "json" } },
    async run(world) {
      world.fortinet.variants.scriptUpload = "jsonContent";
      await world.up({ branch });
      world.fortinet.variants.scriptUpload = "rawAnything";
      const next = { ...branch, content: otherText };
      expect((await world.failingUp({ branch: next })).message).toContain("the script then holds something else");
      world.configure({ scriptUploadMode: "auto" });
      // Either program is one that the script does not hold now.
      await world.up({ branch });
      expect(world.script().content).toBe(text);
      await world.up({ branch: next });
      expect(world.script().content).toBe(otherText);
    },
  },
  {
    name: "an empty script that is taken over but cannot be filled is kept, one with content of its own is not",
    options: { variants: { scriptUpload: "rejectAll" } },
    async run(world) {
      const empty = world.add("branch", "");
      await world.failingUp({ branch });
      expect(world.stack.state("branch").id).toBe(String(empty));
      const overwritten = { name: foreign.name, content: text, adopt: "update" };
      const run = await world.stack.up({ branch, overwritten });
      expect(Object.keys(run.failures).sort()).toEqual(["branch", "overwritten"]);
      expect(world.stack.has("overwritten")).toBe(false);
      expect(world.script(foreign.oid).content).toContain(foreign.line);
      world.fortinet.variants.scriptUpload = "multipart";
      await world.up({ branch, overwritten });
      expect([world.script(empty).content, world.script(foreign.oid).content]).toEqual([text, text]);
      expect(world.fortinet.scripts.size).toBe(3);
    },
  },
  {
    name: "content beyond the service's limit is refused in its words, without a word of the content",
    options: { variants: { scriptMaximumBytes: 20 } },
    async run(world) {
      const { message } = await world.failingUp({ branch });
      expect(message).toContain('"The script is larger than 20 bytes');
      expect(world.named()).toEqual([]);
    },
  },
  {
    name: "what a service says about the content is left out where it repeats it",
    async run(world) {
      const line = text.split("\n")[1]?.trim();
      const body = { error: "invalid_request", error_description: `line 2 is wrong: ${line}` };
      world.simulators.faults.add({ method: "PUT", action: { kind: "status", status: 422, body } });
      const { message } = await world.failingUp({ branch });
      expect(message).toMatch(
        /could not upload the content of script 1001: the request was rejected \(HTTP 422\)\. Script/,
      );
      expect(world.named()).toEqual([]);
    },
  },
  {
    name: "a service that refuses the creation is quoted, and nothing is left",
    options: { variants: { createOid: "required" } },
    async run(world) {
      const { message } = await world.failingUp({ branch });
      expect(message).toBe(
        'FortiZTP could not create script branch: the request was rejected (HTTP 400): "oid is required".',
      );
      expect(world.takeCalls()).toEqual([`GET ${collection}`, `POST ${collection}`]);
      expect(world.stack.has("branch")).toBe(false);
    },
  },
];
