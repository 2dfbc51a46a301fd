import * as ztp from "../../../sdk/nodejs";
import { productSets } from "../sizes";
import { readFleet } from "./list";

const { serials, folderId, describedAnew = 0 } = readFleet();
const products = serials.map((serial, index) => {
  const what = index < describedAnew ? "Former branch" : "Branch";
  return [serial, { description: `${what} of ${serial}` }] as const;
});
const size = Math.ceil(products.length / productSets);
for (let first = 0; first < products.length; first += size) {
  new ztp.forticare.ProductSet(`region-${first / size + 1}`, {
    folderId,
    products: Object.fromEntries(products.slice(first, first + size)),
  });
}
