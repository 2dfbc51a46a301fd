import { vi } from "vitest";
import { runScenarios } from "./harness/scenarios";
import { InventoryWorld } from "./mist-inventory/world";
import { claimScenarios } from "./mist-inventory-claim/table";

// Most of the time goes by waiting for timers.
vi.setConfig({ maxConcurrency: 16 });

runScenarios("ztp:mist:DeviceClaim", "dynamic", claimScenarios, InventoryWorld.of("mist:DeviceClaim"));
