import type { ContractRecord, ContractTerm, Entitlement } from "./types";

const supportTypes: Record<number, string> = {
  1: "Hardware",
  2: "Firmware & General Updates",
  11: "Enhanced Support",
  12: "Telephone Support",
  21: "Advanced Malware Protection",
  22: "NGFW",
  28: "FortiWeb Security Service",
  31: "FortiClient Endpoint Management",
  41: "Web & Video Filtering",
  43: "IP Reputation",
  51: "AntiSpam",
  113: "CPUs",
  118: "GSLB",
  120: "GSLB",
  152: "ADOMs",
  207: "VDOMs",
};

const levels: Record<number, string> = { 5: "Advanced HW", 6: "Web/Online", 20: "Premium" };

const dayMs = 86_400_000;

/** An instant as the API writes it: `YYYY-MM-DDTHH:mm:ss`, in no time zone. */
export function wireDate(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19);
}

/** Midnight of the day, and of the day so many later. */
function period(now: number, days: number): { startDate: string; endDate: string } {
  const start = Math.floor(now / dayMs) * dayMs;
  return { startDate: wireDate(start), endDate: wireDate(start + days * dayMs) };
}

/** An entitlement from today on. */
export function entitlement(support: { type: number; level: number }, now: number, days: number): Entitlement {
  const { type, level } = support;
  return {
    level,
    levelDesc: levels[level] ?? `Level ${level}`,
    type,
    typeDesc: supportTypes[type] ?? `Type ${type}`,
    ...period(now, days),
  };
}

const hardware = { type: 1, level: 5 };
const firmware = { type: 2, level: 6 };
const enhancedSupport = { type: 11, level: 20 };

/** What a registration brings by itself: a year of firmware and support, and of the hardware if there is any. */
export function baseEntitlements(now: number, virtual: boolean): Entitlement[] {
  const supports = virtual ? [firmware, enhancedSupport] : [hardware, firmware, enhancedSupport];
  return supports.map((item) => entitlement(item, now, 365));
}

/** The warranty of new hardware. */
export function baseWarranty(now: number, virtual: boolean): Entitlement[] {
  return virtual ? [] : [entitlement(hardware, now, 365)];
}

/** What a contract brings when it is registered now. */
export function contractSupport(
  contract: ContractRecord,
  now: number,
): { entitlements: Entitlement[]; terms: ContractTerm[] } {
  const entitlements = contract.supports.map((support) => entitlement(support, now, contract.days));
  const terms = entitlements.map(({ startDate, endDate, typeDesc }) => ({ startDate, endDate, supportType: typeDesc }));
  return { entitlements, terms };
}

/** The day on which something of so many days ends. */
export function endDate(now: number, days: number): string {
  return period(now, days).endDate;
}
