import { z } from "zod";
import { isFileName } from "../../clients/panos/layout";
import type { JobRecord, JobSpec } from "../../clients/panos/panos";
import type { Rule } from "../../core/check";
import { type Fields, field, type ValuesOf } from "../../core/shape";

const serial = z.string().refine(isFileName, "must be a serial: letters, digits, dots, underscores and dashes");

export const serialField = (doc: string) => field(serial, { doc });
export const optionalSerial = (doc: string) => field(serial.optional(), { doc });

/** What jobs of every kind take. */
export const commonInputs = {
  targetVersion: field(z.string().min(1).optional(), {
    doc:
      "The version that is to come of it. The daemon is not told: it goes where its upgrade paths lead from the version that a " +
      "device runs. Where that is elsewhere nothing is submitted. Default: wherever they lead.",
  }),
  dryRun: field(z.boolean().optional(), {
    doc:
      "Go through the motions only: nothing is downloaded, installed or rebooted, though the daemon then takes the device to run " +
      "the new version. Default: false.",
  }),
  onDuplicate: field(z.enum(["fail", "adopt", "wait"]).optional(), {
    doc:
      "What to do when a device has a job already, since the daemon would run both at once: fail says which; adopt takes it over " +
      "where it is for the same devices and of the same kind; wait submits when it has ended. Default: fail.",
    change: "local",
    default: "fail",
  }),
  cancelReason: field(z.string().min(1).optional(), {
    doc: "What the daemon's log says of a cancel. Default: who cancels.",
    change: "local",
  }),
} satisfies Fields;

export const upgradeJobInputs = {
  mode: field(z.enum(["standalone", "haPair", "downloadOnly"]).optional(), {
    doc:
      "standalone upgrades one device; haPair both members of a pair, the passive one first; downloadOnly puts the images on " +
      "one device and installs nothing. Default: standalone.",
    default: "standalone",
  }),
  serial: optionalSerial("The device, but for a pair."),
  primarySerial: optionalSerial("A member of a pair: its version tells the path."),
  secondarySerial: optionalSerial("The other member."),
  haPairName: field(z.string().min(1).optional(), { doc: "The pair, for people. Default: none." }),
  ...commonInputs,
} satisfies Fields;

export type UpgradeJobInputs = ValuesOf<typeof upgradeJobInputs>;

export const upgradeJobRules: readonly Rule<UpgradeJobInputs>[] = [
  {
    needs: ["mode", "serial", "primarySerial", "secondarySerial", "haPairName"],
    check({ mode, serial, primarySerial, secondarySerial, haPairName }) {
      if (mode !== "haPair") {
        if (primarySerial ?? secondarySerial ?? haPairName)
          return "primarySerial, secondarySerial and haPairName are of a pair: set mode to haPair";
        return serial === undefined ? "serial is missing: which device it is about" : undefined;
      }
      if (serial !== undefined) return "serial is of one device: a pair has primarySerial and secondarySerial";
      if (primarySerial === undefined || secondarySerial === undefined)
        return "a pair has two members: set primarySerial and secondarySerial";
      return primarySerial === secondarySerial ? "primarySerial and secondarySerial are the same device" : undefined;
    },
  },
];

const types = { standalone: "standalone", haPair: "ha_pair", downloadOnly: "download_only" } as const;

/** What an upgrade is, apart from its id. */
export type Work = Omit<JobSpec, "id">;

/** What a program asks for, as the daemon is told. */
export function workOf(inputs: UpgradeJobInputs): Work {
  const { mode = "standalone", serial, primarySerial, secondarySerial, haPairName, dryRun } = inputs;
  const serials = mode === "haPair" ? [primarySerial, secondarySerial] : [serial];
  return { type: types[mode], devices: serials.filter((each) => each !== undefined), haPairName, dryRun };
}

/** What a program would ask for to get such a job. */
export function inputsOf({ type, devices: [first, second], haPairName, dryRun }: JobRecord): Partial<UpgradeJobInputs> {
  const asked = dryRun ? { dryRun } : {};
  if (type !== "ha_pair") {
    return { serial: first, ...(type === "download_only" && { mode: "downloadOnly" as const }), ...asked };
  }
  return { mode: "haPair", primarySerial: first, secondarySerial: second, haPairName, ...asked };
}
