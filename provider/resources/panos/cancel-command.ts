import { randomUUID } from "node:crypto";
import { z } from "zod";
import { type Context, defineResource } from "../../core/resource";
import { field } from "../../core/shape";
import { optionalSerial } from "./job-inputs";
import { panos, type WorkDirectory, workDirectoryOf } from "./service";

export const cancelCommand = defineResource({
  token: "panos:CancelCommand",
  doc: [
    "A command to cancel a job, or whatever is done to a device. Create puts it where the running daemon sees it, and waits a few",
    "seconds until it has been read, which means that the daemon knows, not that anything has been cancelled: it stops before the",
    "next image or member, and lets an installation go on. A daemon that is down reads it when it is started: the `up` then fails,",
    "the command stays, and the next `up` looks again. A cancel by job is remembered for as long as the daemon runs, and one by",
    "device too: **the daemon then refuses the device, whatever the job, until it is restarted**. To give up one job delete its",
    "`UpgradeJob`. Delete takes nothing back. Imported by the name of its file without `.json`.",
  ].join(" "),
  example: `new ztp.panos.CancelCommand("stop", { jobId: upgrade.id, reason: "change window closed" });`,
  service: panos,
  inputs: {
    jobId: field(z.string().min(1).optional(), { doc: "The job to cancel.", change: "respecify" }),
    serial: { ...optionalSerial("The device to leave alone until the daemon is restarted."), change: "respecify" },
    reason: field(z.string().min(1).optional(), {
      doc: "What the daemon's log says. Default: cancelled by Pulumi.",
      change: "respecify",
    }),
    triggers: field(z.record(z.string(), z.string()).optional(), {
      doc: "Any values: a change of one of them makes another command. Default: none.",
      change: "respecify",
    }),
  },
  rules: [
    {
      needs: ["jobId", "serial"],
      check: ({ jobId, serial }) =>
        (jobId === undefined) === (serial === undefined)
          ? "set either jobId or serial: what is to be cancelled"
          : undefined,
    },
  ],
  outputs: {
    state: field(z.string(), {
      doc: "incoming: the daemon has not read it; processed: it has; gone: its file was removed since.",
    }),
    sentAt: field(z.string().optional(), { doc: "When it was sent, ISO 8601." }),
  },
  impact: {
    create: ({ serial }) =>
      serial === undefined ? undefined : `the daemon refuses device ${serial} until it is restarted`,
  },

  async create(context, { jobId, serial, reason = "cancelled by Pulumi" }) {
    const directory = await workDirectoryOf(context);
    directory.assertWritable(`a command to cancel ${jobId ?? serial}`);
    const id = `pulumi-cancel-${randomUUID()}`;
    await directory.client.commands.sendCancel({ id, jobId, serial, reason }, context);
    context.accepted(id, { state: "incoming" });
    return { id, outputs: await acknowledged(context, directory, id) };
  },

  async read(context, id, prior) {
    const { client } = await workDirectoryOf(context);
    const found = await client.commands.find(id);
    // It has had its effect: what was cleared away is not sent again.
    if (!found) return prior && { inputs: prior.inputs, outputs: { sentAt: prior.outputs.sentAt, state: "gone" } };
    const { jobId, serial, reason, state, timestamp } = found;
    return { inputs: prior?.inputs ?? { jobId, serial, reason }, outputs: { state, sentAt: timestamp } };
  },

  /** Only one that the daemon has not read is looked at again. */
  update: async (context, id) => acknowledged(context, await workDirectoryOf(context), id),

  /** What the daemon knows it does not forget before its next start. */
  async delete() {},
});

async function acknowledged(context: Context, { client }: WorkDirectory, id: string) {
  await client.commands.acknowledged(id, context);
  const found = await client.commands.find(id);
  return { state: found?.state ?? "gone", sentAt: found?.timestamp };
}
