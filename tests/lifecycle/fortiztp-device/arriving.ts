import { expect } from "vitest";
import type { JsonMap } from "../harness/host";
import { ofType, type Program } from "../harness/stack";
import { type DeviceOptions, type DeviceScenario, type DeviceWorld, gate, onlyFailure, toCloud, until } from "./world";

/** Products of the simulated factory that nobody has registered, so that FortiZTP does not know them either. */
const freshOf = (number: number): string => `FGT60FTK2409${String(number).padStart(4, "0")}`;
const fresh = freshOf(1);
/** FortiZTP knows a product so long after its registration, in simulated milliseconds. */
const delay = 600_000;
const slow: DeviceOptions = { fortinet: { forticare: { variants: { ztpDelayMs: delay } } } };
/** The next look is so far away that only the first one is ever made. */
const onlyOneLook: DeviceOptions = { ...slow, config: { pollSeconds: 86_400 } };

const productOf = (serial: string): JsonMap => ofType("forticare:Product", { serialNumber: serial });
const sentOn = { ...toCloud, serial: fresh };
/** As a program has it whose device refers to the product. */
const registering: Program = { product: productOf(fresh), gate: sentOn };
const impatient = { product: productOf(fresh), gate: { ...sentOn, timeoutSeconds: 1 } };
const waits = "waiting up to 30 min for FortiZTP to take it over from FortiCare";
const late =
  `${fresh} has not appeared in FortiZTP within 1 s, though this program registers it in FortiCare. Run \`pulumi up\` again ` +
  "to go on waiting (timeoutSeconds says how long); if it never comes, check that FortiZTP provisions this model, and that " +
  "it is registered in the account of the API user";

const isRegistered = (world: DeviceWorld, serial = fresh): boolean =>
  world.fortinet.forticare.products.get(serial)?.status === "Registered";

/** Waits until all have been registered, and a row says that its device waits for that to arrive. */
async function untilWaiting(world: DeviceWorld, serials = [fresh]): Promise<void> {
  await until(() => world.stack.messages().some(({ text }) => text === waits));
  await until(() => serials.every((serial) => isRegistered(world, serial)));
}

/** What FortiZTP was asked for, whatever else was. */
function looks(world: DeviceWorld): string[] {
  return [...new Set(world.takeCalls())];
}

