import { z } from "zod";
import { jsonBody, param, type Route, SimFailure, type SimReply, type SimRequest } from "../core/http";
import { variantRoutes } from "../core/variants";
import { controlSettings } from "./control-settings";
import { forticareControl } from "./forticare/control";
import type { FortinetSimulator } from "./simulator";
import type { ApiUserSeed, DeviceRecord, DeviceSeed } from "./types";
import { changeVariants, variantSchema } from "./variants";

const text = z.string().nullable();
const integer = z.number().int().nullable();

const deviceFields = z.strictObject({
  deviceType: z.string(),
  provisionStatus: z.enum(["provisioned", "unprovisioned", "hidden", "incomplete"]),
  provisionTarget: text,
  region: text,
  externalControllerSn: text,
  externalControllerIp: text,
  platform: text,
  firmwareProfile: text,
  fortiManagerOid: integer,
  scriptOid: integer,
  useDefaultScript: z.boolean().nullable(),
  provisioningTimestamp: integer,
  provisioningCompleteTimestamp: integer,
  provisionSubStatus: text,
  message: text,
  availableRegions: z.string(),
  model: text,
  virtual: z.boolean(),
  onlineAfterSeconds: z.number().min(0).nullable(),
});

const change: z.ZodType<Partial<DeviceRecord>> = deviceFields.partial();

const seeds: z.ZodType<DeviceSeed[]> = z.array(
  deviceFields.partial().extend({
    deviceSN: z.string().min(1),
    deviceType: z.string().min(1),
    availableRegions: z.union([z.string(), z.array(z.string())]).optional(),
  }),
);

const user: z.ZodType<ApiUserSeed> = z.strictObject({
  apiId: z.string().min(1),
  password: z.string().min(1),
  account: z.string().optional(),
  type: z.enum(["local", "organization"]).optional(),
  readOnly: z.boolean().optional(),
  assetManagement: z.boolean().optional(),
  scope: z.array(z.string()).nullable().optional(),
});

const online = z.strictObject({ provisioningSeconds: z.number().min(0).optional() });

/** The part of the control endpoint that steers the Fortinet simulators. `?account=` selects another account. */
export function fortinetControl(fortinet: FortinetSimulator): Route[] {
  const account = (request: SimRequest): string | undefined => {
    const name = request.query.get("account") ?? undefined;
    if (name !== undefined && !fortinet.accounts.has(name)) throw new SimFailure(404, `There is no account ${name}`);
    return name;
  };
  const known = (request: SimRequest): string => {
    const serial = param(request, "sn");
    if (!fortinet.account(account(request)).find(serial)) throw new SimFailure(404, `There is no device ${serial}`);
    return serial;
  };
  const devices = (request: SimRequest): SimReply => ok([...fortinet.account(account(request)).devices.values()]);

  return [
    ...variantRoutes({
      path: "/fortinet/variants",
      service: "sign-in and FortiZTP",
      example: '{"putStatus": 204}',
      schema: variantSchema,
      variants: fortinet.variants,
      change: (change) => changeVariants(fortinet.variants, change),
    }),
    { method: "GET", path: "/fortinet/devices", doc: "Devices as the simulator holds them", handle: devices },
    {
      method: "PUT",
      path: "/fortinet/devices",
      doc: "Replace all devices: an array of at least {deviceSN, deviceType}",
      handle(request) {
        fortinet.account(account(request)).replaceDevices(seeds.parse(jsonBody(request)));
        return devices(request);
      },
    },
    {
      method: "POST",
      path: "/fortinet/devices",
      doc: "Add devices, or replace those with the same serial",
      handle(request) {
        fortinet.seed(seeds.parse(jsonBody(request)), account(request));
        return devices(request);
      },
    },
    {
      method: "GET",
      path: "/fortinet/devices/{sn}",
      doc: "One device as the simulator holds it",
      handle: (request) => ok(fortinet.device(known(request), account(request))),
    },
    {
      method: "PATCH",
      path: "/fortinet/devices/{sn}",
      doc: 'Change a device behind the API\'s back, for example {"provisionStatus": "hidden"}',
      handle: (request) => ok(fortinet.patch(known(request), change.parse(jsonBody(request)), account(request))),
    },
    {
      method: "DELETE",
      path: "/fortinet/devices/{sn}",
      doc: "Take a device out of the account",
      handle(request) {
        const inventory = fortinet.account(account(request));
        inventory.removeDevice(known(request));
        return { status: 204 };
      },
    },
    {
      method: "POST",
      path: "/fortinet/devices/{sn}/online",
      doc: 'The device calls home; optional {"provisioningSeconds": 0} until it is provisioned',
      handle(request) {
        const { provisioningSeconds } = online.parse(jsonBody(request) ?? {});
        return ok(fortinet.setOnline(known(request), { provisioningSeconds, account: account(request) }));
      },
    },
    {
      method: "POST",
      path: "/fortinet/devices/{sn}/unprovision",
      doc: "Clear the device's assignment, as somebody in the portal would",
      handle: (request) => ok(fortinet.unprovision(known(request), account(request))),
    },
    ...controlSettings((request) => fortinet.account(account(request))),
    {
      method: "GET",
      path: "/fortinet/users",
      doc: "API users with their passwords",
      handle: () => ok([...fortinet.users.values()]),
    },
    {
      method: "POST",
      path: "/fortinet/users",
      doc: 'Add or replace an API user: {"apiId", "password", "account"?, "type"?: "local"|"organization", "readOnly"?, "assetManagement"?, "scope"?: [account]}',
      handle(request) {
        const seed = user.parse(jsonBody(request));
        for (const name of [...(seed.account === undefined ? [] : [seed.account]), ...(seed.scope ?? [])])
          if (!fortinet.accounts.has(name)) throw new SimFailure(404, `There is no account ${name}`);
        return ok(fortinet.addUser(seed));
      },
    },
    {
      method: "DELETE",
      path: "/fortinet/tokens",
      doc: "Forget every token, refresh tokens too",
      handle() {
        fortinet.tokens.clear();
        return { status: 204 };
      },
    },
    ...forticareControl(fortinet.forticare),
  ];
}

function ok(json: unknown): SimReply {
  return { status: 200, json };
}
