import { z } from "zod";
import { isVendorError } from "../../clients/http/errors";
import type { BiosResult } from "../../clients/hwautomation/types";
import { type Context, defineResource, type WriteContext } from "../../core/resource";
import { type Field, field, type ValuesOf } from "../../core/shape";
import { isUnknown, joinPath } from "../../core/values";
import { ownPartOf } from "./bios-settings";
import { type Automation, automationOf, hwautomation } from "./service";
import { serverIdField } from "./workflow-inputs";

/** How long it takes at most to apply settings, in seconds. */
const usualSeconds = 1_800;

const inputs = {
  serverId: {
    ...serverIdField("The server. Another one gets a configuration of its own."),
    change: "replace",
    references: "hwautomation:ServerRecord.serverId",
  } as Field<string>,
  template: field(z.string().min(1).optional(), {
    doc: "The template whose settings are applied, by its name, which is that of a device type such as a1.c5.large. Default: none.",
  }),
  settings: {
    doc:
      "Settings by name, such as boot_mode: UEFI, in place of those of the template. What belongs to the machine itself, such as " +
      "MAC addresses, serial numbers, boot paths and keys, is refused: the service keeps it as it is. What is under a name such " +
      "as password is secret. Default: none.",
    required: false,
    change: "update",
    shape: { kind: "map", value: { kind: "string" }, secretNames: /password|passphrase/i },
  } as Field<{ [name: string]: string } | undefined>,
  dryRun: field(z.boolean().optional(), {
    doc: "Only have the service check the settings, and show what it says. With false they are applied. Default: false.",
    default: false,
  }),
  triggers: field(z.record(z.string(), z.string()).optional(), {
    doc: "Any values: a change of one of them applies the settings again, as after the board was changed. Default: none.",
  }),
  timeoutSeconds: field(z.number().positive().optional(), {
    doc: "How long to wait for the service to apply the settings, in seconds. Default: 1800.",
    change: "local",
    default: usualSeconds,
  }),
};

const outputs = {
  isApplied: field(z.boolean(), { doc: "Whether the settings were applied, and not only checked." }),
  methodUsed: field(z.string().optional(), {
    doc: "How: redfish_standard, redfish_oem, vendor_tools, hybrid or manual.",
  }),
  settingsApplied: field(z.array(z.string()).optional(), {
    doc: "The names of the settings that were applied, as far as the service tells them; none of a dry run.",
  }),
  settingsFailed: field(z.record(z.string(), z.string()).optional(), {
    doc: "Those that could not be, by name, with the reason of each.",
  }),
  validationErrors: field(z.array(z.string()).optional(), { doc: "What the service finds wrong with the request." }),
  backupFile: field(z.string().optional(), { doc: "Where the service keeps the settings from before." }),
  rebootRequired: field(z.boolean().optional(), { doc: "Whether they take effect only when the server is rebooted." }),
};

type Inputs = ValuesOf<typeof inputs>;
type Outputs = ValuesOf<typeof outputs>;

export const biosConfiguration = defineResource<typeof inputs, typeof outputs>({
  token: "hwautomation:BiosConfiguration",
  doc: [
    "The BIOS settings of a server: those of a template, and some of its own.",
    "Create applies them, in one call that may take minutes; they take effect at the server's next reboot, which is left to you.",
    "A change of the template, the settings or the triggers applies all of them again, in place.",
    "**The service cannot tell the settings of a server.** The state says what was asked for and applied; a change that somebody",
    "makes elsewhere is not seen, and a refresh finds no drift.",
    "Where some settings fail, the resource fails with each of them and its reason, the others stay applied, and the next",
    "`pulumi up` applies all again. An answer that was lost leaves it unknown what was applied: the next `pulumi up` applies all",
    "again as well.",
    "With `dryRun` the service only checks the settings; what it says stands in the outputs.",
    "Delete changes nothing on the server and says so: there is no way back but to apply other settings.",
    "The application as it is shipped cannot apply settings, which the preview says. It cannot be imported.",
  ].join(" "),
  example: `new ztp.hwautomation.BiosConfiguration("server-001", {
  serverId: record.serverId,
  template: "a1.c5.large",
  settings: { boot_mode: "UEFI", virtualization: "Enabled" },
});`,
  service: hwautomation,
  inputs,
  outputs,
  rules: [
    {
      needs: ["template", "settings"],
      check: ({ template, settings = {} }) =>
        template === undefined && Object.keys(settings).length === 0
          ? "set template, settings, or both: what the BIOS is to be set to"
          : undefined,
    },
    { needs: ["settings"], check: ({ settings = {} }) => Object.keys(settings).flatMap(ownProblem) },
  ],
  owns: ({ serverId }) => (typeof serverId === "string" ? [`BIOS settings of HWAutomation server ${serverId}`] : []),
  idOf: ({ serverId }) => serverId,
  impact: { create: impactOf, update: (_from, to) => impactOf(to), replace: (_from, to) => impactOf(to) },

  async plan(context) {
    return { problems: await problemsOf(context) };
  },

  async planUpdate(context) {
    return { problems: await problemsOf(context) };
  },

  async create(context, wanted) {
    return { id: wanted.serverId, outputs: await apply(context, wanted) };
  },

  async read(_context, id, prior) {
    if (prior) return { inputs: prior.inputs, outputs: prior.outputs as Outputs, unfinished: prior.unfinished };
    throw new Error(
      `the BIOS configuration of server ${id} cannot be imported: HWAutomation does not tell the settings of a server. Declare ` +
        "it, and `pulumi up` applies it",
    );
  },

  update: (context, _id, _from, to) => apply(context, to),

  async delete(context, id, { inputs: { dryRun }, outputs }) {
    if (dryRun === true) return;
    const backup = outputs.backupFile === undefined ? "" : `; those from before are in ${outputs.backupFile}`;
    context.warn(`server ${id} keeps its BIOS settings: HWAutomation cannot take them back${backup}`);
  },
});

