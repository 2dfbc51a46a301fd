import { type Mist, type MistOptions, type MistVariants, mistDevice, mistOrgId } from "../../simulators";
import { deviceId, headquarters, MistBench, org, type Row, warehouse } from "./mist-helper";

/** What the devices run at first, and what they are upgraded to. */
export const oldAp = "0.14.29313";
export const newAp = "0.14.30110";
export const oldJunos = "22.4R3-S6.5";
export const newJunos = "23.4R2-S5.7";

/** Seconds from the request to each stage of an access point: see the defaults of the variants. */
export const times = { requested: 2, downloading: 7, downloaded: 147, rebooting: 207, rebooted: 327, upgraded: 337 };

const macOf = (type: Mist.DeviceType, number: number): string => mistDevice(type, number).mac;
export const ap = (number: number): string => macOf("ap", number);
export const sw = (number: number): string => macOf("switch", number);
export const router = (number: number): string => macOf("gateway", number);

export interface Fleet {
  /** Access points at headquarters. */
  aps?: number;
  switches?: number;
  routers?: number;
  /** Access points at the warehouse, numbered on from those at headquarters. */
  elsewhere?: number;
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

function devices({ aps = 0, switches = 0, routers = 0, elsewhere = 0 }: Fleet): Mist.DeviceSeed[] {
  const at = (siteId: string, version: string, rest: Partial<Mist.DeviceSeed> = {}) => ({
    orgId: mistOrgId,
    siteId,
    version,
    ...rest,
  });
  return [
    ...numbers(aps).map((number) => mistDevice("ap", number, at(headquarters, oldAp, { name: `ap-${number}` }))),
    ...numbers(switches).map((number) => mistDevice("switch", number, at(headquarters, oldJunos))),
    ...numbers(routers).map((number) =>
      mistDevice("gateway", number, at(headquarters, "6.2.5-5r2", { model: "SSR120" })),
    ),
    ...numbers(elsewhere).map((number) => mistDevice("ap", aps + number, at(warehouse, oldAp))),
  ];
}

/** Simulators with a fleet to upgrade. */
export function benchWith(
  fleet: Fleet,
  variants: Partial<MistVariants> = {},
  options: MistOptions = {},
): Promise<MistBench> {
  return MistBench.start(variants, { devices: devices(fleet), ...options });
}

export const siteJobs = `/sites/${headquarters}/devices/upgrade`;
export const orgJobs = `${org}/devices/upgrade`;
export const ssrJobs = `${org}/ssr/upgrade`;
export const edgeJobs = `${org}/mxedges/upgrade`;
export const statsOf = (mac: string, site: string = headquarters): string =>
  `/sites/${site}/stats/devices/${deviceId(mac)}`;
export const deviceUpgrade = (mac: string): string => `/sites/${headquarters}/devices/${deviceId(mac)}/upgrade`;

/** Starts a job at headquarters and tells where it is. */
export async function start(bench: MistBench, body: Row = {}): Promise<string> {
  const { upgrade_id: id } = await bench.ok<{ upgrade_id: string }>("POST", siteJobs, { version: newAp, ...body });
  return `${siteJobs}/${id}`;
}

/** Status of a job, and the MACs of the stages that have some. */
export async function state(bench: MistBench, path: string): Promise<Row> {
  const { status, targets } = await bench.get<{ status: string; targets: Row }>(path);
  return { status, ...occupied(targets) };
}

/** Stages that have devices. */
export function occupied(targets: Row): Row {
  const { total, ...lists } = targets;
  return Object.fromEntries(Object.entries(lists).filter(([, macs]) => Array.isArray(macs) && macs.length > 0));
}

/** What was done to a device, in order. */
export function done(bench: MistBench, mac: string): string[] {
  return bench.mist.firmwareActions(mac).map(({ kind, version }) => `${kind} ${version}`);
}

/** What an upgrade from beginning to end does. */
export const once = (version: string): string[] => [`download ${version}`, `install ${version}`, `reboot ${version}`];
