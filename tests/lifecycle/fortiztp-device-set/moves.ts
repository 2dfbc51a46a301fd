import { expect } from "vitest";
import type { HostFailure, JsonMap } from "../harness/host";
import { ofType, type Program, type Run } from "../harness/stack";
import {
  first,
  fourth,
  onlyFailure,
  program,
  type SetScenario,
  type SetWorld,
  second,
  serials,
  setOf,
  third,
  toCloud,
  toManager,
  toOtherManager,
  unknownGate,
  until,
  warnings,
} from "./world";

/** A resource of its own for one device. */
const device = (serial: string, inputs: JsonMap = toManager): JsonMap =>
  ofType("fortiztp:Device", { serial, ...inputs });
const devices = (of: readonly string[]): Program => Object.fromEntries(of.map((serial) => [serial, device(serial)]));
const spared = (serial: string) => `${serial} stays provisioned: another resource of this program has taken it over`;
const three = [first, second, third];

/** A run that must move nothing. */
async function movesNothing(world: SetWorld, program: Program): Promise<Run> {
  world.takeWrites();
  const run = await world.up(program);
  expect(world.takeWrites()).toEqual([]);
  await world.expectSettled(program);
  return run;
}

interface Conflict {
  name: string;
  /** What the state has already; in the program that follows it is unchanged. */
  settled?: Program;
  program: Program;
  words: string;
}

const conflicts: readonly Conflict[] = [
  {
    name: "in a set and in a resource of its own",
    program: { ...program([first, second]), gate: device(second.toLowerCase()) },
    words: `FortiZTP device ${second} is managed by set (TYPE:DeviceSet) already; remove it from one of the two`,
  },
  {
    name: "in a resource of its own and in a set",
    program: { gate: device(second), ...program([first, ` ${second}`]) },
    words: `FortiZTP device ${second} is managed by gate (TYPE:Device) already; remove it from one of the two`,
  },
  {
    name: "in two sets",
    program: { one: setOf([first, second, third]), two: setOf([second, third, fourth]) },
    words: "are managed by one (TYPE:DeviceSet) already; remove them from one of the two",
  },
  {
    name: "in a set of the state that is not changed and in a new resource of its own",
    settled: program([first, second]),
    program: { ...program([first, second]), gate: device(second) },
    words: `FortiZTP device ${second} is managed by set (TYPE:DeviceSet) already`,
  },
  {
    name: "in a resource of the state that is not changed and in a set that takes it as well",
    settled: { gate: device(second), ...program([first]) },
    program: { gate: device(second), ...program([first, second]) },
    words: `FortiZTP device ${second} is managed by gate (TYPE:Device) already`,
  },
];

function refused({ name, settled, program: both, words }: Conflict): SetScenario {
  return {
    name: `a device that stands ${name} is refused before anything is written, in words that name both`,
    async run(world) {
      if (settled) await world.up(settled);
      world.takeCalls();
      const type = world.stack.kind === "plugin" ? "ztp:fortiztp" : "pulumi-nodejs:dynamic/fortiztp";
      const expected = words.replace("TYPE", type);
      expect(onlyFailure(await world.stack.preview(both))).toContain(expected);
      const { failures }: { failures: { [name: string]: HostFailure } } = await world.stack.up(both);
      expect(Object.values(failures).map(({ message }) => message)).toEqual([expect.stringContaining(expected)]);
    },
  };
}

/** The set lets the second device go, and the engine comes to a resource of its own for it only once that has begun. */
async function takenMeanwhile(world: SetWorld, method: "GET" | "PUT"): Promise<string[]> {
  await world.up(program([first, second]));
  world.takeWrites();
  await world.stack.withHost(async (host) => {
    const state = world.stack.state("set");
    const { inputs } = await host.check(state.urn, state.inputs, host.programInputs(state.urn, setOf([first]), false));
    world.simulators.faults.add({ method, action: { kind: "delay", ms: 300 } });
    const updating = host.update(state, inputs);
    await until(() => world.simulators.requests.count({ method }) > 0);
    const urn = world.stack.urn("gate", "fortiztp:Device");
    const own = await host.check(urn, {}, host.programInputs(urn, { serial: second, ...toManager }, false));
    await Promise.all([updating, host.create(urn, own.inputs)]);
  });
  expect(world.whereIs(second)).toBe(201);
  return world.takeWrites();
}

