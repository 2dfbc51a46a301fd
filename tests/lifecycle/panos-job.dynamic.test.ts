import { driveDaemon } from "./harness/panos-world";
import { runScenarios } from "./harness/scenarios";
import { jobScenarios } from "./panos-job/table";
import { openJobs } from "./panos-job/world";

driveDaemon();

runScenarios("ztp:panos:UpgradeJob", "dynamic", jobScenarios, openJobs);
