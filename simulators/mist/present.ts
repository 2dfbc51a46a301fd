import { isObject } from "../core/http";
import { opaque } from "./accounts";
import { switchManagement } from "./collections";
import { merged, seconds } from "./merge";
import type { Body, Entry, Org, Site } from "./types";
import type { MistVariants } from "./variants";
import type { MistWorld } from "./world";

/** What an entry looks like: defaults, what was written, and what the service adds. */
export function shown(
  entry: Pick<Entry, "data" | "createdAt" | "modifiedAt">,
  variants: MistVariants,
  extra: {
    defaults?: Body;
    nestedDefaults?: Record<string, Body>;
    signedUrls?: readonly string[];
    decoration?: Body;
  },
): Body {
  const { defaults = {}, nestedDefaults = {}, signedUrls = [], decoration = {} } = extra;
  const data = variants.defaults === "shown" ? { ...defaults, ...entry.data } : { ...entry.data };
  for (const [key, inside] of Object.entries(nestedDefaults))
    if (variants.nestedDefaults === "shown" && isObject(data[key])) data[key] = { ...inside, ...data[key] };
  return {
    ...normalised(data, variants),
    ...(variants.signedUrls === "rotating" ? Object.fromEntries(signedUrls.map((name) => [name, signed(name)])) : {}),
    ...decoration,
    created_time: seconds(entry.createdAt),
    modified_time: seconds(entry.modifiedAt),
  };
}

function normalised(data: Body, variants: MistVariants): Body {
  const entries = Object.entries(data).map(([key, value]): [string, unknown] => {
    if (value === null) return [key, as(variants.nulls, value)];
    if (value === false) return [key, as(variants.falses, value)];
    if (Array.isArray(value) && value.length === 0) return [key, as(variants.emptyLists, value)];
    return [key, key === "vlan_id" ? vlanId(value, variants) : value];
  });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function as(form: "asWritten" | "null" | "absent", value: unknown): unknown {
  return { asWritten: value, null: null, absent: undefined }[form];
}

function vlanId(value: unknown, { vlanIds }: MistVariants): unknown {
  if (vlanIds === "text") return String(value);
  return vlanIds === "number" && /^\d+$/.test(String(value)) ? Number(value) : value;
}

/** A link to a file, with a signature that is another one every time. */
function signed(name: string): string {
  const header = Buffer.from('{"alg":"HS256"}').toString("base64url");
  return `https://storage.example.invalid/${name}?jwt=${header}.${opaque()}.${opaque()}`;
}

/** Ids on a site that are null while no template is chosen. */
export const templateIds = [
  "alarmtemplate_id",
  "aptemplate_id",
  "gatewaytemplate_id",
  "networktemplate_id",
  "rftemplate_id",
  "routertemplate_id",
  "secpolicy_id",
  "sitetemplate_id",
];

const siteDefaults: Body = { timezone: "UTC", ...Object.fromEntries(templateIds.map((name) => [name, null])) };

export function shownSite(site: Site, world: MistWorld): Body {
  const groups = { sitegroup_ids: world.siteGroupIds(site.id) };
  const { data } = site;
  const timezone = typeof data.timezone === "string" ? data.timezone : "UTC";
  return shown({ ...site, data: merged(data, groups) }, world.variants, {
    defaults: siteDefaults,
    decoration: { id: site.id, org_id: site.orgId, tzoffset: offsetOf(timezone, world.clock.now()) },
  });
}

/** Minutes by which a time zone is ahead of UTC; 0 for one that there isn't. */
export function offsetOf(timeZone: string, now: number): number {
  try {
    const parts = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" }).formatToParts(now);
    const name = parts.find(({ type }) => type === "timeZoneName")?.value ?? "";
    const [, sign, hours, minutes] = /([+-])(\d+):(\d+)/.exec(name) ?? [];
    return (sign === "-" ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0));
  } catch {
    return 0;
  }
}

const settingDefaults: Body = {
  ap_updown_threshold: 0,
  device_updown_threshold: 0,
  gateway_updown_threshold: 0,
  switch_updown_threshold: 0,
};

export function shownOrgSetting(org: Org, variants: MistVariants): Body {
  return shown(org.setting, variants, {
    defaults: { ...settingDefaults, ui_idle_timeout: 0, disable_remote_shell: false, disable_pcap: false },
    signedUrls: ["blacklist_url"],
    decoration: { id: org.setting.id, org_id: org.id },
  });
}

export function shownSiteSetting(site: Site, variants: MistVariants): Body {
  return shown(site.setting, variants, {
    defaults: {
      ...settingDefaults,
      auto_upgrade: { enabled: false },
      auto_upgrade_linecard: true,
      config_auto_revert: false,
      persist_config_on_device: false,
    },
    nestedDefaults: { switch_mgmt: switchManagement },
    signedUrls: ["blacklist_url", "whitelist_url", "watched_station_url"],
    decoration: { id: site.setting.id, org_id: site.orgId, site_id: site.id, for_site: true },
  });
}

export function shownOrg(org: Org, world: MistWorld): Body {
  const msp = org.mspId === null ? {} : { msp_id: org.mspId, msp_name: world.msps.get(org.mspId)?.name };
  return shown(org, world.variants, {
    defaults: { alarmtemplate_id: null, allow_mist: true, session_expiry: 1_440, orggroup_ids: [] },
    decoration: { id: org.id, ...msp },
  });
}
