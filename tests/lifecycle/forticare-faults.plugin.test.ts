import { vi } from "vitest";
import { faultScenarios } from "./forticare-faults/table";
import { AssetWorld, hurry } from "./forticare-folder/world";
import { runScenarios } from "./harness/scenarios";

hurry();
// Each has many steps.
vi.setConfig({ maxConcurrency: 6, testTimeout: 60_000 });

runScenarios("faults of ztp:forticare", "plugin", faultScenarios, AssetWorld.of("forticare:Product"));
