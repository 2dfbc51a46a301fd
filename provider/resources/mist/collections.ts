/**
 * The collections of the Mist API that all work alike (list, create, read, change in part, delete), as its own index has
 * them: each is a `ConfigObject`, and those with a `type` are a resource of that name as well.
 */
export interface Collection {
  /** The last part of the path: `wlans` of /orgs/{org_id}/wlans and /sites/{site_id}/wlans. */
  name: string;
  scopes: readonly Scope[];
  /** The schema of its objects in Mist's OpenAPI description. */
  schema: string;
  /** The key that people tell its objects apart by; absent where the API has none. */
  title?: string;
  /** Keys that must be the same as well before two of them count as one. */
  also?: readonly string[];
  /** The resource of its own. */
  type?: string;
  /** What such an object is, as sentences name one. Default: the name of the schema in words. */
  what?: string;
  /** What such an object is, as a sentence that follows the type. */
  doc?: string;
  /** A program with it. */
  example?: string;
  /** Keys that the API needs in every write. */
  always?: readonly string[];
  /** What clears these keys, in place of `-key`. */
  cleared?: { readonly [key: string]: string };
  /** Another path to list it by, after the scope's. */
  list?: string;
  /** The queries that list all of them together, where the API lists a part unless asked. */
  queries?: readonly { readonly [name: string]: string }[];
  /** Whether a list tells all that an object holds. Default: true. */
  listsWhole?: false;
}

export type Scope = "org" | "site" | "msp";

const org = ["org"] as const;
const site = ["site"] as const;
const both = ["org", "site"] as const;

