import { expect } from "vitest";
import { deviceBehaviours, type OtherBehaviour } from "../harness/fortinet-variants";
import { bySerial, first, program, type SetScenario, second, third, toCloud } from "./world";

function lives({ name, value }: OtherBehaviour): SetScenario {
  const three = [first, second, third];
  return {
    name: `a set lives its whole life where ${name} is ${value}`,
    options: { variants: { [name]: value } },
    async run(world) {
      await world.up(program(three));
      await world.expectNoDrift(program(three));
      world.simulators.clock.advance(1_000);
      world.comesOnline(first);
      await world.expectNoDrift(program(three));
      world.takeWrites();
      const moved = program({ [first]: toCloud, [second]: toCloud, [third]: {} });
      await world.up(moved);
      expect(world.takeWrites()).toEqual(
        bySerial([first, second].flatMap((serial) => [`${serial} unprovisioned`, `${serial} to FortiEdgeCloud`])),
      );
      await world.expectNoDrift(moved);
      world.stack.resources.clear();
      await world.stack.import("set", `${first},${second}`);
      await world.expectNoDrift(program([first, second], toCloud));
      await world.up(program([second, third], toCloud, { adopt: "update" }));
      await world.expectNoDrift(program([second, third], toCloud, { adopt: "update" }));
      expect(world.whereIs(first)).toBe("unprovisioned");
      world.takeWrites();
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.takeWrites()).toEqual(bySerial([`${second} unprovisioned`, `${third} unprovisioned`]));
      expect(world.where(three)).toEqual(["unprovisioned", "unprovisioned", "unprovisioned"]);
    },
  };
}

export const variants: readonly SetScenario[] = deviceBehaviours().map(lives);
