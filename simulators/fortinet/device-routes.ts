import { jsonBody, param, type Route, type SimReply, type SimRequest } from "../core/http";
import type { Inventory } from "./inventory";
import { presentDevice, presentList } from "./present";
import type { DeviceRecord } from "./types";
import { type PlannedWrite, planWrite, type Refusal, unknownSerial } from "./writes";
import type { ZtpContext } from "./ztp";

/** List, read and write of devices. */
export function deviceRoutes(context: ZtpContext): Route[] {
  const { variants, fail } = context;

  const refusal = (reason: Refusal, unknownStatus: number): SimReply =>
    fail(reason.unknownSerial ? unknownStatus : 400, reason.description);

  const written = (inventory: Inventory, records: DeviceRecord[], bulk: boolean): SimReply => {
    const status = variants.putStatus;
    if (status === 204 || variants.putBody === "empty") return { status };
    if (variants.putBody === "message") return { status, json: { status: "success", message: "ok" } };
    const devices = records.map((record) => presentDevice(record, inventory, variants));
    return { status, json: bulk ? devices : devices[0] };
  };

  return [
    {
      method: "GET",
      path: "/v2/devices",
      handle(request) {
        const inventory = context.inventory(request);
        const hasCache = variants.cache !== "none" && inventory.snapshot !== undefined;
        const source = readFrom(context, request, inventory);
        if (source === "live" && (variants.cache === "live" || (variants.cache === "frozen" && !inventory.snapshot)))
          inventory.takeSnapshot();
        const records = source === "live" ? inventory.devices : source;
        const all = [...records.values()].map((record) => presentDevice(record, inventory, variants));
        const wanted = filters(context, request.query);
        const devices = all.filter((device) => wanted.every((matches) => matches(device)));
        return { status: 200, json: { ...presentList("devices", devices, all.length, variants), hasCache } };
      },
    },
    {
      method: "PUT",
      path: "/v2/devices",
      handle(request) {
        const inventory = context.inventory(request);
        const body = jsonBody(request);
        if (!Array.isArray(body)) return fail(400, "The request body must be an array of devices");
        if (body.length === 0) return fail(400, "The request body holds no device");
        const maximum = variants.bulkMaximum;
        if (maximum > 0 && body.length > maximum) return fail(400, `At most ${maximum} devices can be written at once`);
        const planned: PlannedWrite[] = [];
        let problem: Refusal | undefined;
        for (const unit of body) {
          const plan = distinct(planWrite(unit, undefined, inventory, variants), planned);
          if ("record" in plan) planned.push(plan);
          else problem ??= plan;
          if (problem && variants.bulkOnError !== "partial") break;
        }
        if (!problem || variants.bulkOnError !== "atomic") for (const plan of planned) apply(plan, inventory);
        if (problem) return refusal(problem, variants.unknownSerialOnPut);
        return written(
          inventory,
          planned.map((plan) => plan.record),
          true,
        );
      },
    },
    {
      method: "GET",
      path: "/v2/devices/{deviceSN}",
      handle(request) {
        const inventory = context.inventory(request);
        const serial = param(request, "deviceSN");
        const live = inventory.find(serial);
        const source = readFrom(context, request, inventory);
        const cached = source === "live" ? undefined : source.get(live?.deviceSN ?? serial);
        const record = cached ?? live;
        if (!record) return refusal(unknownSerial(serial), variants.unknownSerialOnGet);
        return { status: 200, json: presentDevice(record, inventory, variants) };
      },
    },
    {
      method: "PUT",
      path: "/v2/devices/{deviceSN}",
      handle(request) {
        const inventory = context.inventory(request);
        const plan = planWrite(jsonBody(request), param(request, "deviceSN"), inventory, variants);
        if (!("record" in plan)) return refusal(plan, variants.unknownSerialOnPut);
        apply(plan, inventory);
        return written(inventory, [plan.record], false);
      },
    },
  ];
}

function apply(plan: PlannedWrite, inventory: Inventory): void {
  if (plan.action === "provision") inventory.provision(plan.record, plan.target);
  if (plan.action === "unprovision") inventory.unprovision(plan.record);
}

function distinct(plan: PlannedWrite | Refusal, earlier: PlannedWrite[]): PlannedWrite | Refusal {
  if (!("record" in plan) || !earlier.some((other) => other.record === plan.record)) return plan;
  return { description: `Device ${plan.record.deviceSN} occurs twice in the request` };
}

/** Where a read looks: the live devices or the snapshot, which a cached read needs to exist. */
function readFrom(context: ZtpContext, request: SimRequest, inventory: Inventory): "live" | Map<string, DeviceRecord> {
  const { cache, cacheDefault } = context.variants;
  const useCache = request.query.get("useCache")?.toLowerCase();
  const cached = useCache === "true" || (useCache !== "false" && cacheDefault === "cached");
  return (cached && cache !== "none" && inventory.snapshot) || "live";
}

interface Filterable {
  deviceSN: string;
  deviceType: string;
  provisionStatus: string;
}

/** The list's filters, which add up. An empty parameter is no filter. */
function filters(context: ZtpContext, query: URLSearchParams): Array<(device: Filterable) => boolean> {
  const fold = (text: string): string => (context.variants.letterCase === "sensitive" ? text : text.toUpperCase());
  const conditions: Array<(device: Filterable) => boolean> = [];
  const status = query.get("provisionStatus");
  if (status) conditions.push((device) => device.provisionStatus === status);
  const type = query.get("deviceType");
  if (type) conditions.push((device) => device.deviceType === type);
  const serials = query.get("deviceSN");
  if (serials) {
    const wanted = new Set(serials.split(",").map((serial) => fold(serial.trim())));
    conditions.push((device) => wanted.has(fold(device.deviceSN)));
  }
  return conditions;
}
