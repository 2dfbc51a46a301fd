import { runScenarios } from "./harness/scenarios";
import { hurry } from "./mist-object/world";
import { siteScenarios } from "./mist-site/table";
import { SiteWorld } from "./mist-site/world";

hurry();

runScenarios("ztp:mist:Site", "dynamic", siteScenarios, SiteWorld.of("mist:Site"));