async function problemsOf(context: Context): Promise<string[]> {
  return (await automationOf(context)).missing(["bios"], context.signal);
}

async function apply(context: WriteContext<Outputs>, wanted: Inputs): Promise<Outputs> {
  const { serverId: id, settings, dryRun = false } = wanted;
  const automation = await automationOf(context);
  const [problem] = await problemsOf(context);
  if (problem !== undefined) throw new Error(problem);
  if (dryRun) return tried(context, await send(context, automation, wanted));
  automation.assertWritable(`the BIOS of server ${id}`);
  const result = await send(context, automation, wanted).catch((error: unknown) => {
    const isDoubtful = context.signal.aborted || (isVendorError(error) && error.ambiguous);
    // Nothing tells what was applied: as unfinished work all of it is applied again.
    if (isDoubtful) context.accepted(id, { isApplied: false });
    if (!isDoubtful || !isVendorError(error)) throw error;
    throw error.with({ hint: `${error.hint ?? ""} \`pulumi up\` applies all of them again.`.trimStart() });
  });
  const outputs = outputsOf(result, true);
  const failures = failuresOf(result);
  const applied = Object.keys(result.settingsApplied).length;
  if (failures.length > 0 || !result.success) {
    const failed = new Set(Object.keys(result.settingsFailed));
    const reached = settings && Object.fromEntries(Object.entries(settings).filter(([name]) => !failed.has(name)));
    // A request that is wrong as a whole has come to nothing.
    const isRefused = result.validationErrors.length > 0 && failed.size === 0 && applied === 0;
    if (!isRefused) context.accepted(id, outputs, reached && { settings: reached });
    throw new Error(failureText(id, failures, applied));
  }
  if (result.rebootRequired) context.warn(`server ${id} must be rebooted: its BIOS settings take effect then`);
  return outputs;
}

function send(
  { signal, progress }: Context,
  { client }: Automation,
  { serverId, template, settings, dryRun, timeoutSeconds = usualSeconds }: Inputs,
): Promise<BiosResult> {
  progress(`${dryRun ? "checks" : "applies"} the BIOS settings`);
  return client.applyBios(serverId, { template, settings, dryRun, timeoutMs: timeoutSeconds * 1_000 }, signal);
}

/** What a dry run has found is what it is for, and no failure. */
function tried({ warn }: Context, result: BiosResult): Outputs {
  for (const text of failuresOf(result)) warn(`dry run: ${text}`);
  return outputsOf(result, false);
}

function failureText(id: string, failures: readonly string[], applied: number): string {
  const others = applied === 0 ? "" : applied === 1 ? " 1 setting was applied." : ` ${applied} others were applied.`;
  return (
    `HWAutomation could not apply all BIOS settings of server ${id}: ${failures.join("; ") || "it does not say why"}.${others} ` +
    "Correct the program, or mend what keeps them from it, and run `pulumi up` again, which applies all of them"
  );
}

/** What could not be applied, and why. */
function failuresOf({ settingsFailed, validationErrors }: BiosResult): string[] {
  const failed = Object.entries(settingsFailed).map(([name, reason]) => `${name}: ${reason}`);
  // Some of the errors are about settings, and say the same.
  return [...new Set([...failed, ...validationErrors])];
}

function outputsOf(result: BiosResult, isApplied: boolean): Outputs {
  const { methodUsed, settingsApplied, settingsFailed, validationErrors, backupFile, rebootRequired } = result;
  return {
    isApplied,
    methodUsed,
    // Of a dry run it says only that it was one.
    settingsApplied: isApplied ? Object.keys(settingsApplied).sort() : [],
    settingsFailed: { ...settingsFailed },
    validationErrors: [...validationErrors],
    backupFile,
    rebootRequired,
  };
}

function ownProblem(name: string) {
  const what = ownPartOf(name);
  if (what === undefined) return [];
  const message = `is ${what}, which belongs to the machine itself: HWAutomation keeps it as it is; leave it out`;
  return [{ path: joinPath("settings", name), message }];
}

function impactOf({ serverId, template, settings = {}, dryRun }: Inputs): string | undefined {
  if (dryRun === true || isUnknown(serverId)) return undefined;
  const own = isUnknown(settings) ? 0 : Object.keys(settings).length;
  const parts = [
    ...(template === undefined ? [] : [isUnknown(template) ? "of a template" : `of template ${template}`]),
    ...(own === 0 ? [] : [own === 1 ? "1 of its own" : `${own} of its own`]),
  ];
  return `the BIOS settings of server ${serverId} are written (${parts.join(", ")}); they take effect at its next reboot`;
}
