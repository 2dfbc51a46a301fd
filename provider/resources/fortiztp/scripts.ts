import { z } from "zod";
import type { Script } from "../../clients/fortinet/fortiztp";
import { defineFunction } from "../../core/resource";
import { field, object } from "../../core/shape";
import { fortiztp } from "./service";
import { onlyOne } from "./settings";

/** A script as the functions return it, without its content. */
const scriptFields = {
  oid: field(z.int(), { doc: "The number by which devices and FortiManager entries name it." }),
  name: field(z.string(), { doc: "The name in the FortiZTP portal." }),
  updateTime: field(z.string().optional(), { doc: "When FortiZTP last changed it, ISO 8601." }),
};

export const getScript = defineFunction({
  token: "fortiztp:getScript",
  doc: "One pre-run CLI script of the account, by oid or by name. Fails when there is none, or several of that name.",
  service: fortiztp,
  inputs: {
    oid: field(z.int().positive().optional(), { doc: "The oid. Either this or the name." }),
    name: field(z.string().min(1).optional(), { doc: "The exact name. Either this or the oid." }),
    withContent: field(z.boolean().optional(), {
      doc: "Read the content too, which takes one more call. Default: false.",
      default: false,
    }),
  },
  rules: [
    {
      needs: ["oid", "name"],
      check: ({ oid, name }) =>
        (oid === undefined) === (name === undefined) ? "give either the oid or the name of the script" : undefined,
    },
  ],
  outputs: {
    ...scriptFields,
    content: field(z.string().optional(), { doc: "The CLI commands, when they were asked for.", secret: true }),
  },
  async run(context, { oid, name, withContent }) {
    const { settings } = await context.use(fortiztp);
    const { signal } = context;
    const found =
      oid !== undefined
        ? await settings.client.scripts.get(oid, { signal })
        : onlyOne(
            (await settings.client.scripts.list({ signal })).filter((script) => script.name === name),
            `scripts ${name}`,
          );
    if (!found) throw new Error(`there is no script ${oid ?? name} in this FortiCloud account`);
    if (!withContent) return details(found);
    return { ...details(found), content: (await settings.client.scripts.readContent(found.oid, { signal })) ?? "" };
  },
});

export const getScripts = defineFunction({
  token: "fortiztp:getScripts",
  doc: "The pre-run CLI scripts of the account, without their content. One call, whatever their number.",
  service: fortiztp,
  inputs: {},
  outputs: {
    scripts: field(
      z.array(object("ScriptDetails", scriptFields, "A script as FortiZTP has it, without its content.")),
      {
        doc: "The scripts, in the order of FortiZTP.",
      },
    ),
    total: field(z.int(), { doc: "How many they are." }),
  },
  async run(context) {
    const { settings } = await context.use(fortiztp);
    const scripts = await settings.client.scripts.list({ signal: context.signal });
    return { scripts: scripts.map(details), total: scripts.length };
  },
});

function details({ oid, name, updateTime }: Script) {
  return { oid, name, updateTime };
}
