import { vi } from "vitest";
import { scriptScenarios } from "./fortiztp-script/table";
import { ScriptWorld } from "./fortiztp-script/world";
import { runScenarios } from "./harness/scenarios";

// Most of the time goes by waiting for timers.
vi.setConfig({ maxConcurrency: 16 });
// The random part of the waits between repeated calls.
vi.spyOn(Math, "random").mockReturnValue(0.02);

runScenarios("ztp:fortiztp:Script", "plugin", scriptScenarios, ScriptWorld.open);
