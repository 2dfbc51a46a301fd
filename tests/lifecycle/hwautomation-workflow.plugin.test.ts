import { runScenarios } from "./harness/scenarios";
import { workflowScenarios } from "./hwautomation-workflow/table";
import { openWorkflows } from "./hwautomation-workflow/world";

runScenarios("ztp:hwautomation:ProvisioningWorkflow", "plugin", workflowScenarios, openWorkflows);
