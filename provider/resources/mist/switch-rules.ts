import type { Rule } from "../../core/check";
import { isMap, type Value, type ValueMap } from "../../core/values";

/**
 * Mist takes the first rule that matches: one named default matches every switch.
 * @param path where the rules are, such as `switch.switchMatching`
 */
export function defaultRuleLast(path: string): Rule<ValueMap> {
  const [input = "", ...inside] = path.split(".");
  return {
    needs: [input],
    check(inputs) {
      const matching = [input, ...inside].reduce<Value>(
        (value, key) => (isMap(value) ? value[key] : undefined),
        inputs,
      );
      const rules = isMap(matching) && Array.isArray(matching.rules) ? matching.rules : [];
      const index = rules.findIndex((rule) => isMap(rule) && rule.name === "default");
      if (index < 0 || index === rules.length - 1) return undefined;
      const message = "is named default and must be the last: Mist takes the first rule that matches";
      return { path: `${path}.rules[${index}]`, message };
    },
  };
}
