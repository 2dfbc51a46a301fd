import { expect } from "vitest";
import { type Json, type JsonMap, openTexts, secret, secretSignature, signatureKey } from "../harness/host";
import { first, program, type SetScenario, type SetWorld, second, setOf, third, toCloud, unknownGate } from "./world";

/** A host name that the program has marked as secret. */
const hidden = "controller.hidden.example";
const atController = (address: Json): JsonMap => ({
  provisionTarget: "ExternalController",
  externalControllerAddress: address,
});
const shared = atController(secret(hidden));

/** Neither what came out of a provider nor the state has the name in clear. */
function expectHidden(world: SetWorld): void {
  expect(world.stack.transcript.join("\n")).not.toContain(hidden);
  for (const { inputs, outputs } of world.stack.resources.values()) {
    const isMarked = (value: unknown) => (value as JsonMap | null)?.[signatureKey] === secretSignature;
    expect(openTexts({ inputs, outputs }, isMarked)).not.toContain(hidden);
  }
}

/** The engine marks by itself for the dynamic host; to the plugin it leaves what the program has marked. */
export const secrets: readonly SetScenario[] = [
  {
    name: "what a program marks as secret stays so in the shared target and in members, through a whole life",
    hosts: ["plugin"],
    async run(world) {
      const devices = { [first]: {}, [second]: shared, [third]: toCloud };
      await world.up(program(devices, shared));
      expectHidden(world);
      await world.expectSettled(program(devices, shared));
      const { outputs, inputs } = world.stack.state("set");
      for (const { target } of [outputs, inputs]) expect(target).toEqual(shared);
      expect((inputs.devices as JsonMap)[third]).toEqual(toCloud);
      expectHidden(world);
      await world.up(program({ [first]: {}, [third]: toCloud }, toCloud));
      expectHidden(world);
    },
  },
  {
    name: "it stays so where a device has drifted, and where the shared target becomes that of one device",
    hosts: ["plugin"],
    async run(world) {
      await world.up(program([first, second, third], shared));
      world.fortinet.patch(first, { externalControllerIp: "192.0.2.9" });
      world.fortinet.unprovision(second);
      await world.refresh();
      expectHidden(world);
      expect((world.stack.state("set").inputs.devices as JsonMap)[third]).toEqual({});
      // Another type is refused before anything is written, so that the first one stays where it is.
      const moved = setOf({ [first]: { ...toCloud, deviceType: "FortiAP" }, [second]: {}, [unknownGate]: {} }, shared);
      await world.failingUp({ set: moved });
      expectHidden(world);
      await world.refresh();
      expectHidden(world);
    },
  },
  {
    name: "it stays so when an update that leaves it behind fails for the device that still goes there",
    hosts: ["plugin"],
    async run(world) {
      await world.up(program([first, second], shared));
      await world.failingUp(program({ [first]: { ...toCloud, deviceType: "FortiAP" }, [second]: {} }, toCloud));
      expectHidden(world);
      expect(world.where([first, second])).toEqual(["ExternalController", "FortiEdgeCloud"]);
      await world.refresh();
      expectHidden(world);
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.where([first, second])).toEqual(["unprovisioned", "unprovisioned"]);
      expectHidden(world);
    },
  },
];
