import * as ztp from "../../../sdk/nodejs";
import { readFleet } from "./list";

const { serials, folderId } = readFleet();
new ztp.forticare.ProductSet("branches", {
  folderId,
  products: Object.fromEntries(serials.map((serial) => [serial, { description: `Branch of ${serial}` }])),
});
