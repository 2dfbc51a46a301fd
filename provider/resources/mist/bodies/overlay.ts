import { isMac, normalizeMac } from "../../../clients/mist/normal";
import { isSecretKey as isSecretName } from "../../../clients/mist/secrets";
import type { FieldOptions } from "../../../core/shape";
import type { Schema } from "./schema";

/** What is known of Mist's bodies beyond its OpenAPI description. */

/** Keys that are newer than the description, by schema. */
export const addedKeys: { [schema: string]: { [key: string]: Schema } } = {
  site: { routertemplate_id: { type: "string" } },
  psk: { vlan_name: { type: "string" } },
  site_setting: {
    allow_mist: { type: "boolean" },
    ap_synthetic_test: { type: "object" },
    iotproxy: { type: "object" },
    mist_nacedge: { type: "object" },
    mxedge_mgmt: { $ref: "mxedge_mgmt" },
    vars_annotations: { type: "object" },
  },
};

/** Keys that nobody can leave out in practice, though the description does not say so. */
export const requiredKeys: { [schema: string]: readonly string[] } = {
  alarm_template: ["name"],
  deviceprofile_ap: ["name"],
  network_template: ["name"],
  webhook: ["name", "topics", "url"],
};

/** Keys that only an object of its own needs: elsewhere the same schema describes a part of something. */
export const titleKeys: { [schema: string]: readonly string[] } = { gateway_template: ["name"] };

/** Keys that the description calls read-only, though nothing but programs could write them. */
export const writableKeys: { [schema: string]: readonly string[] } = {
  deviceprofile_switch: ["type"],
  rssi_zone_device: ["device_id"],
  sdkinvite: ["site_id"],
  template_applies: ["org_id"],
  zone: ["map_id"],
};

/** Addresses that are signed anew with every read, and facts of the service alone, whatever they stand in. */
const serviceKeys: ReadonlySet<string> = new Set([
  ...["image1_url", "image2_url", "image3_url", "portal_image", "portal_template_url", "thumbnail", "tzoffset"],
  ...["blacklist_url", "watched_station_url", "whitelist_url"],
]);

/** Keys that other resources manage, by schema. */
const foreignKeys: { [schema: string]: readonly string[] } = {
  // Sites say which groups they are in.
  sitegroup: ["site_ids"],
  // Profiles are assigned by calls of their own.
  device_switch: ["deviceprofile_id"],
  device_gateway: ["deviceprofile_id"],
};

/** Whether a key is not for programs. */
export function isOmitted(schema: string, key: string, readOnly: boolean): boolean {
  if (readOnly && !writableKeys[schema]?.includes(key)) return true;
  return serviceKeys.has(key) || (foreignKeys[schema]?.includes(key) ?? false);
}

/** Keys whose names sound like secrets and are none. `vars` are shown, and those that a program marks are kept. */
const openKeys = new Set(["app_probing_custom_app.key"]);

/** Whether a key holds a secret: texts, and lists and maps of texts. */
export function isSecretKey(schema: string, key: string): boolean {
  return key !== "vars" && isSecretName(key) && !openKeys.has(`${schema}.${key}`);
}

/** Keys that Mist takes when an object is made and never again. */
export const immutableKeys: { [schema: string]: readonly string[] } = { org_apitoken: ["src_ips"] };

/** Lists whose order says nothing. */
export function isSet(key: string): boolean {
  return /(^|_)(bands|ids|macs|nactags|ssids|tags|topics|wxtags)$/.test(key);
}

/** The form in which two spellings of a key's values are compared, where there are several. */
export function canonicalOf(key: string): ((value: string) => string) | undefined {
  if (!/^(macs?|mac_address(es)?|inventory_mac)$/.test(key)) return undefined;
  // What stands for an address, such as a variable, is left as it is.
  return (value) => (isMac(value) ? normalizeMac(value) : value);
}

/** What the ids in a key usually are, so that an import refers to them. */
export function referenceOf(schema: string, key: string): FieldOptions["references"] {
  const type = key === "template_id" ? (schema === "wlan" ? "WlanTemplate" : undefined) : referredTypes[key];
  return type === undefined ? undefined : `mist:${type}.id`;
}

const referredTypes: { [key: string]: string } = {
  alarmtemplate_id: "AlarmTemplate",
  deviceprofile_id: "DeviceProfile",
  deviceprofile_ids: "DeviceProfile",
  gatewaytemplate_id: "GatewayTemplate",
  networktemplate_id: "NetworkTemplate",
  rftemplate_id: "RfTemplate",
  site_ids: "Site",
  sitegroup_ids: "SiteGroup",
};

/** What the most used keys mean: `schema.key`, or the key alone where it means the same everywhere. */
export const docs: { [key: string]: string } = {
  name: "Its name.",
  notes: "Free text.",
  "site.address": "The postal address.",
  "site.alarmtemplate_id": "The alarm template of the site.",
  "site.aptemplate_id": "The access point template of the site.",
  "site.country_code": "The country, two letters (ISO 3166-1): it decides which radio channels are allowed.",
  "site.gatewaytemplate_id": "The gateway template of the site.",
  "site.latlng": "Where the site is on the map.",
  "site.networktemplate_id": "The switch template of the site.",
  "site.rftemplate_id": "The radio template of the site.",
  "site.routertemplate_id": "The router template of the site.",
  "site.secpolicy_id": "The security policy of the site.",
  "site.sitegroup_ids": "The groups that the site belongs to.",
  "site.sitetemplate_id": "The site template of the site.",
  "site.timezone": "The time zone, as the IANA database names it. Default: UTC.",
  vars: "Variables of templates, by name: {{name}} in a template stands for the value.",
  port_usages: "Port profiles by name, as port_config refers to them.",
  port_config: "The configuration of ports, by port name or range, such as ge-0/0/0-3.",
  networks: "VLANs by name, as port profiles refer to them.",
  switch_matching: "Rules by which switches get a role; a rule named default must be the last.",
  "wlan.ssid": "The name of the wireless network.",
  "wlan.template_id": "The WLAN template that says which sites it is for. An org's WLAN without one applies nowhere.",
  "wlan.enabled": "Whether it is on the air.",
  "wlan.auth": "How clients prove themselves.",
  "wlan_auth.psk": "The pre-shared key, 8 to 63 characters or 64 hexadecimal digits.",
  "wlan_auth.type": "The kind of authentication.",
  "wlan.bands": "The radio bands.",
  "wlan.vlan_id": "The VLAN, as a number or a template variable.",
  "psk.passphrase": "The key, 8 to 63 characters or 64 hexadecimal digits.",
  "psk.ssid": "The wireless network that it is for.",
  "psk.usage": "How many clients may use it: single, multi, or those in `macs`.",
  "psk.vlan_id": "The VLAN of its clients, as a number or a template variable.",
  "psk.expire_time": "When it expires, in seconds since 1970; 0 or absent for never.",
  "webhook.url": "Where events are sent to.",
  "webhook.topics": "Which events are sent, such as device-events, device-updowns, alarms and audits.",
  "webhook.secret": "Signs every delivery: HMAC in the headers X-Mist-Signature and X-Mist-Signature-v2.",
  "webhook.headers": "Headers of every delivery, by name.",
  "webhook.type": "The kind of receiver.",
  "webhook.verify_cert": "Whether the certificate of the receiver must be valid.",
  "template.applies": "The sites, site groups or organization that its WLANs are for.",
  "template.exceptions": "Sites and site groups that they are not for.",
  "alarm_template.delivery": "Who is told, and how.",
  "alarm_template.rules": "The events that are alarms, by name.",
};
