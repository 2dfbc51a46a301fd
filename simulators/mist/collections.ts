import { isObject } from "../core/http";
import { zeroId } from "./ids";
import type { Body, Scope } from "./types";

/** Why a body is refused. */
export interface Problem {
  detail: string;
  reason?: string;
}

/** One kind of objects with list, create, read, update and delete. */
export interface Collection {
  /** Last part of its path. */
  name: string;
  scopes: Scope[];
  /** Keys that an object must have. */
  required?: string[];
  /** Values of keys that nobody has set. */
  defaults?: Body;
  /** The same for keys inside of an object that was written. */
  nestedDefaults?: Record<string, Body>;
  /** Read-only links that are signed anew whenever the object is shown. */
  signedUrls?: string[];
  /** Whether objects tell by `for_site` what they belong to. */
  forSite?: boolean;
  /** Whether a list always has everything, without pages. */
  unpaged?: boolean;
  /** Keys of which only the zero id takes the value away; null and a minus count for nothing. */
  clearedByZero?: string[];
  /** Keys that a list can be filtered by. */
  filters?: string[];
  /** A rule beyond required keys, over the whole object after the change. */
  check?(data: Body, scope: Scope): Problem | undefined;
}

/** Topics that a webhook of an organisation may have; those of a site may have others. */
export const orgWebhookTopics = [
  "alarms",
  "audits",
  "client-info",
  "client-join",
  "client-sessions",
  "device-events",
  "device-updowns",
  "mxedge-events",
];

const tunnel = { hello_interval: 60, hello_retries: 7, mtu: 0 };

/** What `switch_mgmt`, in a template or a setting, has where nobody has set it. */
export const switchManagement = { ap_affinity_threshold: 10, config_revert_timer: 10, mxedge_proxy_port: "2222" };

/** The standard collections: 41 of an organisation, 15 of a site, 3 of an MSP. */
export const collections: readonly Collection[] = [
  { name: "aamwprofiles", scopes: ["org"], unpaged: true },
  { name: "alarmtemplates", scopes: ["org"], required: ["delivery", "rules"] },
  { name: "apitokens", scopes: ["org"], required: ["name"], unpaged: true, check: checkToken },
  { name: "aptemplates", scopes: ["org"], required: ["ap_matching"], forSite: true },
  { name: "assetfilters", scopes: ["org", "site"], required: ["name"], forSite: true, defaults: { disabled: false } },
  { name: "assets", scopes: ["org", "site"], required: ["name", "mac"], forSite: true },
  { name: "avprofiles", scopes: ["org"], required: ["name"], defaults: { max_filesize: 10_000 } },
  { name: "beacons", scopes: ["site"], forSite: true, defaults: { power: -12, type: "eddystone-uid" } },
  { name: "deviceprofiles", scopes: ["org"], filters: ["type"], check: checkDeviceProfile },
  { name: "evpn_topologies", scopes: ["org", "site"], required: ["switches"] },
  {
    name: "gatewaytemplates",
    scopes: ["org"],
    required: ["name"],
    defaults: { type: "standalone", dnsOverride: false, ntpOverride: false },
  },
  { name: "idpprofiles", scopes: ["org"] },
  {
    name: "maps",
    scopes: ["site"],
    forSite: true,
    defaults: { type: "image", orientation: 0, locked: false },
    signedUrls: ["url", "thumbnail_url"],
  },
  { name: "marvisinvites", scopes: ["org"], unpaged: true, defaults: { disabled: false } },
  { name: "mxclusters", scopes: ["org"], forSite: true, defaults: { tunterm_hosts_selection: "shuffle" } },
  {
    name: "mxedges",
    scopes: ["org"],
    required: ["model", "name"],
    forSite: true,
    defaults: { mxcluster_id: zeroId },
    clearedByZero: ["mxcluster_id"],
  },
  { name: "mxtunnels", scopes: ["org"], forSite: true, defaults: { ...tunnel, protocol: "udp" } },
  { name: "nacportals", scopes: ["org"], defaults: { access_type: "wireless" }, signedUrls: ["thumbnail_url"] },
  { name: "nacrules", scopes: ["org"], required: ["action", "name"], defaults: { enabled: true } },
  {
    name: "nactags",
    scopes: ["org"],
    required: ["name", "type"],
    filters: ["type", "name", "match"],
    defaults: { allow_usermac_override: false, match_all: false },
  },
  { name: "networks", scopes: ["org"], required: ["name"], defaults: { disallow_mist_services: false } },
  {
    name: "networktemplates",
    scopes: ["org"],
    defaults: { remove_existing_configs: false },
    nestedDefaults: { switch_mgmt: switchManagement },
    check: checkSwitchRules,
  },
  { name: "orggroups", scopes: ["msp"], required: ["name"], unpaged: true },
  { name: "orgs", scopes: ["msp"], required: ["name"], unpaged: true },
  {
    name: "pskportals",
    scopes: ["org"],
    required: ["name", "ssid"],
    defaults: { auth: "sso", max_usage: 0, notify_on_create_or_edit: false },
  },
  {
    name: "psks",
    scopes: ["org", "site"],
    required: ["name", "ssid", "passphrase"],
    filters: ["name", "ssid", "role"],
    defaults: { usage: "multi", max_usage: 0, expire_time: null, notify_expiry: false },
    check: checkPsk,
  },
  { name: "rfdiags", scopes: ["site"], required: ["name", "type"], defaults: { duration: 180 } },
  { name: "rftemplates", scopes: ["org"], required: ["name"], forSite: true },
  { name: "rssizones", scopes: ["site"], required: ["devices"], forSite: true },
  { name: "sdkinvites", scopes: ["org"], required: ["name"], unpaged: true, defaults: { enabled: true } },
  { name: "sdktemplates", scopes: ["org"], required: ["name"], unpaged: true, forSite: true },
  { name: "secintelprofiles", scopes: ["org"], unpaged: true },
  { name: "secpolicies", scopes: ["org"] },
  { name: "servicepolicies", scopes: ["org"] },
  { name: "services", scopes: ["org"], defaults: { type: "custom", traffic_type: "data_best_effort" } },
  { name: "sitegroups", scopes: ["org"], required: ["name"] },
  { name: "sitetemplates", scopes: ["org"] },
  { name: "ssoroles", scopes: ["org"], required: ["name", "privileges"], forSite: true },
  { name: "ssos", scopes: ["org", "msp"], required: ["name"], defaults: { idp_type: "saml", nameid_format: "email" } },
  { name: "templates", scopes: ["org"], required: ["name"] },
  { name: "usermacs", scopes: ["org"], required: ["mac"], filters: ["mac"] },
  { name: "vbeacons", scopes: ["site"], forSite: true, defaults: { power: 4, power_mode: "default" } },
  { name: "vpns", scopes: ["org"], required: ["name", "paths"], defaults: { type: "hub_spoke" } },
  {
    name: "webhooks",
    scopes: ["org", "site"],
    forSite: true,
    defaults: { type: "http-post", enabled: true, verify_cert: true, single_event_per_message: false },
    check: checkWebhook,
  },
  {
    name: "wlans",
    scopes: ["org", "site"],
    required: ["ssid"],
    forSite: true,
    defaults: {
      enabled: true,
      interface: "all",
      bands: ["24", "5", "6"],
      isolation: false,
      l2_isolation: false,
      allow_mdns: false,
      allow_ssdp: false,
      roam_mode: "NONE",
      vlan_enabled: false,
    },
    nestedDefaults: {
      auth: { eap_reauth: false, enable_mac_auth: false, multi_psk_only: false },
      portal: { enabled: false, auth: "none", expire: 1_440, bypass_when_cloud_down: false },
    },
    signedUrls: ["portal_template_url", "portal_image", "thumbnail"],
  },
  { name: "wxrules", scopes: ["org", "site"], required: ["order"], forSite: true, defaults: { enabled: true } },
  { name: "wxtags", scopes: ["org", "site"], required: ["name", "type"], forSite: true, defaults: { op: "in" } },
  { name: "wxtunnels", scopes: ["org", "site"], required: ["name"], forSite: true, defaults: { ...tunnel } },
  { name: "zones", scopes: ["site"], forSite: true },
];

