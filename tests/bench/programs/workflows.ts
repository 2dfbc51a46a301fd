import * as ztp from "../../../sdk/nodejs";
import { readFleet } from "./list";

const { serials } = readFleet();
const batch = new ztp.hwautomation.BatchCommission("bench", { servers: [...serials], deviceType: "a1.c5.large" });
new ztp.hwautomation.WorkflowCompletion("bench", { workflows: batch.workflowIds });
