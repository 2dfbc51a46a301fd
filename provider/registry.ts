import type { ConfigSection } from "./core/config";
import type { Func, Resource } from "./core/resource";
import { budgetConfig } from "./resources/budget";
import { checkAccess, getBudget } from "./resources/forticare/access";
import { contract } from "./resources/forticare/contract";
import { getContracts } from "./resources/forticare/contracts";
import { folder } from "./resources/forticare/folder";
import { getFolder, getFolders } from "./resources/forticare/folders";
import { license } from "./resources/forticare/license";
import { getLicenseFile, getLicenses } from "./resources/forticare/licenses";
import { product } from "./resources/forticare/product";
import { productDecommission } from "./resources/forticare/product-decommission";
import { productSet } from "./resources/forticare/product-set";
import { productTransfer } from "./resources/forticare/product-transfer";
import { getProduct, getProducts } from "./resources/forticare/products";
import { serviceContract } from "./resources/forticare/service-contract";
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
  config: [fortinetConfig, limitsConfig, budgetConfig],
  resources: [
    device,
    deviceSet,
    fortiManager,
    script,
    contract,
    folder,
    license,
    product,
    productDecommission,
    productSet,
    productTransfer,
    serviceContract,
  ],
  functions: [
    checkAccess,
    getBudget,
    getContracts,
    getFolder,
    getFolders,
    getLicenseFile,
    getLicenses,
    getProduct,
    getProducts,
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
