import { vi } from "vitest";
import { runScenarios } from "./harness/scenarios";
import { inventoryScenarios } from "./mist-inventory/table";
import { InventoryWorld } from "./mist-inventory/world";

// Most of the time goes by waiting for timers.
vi.setConfig({ maxConcurrency: 16 });

runScenarios("ztp:mist:Inventory", "dynamic", inventoryScenarios, InventoryWorld.of("mist:Inventory"));
