import { runScenarios } from "./harness/scenarios";
import { hurry } from "./mist-object/world";
import { settingScenarios } from "./mist-setting/table";
import { SettingWorld } from "./mist-setting/world";

hurry();

runScenarios("ztp:mist:SiteSetting", "dynamic", settingScenarios, SettingWorld.of("mist:SiteSetting"));
