import { basics } from "./basics";
import { deleting } from "./deleting";
import { groups } from "./groups";
import { newcomers } from "./newcomers";
import { variants } from "./variants";
import type { SiteScenario } from "./world";

/** Everything that a site goes through beyond what all objects do, in both hosts. */
export const siteScenarios: readonly SiteScenario[] = [...basics, ...groups, ...deleting, ...newcomers, ...variants];
