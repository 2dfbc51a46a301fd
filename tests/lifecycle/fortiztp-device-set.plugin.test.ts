import { vi } from "vitest";
import { setScenarios } from "./fortiztp-device-set/table";
import { SetWorld } from "./fortiztp-device-set/world";
import { runScenarios } from "./harness/scenarios";

// Most of the time goes by waiting for timers.
vi.setConfig({ maxConcurrency: 16 });
// The random part of the waits between repeated calls.
vi.spyOn(Math, "random").mockReturnValue(0.02);

runScenarios("ztp:fortiztp:DeviceSet", "plugin", setScenarios, SetWorld.open);
