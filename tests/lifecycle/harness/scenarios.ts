import { describe, expect, test } from "vitest";
import type { HostKind } from "./host";
import type { Stack } from "./stack";

/** One row of a resource's table: it runs in every host, each time in a world of its own. */
export interface Scenario<World, Options = undefined> {
  /** A sentence. */
  name: string;
  /** Default: both. */
  hosts?: readonly HostKind[];
  options?: Options;
  run(world: World): Promise<void>;
}

/** What the harness needs of the surroundings of a scenario. */
export interface BaseWorld {
  readonly stack: Stack;
  /** Texts that must never come out of a provider. */
  secrets(): readonly string[];
  close(): Promise<void>;
}

/** Runs a table in one host. Whatever a scenario is about, no secret and no stack trace may come out. */
export function runScenarios<World extends BaseWorld, Options>(
  title: string,
  kind: HostKind,
  table: readonly Scenario<World, Options>[],
  open: (kind: HostKind, options: Options | undefined) => Promise<World>,
): void {
  describe(`${title}, ${kind} host`, { concurrent: true }, () => {
    for (const { name, hosts, options, run } of table) {
      if (hosts && !hosts.includes(kind)) continue;
      test(name, async () => {
        const world = await open(kind, options);
        try {
          await run(world);
        } finally {
          await world.close();
        }
        const said = world.stack.transcript.join("\n");
        for (const secret of world.secrets()) expect(said.includes(secret), "a secret came out").toBe(false);
        expect(said).not.toMatch(/^\s+at .+:\d+/m);
      });
    }
  });
}
