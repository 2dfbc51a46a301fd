import * as ztp from "../../../sdk/nodejs";
import { readFleet } from "./list";

new ztp.fortiztp.DeviceSet("fleet", {
  target: { provisionTarget: "FortiManager", fortiManagerOid: 201, useDefaultScript: true },
  devices: Object.fromEntries(readFleet().serials.map((serial) => [serial, {}])),
});