export const arriving: readonly DeviceScenario[] = [
  {
    name: "a device that the program registers is waited for until FortiZTP has it, and then sent on its way",
    options: slow,
    async run(world) {
      const run = await world.up(registering, {
        async during() {
          await untilWaiting(world);
          const before = world.simulators.requests.count({ path: "/v2/devices" });
          await until(() => world.simulators.requests.count({ path: "/v2/devices" }) > before + 1);
          world.simulators.clock.advance(delay);
        },
      });
      expect(run.operations).toEqual({ product: "create", gate: "create" });
      expect(run.progress).toContain(waits);
      expect(run.progress.at(-1)).toBe("");
      expect(run.messages.filter(({ severity }) => severity !== "debug")).toEqual([]);
      expect(world.takeWrites()).toEqual([`${fresh} to FortiGateCloud`]);
      expect(world.stack.state("gate").outputs).toMatchObject({ provisionStatus: "incomplete" });
      await world.expectNoDrift(registering);
    },
  },
  {
    name: "a preview takes it that a device will come whose product the program is going to register",
    options: slow,
    async run(world) {
      const preview = await world.stack.preview(registering);
      expect(preview.failures).toEqual({});
      expect(preview.operations).toEqual({ product: "create", gate: "create" });
      expect(looks(world)).toEqual(world.stack.kind === "plugin" ? ["GET /v2/devices"] : []);
      expect(isRegistered(world)).toBe(false);
    },
  },
  {
    name: "many devices that are waited for share every look, and none is asked for by itself",
    options: onlyOneLook,
    async run(world) {
      const serials = Array.from({ length: 24 }, (_, index) => freshOf(index + 1));
      const program = Object.fromEntries([
        ...serials.map((serial) => [`product ${serial}`, productOf(serial)]),
        ...serials.map((serial) => [`gate ${serial}`, { ...toCloud, serial }]),
      ]);
      await world.stack.up(program, {
        async during(host) {
          await untilWaiting(world, serials);
          await host.cancel();
        },
      });
      expect(world.takeCalls()).toEqual(["GET /v2/devices"]);
    },
  },
  {
    name: "Ctrl-C ends the wait at once and leaves the product, and the next up goes on",
    options: onlyOneLook,
    async run(world) {
      let canceledAt = 0;
      const { message, run } = await world.failingUp(registering, {
        async during(host) {
          await untilWaiting(world);
          canceledAt = performance.now();
          await host.cancel();
        },
      });
      expect(performance.now() - canceledAt).toBeLessThan(5_000);
      expect(message).toBe("interrupted; run `pulumi up` again to continue");
      expect(run.failures.gate?.partial).toBeUndefined();
      expect(world.stack.has("gate")).toBe(false);
      world.simulators.clock.advance(delay);
      expect((await world.up(registering)).operations).toMatchObject({ gate: "create" });
      expect(world.takeWrites()).toEqual([`${fresh} to FortiGateCloud`]);
    },
  },
  {
    name: "a device that does not come is told with what to do, and the next up goes on waiting",
    options: slow,
    async run(world) {
      const { message, run } = await world.failingUp(impatient);
      expect(message).toBe(late);
      expect(run.failures.gate?.partial).toBeUndefined();
      expect(world.stack.has("gate")).toBe(false);
      // Before it gives up it does not rely on the list.
      expect(world.simulators.requests.count({ path: `/v2/devices/${fresh}` })).toBe(1);

      const again = await world.stack.up(impatient);
      expect(again.operations).toEqual({ product: "same", gate: "create" });
      expect(onlyFailure(again)).toBe(late);
      world.simulators.clock.advance(delay);
      await world.up(impatient);
      expect(world.takeWrites()).toEqual([`${fresh} to FortiGateCloud`]);
    },
  },
  {
    name: "a device that FortiZTP will never take ends the wait, too",
    options: slow,
    async run(world) {
      const web = "FV100ETA24010001";
      const { message } = await world.failingUp({
        product: productOf(web),
        gate: { ...sentOn, serial: web, timeoutSeconds: 1 },
      });
      expect(message).toBe(late.replace(fresh, web));
    },
  },
  {
    name: "a device whose product the program does not register fails at once, whatever else it registers",
    options: slow,
    async run(world) {
      const program = { product: productOf(freshOf(2)), gate: sentOn };
      const message = await world.refusal(program);
      expect(message).toMatch(/^FGT60FTK24090001 is not in this FortiCloud account: check the serial/);
      expect(world.stack.messages().map(({ text }) => text)).not.toContain(waits);
      expect(onlyFailure(await world.stack.up(program))).toBe(message);
    },
  },
  {
    name: "a device that FortiZTP has costs no wait, though the program registers it",
    options: slow,
    async run(world) {
      const run = await world.up({ product: productOf(gate), gate: toCloud });
      expect(run.progress).not.toContain(waits);
      expect(world.takeCalls()).toEqual(["GET /v2/devices", `PUT /v2/devices/${gate}`, "GET /v2/devices?deviceSN"]);
    },
  },
  {
    name: "sets wait for each other as single resources do",
    options: slow,
    async run(world) {
      const serials = [freshOf(3), freshOf(4)];
      const products = Object.fromEntries(serials.map((serial) => [serial, {}]));
      const target = { provisionTarget: "FortiGateCloud", region: "europe" };
      const program = {
        products: ofType("forticare:ProductSet", { products }),
        gates: ofType("fortiztp:DeviceSet", { devices: Object.fromEntries(serials.map((s) => [s, {}])), target }),
      };
      expect((await world.stack.preview(program)).failures).toEqual({});
      await world.up(program, {
        async during() {
          await until(() => serials.every((serial) => isRegistered(world, serial)));
          world.simulators.clock.advance(delay);
        },
      });
      expect(world.takeWrites().sort()).toEqual(serials.map((serial) => `${serial} to FortiGateCloud`));
    },
  },
  {
    name: "customTimeouts end the wait with their own sentence",
    hosts: ["plugin"],
    options: slow,
    async run(world) {
      const { message } = await world.failingUp(registering, { timeoutSeconds: 1.5 });
      expect(message).toMatch(/^the custom timeout of 1.5 s is over/);
      expect(world.stack.has("gate")).toBe(false);
    },
  },
];
