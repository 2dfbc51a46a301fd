import type { ObjectScenario } from "../mist-object/world";
import { basics } from "./basics";
import { everyCollection } from "./every-collection";

/** What objects of any collection go through, in both hosts. */
export const configObjectScenarios: readonly ObjectScenario[] = [...basics, ...everyCollection];
