import { expect } from "vitest";
import { type JsonMap, unknownSentinels } from "../harness/host";
import type { Run } from "../harness/stack";
import {
  first,
  fourth,
  hiddenGate,
  onlyFailure,
  program,
  type SetScenario,
  second,
  serials,
  setOf,
  third,
  toCloud,
  toManager,
  toOtherManager,
  unknownGate,
  warnings,
} from "./world";

const unknownOid = { provisionTarget: "FortiManager", fortiManagerOid: unknownSentinels.number };
const isUnknown = `${unknownGate} is not in this FortiCloud account`;
const atOtherManager = { provisionStatus: "provisioned", ...toOtherManager };

/** What a preview that must fail says, one sentence a line. */
function problems(run: Run): string[] {
  return onlyFailure(run).split("\n");
}

const creates: readonly SetScenario[] = [
  {
    name: "a preview of a create tells every unknown serial, wrong region and device that goes elsewhere, for one list",
    hosts: ["plugin"],
    async run(world) {
      world.fortinet.patch(second, atOtherManager);
      world.fortinet.seed([{ deviceSN: hiddenGate, deviceType: "FortiGate", provisionStatus: "hidden" }]);
      const run = await world.stack.preview(
        program({
          [first]: { ...toCloud, region: "mars" },
          [second]: {},
          [third]: {},
          [hiddenGate]: {},
          [unknownGate]: {},
        }),
      );
      expect(problems(run)).toHaveLength(4);
      for (const problem of [
        `^${first} cannot go to region mars; it can go to global, europe, JP, US$`,
        `^${second} is already provisioned to FortiManager 202, while the program wants FortiManager 201\\. Correct`,
        `^${hiddenGate} is hidden in the FortiZTP portal`,
        `^${isUnknown}`,
      ])
        expect(problems(run)).toContainEqual(expect.stringMatching(problem));
      expect(world.takeCalls()).toEqual(["GET /v2/devices", `GET /v2/devices/${unknownGate}`]);
    },
  },
  {
    name: "a preview of a create that is fine costs one call, knows no status, and writes nothing",
    hosts: ["plugin"],
    async run(world) {
      await world.stack.withHost(async (host) => {
        const created = await host.create(world.stack.urn("set"), setOf(serials), { preview: true });
        expect(created.outputs.provisionStatuses).toBe(unknownSentinels.string);
      });
      expect(world.takeCalls()).toEqual(["GET /v2/devices"]);
    },
  },
  {
    name: "a preview under adopt: update says which devices are taken from elsewhere, some of them by name",
    hosts: ["plugin"],
    async run(world) {
      for (const serial of serials.slice(0, 12)) world.fortinet.patch(serial, atOtherManager);
      const preview = await world.stack.preview(program(serials, toManager, { adopt: "update" }));
      expect(warnings(preview)).toMatch(
        /^12 devices go elsewhere now and are provisioned anew: (\w+, ){2}\w+ and 9 others$/,
      );
      const notKnown = program(serials, toManager, { adopt: unknownSentinels.string });
      expect((await world.stack.preview(notKnown)).failures).toEqual({});
      const one = program([serials[0] ?? "", serials[20] ?? ""], toManager, { adopt: "update" });
      expect(warnings(await world.stack.preview(one))).toBe(
        `1 device goes elsewhere now and is provisioned anew: ${first}`,
      );
    },
  },
  {
    name: "of many problems twenty are told, and an account that lacks the devices is not asked about each",
    hosts: ["plugin"],
    async run(world) {
      const lost = Array.from({ length: 300 }, (_, index) => `FGT60FTK9999${String(index).padStart(4, "0")}`);
      const told = problems(await world.stack.preview(program(lost)));
      expect(told).toHaveLength(21);
      expect(told.at(-1)).toBe("… and 280 more");
      expect(world.takeCalls().length).toBeLessThanOrEqual(21);
    },
  },
  {
    name: "a target, an oid or a member that is not known yet neither fails a preview nor hides what is known",
    hosts: ["plugin"],
    async run(world) {
      const sentinels = Object.values(unknownSentinels);
      const unknownParts: ((of: string) => JsonMap)[] = [
        () => ({ target: unknownOid }),
        () => ({ target: { ...toCloud, region: unknownSentinels.string } }),
        () => ({ target: { provisionTarget: unknownSentinels.string } }),
        ...sentinels.map((target) => () => ({ target })),
        (serial) => ({ devices: { [first]: unknownOid, [serial]: {} } }),
        (serial) => ({ devices: { [first]: { provisionTarget: unknownSentinels.string }, [serial]: {} } }),
        ...sentinels.map((member) => (serial: string) => ({ devices: { [first]: member, [serial]: {} } })),
        (serial) => ({ devices: { [first]: { deviceType: unknownSentinels.string }, [serial]: unknownOid } }),
        ...["adopt", "onDelete", "waitFor", "timeoutSeconds"].map((name) => () => ({
          [name]: unknownSentinels.string,
        })),
      ];
      await world.stack.withHost(async (host) => {
        const preview = async (set: JsonMap): Promise<string> => {
          const urn = world.stack.urn("set");
          const { inputs, failures } = await host.check(urn, {}, set);
          expect(failures, JSON.stringify(set)).toEqual([]);
          return host.create(urn, inputs, { preview: true }).then(
            () => "",
            (error: Error) => error.message,
          );
        };
        const fine = [
          ...unknownParts.map((part) => ({ ...setOf([first, second]), ...part(second) })),
          ...sentinels.map((devices) => ({ ...setOf([]), devices })),
        ];
        expect(new Set(await Promise.all(fine.map(preview)))).toEqual(new Set([""]));
        // Each has an unknown serial of its own, since the same sentence is told once a preview.
        const lost = unknownParts.map((_, index) => `FGT60FTK9999${String(index).padStart(4, "0")}`);
        const failing = unknownParts.map((part, index) => {
          const serial = lost[index] ?? "";
          return { ...setOf([first, serial]), ...part(serial) };
        });
        const failures = await Promise.all(failing.map(preview));
        const told = [...failures, ...world.stack.messages().map(({ text }) => text)];
        for (const serial of lost) expect(told).toContainEqual(expect.stringMatching(`^${serial} is not in this`));
        expect(told.filter((text) => text !== "")).toHaveLength(lost.length);
      });
    },
  },
];

