import { z } from "zod";
import type { Server, ServerChanges } from "../../clients/hwautomation/types";
import { type Field, field, type ValuesOf } from "../../core/shape";
import { isUnknown } from "../../core/values";
import { serverIdField } from "./workflow-inputs";

export const recordInputs = {
  serverId: {
    ...serverIdField("The id of the server, such as server-001. Another one is another record."),
    change: "replace",
  } as Field<string>,
  deviceType: field(z.string().min(1), {
    doc: "The device type, such as a1.c5.large, as the service knows it.",
    canonical: (text) => text.trim(),
  }),
  ipmiIp: field(z.ipv4().optional(), { doc: "The IPv4 address of its management controller. Default: none." }),
  status: field(z.string().min(1).optional(), {
    doc:
      "The status, in a word of your own or of the service, such as Ready. Leave it out where workflows write it. Default: what " +
      "the service sets.",
    canonical: (text) => text.toLowerCase(),
  }),
  biosVersion: field(z.string().min(1).optional(), {
    doc: "The version of its BIOS. Leave it out where workflows write it.",
  }),
  bmcVersion: field(z.string().min(1).optional(), {
    doc: "The version of its management controller. Leave it out where workflows write it.",
  }),
  rackLocation: field(z.string().min(1).optional(), {
    doc: "Where it stands. The service may not tell it again: then a change elsewhere is not seen.",
  }),
  notes: field(z.string().min(1).optional(), {
    doc: "Notes. The service may not tell them again: then a change elsewhere is not seen.",
  }),
  adopt: field(z.enum(["never", "identical", "update"]).optional(), {
    doc:
      "What create does with a record that is there. identical: take it over when it says all that the program says, else " +
      "refuse. update: take it over and write what differs. never: refuse. Default: identical.",
    change: "local",
    default: "identical",
  }),
  onDelete: field(z.enum(["retain", "markDeleted"]).optional(), {
    doc:
      "What delete does, since the service cannot remove a record: retain leaves it as it is, markDeleted gives it the status " +
      "Deleted. Default: retain.",
    change: "local",
    default: "retain",
  }),
};

export const recordOutputs = {
  vendor: field(z.string().optional(), { doc: "Who made the server, once the service has seen it." }),
  model: field(z.string().optional(), { doc: "Its model." }),
  currentStatus: field(z.string().optional(), { doc: "The status, whoever wrote it." }),
  currentBiosVersion: field(z.string().optional(), { doc: "The version of its BIOS, whoever wrote it." }),
  currentBmcVersion: field(z.string().optional(), { doc: "The version of its management controller." }),
  lastUpdated: field(z.string().optional(), { doc: "When the record was last written, as the service tells it." }),
};

export type RecordInputs = ValuesOf<typeof recordInputs>;
export type RecordOutputs = ValuesOf<typeof recordOutputs>;

/** What a program says of a record, by its names there. */
export const written = [
  "deviceType",
  "ipmiIp",
  "status",
  "biosVersion",
  "bmcVersion",
  "rackLocation",
  "notes",
] as const satisfies readonly (keyof ServerChanges)[];
export type Written = (typeof written)[number];

/** Only the list tells these, where the service tells them at all. */
export const untold = ["rackLocation", "notes"] as const satisfies readonly Written[];

/** The only sign of a record that is gone: the service cannot remove one. */
export const deletedStatus = "Deleted";

export function isDeleted({ status = "" }: { status?: string }): boolean {
  return status.trim().toLowerCase() === deletedStatus.toLowerCase();
}

/** What a program says and a record does not. Values that are not known yet are left out. */
export function differencesOf(record: ServerChanges, wanted: Partial<RecordInputs>): Written[] {
  return written.filter((name) => {
    const value = wanted[name];
    return value !== undefined && !isUnknown(value) && canonical(name, value) !== canonical(name, record[name]);
  });
}

function canonical(name: Written, value: string | undefined): string | undefined {
  const { canonical: form }: { canonical?: (text: string) => string } = recordInputs[name];
  return value === undefined ? undefined : (form?.(value) ?? value);
}

/** Those of the values that are there. */
export function pick<T extends object, K extends keyof T>(values: T, names: readonly K[]): Pick<T, K> {
  const named = names.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]]]));
  return Object.fromEntries(named) as Pick<T, K>;
}

export function outputsOf(record: Partial<Server>): RecordOutputs {
  const { vendor, model, status, biosVersion, bmcVersion, lastUpdated } = record;
  return {
    ...{ vendor, model, lastUpdated },
    currentStatus: status,
    currentBiosVersion: biosVersion,
    currentBmcVersion: bmcVersion,
  };
}
