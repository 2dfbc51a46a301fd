import { z } from "zod";
import { isVendorError } from "../http/errors";
import type { HttpClient, Reply } from "../http/request";
import { path } from "../http/url";
import { type CallOptions, parse, readPage } from "./calls";
import { isMissingDevice } from "./device-writes";
import { normalizeSerial } from "./fortiztp-types";

/** A firmware profile of FortiGate Cloud. */
export interface FirmwareProfile {
  name: string;
  /** As sent: a name or an object. */
  raw: unknown;
}

const name = z.string().min(1);
// The form is not documented: a name or an object with one, in a list that may be wrapped.
const profileSchema: z.ZodType<FirmwareProfile> = z.union([
  name.transform((raw) => ({ name: raw, raw })),
  z.looseObject({ name }).transform((raw) => ({ name: raw.name, raw })),
]);

/** The firmware profiles that a device can have in one of the regions that are available to it. */
export async function readFirmwareProfiles(
  http: HttpClient,
  serial: string,
  region: string,
  { signal }: CallOptions = {},
): Promise<FirmwareProfile[]> {
  const deviceSN = normalizeSerial(serial);
  try {
    return await http.send({
      method: "GET",
      path: path`/v2/devices/${deviceSN}/regions/${region}/firmwareprofiles`,
      read: readProfiles,
      action: `list the firmware profiles of device ${deviceSN} in region ${region}`,
      signal,
    });
  } catch (error) {
    if (isVendorError(error) && isMissingDevice(error)) throw error.with({ kind: "not-found" });
    throw error;
  }
}

function readProfiles(reply: Reply): FirmwareProfile[] {
  if (reply.status === 204) return [];
  const body = reply.json();
  if (Array.isArray(body)) return parse(z.array(profileSchema), body);
  return readPage(reply, profileSchema, "firmwareProfiles").items;
}