const updates: readonly SetScenario[] = [
  {
    name: "a preview of an update tells which added serials cannot be taken, and does not look at the others",
    hosts: ["plugin"],
    async run(world) {
      await world.up(program([first, second]));
      world.fortinet.patch(third, atOtherManager);
      world.takeCalls();
      const run = await world.stack.preview(program([first, second, third, fourth, unknownGate]));
      expect(problems(run)).toEqual([
        expect.stringMatching(`^${third} is already provisioned to FortiManager 202`),
        expect.stringMatching(`^${isUnknown}`),
      ]);
      expect(world.takeCalls()).toEqual(["GET /v2/devices", `GET /v2/devices/${unknownGate}`]);
      const without = await world.stack.preview(program([first], toOtherManager));
      expect(without.failures).toEqual({});
      expect(world.takeCalls()).toEqual([]);
    },
  },
  {
    name: "a preview says how many devices are unprovisioned and how many are sent elsewhere, some of them by name",
    async run(world) {
      await world.up(program(serials.slice(0, 10)));
      const preview = await world.stack.preview(program([first, ...serials.slice(4, 10)], toCloud));
      expect(warnings(preview)).toMatch(
        new RegExp(
          `^3 devices are unprovisioned: (\\w+, ){2}\\w+; 7 devices are unprovisioned and sent elsewhere, which takes effect ` +
            "only at the next call home, usually after a factory reset: (\\w+, ){2}\\w+ and 4 others$",
        ),
      );
      expect(preview.messages.map(({ urn }) => urn)).toEqual([world.stack.urn("set")]);
      const retained = await world.stack.preview(program([first], toManager, { onDelete: "retain" }));
      expect(retained.messages).toEqual([]);
      expect((await world.stack.preview(program([...serials.slice(0, 11)]))).messages).toEqual([]);
      expect(
        (await world.stack.preview(program(serials.slice(0, 10), toManager, { adopt: "never" }))).messages,
      ).toEqual([]);
    },
  },
  {
    name: "what is not known yet is sent elsewhere, but not taken out",
    async run(world) {
      await world.up(program({ [first]: {}, [second]: toCloud }));
      const moved = /^1 device is unprovisioned and sent elsewhere, .*: (\w+)$/;
      const said = async (set: JsonMap): Promise<string> => {
        const preview = await world.stack.preview({ set });
        expect(preview.failures).toEqual({});
        return warnings(preview);
      };
      const unknownTarget = setOf({ [first]: {}, [second]: toCloud }, unknownOid);
      expect(moved.exec(await said(unknownTarget))?.[1]).toBe(first);
      for (const target of [unknownSentinels.string, unknownSentinels.object]) {
        expect(moved.exec(await said({ ...unknownTarget, target }))?.[1]).toBe(first);
        const unknownMember = { ...setOf([]), devices: { [first]: {}, [second]: target } };
        expect(moved.exec(await said(unknownMember))?.[1]).toBe(second);
        expect(await said({ ...setOf([]), devices: target })).toBe("");
      }
      const { failures } = await world.stack.preview({
        set: setOf({ [first]: { region: "europe" }, "no serial!": {}, [second]: unknownOid }, unknownOid),
      });
      expect(failures.set?.message.split("\n").sort()).toEqual([
        expect.stringMatching(/^devices\.\w+ has settings but no provisionTarget/),
        expect.stringMatching(/^devices\["no serial!"\] is not a serial number/),
      ]);
    },
  },
];

export const previews: readonly SetScenario[] = [...creates, ...updates];
