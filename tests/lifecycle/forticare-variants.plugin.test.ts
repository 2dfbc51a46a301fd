import { vi } from "vitest";
import { AssetWorld, hurry } from "./forticare-folder/world";
import { variantScenarios } from "./forticare-variants/table";
import { runScenarios } from "./harness/scenarios";

hurry();
// Each has many steps.
vi.setConfig({ maxConcurrency: 6, testTimeout: 60_000 });

runScenarios(
  "ztp:forticare where the service is another",
  "plugin",
  variantScenarios,
  AssetWorld.of("forticare:Product"),
);
