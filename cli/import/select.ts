import { nearestHint } from "../../provider/core/check";
import type { Resource } from "../../provider/core/resource";
import type { Registry } from "../../provider/registry";
import { namesOf } from "../import-file";
import { typeName } from "./names";

/** What to look at; an empty list leaves out nothing. */
export interface Selection {
  /** Such as `fortiztp`. */
  services: readonly string[];
  /** `Device`, `fortiztp:Device`, or a token of either host. */
  types: readonly string[];
}

/** The types whose objects can be listed, as chosen; by default all that want no request. @throws Error that names the nearest, or all that there are */
export function chooseTypes(registry: Registry, { services, types }: Selection): Resource[] {
  const known = [...new Set(registry.resources.map(({ token }) => serviceOf(token)))];
  const chosen = services.map((service) => {
    const found = known.find((name) => name === service.toLowerCase());
    if (!found) throw new Error(`there is no service ${JSON.stringify(service)}${nearestHint(service, known)}`);
    return found;
  });
  const candidates = registry.resources.filter(({ token }) => chosen.length === 0 || chosen.includes(serviceOf(token)));
  if (types.length > 0) return [...new Set(types.map((type) => findType(candidates, type)))];
  return listed(candidates).filter(({ importOnRequest }) => importOnRequest !== true);
}

/** Whether any of these texts fits a pattern: `*` for any characters, `?` for one, in any case of letters. */
export function matcher(patterns: readonly string[]): (...texts: string[]) => boolean {
  if (patterns.length === 0) return () => true;
  const expressions = patterns.map((pattern) => {
    const source = pattern
      .replace(/[\\^$.|+()[\]{}]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".");
    return new RegExp(`^${source}$`, "isu");
  });
  return (...texts) => expressions.some((expression) => texts.some((text) => expression.test(text)));
}

export function serviceOf(token: string): string {
  return token.slice(0, token.indexOf(":"));
}

function listed(resources: readonly Resource[]): Resource[] {
  return resources.filter(({ list }) => list !== undefined);
}

function findType(candidates: readonly Resource[], type: string): Resource {
  const same = (name: string) => name.toLowerCase() === type.toLowerCase();
  const found = candidates.filter(({ token }) => [...namesOf(token), typeName(token)].some(same));
  const [resource] = found;
  const tokens = found.map(({ token }) => token);
  if (found.length > 1) throw new Error(`there are several types ${type}: say ${tokens.join(" or ")}`);
  if (!resource) {
    const names = listed(candidates).map(({ token }) => (type.includes(":") ? token : typeName(token)));
    throw new Error(`there is no resource type ${JSON.stringify(type)}${nearestHint(type, names)}`);
  }
  if (!resource.list) {
    throw new Error(
      `nothing lists ${resource.token}; its documentation says what \`pulumi import\` takes, if anything`,
    );
  }
  return resource;
}
