import { problemText } from "../../provider/core/check";
import { checkResource } from "../../provider/core/lifecycle";
import { failureText } from "../../provider/hosts/failures";
import type { Session } from "../session";
import type { Failure, Found } from "./discover";
import type { Imported } from "./expressions";
import { inParallel } from "./parallel";
import { Progress, type Terminal } from "./terminal";

/** Reads every object once. What cannot be read, or be written as a program, is put among the failures. */
export async function readAll(
  session: Session,
  found: readonly Found[],
  failures: Failure[],
  terminal: Terminal,
): Promise<Imported[]> {
  const results = new Map<Found, Imported | Failure>();
  for (const [resource, objects] of Map.groupBy(found, (object) => object.resource)) {
    const progress = new Progress(terminal, `reading ${resource.token}`, objects.length);
    await inParallel(objects, async (object) => {
      results.set(object, await readOne(session, object));
      progress.step();
    });
    progress.end();
  }
  // In the order of the list, not in that of the answers.
  const ordered = found.map((object) => results.get(object) as Imported | Failure);
  failures.push(...ordered.flatMap((result) => ("reason" in result ? [result] : [])));
  return ordered.flatMap((result) => ("reason" in result ? [] : [result]));
}

async function readOne(session: Session, { resource, id, name, read }: Found): Promise<Imported | Failure> {
  try {
    const back = read ?? (await session.read(resource, id));
    if (!back) throw new Error("it is gone");
    const { problems } = checkResource(resource, undefined, back.inputs);
    if (problems.length > 0)
      throw new Error(
        `what the vendor tells of it makes no valid program (${problems.map(problemText).join("; ")}): declare it by hand`,
      );
    return { resource, name, id: back.id, inputs: back.inputs, outputs: back.outputs };
  } catch (error) {
    return { what: `${resource.token} ${name}${name === id ? "" : ` (${id})`}`, reason: failureText(error) };
  }
}
