import type { Rule } from "../../core/check";
import type { ValueMap } from "../../core/values";

/** What is looked for is named in one way, not in none and not in two that may differ. */
export function exactlyOne(...names: [string, string, ...string[]]): Rule<ValueMap> {
  const list = `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  return {
    needs: names,
    check: (inputs) =>
      names.filter((name) => inputs[name] !== undefined).length === 1 ? undefined : `exactly one of ${list} is needed`,
  };
}
