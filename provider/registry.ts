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
import { batchCommission } from "./resources/hwautomation/batch-commission";
import { biosConfiguration } from "./resources/hwautomation/bios-configuration";
import { hwautomationConfig } from "./resources/hwautomation/config";
import { firmwareUpdate } from "./resources/hwautomation/firmware-update";
import { maasMachine } from "./resources/hwautomation/maas-machine";
import { provisioningWorkflow } from "./resources/hwautomation/provisioning-workflow";
import { getFirmwareStatus, getServer, getServers } from "./resources/hwautomation/server-functions";
import { serverRecord } from "./resources/hwautomation/server-record";
import {
  getDatabaseInfo,
  getDeviceTypes,
  getFirmwareInventory,
  getHealth,
  getMaasMachines,
} from "./resources/hwautomation/service-functions";
import { workflowCompletion } from "./resources/hwautomation/workflow-completion";
import { getWorkflow, getWorkflows } from "./resources/hwautomation/workflow-functions";
import { limitsConfig } from "./resources/limits";
import { collectionFunctions, getConfigObject } from "./resources/mist/collection-functions";
import { collectionResources } from "./resources/mist/collection-resources";
import { mistConfig } from "./resources/mist/config";
import { configObject } from "./resources/mist/config-object";
import { deviceAssignment } from "./resources/mist/device-assignment";
import { deviceClaim } from "./resources/mist/device-claim";
import { accessPoint, gateway, switchDevice } from "./resources/mist/device-configs";
import { getDeviceStats } from "./resources/mist/device-stats";
import { getInventory, getDevice as getMistDevice } from "./resources/mist/devices";
import { getApi } from "./resources/mist/get-api";
import { inventory } from "./resources/mist/inventory";
import { getApiUsage, getSelf } from "./resources/mist/self";
import { orgSetting, siteSetting } from "./resources/mist/settings";
import { site } from "./resources/mist/site";
import { getDerivedSiteSetting, getSite, getSites } from "./resources/mist/sites";
import { deviceFirmware } from "./resources/mist/upgrades/device-firmware";
import { getUpgradeJob, getUpgradeJobs } from "./resources/mist/upgrades/jobs";
import { mxEdgeUpgradeJob } from "./resources/mist/upgrades/mxedge-upgrade-job";
import { orgUpgradeJob } from "./resources/mist/upgrades/org-upgrade-job";
import { ssrUpgradeJob } from "./resources/mist/upgrades/ssr-upgrade-job";
import { upgradeCompletion as mistUpgradeCompletion } from "./resources/mist/upgrades/upgrade-completion";
import { upgradeJob as mistUpgradeJob } from "./resources/mist/upgrades/upgrade-job";
import { getDeviceVersions, getMxEdgeVersions, getSsrVersions } from "./resources/mist/upgrades/versions";
import { cancelCommand } from "./resources/panos/cancel-command";
import { panosConfig } from "./resources/panos/config";
import { getDaemonStatus, getDashboard, getJobSummary, getWorkers } from "./resources/panos/daemon-functions";
import {
  getDeviceProgress,
  getDeviceStatus,
  getInventory as getPanosInventory,
  getPostFlight,
  getPreFlight,
  getUpgradePath,
  getValidationSummary,
} from "./resources/panos/device-functions";
import { getJob, getJobs } from "./resources/panos/job-functions";
import { panosUpgradeCompletion } from "./resources/panos/upgrade-completion";
import { panosUpgradeJob } from "./resources/panos/upgrade-job";
import { upgradeJobSet } from "./resources/panos/upgrade-job-set";
import { upgradePaths } from "./resources/panos/upgrade-paths";

export interface Registry {
  config: readonly ConfigSection[];
  resources: readonly Resource[];
  functions: readonly Func[];
}

/** Everything that the provider offers: one line each. */
export const registry: Registry = {
  config: [fortinetConfig, mistConfig, panosConfig, hwautomationConfig, limitsConfig, budgetConfig],
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
    ...collectionResources,
    accessPoint,
    configObject,
    deviceAssignment,
    deviceClaim,
    deviceFirmware,
    gateway,
    inventory,
    mxEdgeUpgradeJob,
    orgSetting,
    orgUpgradeJob,
    site,
    siteSetting,
    ssrUpgradeJob,
    switchDevice,
    mistUpgradeCompletion,
    mistUpgradeJob,
    cancelCommand,
    panosUpgradeCompletion,
    panosUpgradeJob,
    upgradeJobSet,
    upgradePaths,
    batchCommission,
    biosConfiguration,
    firmwareUpdate,
    maasMachine,
    provisioningWorkflow,
    serverRecord,
    workflowCompletion,
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
    ...collectionFunctions,
    getApi,
    getApiUsage,
    getConfigObject,
    getDerivedSiteSetting,
    getDeviceStats,
    getDeviceVersions,
    getInventory,
    getMistDevice,
    getMxEdgeVersions,
    getSelf,
    getSite,
    getSites,
    getSsrVersions,
    getUpgradeJob,
    getUpgradeJobs,
    getDaemonStatus,
    getDashboard,
    getDeviceProgress,
    getDeviceStatus,
    getJob,
    getJobs,
    getJobSummary,
    getPanosInventory,
    getPostFlight,
    getPreFlight,
    getUpgradePath,
    getValidationSummary,
    getWorkers,
    getDatabaseInfo,
    getDeviceTypes,
    getFirmwareInventory,
    getFirmwareStatus,
    getHealth,
    getMaasMachines,
    getServer,
    getServers,
    getWorkflow,
    getWorkflows,
  ],
};
