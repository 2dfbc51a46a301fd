import { param, type Route, SimFailure } from "../core/http";
import { listedRegion, unknownSerial } from "./writes";
import type { ZtpContext } from "./ztp";

/** The firmware profiles that a device could have in a region. */
export function firmwareProfileRoute(context: ZtpContext): Route {
  const { variants } = context;
  return {
    method: "GET",
    path: "/v2/devices/{deviceSN}/regions/{region}/firmwareprofiles",
    handle(request) {
      const inventory = context.inventory(request);
      const serial = param(request, "deviceSN");
      const record = inventory.find(serial);
      if (!record) throw new SimFailure(variants.unknownSerialOnGet, unknownSerial(serial).description);
      const wanted = param(request, "region");
      const region = variants.regionCheck === "any" ? wanted : listedRegion(wanted, record, variants);
      if (region === undefined)
        throw new SimFailure(
          400,
          `Region ${wanted} isn't available for device ${record.deviceSN} (${record.availableRegions})`,
        );
      // Profiles are made in FortiGate Cloud.
      const names = record.deviceType === "FortiGate" ? (inventory.firmwareProfiles[region] ?? []) : [];
      return { status: 200, json: shape(names, variants.firmwareProfiles) };
    },
  };
}

function shape(names: string[], form: ZtpContext["variants"]["firmwareProfiles"]): unknown {
  const objects = names.map((name) => ({ name }));
  switch (form) {
    case "page":
      return { total: names.length, data: objects };
    case "namePage":
      return { total: names.length, data: names };
    case "objects":
      return objects;
    case "names":
      return names;
    case "keyed":
      return { firmwareProfiles: objects };
  }
}
