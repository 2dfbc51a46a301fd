import * as ztp from "../../../sdk/nodejs";
import { readFleet } from "./list";

const { siteId = "" } = readFleet();
const job = new ztp.mist.UpgradeJob("bench", { siteId, models: ["AP45"], targetVersion: "0.14.30110" });
new ztp.mist.UpgradeCompletion("bench", { jobId: job.id });