export const moves: readonly SetScenario[] = [
  {
    name: "a device that another resource takes before the set has written is not written",
    async run(world) {
      expect(await takenMeanwhile(world, "GET")).toEqual([]);
    },
  },
  {
    name: "a device that another resource takes while the set unprovisions it is sent anew afterwards",
    async run(world) {
      expect(await takenMeanwhile(world, "PUT")).toEqual([`${second} unprovisioned`, `${second} to FortiManager`]);
    },
  },
  ...conflicts.map(refused),
  {
    name: "a device that stands twice in a set, in two spellings, is refused",
    async run(world) {
      const twice = program({ [first]: {}, [first.toLowerCase()]: toCloud });
      expect((await world.failingUp(twice)).message).toBe(
        `devices.${first.toLowerCase()} is the same device as "${first}"`,
      );
      expect(world.takeCalls()).toEqual([]);
    },
  },
  {
    name: "devices with resources of their own move into a set, and back, in one run each and without a write",
    async run(world) {
      await world.up(devices(three));
      const run = await movesNothing(world, program(three));
      expect(warnings(run).split("\n").sort()).toEqual(three.map(spared).sort());
      const back = await movesNothing(world, devices(three));
      expect(warnings(back).split("\n").sort()).toEqual(three.map(spared).sort());
      expect(back.messages).toHaveLength(1);
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(new Set(world.where(three))).toEqual(new Set(["unprovisioned"]));
    },
  },
  {
    name: "one device moves out of a set that stays, whichever of the two the program names first, and back",
    async run(world) {
      await world.up(program(three));
      await movesNothing(world, { ...program([first, second]), gate: device(third) });
      await movesNothing(world, program(three));
      await movesNothing(world, { gate: device(third), ...program([first, second]) });
      await world.up(program([first, second]));
      expect(world.where(three)).toEqual([201, 201, "unprovisioned"]);
    },
  },
  {
    name: "devices move from one set to another in one run without a write",
    async run(world) {
      await world.up({ one: setOf(three), two: setOf([fourth]) });
      await movesNothing(world, { one: setOf([first]), two: setOf([second, third, fourth]) });
      await movesNothing(world, { two: setOf([second, third, fourth]), one: setOf([first]) });
      const run = await movesNothing(world, { three: setOf([...three, fourth]) });
      expect(warnings(run).split("\n")).toHaveLength(4);
    },
  },
  {
    name: "a set that is renamed takes its devices along",
    async run(world) {
      await world.up({ old: setOf(serials) });
      await movesNothing(world, { renamed: setOf(serials) });
    },
  },
  {
    name: "a device that goes to a set with another target is not unprovisioned by where it was, and sent by the set",
    async run(world) {
      await world.up(devices([first]));
      world.takeWrites();
      await world.up(program([first], toOtherManager, { adopt: "update" }));
      expect(world.takeWrites()).toEqual([`${first} unprovisioned`, `${first} to FortiManager`]);
      expect(world.whereIs(first)).toBe(202);
      await world.expectSettled(program([first], toOtherManager, { adopt: "update" }));
    },
  },
  {
    name: "the deletes of a move that was interrupted are spared in a later run, where nothing happens to the set",
    async run(world) {
      await world.up({ ...devices(three) });
      const states = [...world.stack.resources.values()];
      await world.up(program(three));
      // The run was interrupted before it came to the deletes.
      for (const state of states) world.stack.resources.set(state.urn, state);
      const run = await movesNothing(world, program(three));
      expect(run.operations).toMatchObject({ set: "same", [first]: "delete" });
    },
  },
  {
    name: "a move with one unknown serial moves the others and spares them",
    async run(world) {
      await world.up(devices(three));
      world.takeWrites();
      const run = await world.stack.up(program([...three, unknownGate]));
      expect(onlyFailure(run)).toContain("1 of 4 devices failed; the other 3 are done");
      expect(world.takeWrites()).toEqual([]);
      await movesNothing(world, program(three));
    },
  },
];
