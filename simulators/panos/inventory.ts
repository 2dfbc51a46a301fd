import { isObject } from "../core/http";
import type { Directory } from "./directory";
import type { Firewalls } from "./firewalls";
import type { Firewall } from "./types";

/** Writes the inventory with what these firewalls are now; the others stay as they were discovered. */
export function updateInventory(directory: Directory, firewalls: Firewalls, serials: ReadonlySet<string>): void {
  const found = directory.readJsonOr("devices/inventory.json", {});
  const known = isObject(found) && isObject(found.devices) ? found.devices : {};
  const now = directory.stamps.text();
  const devices: Record<string, unknown> = {};
  for (const firewall of firewalls.bySerial.values()) {
    const { serial, inInventory } = firewall;
    if (!serials.has(serial) && known[serial] !== undefined) devices[serial] = known[serial];
    else if (inInventory) devices[serial] = entry(firewalls.settle(firewall), now);
  }
  const device_count = Object.keys(devices).length;
  directory.place("devices/inventory.json", { devices, last_updated: now, device_count });
}

/** A firewall as a discovery finds it; without an address its HA state can't be asked for. */
function entry(firewall: Firewall, discovered_at: string): Record<string, unknown> {
  const { serial, hostname, mgmtIp, version, model, peerSerial, haState } = firewall;
  const alone = peerSerial === null;
  return {
    serial,
    hostname,
    mgmt_ip: mgmtIp,
    current_version: version,
    model,
    device_type: mgmtIp === "" ? "unknown" : alone ? "standalone" : "ha_pair",
    peer_serial: peerSerial ?? "",
    ha_state: mgmtIp === "" ? "unknown" : alone ? "standalone" : haState,
    discovered_at,
  };
}
