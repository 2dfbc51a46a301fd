import { z } from "zod";
import type { Redactor } from "../http/redact";
import type { ScheduledFirmware } from "./types";
import { listOf, objectOf, text, time } from "./wire";

const scheduled = z.looseObject({ server_id: text, workflow_id: text, scheduled_time: time, status: text });
const failed = z.looseObject({ server_id: text, error: text });

/** What an answer says of the server whose update was to be scheduled; the reason where it says why not. */
export function scheduledFirmware(
  body: unknown,
  serverId: string,
  redactor: Redactor,
): ScheduledFirmware | { refused: string } {
  const fields = objectOf(body);
  const done = listOf(fields, "scheduled_updates").map((row) => scheduled.parse(row));
  const update = done.find((row) => row.server_id === serverId);
  if (update?.workflow_id !== undefined) {
    return { workflowId: update.workflow_id, serverId, scheduledTime: update.scheduled_time, status: update.status };
  }
  const failures = fields.failed_schedules === undefined ? [] : listOf(fields, "failed_schedules");
  const reason = failures.map((row) => failed.parse(row)).find((row) => row.server_id === serverId)?.error;
  if (reason === undefined) throw new Error(`the answer says nothing of ${serverId}`);
  return { refused: redactor.redact(reason) };
}
