import { vi } from "vitest";
import { ProductWorld } from "./forticare-product/world";
import { productActionScenarios } from "./forticare-product-actions/table";
import { runScenarios } from "./harness/scenarios";

// Most of the time goes by waiting for timers.
vi.setConfig({ maxConcurrency: 16 });
// The random part of the waits between repeated calls.
vi.spyOn(Math, "random").mockReturnValue(0.02);

runScenarios("actions on FortiCare products", "plugin", productActionScenarios, (kind, options) =>
  ProductWorld.openFor("forticare:ProductTransfer", kind, options),
);
