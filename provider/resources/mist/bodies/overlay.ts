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
