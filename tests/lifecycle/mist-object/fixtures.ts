import type { JsonMap } from "../harness/host";
import { secretTexts } from "./world";

/** The program's and the vendor's spelling of the same objects. */

export const template: JsonMap = {
  name: "branch",
  networks: { office: { vlanId: 25 }, voice: { vlanId: "{{voice}}" } },
  portUsages: { office: { mode: "access", portNetwork: "office", stpEdge: true } },
  switchMgmt: { rootPassword: secretTexts[0], apAffinityThreshold: 20 },
  dnsServers: ["192.0.2.53"],
};
export const templateBody = {
  name: "branch",
  networks: { office: { vlan_id: 25 }, voice: { vlan_id: "{{voice}}" } },
  port_usages: { office: { mode: "access", port_network: "office", stp_edge: true } },
  switch_mgmt: { root_password: secretTexts[0], ap_affinity_threshold: 20 },
  dns_servers: ["192.0.2.53"],
};

export const wlan: JsonMap = {
  ssid: "office",
  auth: { type: "psk", psk: secretTexts[0] },
  bands: ["24", "5"],
  vlanEnabled: true,
  vlanId: 20,
  isolation: false,
  portal: { enabled: false },
  authServers: [],
};
export const wlanBody = {
  ssid: "office",
  auth: { type: "psk", psk: secretTexts[0] },
  bands: ["24", "5"],
  vlan_enabled: true,
  vlan_id: 20,
  isolation: false,
  portal: { enabled: false },
  auth_servers: [],
};

export const webhook: JsonMap = {
  name: "hook",
  url: "https://hooks.example.net/mist",
  topics: ["audits", "alarms"],
  secret: secretTexts[0],
  headers: { "X-Key": secretTexts[1] },
};
export const webhookBody = {
  name: "hook",
  url: "https://hooks.example.net/mist",
  topics: ["audits", "alarms"],
  secret: secretTexts[0],
  headers: { "X-Key": secretTexts[1] },
};

export const psk: JsonMap = { name: "ann", ssid: "office", passphrase: secretTexts[0], usage: "single" };
