import type { ConfigSection } from "./core/config";
import type { Func, Resource } from "./core/resource";
import { fortinetConfig } from "./resources/fortinet/config";
import { device } from "./resources/fortiztp/device";
import { getDevice, getDevices } from "./resources/fortiztp/devices";
import { getSystemStatus } from "./resources/fortiztp/system";

export interface Registry {
  config: readonly ConfigSection[];
  resources: readonly Resource[];
  functions: readonly Func[];
}

/** Everything that the provider offers: one line each. */
export const registry: Registry = {
  config: [fortinetConfig],
  resources: [device],
  functions: [getDevice, getDevices, getSystemStatus],
};
