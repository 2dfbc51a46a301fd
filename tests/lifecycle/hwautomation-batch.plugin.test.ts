import { runScenarios } from "./harness/scenarios";
import { batchScenarios, openBatches } from "./hwautomation-batch/table";

runScenarios("ztp:hwautomation:BatchCommission", "plugin", batchScenarios, openBatches);
