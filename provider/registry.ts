import type { ConfigSection } from "./core/config";
import type { Func, Resource } from "./core/resource";
import { fortinetConfig } from "./resources/fortinet/config";
import { device } from "./resources/fortiztp/device";
import { deviceSet } from "./resources/fortiztp/device-set";
import { getDevice, getDevices } from "./resources/fortiztp/devices";
import { getFirmwareProfiles } from "./resources/fortiztp/firmware-profiles";
import { fortiManager } from "./resources/fortiztp/fortimanager";
import { getFortiManager, getFortiManagers } from "./resources/fortiztp/fortimanagers";
import { script } from "./resources/fortiztp/script";
import { getScript, getScripts } from "./resources/fortiztp/scripts";
import { getSystemStatus } from "./resources/fortiztp/system";
import { limitsConfig } from "./resources/limits";

export interface Registry {
  config: readonly ConfigSection[];
  resources: readonly Resource[];
  functions: readonly Func[];
}

/** Everything that the provider offers: one line each. */
export const registry: Registry = {
  config: [fortinetConfig, limitsConfig],
  resources: [device, deviceSet, fortiManager, script],
  functions: [
    getDevice,
    getDevices,
    getFirmwareProfiles,
    getFortiManager,
    getFortiManagers,
    getScript,
    getScripts,
    getSystemStatus,
  ],
};
