import type { ReadBack } from "../../provider/core/lifecycle";
import type { Resource, Service } from "../../provider/core/resource";
import { failureText } from "../../provider/hosts/failures";
import type { Session } from "../session";
import { compare, resourceNames, typeName } from "./names";
import { inParallel } from "./parallel";
import type { StackView } from "./stack-view";

/** An object that the vendor has. */
export interface Found {
  resource: Resource;
  id: string;
  /** What the vendor calls it. */
  title: string;
  /** What the program is to call it; of an object in the stack, what it calls the resource that manages it. */
  name: string;
  inStack: boolean;
  /** Present where it has been read already. */
  read?: ReadBack;
}

/** What could not be done, and why. */
export interface Failure {
  what: string;
  reason: string;
}

/**
 * The types whose service has any configuration; all of them where the user has named them.
 * @throws Error with what to set where a service cannot be used
 */
export function usableTypes(session: Session, resources: readonly Resource[], named: boolean): Resource[] {
  const services = [...new Set<Service<unknown>>(resources.map(({ service }) => service))];
  const configured = services.filter((service) => session.isConfigured(service));
  const meant = named || configured.length === 0 ? services : configured;
  const problems = meant.flatMap((service) => session.problems(service));
  if (problems.length > 0) throw new Error([...new Set(problems)].join("\n"));
  return resources.filter(({ service }) => meant.includes(service));
}

/** Lists all objects of these types, by type and name. A type that cannot be listed is a failure, not the end. */
export async function discover(
  session: Session,
  resources: readonly Resource[],
  stack: StackView,
): Promise<{ found: Found[]; failures: Failure[] }> {
  const failures: Failure[] = [];
  const found: Found[] = [];
  for (const resource of [...resources].sort((one, other) => compare(one.token, other.token))) {
    try {
      found.push(...(await objectsOf(session, resource, stack)));
    } catch (error) {
      failures.push({ what: resource.token, reason: failureText(error) });
    }
  }
  return { found, failures };
}

async function objectsOf(session: Session, resource: Resource, stack: StackView): Promise<Found[]> {
  const listed = await session.run(async (context) => {
    const byId = new Map<string, { id: string; name: string }>();
    for await (const object of resource.list?.(context) ?? []) byId.set(object.id, object);
    return [...byId.values()];
  });
  const claimed = await readClaimed(session, resource, stack, listed);
  const managed = (id: string) => stack.find(resource, id) ?? claimed.get(id)?.owner;
  const fresh = listed.filter(({ id }) => managed(id) === undefined);
  const names = resourceNames(typeName(resource.token), fresh, stack.names(resource));
  const objects = listed.map(({ id, name: title }): Found => {
    const inStack = managed(id);
    const name = inStack ?? (names.get(id) as string);
    return { resource, id, title, name, inStack: inStack !== undefined, read: claimed.get(id)?.read };
  });
  return objects.sort((one, other) => compare(one.name, other.name) || compare(one.id, other.id));
}

/** Reads the objects that others may manage. One that cannot be read now is told of when it is to be imported. */
async function readClaimed(
  session: Session,
  resource: Resource,
  stack: StackView,
  objects: readonly { id: string; name: string }[],
): Promise<Map<string, { read: ReadBack; owner: string | undefined }>> {
  const known = new Map<string, { read: ReadBack; owner: string | undefined }>();
  const doubtful = objects.filter(
    (object) => stack.find(resource, object.id) === undefined && stack.mayBeClaimed(resource, object),
  );
  await inParallel(doubtful, async ({ id }) => {
    const read = await session.read(resource, id).catch(() => undefined);
    if (read) known.set(id, { read, owner: stack.claimant(resource, read) });
  });
  return known;
}
