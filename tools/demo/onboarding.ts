import { join } from "node:path";
import type { FortinetOptions } from "../../simulators";
import { findProjectRoot } from "../toolchain";
import { say, table } from "./print";
import type { Host, Stage } from "./stage";
import { configure, together } from "./story";

export const onboarding = join(findProjectRoot(), "examples", "onboarding");

/** Some time passes between a registration in FortiCare and the moment at which FortiZTP knows the device. */
const delaySeconds = 2;
export const slowFortiCloud: FortinetOptions = { forticare: { variants: { ztpDelayMs: delaySeconds * 1000 } } };

/** Two folders with seven boxes, and what they are in and need; the stack is one more. */
const boxes = 7;
const resources = 2 * boxes + 6;
const oneMore = { name: "ap3", serial: "FP231FTF24010004" };

/** From boxes that nobody has registered to devices that know where to go: in one run. */
export async function onboardBranches(stage: Stage, host: Host): Promise<void> {
  await configure(stage, { pollSeconds: "1" });
  await stage.step(
    "New branches: preview",
    `The program is examples/onboarding, the account a new one. ${boxes} boxes have been delivered to two branches, and ` +
      "nobody has registered them. Each is a Product of FortiCare, in the folder of its branch, and a Device of FortiZTP. " +
      "What is needed once and must stay secret, a contract and a FortiCloud key, is in the stack's configuration.",
    async () => {
      const secrets = ["contracts:berlin-fw1=2401CT000001", "cloudKeys:oslo-fw1=KEYF0031"];
      await stage.pulumi(["config", "set-all", ...secrets.flatMap((secret) => ["--secret", secret])]);
      await stage.pulumi(["preview"], {
        resources: { "to create": resources },
        calls: host === "plugin" ? { fortiztp: 3, forticare: 6 } : {},
      });
    },
  );
  await stage.step(
    "Register, file, wait and provision: one run",
    `References give the order. The boxes are registered together, with folder and location. FortiZTP learns of ` +
      `them by itself, here ${delaySeconds} s later: the devices wait for that, sharing one list a second, and are then sent to ` +
      "their management together.",
    async () => {
      await stage.pulumi(["up", "--yes", "--skip-preview", ...together], {
        resources: { created: resources },
        calls: { fortiztp: 20, forticare: 16 },
      });
      showBoxes(stage, { boxes, sent: true });
      stage.expectProvisioned(boxes + 1);
    },
  );
  await stage.step("Again: nothing to do", "Neither service is asked for anything.", () =>
    stage.pulumi(["up", "--yes", "--skip-preview"], { resources: { unchanged: resources }, calls: {} }),
  );
  await stage.step(
    "One more box",
    "It is a line in the file, and is registered and sent on its way like the others.",
    async () => {
      const delivery = stage.extended(
        "onboarding/branches.yaml",
        `      ${oneMore.name}: { serial: ${oneMore.serial}, role: access-point }`,
      );
      await stage.pulumi(["config", "set", "delivery", delivery]);
      await stage.pulumi(["up", "--yes", "--skip-preview"], {
        resources: { created: 2, unchanged: resources },
        calls: { fortiztp: 10, forticare: 3 },
      });
      stage.expectProvisioned(boxes + 2);
    },
  );
  await stage.step(
    "Destroy: what is registered stays registered",
    "The devices are unprovisioned. Nothing can free a serial number again, so that the products stay as they are, in their " +
      "folders: `onDelete: retain` is their default. The program takes them over again without registering anything.",
    async () => {
      await stage.pulumi(["destroy", "--yes", "--skip-preview", ...together], {
        resources: { deleted: resources + 2 },
        calls: { fortiztp: 7 },
      });
      stage.expectProvisioned(1);
      showBoxes(stage, { boxes: boxes + 1, sent: false });
    },
  );
}

/** Shows what the two services hold of the boxes, as they themselves see it, and checks it. */
function showBoxes({ simulators }: Stage, expected: { boxes: number; sent: boolean }): void {
  const { forticare, devices } = simulators.fortinet;
  const registered = [...forticare.products.values()].filter(({ description }) =>
    description?.match(/^(berlin|oslo)-/),
  );
  const rows = registered.map(({ serialNumber, description, folderId, contracts }) => {
    const { provisionStatus, provisionTarget, fortiManagerOid } = devices.get(serialNumber) ?? {};
    return {
      box: description ?? "",
      serialNumber,
      folder: forticare.world.folderPath(folderId) ?? "",
      contracts: contracts.length,
      device: [provisionStatus, provisionTarget && `to ${provisionTarget}`, fortiManagerOid].filter(Boolean).join(" "),
    };
  });
  rows.sort((one, other) => one.box.localeCompare(other.box));
  say();
  table(["box", "serial number", "folder in FortiCare", "contracts", "in FortiZTP"], rows.map(Object.values));
  const wrong = rows.filter(
    ({ box, folder, device }) =>
      folder !== `/My Assets/Branch offices/${box.split("-")[0]}` ||
      device.startsWith("incomplete to ") !== expected.sent,
  );
  if (rows.length !== expected.boxes || wrong.length > 0) {
    throw new Error(
      `These are not ${expected.boxes} boxes in their folders, ${expected.sent ? "" : "not "}sent on their way.`,
    );
  }
}
