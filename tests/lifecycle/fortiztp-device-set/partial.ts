import { expect } from "vitest";
import type { FortinetVariants } from "../../../simulators";
import {
  first,
  fourth,
  program,
  type SetScenario,
  type SetWorld,
  second,
  serials,
  third,
  toCloud,
  unknownGate,
  until,
} from "./world";

const known = serials.slice(0, 29);
const thirty = [...known, unknownGate];
const isUnknownGate = `${unknownGate} is not in this FortiCloud account: check the serial`;

/** A device that somebody has sent to the second FortiManager before the program knew of it. */
function goesElsewhere(world: SetWorld, serial: string): void {
  world.fortinet.patch(serial, {
    provisionStatus: "provisioned",
    provisionTarget: "FortiManager",
    fortiManagerOid: 202,
  });
}

interface BadUnit {
  name: string;
  words: RegExp;
  /** What the program says of it instead. */
  member?: object;
  /** What happens to it while the bulk write is on its way. */
  meanwhile?(world: SetWorld, serial: string): void;
}

/** Refused in words that do not tell which unit is meant, and in words that do. */
const badUnits: readonly BadUnit[] = [
  {
    name: "asks for a FortiManager that is not there",
    words: /FortiManager 999 doesn't exist in this account/,
    member: { provisionTarget: "FortiManager", fortiManagerOid: 999 },
  },
  {
    name: "was provisioned by somebody else meanwhile",
    words: /already provisioned; unprovision it first/,
    meanwhile: goesElsewhere,
  },
];

function oneBadUnit(bad: BadUnit, bulkOnError: FortinetVariants["bulkOnError"]): SetScenario {
  return {
    name: `one of twelve devices that ${bad.name} fails alone where a bad bulk write is ${bulkOnError}`,
    options: { variants: { bulkOnError } },
    async run(world) {
      const twelve = serials.slice(0, 12);
      const members = Object.fromEntries(twelve.map((serial) => [serial, serial === third ? (bad.member ?? {}) : {}]));
      world.simulators.faults.add({ method: "PUT", action: { kind: "delay", ms: 300 } });
      const { message, run } = await world.failingUp(program(members, toCloud), {
        async during() {
          await until(() => world.simulators.requests.count({ method: "PUT" }) > 0);
          world.simulators.faults.clear();
          bad.meanwhile?.(world, third);
        },
      });
      expect(message).toMatch(/^1 of 12 devices failed; the other 11 are done:\n/);
      expect(message).toContain(third);
      expect(message).toMatch(bad.words);
      expect(run.failures.set?.partial?.id).toBe("set");
      const others = twelve.filter((serial) => serial !== third);
      expect(Object.keys(world.statuses()).sort()).toEqual([...others].sort());
      expect(new Set(world.where(others))).toEqual(new Set(["FortiEdgeCloud"]));
      world.takeWrites();
      await world.up(program(others, toCloud));
      expect(world.takeWrites()).toEqual([]);
      await world.expectSettled(program(others, toCloud));
    },
  };
}

