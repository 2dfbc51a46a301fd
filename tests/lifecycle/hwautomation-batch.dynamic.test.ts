import { runScenarios } from "./harness/scenarios";
import { batchScenarios, openBatches } from "./hwautomation-batch/table";

runScenarios("ztp:hwautomation:BatchCommission", "dynamic", batchScenarios, openBatches);
