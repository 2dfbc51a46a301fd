import type { DeviceSeed, DeviceType, MistSeed, SiteSeed } from "./types";

/** The organisation that seeds and shorthands mean unless another is named. */
export const mistOrgId = "a1000000-0000-4000-8000-000000000001";
/** An organisation that the default credentials can't see. */
export const foreignMistOrgId = "a1000000-0000-4000-8000-000000000002";
/** The MSP that the main organisation belongs to. */
export const mistMspId = "a2000000-0000-4000-8000-000000000001";
/** The two sites of the main organisation, headquarters and warehouse. */
export const mistSiteIds = ["a3000000-0000-4000-8000-000000000001", "a3000000-0000-4000-8000-000000000002"] as const;
/** The site group of the main organisation, with the first of these sites. */
export const mistSiteGroupId = "a4000000-0000-4000-8000-000000000001";

/** A token of the main organisation that may read only. */
export const mistReadOnlyToken = "simRead00000000000000000000000000000000000000ONLY";
/** A token of the admin user, with the user's privileges. */
export const mistUserToken = "simUser00000000000000000000000000000000000000USER";
/** Signs in with `mistTwoFactorCode` as well. */
export const mistTwoFactorEmail = "second-factor@example.com";
export const mistTwoFactorCode = "123456";
/** Can't sign in with a password: their identity provider does it. */
export const mistSsoEmail = "single-sign-on@example.com";

/** An activation code with three access points, numbers 800,001 to 800,003, and a subscription. */
export const mistActivationCode = "SIMULATED-ACTIVATION-1";

interface Series {
  type: DeviceType;
  model: string;
  claimPrefix: string;
  macPrefix: string;
  serialPrefix: string;
}

const series: Record<DeviceType, Series> = {
  ap: { type: "ap", model: "AP45", claimPrefix: "MISTAP", macPrefix: "5c5b35", serialPrefix: "A0709" },
  switch: { type: "switch", model: "EX4100-48P", claimPrefix: "MISTSW", macPrefix: "d420b0", serialPrefix: "FJ412" },
  gateway: { type: "gateway", model: "SRX300", claimPrefix: "MISTGW", macPrefix: "485a0d", serialPrefix: "CV301" },
};

/**
 * The device of a type with this number, always the same one: claim code `MISTAP000000001`, MAC `5c5b35000001`, serial
 * `A070900000001` (switches: MISTSW, d420b0, FJ412; gateways: MISTGW, 485a0d, CV301; MACs count in hex).
 */
export function mistDevice(type: DeviceType, number: number, rest: Partial<DeviceSeed> = {}): DeviceSeed {
  const { model, claimPrefix, macPrefix, serialPrefix } = series[type];
  return {
    type,
    model,
    mac: macPrefix + number.toString(16).padStart(6, "0"),
    serial: serialPrefix + String(number).padStart(8, "0"),
    claimCode: claimPrefix + String(number).padStart(9, "0"),
    ...rest,
  };
}

/** `count` devices fresh from the factory: of every five, three access points, a switch and a gateway, each type numbered from 1. */
export function generateMistDevices(count: number): DeviceSeed[] {
  const kinds: DeviceType[] = ["ap", "ap", "ap", "switch", "gateway"];
  const numbers = { ap: 0, switch: 0, gateway: 0 };
  return Array.from({ length: count }, (_, index) => {
    const type = kinds[index % kinds.length] as DeviceType;
    numbers[type] += 1;
    return mistDevice(type, numbers[type]);
  });
}

/** MAC of the virtual chassis in the warehouse, and of its two members. */
export const mistChassisMac = "020003000001";
export const mistChassisMembers = ["d420b0900001", "d420b0900002"] as const;

/** Devices that aren't fresh: some of the main organisation, one of another, and a virtual chassis. */
function usedDevices(orgId: string): DeviceSeed[] {
  const [headquarters, warehouse] = mistSiteIds;
  const main = { orgId };
  const used = 900_000;
  const member = (mac: string, number: number): DeviceSeed =>
    mistDevice("switch", used + number, {
      ...main,
      mac,
      siteId: warehouse,
      vcMac: mistChassisMac,
      claimCode: `MISTVC00000000${number}`,
    });
  const [first, second] = mistChassisMembers;
  return [
    mistDevice("ap", used + 1, { ...main, siteId: headquarters, name: "hq-ap-1" }),
    mistDevice("ap", used + 2, { ...main, siteId: headquarters, name: "hq-ap-2", connected: false }),
    mistDevice("switch", used + 3, { ...main, siteId: headquarters, name: "hq-switch" }),
    mistDevice("ap", used + 4, { ...main }),
    mistDevice("ap", used + 5, { orgId: foreignMistOrgId }),
    { ...member(mistChassisMac, 0), serial: "VC00000001", claimCode: null, name: "warehouse-chassis" },
    member(first, 1),
    member(second, 2),
  ];
}

/** What the simulated Mist holds unless told otherwise: `deviceCount` fresh devices, those in use if the sites are the usual ones. */
export function defaultMist(
  orgId: string,
  { deviceCount = 40, sites }: { deviceCount?: number; sites?: SiteSeed[] },
): Required<Omit<MistSeed, "users" | "tokens">> {
  const [headquarters, warehouse] = mistSiteIds;
  const ordered = [1, 2, 3].map((number) => mistDevice("ap", 800_000 + number));
  return {
    msps: [{ id: mistMspId, name: "Example Networks" }],
    orgs: [
      { id: orgId, name: "Example Retail", mspId: mistMspId },
      { id: foreignMistOrgId, name: "Somebody Else" },
    ],
    sites: [
      {
        id: headquarters,
        name: "Headquarters",
        data: {
          address: "1 Example Street, Copenhagen",
          country_code: "DK",
          timezone: "Europe/Copenhagen",
          latlng: { lat: 55.676, lng: 12.568 },
          sitegroup_ids: [mistSiteGroupId],
        },
      },
      { id: warehouse, name: "Warehouse", data: { country_code: "DE", timezone: "Europe/Berlin" } },
    ],
    objects: [{ scope: "org", collection: "sitegroups", id: mistSiteGroupId, data: { name: "europe" } }],
    activations: [
      {
        code: mistActivationCode,
        claimCodes: ordered.map(({ claimCode }) => String(claimCode)),
        licenses: [{ type: "SUB-MAN", quantity: 3, start: 1_735_689_600, end: 1_893_456_000 }],
      },
    ],
    devices: [...generateMistDevices(deviceCount), ...ordered, ...(sites === undefined ? usedDevices(orgId) : [])],
  };
}
