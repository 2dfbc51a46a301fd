import type { EffectKind } from "./types";

/** A part of a step. */
export interface SubTaskPlan {
  name: string;
  /** What it does to the server, as soon as it begins. */
  effect?: EffectKind;
}

/** A step of a workflow of the profile doc. */
export interface StepPlan {
  name: string;
  seconds: number;
  subTasks: SubTaskPlan[];
}

/** The seven steps of a provisioning workflow. */
export const standardSteps: readonly StepPlan[] = [
  {
    name: "MaaS Commissioning",
    seconds: 300,
    subTasks: [
      { name: "Starting commissioning", effect: "commission" },
      { name: "Waiting for the machine to be ready" },
    ],
  },
  {
    name: "IP Address Retrieval",
    seconds: 30,
    subTasks: [{ name: "Reading the machine's addresses" }, { name: "Testing the connection" }],
  },
  {
    name: "BIOS Configuration Pull",
    seconds: 60,
    subTasks: [{ name: "Connecting to the server" }, { name: "Reading BIOS settings" }],
  },
  {
    name: "BIOS Configuration Changes",
    seconds: 30,
    subTasks: [{ name: "Loading BIOS template" }, { name: "Merging preserved settings" }],
  },
  {
    name: "BIOS Configuration",
    seconds: 120,
    subTasks: [{ name: "Applying BIOS template", effect: "biosApply" }, { name: "Verifying BIOS settings" }],
  },
  {
    name: "IPMI Configuration",
    seconds: 60,
    subTasks: [{ name: "Setting the IPMI address", effect: "ipmiConfigure" }, { name: "Testing IPMI" }],
  },
  {
    name: "Finalization",
    seconds: 30,
    subTasks: [{ name: "Updating the database" }, { name: "Tagging the machine" }],
  },
];

/** The six steps of one that starts with the firmware. */
export const firmwareFirstSteps: readonly StepPlan[] = [
  {
    name: "Pre-flight Validation",
    seconds: 30,
    subTasks: [{ name: "Testing the connection" }, { name: "Checking the power state" }],
  },
  {
    name: "Firmware Analysis",
    seconds: 60,
    subTasks: [{ name: "Reading firmware versions" }, { name: "Comparing with the repository" }],
  },
  {
    name: "Firmware Update",
    seconds: 600,
    subTasks: [{ name: "Updating firmware", effect: "firmwareFlash" }, { name: "Verifying firmware" }],
  },
  {
    name: "System Reboot",
    seconds: 180,
    subTasks: [{ name: "Restarting the server" }, { name: "Waiting for the server" }],
  },
  {
    name: "BIOS Configuration",
    seconds: 120,
    subTasks: [{ name: "Applying BIOS template", effect: "biosApply" }, { name: "Verifying BIOS settings" }],
  },
  {
    name: "Final Validation",
    seconds: 30,
    subTasks: [{ name: "Checking firmware versions" }, { name: "Updating the database" }],
  },
];
