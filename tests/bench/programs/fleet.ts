import * as ztp from "../../../sdk/nodejs";
import { readFleet } from "./list";

for (const serial of readFleet().serials) {
  new ztp.fortiztp.Device(serial.toLowerCase(), {
    serial,
    provisionTarget: "FortiManager",
    fortiManagerOid: 201,
    useDefaultScript: true,
  });
}
