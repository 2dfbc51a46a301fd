import * as ztp from "../../../sdk/nodejs";
import { readFleet } from "./list";

const { claimCodes = [], sites = 1 } = readFleet();
for (let number = 1; number <= sites; number++) {
  const name = `site-${number}`;
  const site = new ztp.mist.Site(name, { name, countryCode: "DE" });
  new ztp.mist.SiteSetting(name, { siteId: site.id, vars: { number: String(number) }, persistConfigOnDevice: true });
  // The devices in turn, so that each site has some.
  const own = claimCodes.filter((_, index) => index % sites === number - 1);
  new ztp.mist.Inventory(name, {
    siteId: site.id,
    devices: Object.fromEntries(own.map((claimCode) => [claimCode.toLowerCase(), { claimCode }])),
  });
}
