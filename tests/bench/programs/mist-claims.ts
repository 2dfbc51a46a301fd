import * as ztp from "../../../sdk/nodejs";
import { readFleet } from "./list";

const { claimCodes = [] } = readFleet();
const site = new ztp.mist.Site("bench", { name: "Bench", countryCode: "DE" });
for (const claimCode of claimCodes) {
  const name = claimCode.toLowerCase();
  const { mac } = new ztp.mist.DeviceClaim(name, { claimCode });
  new ztp.mist.DeviceAssignment(name, { mac, siteId: site.id });
}
