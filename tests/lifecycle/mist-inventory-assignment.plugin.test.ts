import { vi } from "vitest";
import { runScenarios } from "./harness/scenarios";
import { InventoryWorld } from "./mist-inventory/world";
import { assignmentScenarios } from "./mist-inventory-assignment/table";

// Most of the time goes by waiting for timers.
vi.setConfig({ maxConcurrency: 16 });

runScenarios("ztp:mist:DeviceAssignment", "plugin", assignmentScenarios, InventoryWorld.of("mist:DeviceAssignment"));
