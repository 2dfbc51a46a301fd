import { expect, test } from "vitest";
import {
  bare,
  CareBench,
  code,
  decommissioned,
  fresh,
  inFortiZtp,
  mainId,
  registered,
  secondId,
  webShop,
} from "./forticare-helper";
import { toCloud } from "./helper";

const gate = fresh[0] as string;

test("devices of FortiZTP are registered products already", async () => {
  await using care = await CareBench.start();
  const devices = [...care.bench.simulators.fortinet.devices.keys()];
  expect(devices).toHaveLength(31);
  expect(await care.serials({ serialNumber: "%" })).toEqual(expect.arrayContaining(devices));
  expect(await care.details("FGVM02TM23000001")).toMatchObject({ productModel: "FortiGate VM64-KVM" });
});

test("a registered product is an unprovisioned device of FortiZTP, if it is of a kind that FortiZTP knows", async () => {
  await using care = await CareBench.start();
  const switchSerial = "S124FPTF24010001";
  await care.register({ serialNumber: gate }, { serialNumber: switchSerial }, { serialNumber: webShop });
  expect(await care.bench.device(gate)).toMatchObject({
    deviceSN: gate,
    deviceType: "FortiGate",
    provisionStatus: "unprovisioned",
    provisionTarget: null,
  });
  expect(await care.bench.device(switchSerial)).toMatchObject({ deviceType: "FortiSwitch" });
  expect(care.device(webShop)).toBeUndefined();
  await care.bench.write(gate, toCloud);
  expect(care.device(gate)).toBe("incomplete");
  const { assetDetails } = await care.ok("/licenses/register", { licenseRegistrationCode: code(1) });
  expect(care.bench.simulators.fortinet.devices.get(String(assetDetails?.serialNumber))).toMatchObject({
    deviceType: "FortiGate",
    virtual: true,
  });
});

test("with ztpDelayMs it gets there later, unless it left meanwhile", async () => {
  await using care = await CareBench.start({ ztpDelayMs: 60_000 });
  await care.register({ serialNumber: gate }, { serialNumber: fresh[1] });
  care.bench.seconds(59);
  expect(await care.serials({ serialNumber: gate })).toEqual([gate]);
  expect((await care.bench.ztp("GET", `/v2/devices/${gate}`)).status).toBe(404);
  await care.ok("/products/decommission", { serialNumbers: [fresh[1]] });
  care.bench.seconds(1);
  expect(await care.bench.device(gate)).toMatchObject({ provisionStatus: "unprovisioned" });
  expect(care.device(fresh[1] as string)).toBeUndefined();
});

test("with visibilityDelayMs reads know a new product later, registration at once", async () => {
  await using care = await CareBench.start({ visibilityDelayMs: 5_000 });
  await care.register({ serialNumber: gate, description: "new" });
  const { assetDetails } = await care.ok("/licenses/register", { licenseRegistrationCode: code(1) });
  const minted = String(assetDetails?.serialNumber);
  care.bench.seconds(4.999);
  expect(await care.serials({ serialNumber: gate })).toEqual([]);
  for (const serialNumber of [gate, minted])
    expect((await care.problem("/products/details", { serialNumber }))[2]).toBe(301);
  expect((await care.register({ serialNumber: gate }))[0]).toBe(400);
  await care.ok("/products/description", { serialNumber: gate, description: "changed" });
  care.bench.seconds(0.001);
  expect(await care.details(gate)).toMatchObject({ description: "changed" });
  expect(await care.serials({ serialNumber: minted })).toEqual([minted]);
});

test("decommissioning takes a device out of FortiZTP, whatever its state, and restoring brings it back", async () => {
  await using care = await CareBench.start();
  await care.bench.write(inFortiZtp, toCloud);
  await care.ok("/products/decommission", { serialNumbers: [inFortiZtp] });
  expect((await care.bench.ztp("GET", `/v2/devices/${inFortiZtp}`)).status).toBe(404);
  expect(await care.serials({ serialNumber: inFortiZtp })).toEqual([inFortiZtp]);
  care.forticare.patch(inFortiZtp, { isDecommissioned: false });
  expect(await care.bench.device(inFortiZtp)).toMatchObject({ provisionStatus: "unprovisioned" });
});

test("a transfer moves the device to the inventory of the other account, unprovisioned", async () => {
  await using care = await CareBench.start();
  await care.bench.write(inFortiZtp, toCloud);
  const body = { sourceAccountId: mainId, targetAccountId: secondId, serialNumbers: [inFortiZtp, registered] };
  await care.ok("/products/transfer", body, await care.organization());
  expect(care.device(inFortiZtp)).toBeUndefined();
  expect(care.device(inFortiZtp, "branches")).toBe("unprovisioned");
  expect(care.device(registered, "branches")).toBeUndefined();
});

test("what happens to FortiZTP's inventory from outside happens to the products", async () => {
  await using care = await CareBench.start();
  const { fortinet } = care.bench.simulators;
  await care.register({ serialNumber: gate, description: "mine" });
  fortinet.seed([{ deviceSN: "FGT60FTK29990001", deviceType: "FortiGate" }]);
  expect(await care.details("FGT60FTK29990001")).toMatchObject({ productModel: "FortiGate" });
  fortinet.account().replaceDevices([{ deviceSN: "FP231FTF29990001", deviceType: "FortiAP", model: "FortiAP-231F" }]);
  const serials = await care.serials({ serialNumber: "F" });
  expect(serials).toContain("FP231FTF29990001");
  for (const gone of [gate, inFortiZtp, "FGT60FTK29990001"]) expect(serials).not.toContain(gone);
  for (const apart of [registered, decommissioned]) expect(serials).toContain(apart);
  // Its factory still has it, so it can be registered once more.
  expect((await care.register({ serialNumber: gate }))[0]).toBe(200);
});

test("an unentitled gate is in FortiZTP though lists hide it", async () => {
  await using care = await CareBench.start();
  await care.register({ serialNumber: bare });
  expect(care.device(bare)).toBe("unprovisioned");
});
