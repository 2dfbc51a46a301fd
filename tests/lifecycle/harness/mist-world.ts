import type { MistOptions, MistVariants, RequestEntry, Simulators } from "../../../simulators";
import type { HostKind } from "./host";
import { Stack } from "./stack";
import { type ConfigChange, present, World } from "./world";

export { onlyFailure, until, warnings } from "./world";

export interface MistWorldOptions {
  variants?: Partial<MistVariants>;
  config?: ConfigChange;
  mist?: Omit<MistOptions, "variants">;
}

/** A stack of resources of Mist, most of one type, and the simulated organization behind it, whose clock stands still. */
export class MistWorld extends World {
  protected constructor(simulators: Simulators, stack: Stack) {
    super(simulators, stack, "mist", "mist");
  }

  static async open(kind: HostKind, token: string, options: MistWorldOptions = {}): Promise<MistWorld> {
    return new MistWorld(...(await MistWorld.begin(kind, token, options)));
  }

  /** What a world is made of: an organization of its own, and a stack whose providers use its token. */
  protected static async begin(
    kind: HostKind,
    token: string,
    { variants, config, mist }: MistWorldOptions,
  ): Promise<[Simulators, Stack]> {
    const simulators = await World.simulators({ mist: { ...mist, variants } });
    const { url, apiToken } = simulators.describe().mist;
    return [simulators, await Stack.open(kind, token, { mist: present({ baseUrl: url, apiToken, ...config }) })];
  }

  get mist(): Simulators["mist"] {
    return this.simulators.mist;
  }

  /** Calls tell of a query what they ask for, pages apart: `GET /orgs/{org}/inventory?mac&vc`. */
  protected override callText(entry: RequestEntry): string {
    const names = Object.keys(entry.query).filter((name) => !["limit", "page"].includes(name));
    const path = entry.relativePath.replace(this.mist.orgId, "{org}");
    return `${entry.method} ${path}${names.length > 0 ? `?${names.sort().join("&")}` : ""}`;
  }

  secrets(): readonly string[] {
    return [this.mist.apiToken, this.mist.password];
  }

  /** How many calls of each kind were made since the last look, those about the caller apart. */
  takeCounts(): { [call: string]: number } {
    const counts: { [call: string]: number } = {};
    for (const call of this.takeCalls()) {
      if (!call.startsWith("GET /self")) counts[call] = (counts[call] ?? 0) + 1;
    }
    return counts;
  }
}
