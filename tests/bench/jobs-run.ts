import { mistDevice, mistOrgId } from "../../simulators";
import { MeasuredStack } from "./measured-stack";
import { type Process, watchProcess } from "./memory";
import type { SimulatorProcess } from "./simulator";

/** What waiting for jobs took. */
export interface JobsRun extends Process {
  /** Calls after the job was handed over, and how long that was. */
  waiting?: { calls: number; seconds: number };
  seconds: number;
}

const siteId = "a3000000-0000-4000-8000-000000000001";
/** An access point takes 337 s: this makes it about a minute. */
const upgradeSpeed = 6;
/** A firewall takes about 6 minutes, and the same time is left for what its 50 workers queue. */
const timeScale = 25;
/** A workflow takes 630 s: this makes it about a minute. */
const workflowSpeed = 10;

/** Waits for one job of so many access points, with Mist telling of changes by itself or refusing to. */
export async function runMistJob(simulators: SimulatorProcess, count: number, stream: boolean): Promise<JobsRun> {
  const devices = Array.from({ length: count }, (_, index) =>
    mistDevice("ap", index + 1, { orgId: mistOrgId, siteId, version: "0.14.29313", connected: true }),
  );
  await simulators.beginWithMist(devices, {
    sites: [{ id: siteId, name: "Bench" }],
    variants: { upgradeSpeed, socketHandshake: stream ? "accepted" : "refused" },
  });
  const stack = await MeasuredStack.create("mistJob", simulators, "mist", { serials: [], siteId });
  try {
    const watch = watchProcess(stack.project.pluginDirectory);
    const { requests, seconds } = await stack.up().finally(() => watch.stop());
    const handedOver = requests.findIndex(({ method, path }) => method === "POST" && path.endsWith("/devices/upgrade"));
    const [from, to] = [requests[handedOver], requests.at(-1)].map((entry) => entry?.at ?? 0) as [number, number];
    const calls = requests.length - handedOver - 1;
    return { ...watch.stop(), waiting: { calls, seconds: (to - from) / 1000 }, seconds };
  } finally {
    stack.dispose();
  }
}

/** Waits for so many PAN-OS upgrades that are in flight at once. */
export async function runPanosJobs(simulators: SimulatorProcess, count: number): Promise<JobsRun> {
  const serials = await simulators.beginWithPanos(count, { timeScale, workers: 50 });
  const stack = await MeasuredStack.create("panosJobs", simulators, "panos", { serials });
  try {
    const watch = watchProcess(stack.project.pluginDirectory);
    const { seconds } = await stack.up().finally(() => watch.stop());
    return { ...watch.stop(), seconds };
  } finally {
    stack.dispose();
  }
}

/** Waits for so many workflows of HWAutomation that run at once. */
export async function runWorkflows(simulators: SimulatorProcess, count: number): Promise<JobsRun> {
  await simulators.beginWithHwAutomation({ timeScale: workflowSpeed });
  const serials = Array.from({ length: count }, (_, index) => `bench-${index + 1}`);
  const stack = await MeasuredStack.create("workflows", simulators, "hwautomation", { serials });
  try {
    const watch = watchProcess(stack.project.pluginDirectory);
    const { requests, seconds } = await stack.up().finally(() => watch.stop());
    const handedOver = requests.findLastIndex(({ method }) => method === "POST");
    const [from, to] = [requests[handedOver], requests.at(-1)].map((entry) => entry?.at ?? 0) as [number, number];
    const calls = requests.length - handedOver - 1;
    return { ...watch.stop(), waiting: { calls, seconds: (to - from) / 1000 }, seconds };
  } finally {
    stack.dispose();
  }
}
