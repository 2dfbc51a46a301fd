import { expect } from "vitest";
import { visible } from "../harness/host";
import {
  first,
  hiddenGate,
  onlyFailure,
  program,
  type SetScenario,
  second,
  setOf,
  third,
  toCloud,
  toManager,
  unknownGate,
} from "./world";

export const importing: readonly SetScenario[] = [
  {
    name: "an import by serials gives equal targets as the shared target, after which a preview is empty",
    async run(world) {
      await world.up(program([first, second, third]));
      world.stack.resources.clear();
      world.takeCalls();
      const imported = await world.stack.import("set", ` ${first.toLowerCase()},${second}, ${third},${first}`);
      expect(imported.failures).toEqual({});
      expect(world.takeCalls()).toEqual(["GET /v2/devices"]);
      expect(world.stack.state("set").id).toBe("set");
      expect(visible(world.stack.state("set").inputs)).toEqual(setOf([first, second, third]));
      await world.expectSettled(program([first, second, third]));
      await world.up(program([first]));
      expect(world.where([first, second, third])).toEqual([201, "unprovisioned", "unprovisioned"]);
    },
  },
  {
    name: "an import of devices with different targets gives each its own",
    async run(world) {
      await world.up(program({ [first]: {}, [second]: toCloud }));
      world.stack.resources.clear();
      await world.stack.import("set", `${first},${second}`);
      const each = setOf({ [first]: toManager, [second]: toCloud }, null);
      expect(visible(world.stack.state("set").inputs)).toEqual(each);
      await world.expectSettled({ set: each });
      await world.stack.import("one", second);
      expect(visible(world.stack.state("one").inputs)).toEqual(setOf({ [second]: toCloud }, null));
    },
  },
  {
    name: "an import that names what cannot be imported is refused as a whole, in a sentence about each",
    async run(world) {
      world.fortinet.seed([{ deviceSN: hiddenGate, deviceType: "FortiGate", provisionStatus: "hidden" }]);
      await world.up(program([first]));
      world.stack.resources.clear();
      const message = onlyFailure(await world.stack.import("set", `${first},${second},${hiddenGate},${unknownGate}`));
      expect(message.split("\n")).toEqual([
        `${second} is unprovisioned: there is no provisioning to import`,
        `${hiddenGate} is hidden: there is no provisioning to import`,
        expect.stringMatching(`^${unknownGate} is not in this FortiCloud account`),
        "A set is imported by its serials, separated by commas.",
      ]);
      expect(onlyFailure(await world.stack.import("set", " , "))).toBe(
        "A set is imported by its serials, separated by commas.",
      );
      expect(onlyFailure(await world.stack.import("set", "branches"))).toMatch(
        /^BRANCHES is not in this FortiCloud account.*\nA set is imported by its serials/,
      );
      expect(world.stack.resources.size).toBe(0);
    },
  },
];