export const collections: readonly Collection[] = [
  { name: "aamwprofiles", scopes: org, schema: "aamw_profile", title: "name", what: "advanced anti-malware profile" },
  {
    name: "alarmtemplates",
    scopes: org,
    schema: "alarm_template",
    title: "name",
    type: "AlarmTemplate",
    doc: "Which events of a site are alarms, and who is told.",
  },
  { name: "apitokens", scopes: org, schema: "org_apitoken", title: "name", what: "API token" },
  { name: "aptemplates", scopes: org, schema: "ap_template", what: "AP template" },
  { name: "assetfilters", scopes: both, schema: "asset_filter", title: "name" },
  { name: "assets", scopes: both, schema: "asset", title: "name" },
  { name: "avprofiles", scopes: org, schema: "avprofile", title: "name", what: "antivirus profile" },
  { name: "beacons", scopes: site, schema: "beacon", title: "name" },
  {
    name: "deviceprofiles",
    scopes: org,
    schema: "deviceprofile",
    title: "name",
    also: ["type"],
    what: "device profile",
    type: "DeviceProfile",
    doc: "What access points, switches or gateways have in common; an access point says that it follows it.",
    always: ["type"],
    queries: [{ type: "ap" }, { type: "switch" }, { type: "gateway" }],
  },
  {
    name: "evpn_topologies",
    scopes: both,
    schema: "evpn_topology",
    title: "name",
    what: "EVPN topology",
    listsWhole: false,
  },
  {
    name: "gatewaytemplates",
    scopes: org,
    schema: "gateway_template",
    title: "name",
    type: "GatewayTemplate",
    doc: "The configuration of the gateways of every site that names it; a change reaches all of them.",
  },
  { name: "idpprofiles", scopes: org, schema: "idp_profile", title: "name", what: "IDP profile" },
  { name: "maps", scopes: site, schema: "map", title: "name" },
  { name: "marvisinvites", scopes: org, schema: "marvis_client", title: "name", what: "Marvis invite" },
  { name: "mxclusters", scopes: org, schema: "mxcluster", title: "name", what: "Mist Edge cluster" },
  {
    name: "mxedges",
    scopes: org,
    schema: "mxedge",
    title: "name",
    what: "Mist Edge",
    // An id of zeros stands for no cluster.
    cleared: { mxcluster_id: "00000000-0000-0000-0000-000000000000" },
  },
  { name: "mxtunnels", scopes: org, schema: "mxtunnel", title: "name", what: "Mist tunnel" },
  { name: "nacportals", scopes: org, schema: "nac_portal", title: "name", what: "NAC portal" },
  { name: "nacrules", scopes: org, schema: "nac_rule", title: "name", what: "NAC rule" },
  { name: "nactags", scopes: org, schema: "nac_tag", title: "name", what: "NAC tag" },
  { name: "networks", scopes: org, schema: "network", title: "name" },
  {
    name: "networktemplates",
    scopes: org,
    schema: "network_template",
    title: "name",
    type: "NetworkTemplate",
    doc: "The configuration of the switches of every site that names it; a change reaches all of them.",
  },
  { name: "orggroups", scopes: ["msp"], schema: "orggroup", title: "name", what: "organization group" },
  { name: "orgs", scopes: ["msp"], schema: "org", title: "name", what: "organization" },
  { name: "pskportals", scopes: org, schema: "psk_portal", title: "name", what: "PSK portal" },
  {
    name: "psks",
    scopes: both,
    schema: "psk",
    title: "name",
    also: ["ssid"],
    what: "PSK",
    type: "Psk",
    doc: "A pre-shared key of its own for some of the clients of a WLAN.",
  },
  { name: "rfdiags", scopes: site, schema: "rf_diag", title: "name", what: "RF diagnostic" },
  {
    name: "rftemplates",
    scopes: org,
    schema: "rf_template",
    title: "name",
    what: "RF template",
    type: "RfTemplate",
    doc: "The radio settings of the access points of every site that names it; a change reaches all of them.",
  },
  { name: "rssizones", scopes: site, schema: "rssi_zone", title: "name", what: "RSSI zone" },
  { name: "sdkinvites", scopes: org, schema: "sdkinvite", title: "name", what: "SDK invite" },
  { name: "sdktemplates", scopes: org, schema: "sdktemplate", title: "name", what: "SDK template" },
  {
    name: "secintelprofiles",
    scopes: org,
    schema: "secintel_profile",
    title: "name",
    what: "security intelligence profile",
  },
  { name: "secpolicies", scopes: org, schema: "secpolicy", title: "name", what: "security policy" },
  { name: "servicepolicies", scopes: org, schema: "org_service_policy", title: "name", what: "service policy" },
  { name: "services", scopes: org, schema: "service", title: "name" },
  {
    name: "sitegroups",
    scopes: org,
    schema: "sitegroup",
    title: "name",
    what: "site group",
    type: "SiteGroup",
    doc: "A name for some of the sites, which say that they belong to it (`sitegroupIds` of `Site`).",
  },
  { name: "sitetemplates", scopes: org, schema: "site_template", title: "name" },
  { name: "ssoroles", scopes: org, schema: "sso_role_org", title: "name", what: "SSO role" },
  { name: "ssos", scopes: ["org", "msp"], schema: "sso", title: "name", what: "SSO" },
  {
    name: "templates",
    scopes: org,
    schema: "template",
    title: "name",
    what: "WLAN template",
    type: "WlanTemplate",
    doc: "Which sites the WLANs that name it are for: a change takes them on or off the air there.",
  },
  { name: "usermacs", scopes: org, schema: "user_mac", title: "mac", what: "NAC endpoint", list: "usermacs/search" },
  { name: "vbeacons", scopes: site, schema: "vbeacon", title: "name", what: "virtual beacon" },
  { name: "vpns", scopes: org, schema: "vpn", title: "name", what: "VPN" },
  {
    name: "webhooks",
    scopes: both,
    schema: "webhook",
    title: "name",
    type: "Webhook",
    doc: "Where Mist sends events to as they happen.",
  },
  {
    name: "wlans",
    scopes: both,
    schema: "wlan",
    title: "ssid",
    also: ["template_id"],
    what: "WLAN",
    type: "Wlan",
    doc: "A wireless network, of one site or of all sites of a WLAN template, whose access points put it on the air.",
  },
  { name: "wxrules", scopes: both, schema: "wxlan_rule", what: "WxLAN rule" },
  { name: "wxtags", scopes: both, schema: "wxlan_tag", title: "name", what: "WxLAN tag" },
  { name: "wxtunnels", scopes: both, schema: "wxlan_tunnel", title: "name", what: "WxLAN tunnel" },
  { name: "zones", scopes: site, schema: "zone", title: "name" },
];

/** Schemas of the objects that have resources written by hand. */
export const otherSchemas = [
  "site",
  "site_setting",
  "org_setting",
  "device_ap",
  "device_switch",
  "device_gateway",
] as const;
