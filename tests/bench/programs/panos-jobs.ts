import * as ztp from "../../../sdk/nodejs";
import { readFleet } from "./list";

const { serials } = readFleet();
new ztp.panos.UpgradeJobSet("bench", { serials: [...serials], maxInFlight: serials.length });
