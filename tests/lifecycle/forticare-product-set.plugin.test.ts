import { vi } from "vitest";
import { ProductWorld } from "./forticare-product/world";
import { productSetScenarios } from "./forticare-product-set/table";
import { runScenarios } from "./harness/scenarios";

// Most of the time goes by waiting for timers.
vi.setConfig({ maxConcurrency: 16 });
// The random part of the waits between repeated calls.
vi.spyOn(Math, "random").mockReturnValue(0.02);

runScenarios("ztp:forticare:ProductSet", "plugin", productSetScenarios, (kind, options) =>
  ProductWorld.openFor("forticare:ProductSet", kind, options),
);