const atCreate: readonly SetScenario[] = [
  {
    name: "a create with one unknown serial of 30 keeps the 29, names the one, and the next up goes on without another write",
    async run(world) {
      const { message, run } = await world.failingUp(program(thirty));
      expect(message).toMatch(`1 of 30 devices failed; the other 29 are done:\n${isUnknownGate}`);
      expect(run.failures.set?.partial).toMatchObject({ id: "set", reasons: [message] });
      expect(world.takeWrites()).toHaveLength(29);
      expect(Object.keys(world.statuses()).sort()).toEqual([...known].sort());

      const again = await world.stack.preview(program(thirty));
      expect(again.operations).toEqual({ set: "update" });
      // The engine compares by itself in the dynamic host, what was asked for with the same.
      expect(again.paths.set).toEqual(world.stack.kind === "plugin" ? [`devices.${unknownGate}`] : []);
      expect((await world.failingUp(program(thirty))).message).toMatch(
        /^1 of 30 devices failed; the other 29 are done/,
      );
      expect(world.takeWrites()).toEqual([]);

      world.fortinet.seed([{ deviceSN: unknownGate, deviceType: "FortiGate" }]);
      await world.up(program(thirty));
      expect(world.takeWrites()).toEqual([`${unknownGate} to FortiManager`]);
      expect(world.stack.state("set").outputs.__unfinished).toBeUndefined();
      await world.expectSettled(program(thirty));
    },
  },
  {
    name: "a refresh after such a create shows what is missing as a difference, and it is no failure any more",
    async run(world) {
      await world.failingUp(program(thirty));
      expect((await world.refresh()).operations).toEqual({ set: "update" });
      const { inputs, initErrors } = world.stack.state("set");
      expect(Object.keys(inputs.devices as object).sort()).toEqual([...known].sort());
      expect(initErrors).toEqual([]);
      const preview = await world.stack.preview(program(thirty));
      expect(preview.paths.set).toEqual(world.stack.kind === "plugin" ? [`devices.${unknownGate}`] : ["devices"]);
      await world.expectNoDrift(program(known));
    },
  },
  {
    name: "a program without the device that failed is settled by the next up",
    async run(world) {
      await world.failingUp(program(thirty));
      world.takeWrites();
      await world.up(program(known));
      expect(world.takeWrites()).toEqual([]);
      await world.expectSettled(program(known));
    },
  },
  {
    name: "a device that was refused is never moved or unprovisioned by a later update, refresh or destroy",
    async run(world) {
      goesElsewhere(world, third);
      const { message } = await world.failingUp(program([first, second, third]));
      expect(message).toMatch(
        `1 of 3 devices failed; the other 2 are done:\n${third} is already provisioned to FortiManager 202, while the ` +
          "program wants FortiManager 201. Correct the program",
      );
      expect(Object.keys(world.statuses()).sort()).toEqual([second, first].sort());
      await world.refresh();
      await world.failingUp(program([first, second, third, fourth]));
      await world.failingUp(program([first, second, third, fourth], toCloud));
      await world.refresh();
      await world.up(program([first], toCloud));
      expect(world.whereIs(third)).toBe(202);
      await world.failingUp(program([first, third], toCloud));
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.whereIs(third)).toBe(202);
      const touched = world.takeWrites().filter((write) => write.startsWith(third));
      expect(touched).toEqual([]);
    },
  },
  {
    name: "a create of which everything fails leaves nothing behind, and says the same of all once",
    async run(world) {
      const lost = [1, 2, 3].map((number) => `FGT60FTK9999000${number}`);
      const { message, run } = await world.failingUp(program(lost));
      expect(message.split("\n")).toEqual([
        "3 of 3 devices failed:",
        ...lost.map((serial) => expect.stringMatching(`^${serial} is not in this FortiCloud account`)),
      ]);
      expect(run.failures.set?.partial).toBeUndefined();
      expect(world.stack.has("set")).toBe(false);
      world.configure({ password: "not the password" });
      expect((await world.failingUp(program(known))).message).toMatch(/^FortiCloud could not log in as API user/);
      expect(world.takeWrites()).toEqual([]);
    },
  },
  {
    name: "of hundreds of devices that fail twenty are told, and an account that lacks them is not asked about each",
    async run(world) {
      const lost = Array.from({ length: 300 }, (_, index) => `FGT60FTK9999${String(index).padStart(4, "0")}`);
      const { message } = await world.failingUp(program([...lost, first]));
      const lines = message.split("\n");
      expect(lines[0]).toBe("300 of 301 devices failed; the other one is done:");
      expect(lines).toHaveLength(22);
      expect(lines.at(-1)).toBe("… and 280 more");
      expect(world.takeCalls().length).toBeLessThanOrEqual(1 + 20 + 1);
    },
  },
  {
    name: "what fails for many together is told once, with their names",
    options: { config: { maxRetries: 0 } },
    async run(world) {
      world.simulators.faults.add({ method: "PUT", times: 1, action: { kind: "status", status: 500 } });
      const { message } = await world.failingUp(program(serials.slice(0, 20)));
      const [summary, ...sentences] = message.split("\n");
      expect(summary).toBe("10 of 20 devices failed; the other 10 are done:");
      expect(sentences).toHaveLength(1);
      expect(sentences[0]).toMatch(/^(\w+, ){9}\w+: FortiZTP could not write 10 devices: the service failed/);
    },
  },
];

/** Whatever fails in a create, what was done is kept. */
export const partial: readonly SetScenario[] = [
  ...atCreate,
  ...badUnits.flatMap((bad) => (["atomic", "prefix", "partial"] as const).map((how) => oneBadUnit(bad, how))),
];
