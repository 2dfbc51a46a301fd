import * as ztp from "../../../sdk/nodejs";
import { readFleet } from "./list";

const { serials, folderId } = readFleet();
for (const serial of serials) {
  new ztp.forticare.Product(serial.toLowerCase(), {
    serialNumber: serial,
    description: `Branch of ${serial}`,
    folderId,
  });
}
