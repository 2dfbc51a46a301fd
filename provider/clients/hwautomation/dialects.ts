import type { Dialect } from "./types";

/** What only one of the dialects can do. */
export type Feature =
  | "firmwareFirst"
  | "cancel"
  | "serverInformation"
  | "serverRecords"
  | "bios"
  | "firmwareStatus"
  | "commissionMachine"
  | "scheduleFirmware"
  | "deviceTypes"
  | "databaseInfo"
  | "firmwareImages";

const shipped = "The application as it is shipped (dialect shipped)";
const reference = "The API of the reference (dialect doc)";
const otherProfile = (dialect: Dialect) =>
  `If this service can, set the profile of its configuration to ${dialect === "doc" ? "shipped" : "doc"}.`;

const missing: Readonly<Record<Dialect, Partial<Record<Feature, string>>>> = {
  shipped: {
    firmwareFirst:
      `${shipped} starts firmware-first workflows that update no firmware, cannot be observed and cannot be cancelled. ` +
      "Leave the firmware policy out, and update firmware by other means.",
    cancel: `${shipped} cannot cancel a workflow: it ends by itself, or with a restart of the application.`,
    serverInformation: `${shipped} tells nothing about a single server. ${otherProfile("shipped")}`,
    serverRecords: `${shipped} has no way to write records of servers. ${otherProfile("shipped")}`,
    bios: `${shipped} has no way to configure the BIOS of a server. ${otherProfile("shipped")}`,
    firmwareStatus: `${shipped} does not tell the firmware of a server. ${otherProfile("shipped")}`,
    commissionMachine: `${shipped} cannot commission a machine by its id. Commission it in MaaS itself.`,
  },
  doc: {
    scheduleFirmware:
      `${reference} schedules no firmware updates. Use a workflow that is firmware-first, with a firmware policy. ` +
      otherProfile("doc"),
    deviceTypes: `${reference} has no list of device types. ${otherProfile("doc")}`,
    databaseInfo: `${reference} tells nothing about its database. ${otherProfile("doc")}`,
    firmwareImages: `${reference} does not list firmware images. ${otherProfile("doc")}`,
  },
};

/** Why a dialect cannot do something, and what to do, in full sentences; undefined where it can. Costs no call. */
export function unsupported(dialect: Dialect, feature: Feature): string | undefined {
  return missing[dialect][feature];
}
