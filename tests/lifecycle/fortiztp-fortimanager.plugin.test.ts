import { vi } from "vitest";
import { managerScenarios } from "./fortiztp-fortimanager/table";
import { ManagerWorld } from "./fortiztp-fortimanager/world";
import { runScenarios } from "./harness/scenarios";

// Most of the time goes by waiting for timers.
vi.setConfig({ maxConcurrency: 16 });
// The random part of the waits between repeated calls.
vi.spyOn(Math, "random").mockReturnValue(0.02);

runScenarios("ztp:fortiztp:FortiManager", "plugin", managerScenarios, ManagerWorld.open);
