import { expect } from "vitest";
import type { AssetScenario } from "../forticare-folder/world";
import { folders, gate, until } from "../forticare-product/world";
import { limitBehaviours, type OtherBehaviour } from "./behaviours";

/** Three calls a second; what is beyond is refused with a time to wait, so that nobody waits for a minute here. */
const narrow = { limits: { callsPerMinute: 3 }, windowScale: 60, throttleRetryAfter: true } as const;

function waits({ name, value }: OtherBehaviour): AssetScenario {
  const inEnvelope = name === "throttleEnvelopeHttp" ? { throttleMode: "envelope" as const } : {};
  return {
    name: `a call that FortiCare refuses for its limit is made again, once, where ${name} is ${value}`,
    options: { variants: { ...narrow, ...inEnvelope, [name]: value } },
    async run(world) {
      await world.up({ gate: { serialNumber: gate } });
      world.simulators.clock.advance(2_000);
      world.takeCalls();
      const moved = { gate: { serialNumber: gate, folderId: folders.staging } };
      await world.up(moved, {
        async during() {
          // List, move, list: the list of folders is one too many.
          await until(() => world.simulators.requests.count({ service: "forticare" }) === 4);
          world.simulators.clock.advance(2_000);
        },
      });
      expect(world.takeCalls()).toEqual([
        `/products/list ${gate}`,
        "/products/folder",
        `/products/list ${gate}`,
        "/folders/list",
        "/folders/list",
      ]);
      expect(world.product().folderId).toBe(5_002);
      expect(world.stack.state("gate").outputs.effectiveFolderPath).toBe("/My Assets/Staging");
    },
  };
}

export const limits: readonly AssetScenario[] = limitBehaviours().map(waits);
