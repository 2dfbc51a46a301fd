import * as ztp from "../../../sdk/nodejs";
import { readFleet } from "./list";

const { claimCodes = [] } = readFleet();
const site = new ztp.mist.Site("bench", { name: "Bench", countryCode: "DE" });
new ztp.mist.Inventory("bench", {
  siteId: site.id,
  devices: Object.fromEntries(claimCodes.map((claimCode) => [claimCode.toLowerCase(), { claimCode }])),
});