/** A collection of a scope; throws when there is none. */
export function collectionOf(scope: Scope, name: string): Collection {
  const found = collections.find((collection) => collection.name === name && collection.scopes.includes(scope));
  if (!found) throw new Error(`There is no collection ${name} in scope ${scope}.`);
  return found;
}

/** What is wrong with an object as a whole. */
export function problemOf(collection: Collection, data: Body, scope: Scope): Problem | undefined {
  const missing = collection.required?.find((key) => data[key] === undefined || data[key] === null || data[key] === "");
  if (missing !== undefined) return { detail: `invalid field: ${missing}`, reason: `${missing} is required` };
  return collection.check?.(data, scope);
}

/** Rules of switch templates, which a site's setting can hold too: the one named default comes last. */
export function checkSwitchRules(data: Body): Problem | undefined {
  const rules = isObject(data.switch_matching) ? data.switch_matching.rules : undefined;
  if (!Array.isArray(rules)) return undefined;
  const index = rules.findIndex((rule) => isObject(rule) && rule.name === "default");
  if (index < 0 || index === rules.length - 1) return undefined;
  return { detail: "invalid field: switch_matching", reason: "the rule named default must be the last one" };
}

function checkPsk({ passphrase, macs }: Body): Problem | undefined {
  const text = String(passphrase);
  if (!/^[0-9a-f]{64}$/i.test(text) && (text.length < 8 || text.length > 63))
    return { detail: "invalid field: passphrase", reason: "passphrase must be 8-63 characters or 64 hex digits" };
  if (Array.isArray(macs) && macs.length > 5_000)
    return { detail: "invalid field: macs", reason: "at most 5000 macs are allowed" };
  return undefined;
}

function checkWebhook({ topics, assetfilter_ids: filters }: Body, scope: Scope): Problem | undefined {
  if (scope !== "org") return undefined;
  const detail = "invalid field: topics";
  if (Array.isArray(filters) && filters.length > 0)
    return { detail, reason: "filtered asset webhooks must be associated with a site" };
  const bad = Array.isArray(topics) ? topics.find((topic) => !orgWebhookTopics.includes(topic)) : undefined;
  return bad === undefined ? undefined : { detail, reason: `topic ${bad} is not supported for org webhooks` };
}

function checkToken({ privileges, src_ips: addresses }: Body): Problem | undefined {
  for (const [field, list] of Object.entries({ privileges, src_ips: addresses }))
    if (Array.isArray(list) && list.length > 10)
      return { detail: `invalid field: ${field}`, reason: "at most 10 are allowed" };
  return undefined;
}

function checkDeviceProfile({ type, name }: Body): Problem | undefined {
  if (!["ap", "switch", "gateway"].includes(String(type)))
    return { detail: "invalid field: type", reason: "type must be ap, switch or gateway" };
  if (type !== "ap" && !name) return { detail: "invalid field: name", reason: "name is required" };
  return undefined;
}
