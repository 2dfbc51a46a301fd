import { createHash } from "node:crypto";
import type { ScriptRecord } from "../../../simulators";
import { FortinetWorld, type FortinetWorldOptions } from "../harness/fortinet-world";
import { type HostKind, type Json, secret } from "../harness/host";
import type { Scenario } from "../harness/scenarios";

export { onlyFailure, until, warnings } from "../harness/fortinet-world";

export type ScriptScenario = Scenario<ScriptWorld, FortinetWorldOptions>;

export const collection = "/v2/setting/scripts";
/** The first oid that the simulated service invents. */
export const newOid = 1_001;
/** Calls about that script. */
export const item = `${collection}/${newOid}`;

export const text = "config system global\n    set alias first-secret-line\nend\n";
export const otherText = "config system global\n    set alias second-secret-line\nend\n";
export const branch = { name: "branch", content: text } as const;
/** A script that the simulated account has from the start, and nothing refers to. */
export const foreign = { oid: 102, name: "warehouse-ap", line: "set ntpsync enable" } as const;

/** The calls that create a script of which nothing is there yet. */
export const creation = [`GET ${collection}`, `POST ${collection}`, `PUT ${item}/content`, `GET ${item}/content`];

/** A stack of scripts of its own, and the simulated account behind it. */
export class ScriptWorld extends FortinetWorld {
  static async open(kind: HostKind, options: FortinetWorldOptions = {}): Promise<ScriptWorld> {
    return new ScriptWorld(...(await FortinetWorld.begin(kind, "fortiztp:Script", options)));
  }

  /** The script as the service holds it. */
  script(oid: number = newOid): ScriptRecord {
    const found = this.fortinet.scripts.get(oid);
    if (!found) throw new Error(`There is no script ${oid}.`);
    return found;
  }

  /** The oids of the scripts of that name. */
  named(name: string = branch.name): number[] {
    return [...this.fortinet.scripts.values()].filter((script) => script.name === name).map(({ oid }) => oid);
  }

  /** What somebody has put into the account by hand. */
  add(name: string, content: string): number {
    return this.fortinet.account().addScript({ name, content }).oid;
  }

  /** A secret as the state of this host holds it: the SDK of the dynamic one has the engine do it. */
  kept(value: string): Json {
    return this.stack.kind === "plugin" ? secret(value) : value;
  }

  override secrets(): readonly string[] {
    return [...super.secrets(), "first-secret-line", "second-secret-line", foreign.line];
  }
}

/** The SHA-256 that the outputs tell of a content without line breaks at its end. */
export function digest(content: string): string {
  return createHash("sha256").update(content).digest("hex");
}
