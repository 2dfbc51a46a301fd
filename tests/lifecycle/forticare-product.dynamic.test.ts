import { vi } from "vitest";
import { productScenarios } from "./forticare-product/table";
import { ProductWorld } from "./forticare-product/world";
import { runScenarios } from "./harness/scenarios";

// Most of the time goes by waiting for timers.
vi.setConfig({ maxConcurrency: 16 });
// The random part of the waits between repeated calls.
vi.spyOn(Math, "random").mockReturnValue(0.02);

runScenarios("ztp:forticare:Product", "dynamic", productScenarios, ProductWorld.open);
