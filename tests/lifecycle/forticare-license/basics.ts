import { expect } from "vitest";
import {
  type AssetScenario,
  mainAccountId,
  onlyFailure,
  organization,
  registered,
  warnings,
} from "../forticare-folder/world";
import { type JsonMap, unknownSentinels, visible } from "../harness/host";
import { PluginHost } from "../harness/plugin-host";

/** Codes of the simulated account: the first five make virtual products, the sixth is for one that exists. */
export const codeOf = (number: number): string => `LIC0${number}-24AAA-24BBB-24CCC-24DDDD`;
const vm = { licenseRegistrationCode: codeOf(1), description: "lab" } as const;
/** What the simulated service makes of the first code. */
const number = "FGVM24000001";
const serial = "FGVM02TM24000001";
const registration = ["/licenses/list", "/licenses/register"];

export const basics: readonly AssetScenario[] = [
  {
    name: "a code makes a virtual product, once, and everything after it costs what it must",
    async run(world) {
      expect((await world.up({ vm })).operations).toEqual({ vm: "create" });
      expect(world.takeCalls()).toEqual(registration);
      const state = world.stack.state("vm");
      expect(state.id).toBe(world.inside.licenses.get(codeOf(1))?.licenseNumber);
      expect(visible(state.outputs)).toEqual({
        licenseRegistrationCode: world.kept(codeOf(1)),
        description: "lab",
        licensedSerialNumber: world.inside.licenses.get(codeOf(1))?.serialNumber,
        licenseNumber: state.id,
        licenseSKU: "FG-VM02",
        licenseType: "Perpetual",
        expirationDate: expect.stringMatching(/^20\d\d-\d\d-\d\dT/),
        licenseFile: expect.anything(),
      });
      expect(JSON.stringify(state.outputs.licenseFile)).toContain("-----BEGIN FGT VM LICENSE-----");

      expect((await world.up({ vm })).operations).toEqual({ vm: "same" });
      expect(world.takeCalls()).toEqual([]);
      await world.expectNoDrift({ vm });
      expect(world.takeCalls()).toEqual(["/licenses/list", `/products/list ${state.outputs.licensedSerialNumber}`]);
      expect(world.stack.state("vm").outputs).toEqual(state.outputs);

      const run = await world.stack.destroy();
      expect([run.operations, run.failures]).toEqual([{ vm: "delete" }, {}]);
      expect(warnings(run)).toBe(
        `licence ${state.id} stays registered to product ${state.outputs.licensedSerialNumber}: FortiCare has no call ` +
          "that frees it or gives its code back",
      );
      expect(world.takeCalls()).toEqual([]);
      expect(world.failed()).toBe(0);
    },
  },
  {
    name: "a preview says that the code is used up, and does not show it",
    async run(world) {
      const run = await world.stack.preview({ vm });
      expect(warnings(run)).toContain("uses up the licence code for a new virtual product, once and for all");
      expect(world.takeCalls()).toEqual([]);
    },
  },
  {
    name: "the description is updated on the product of the licence, and taken away with the input",
    async run(world) {
      await world.up({ vm });
      const product = () => world.product(String(world.stack.state("vm").outputs.licensedSerialNumber));
      expect(product().description).toBe("lab");
      world.takeCalls();
      expect((await world.up({ vm: { ...vm, description: "office" } })).operations).toEqual({ vm: "update" });
      expect(world.takeWrites()).toEqual(["/products/description"]);
      expect(product().description).toBe("office");
      world.forticare.patch(product().serialNumber, { description: "by hand" });
      expect((await world.refresh()).paths).toEqual({ vm: ["description"] });
      await world.up({ vm });
      expect(product().description).toBe("lab");
      await world.up({ vm: { licenseRegistrationCode: codeOf(1) } });
      expect(product().description ?? "").toBe("");
      await world.expectNoDrift({ vm: { licenseRegistrationCode: codeOf(1) } });
    },
  },
  {
    name: "the code may be left out once it is used, and comes back without a write",
    async run(world) {
      await world.up({ vm });
      world.takeCalls();
      const bare = { description: "lab" };
      expect((await world.up({ vm: bare })).operations).toEqual({ vm: "update" });
      await world.expectNoDrift({ vm: bare });
      expect((await world.up({ vm })).operations).toEqual({ vm: "update" });
      await world.expectNoDrift({ vm: { ...vm, licenseRegistrationCode: ` ${codeOf(1).toLowerCase()}` } });
      expect(world.writes()).toEqual([]);
    },
  },
  {
    name: "another code is another licence, and the old one stays registered",
    async run(world) {
      await world.up({ vm });
      const { id } = world.stack.state("vm");
      const other = { vm: { ...vm, licenseRegistrationCode: codeOf(2) } };
      expect(warnings(await world.stack.preview(other))).toContain("stays registered, and its code is not given back");
      world.takeCalls();
      expect((await world.up(other)).operations).toEqual({ vm: "replace" });
      expect(world.takeWrites()).toEqual(["/licenses/register"]);
      expect(world.stack.state("vm").id).not.toBe(id);
      expect(world.inside.licenses.get(codeOf(1))?.serialNumber).not.toBeNull();
    },
  },
  ...([{}, { licenseShape: "array" }, { licenseKey: "licenses", expirationKey: "expirationDate" }] as const).map(
    (variants): AssetScenario => ({
      name: `a licence is added to a product that has another one already, and told from it: ${JSON.stringify(variants)}`,
      options: {
        variants,
        forticare: {
          licenses: [1, 2, 3].map((index) => ({
            licenseRegistrationCode: codeOf(index),
            licenseNumber: `VDOM${index}`,
            licenseSKU: "FC-VDOM-5-UG",
            ...(index === 1 && { serialNumber: registered, account: "main" }),
          })),
        },
      },
      async run(world) {
        const on = (code: number) => ({
          licenseRegistrationCode: codeOf(code),
          serialNumber: registered.toLowerCase(),
        });
        await world.up({ second: on(2) });
        await world.up({ second: on(2), third: on(3) });
        expect(["second", "third"].map((name) => world.stack.state(name).id)).toEqual(["VDOM2", "VDOM3"]);
        await world.expectNoDrift({ second: on(2), third: on(3) });
        expect(world.product(registered).description).toBe("Web shop");
      },
    }),
  ),
  {
    name: "a licence without a code is refused before any call, with the way to import it",
    async run(world) {
      expect(await world.refusal({ vm: { description: "lab" } })).toBe(
        "licenseRegistrationCode is missing: it is needed to register a licence. If that has been done already, import " +
          "that licence by its number: `pulumi import ztp:forticare:License <name> <licenseNumber>`",
      );
      expect(world.takeCalls()).toEqual([]);
    },
  },
  {
    name: "what is told at registration only cannot be changed afterwards",
    async run(world) {
      await world.up({ vm });
      for (const change of [{ isGovernment: true }, { additionalInfo: "198.51.100.7" }] as JsonMap[]) {
        const { message } = await world.failingUp({ vm: { ...vm, ...change } });
        expect(message).toMatch(/^(isGovernment|additionalInfo) cannot be changed once the object exists/);
      }
      expect((await world.stack.preview({ vm: { ...vm, isGovernment: false } })).operations).toEqual({ vm: "same" });
    },
  },
  ...([number, number.toLowerCase(), "serial"] as const).map(
    (by): AssetScenario => ({
      name: `a licence is imported by ${by} without its code, and a program that says the same changes nothing`,
      async run(world) {
        const license = world.inside.licenses.get(codeOf(8));
        const id = by === "serial" ? String(license?.serialNumber) : String(license?.licenseNumber);
        expect((await world.stack.import("vm", by === by.toUpperCase() ? id : id.toLowerCase())).failures).toEqual({});
        const state = world.stack.state("vm");
        expect(state.id).toBe(license?.licenseNumber);
        const { licenseNumber, serialNumber } = license ?? {};
        expect(visible(state.outputs)).toEqual({
          licenseNumber,
          licenseSKU: "FMG-VM-10-UG",
          licensedSerialNumber: serialNumber,
        });
        // What lists do not tell would cost a call for each licence.
        expect(world.takeCalls()).not.toContain("/products/details");
        expect(visible(state.inputs)).toEqual({});
        await world.expectNoDrift({ vm: {} });
        const named = { serialNumber: license?.serialNumber ?? "", licenseRegistrationCode: codeOf(8) };
        await world.up({ vm: named });
        await world.expectNoDrift({ vm: named });
        expect((await world.failingUp({ vm: { ...named, serialNumber: registered } })).message).toContain(
          "used only once",
        );
        expect(world.writes()).toEqual([]);
      },
    }),
  ),
  {
    name: "a serial that has another licence is refused, since a licence cannot move",
    async run(world) {
      await world.up({ vm });
      expect((await world.failingUp({ vm: { ...vm, serialNumber: registered } })).message).toMatch(
        /^licence \w+ is registered to \w+, not to FV100ETA23010001, and FortiCare cannot move it; correct serialNumber/,
      );
      expect(world.takeWrites()).toEqual(["/licenses/register"]);
    },
  },
  {
    name: "a licence of an account of the organization is imported with the number of that before it",
    options: { config: organization },
    async run(world) {
      const license = world.inside.licenses.get(codeOf(8));
      expect(onlyFailure(await world.stack.import("vm", String(license?.licenseNumber)))).toContain(
        "accountId is missing",
      );
      await world.stack.import("vm", `${mainAccountId}/${license?.licenseNumber}`);
      await world.expectNoDrift({ vm: { accountId: mainAccountId } });
      const named = { ...vm, accountId: mainAccountId };
      await world.up({ vm: { accountId: mainAccountId }, other: named });
      expect(world.inside.licenses.get(codeOf(1))?.account).toBe("main");
    },
  },
  {
    name: "what is not there, or waits for its registration, cannot be imported",
    async run(world) {
      expect(onlyFailure(await world.stack.import("vm", "NOBODY"))).toContain("does not exist");
      const waiting = String(world.inside.licenses.get(codeOf(7))?.licenseNumber);
      expect(onlyFailure(await world.stack.import("vm", waiting))).toContain(
        `licence ${waiting} is not registered to any product yet; declare it with its code instead`,
      );
      expect(world.failed()).toBe(0);
    },
  },
  {
    name: "no input that is not known yet makes check, diff or a preview fail",
    async run(world) {
      await world.up({ vm });
      const state = world.stack.state("vm");
      await world.stack.withHost(async (host) => {
        for (const name of Object.keys(
          visible({ ...vm, serialNumber: serial, additionalInfo: "", isGovernment: false }),
        )) {
          const news = host.programInputs(state.urn, { ...vm, [name]: unknownSentinels.string }, true);
          const checked = await host.check(state.urn, state.inputs, news);
          expect(checked.failures, name).toEqual([]);
          expect((await host.diff(state, checked.inputs)).replaces, name).toEqual([]);
          if (host.kind === "plugin") await host.create(world.stack.urn("new"), checked.inputs, { preview: true });
        }
      });
      expect(world.takeWrites()).toEqual(["/licenses/register"]);
    },
  },
  {
    name: "the registered licences of the account can be listed",
    hosts: ["plugin"],
    async run(world) {
      await world.stack.withHost(async (plugin) => {
        if (!(plugin instanceof PluginHost)) throw new Error("Only the plugin lists.");
        expect((await plugin.list()).ids).toEqual([world.inside.licenses.get(codeOf(8))?.licenseNumber]);
      });
    },
  },
];
