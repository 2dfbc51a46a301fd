import { z } from "zod";
import { defineFunction } from "../../core/resource";
import { field, object } from "../../core/shape";
import { fortiztp } from "./service";

const profileFields = {
  name: field(z.string(), { doc: "The name, as `firmwareProfile` of a device takes it." }),
  raw: field(z.unknown(), { doc: "The profile as FortiZTP sent it: its form is not documented." }),
};

export const getFirmwareProfiles = defineFunction({
  token: "fortiztp:getFirmwareProfiles",
  doc:
    "The firmware profiles of FortiGate Cloud that a device can have in one of its regions, which it tells as " +
    "`availableRegions` while it is unprovisioned.",
  service: fortiztp,
  inputs: {
    serial: field(z.string().min(1), { doc: "The serial number of the device." }),
    region: field(z.string().min(1), { doc: "One of its available regions, in the vendor's own spelling." }),
  },
  outputs: {
    profiles: field(z.array(object("FirmwareProfile", profileFields, "A firmware profile of FortiGate Cloud.")), {
      doc: "The profiles, in the order of FortiZTP.",
    }),
    names: field(z.array(z.string()), { doc: "Their names alone." }),
  },
  async run(context, { serial, region }) {
    const { fleet } = await context.use(fortiztp);
    const profiles = await fleet.client.devices.firmwareProfiles(serial, region, { signal: context.signal });
    return { profiles, names: profiles.map(({ name }) => name) };
  },
});
