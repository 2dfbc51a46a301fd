/**
 * The dialects of HWAutomation's API: `doc` is what its reference describes, `shipped` what the application answers. See
 * docs/hwautomation.md for the differences.
 */
export type Dialect = "doc" | "shipped";

/** The states of a workflow, however the service spells them. */
export type WorkflowStatus = "pending" | "running" | "completed" | "failed" | "cancelled";

/** A part of a workflow. */
export interface WorkflowStep {
  name: string;
  /** As the service spells it. */
  status?: string;
  /** In percent. */
  progress?: number;
  error?: string;
}

/** What the service tells of a workflow. */
export interface Workflow {
  id: string;
  /** The server; the shipped dialect tells it only in the id. */
  serverId?: string;
  status: WorkflowStatus;
  /** As the service spells it. */
  statusText: string;
  /** In percent, 0 to 100. It may go backwards. */
  progress?: number;
  currentStep?: string;
  stepsCompleted?: number;
  totalSteps?: number;
  subTasks: readonly WorkflowStep[];
  /** ISO 8601, in UTC where the service says so. */
  createdAt?: string;
  completedAt?: string;
  /** Why it failed, where the service says so. */
  error?: string;
}

export type FirmwarePolicy = "recommended" | "latest" | "security_only";

/** A server to provision. */
export interface ProvisioningRequest {
  serverId: string;
  deviceType: string;
  targetIpmiIp?: string;
  gateway?: string;
  /** Only in the shipped dialect. */
  subnetMask?: string;
  /** Only in the doc dialect. */
  rackLocation?: string;
  /** Firmware first, with this policy; only in the doc dialect: in the other one such a workflow cannot be observed. */
  firmwarePolicy?: FirmwarePolicy;
}

/** A workflow that the service has accepted. */
export interface StartedWorkflow {
  workflowId: string;
  serverId: string;
  /** When it was accepted, by the service's clock where it tells: ISO 8601, UTC. */
  submittedAt: string;
  /** The address of the server's management controller, where the service tells. */
  ipmiIp?: string;
  /** Whether the answer was lost, and the workflow was found in the list. */
  found?: boolean;
}

/** Servers to provision together, each with an address of its own. */
export interface BatchRequest {
  deviceType: string;
  gateway?: string;
  subnetMask?: string;
  servers: readonly { serverId: string; targetIpmiIp?: string }[];
}

/** What became of a server of a batch: a started workflow, or the reason why not. */
export type BatchResult = StartedWorkflow | FailedStart;

/** A server that was not started, or of which nobody knows whether it was. */
export interface FailedStart {
  serverId: string;
  error: string;
  /** It may have been started all the same. */
  ambiguous?: boolean;
}

/**
 * What came of asking for a cancel. `accepted`: it is asked for, and ends when the running step has ended; `ended`: it had
 * ended before; `unknown`: the service does not know it; `unsupported`: this service cannot cancel.
 */
export type CancelAnswer = "accepted" | "ended" | "unknown" | "unsupported";

/** The record of a server. */
export interface Server {
  serverId: string;
  deviceType?: string;
  vendor?: string;
  model?: string;
  biosVersion?: string;
  bmcVersion?: string;
  ipmiIp?: string;
  status?: string;
  rackLocation?: string;
  notes?: string;
  lastUpdated?: string;
}

/** What can be written of a record. */
export type ServerChanges = Partial<
  Pick<Server, "deviceType" | "ipmiIp" | "status" | "biosVersion" | "bmcVersion" | "rackLocation" | "notes">
>;

export interface BiosRequest {
  template?: string;
  settings?: Readonly<Record<string, string>>;
  /** Validate only. */
  dryRun?: boolean;
  /** How long the service may take to answer, in milliseconds. Default: half an hour. */
  timeoutMs?: number;
}

export interface BiosResult {
  success: boolean;
  /** How it was done: redfish_standard, redfish_oem, vendor_tools, hybrid or manual. */
  methodUsed?: string;
  settingsApplied: Readonly<Record<string, string>>;
  /** The settings that failed, with the reason of each. */
  settingsFailed: Readonly<Record<string, string>>;
  validationErrors: readonly string[];
  backupFile?: string;
  rebootRequired?: boolean;
}

/** The firmware of one component of a server. */
export interface Firmware {
  /** bios, bmc, uefi, cpld, nic or storage. */
  component: string;
  currentVersion?: string;
  availableVersion?: string;
  updateAvailable?: boolean;
}

/** A machine of MaaS. */
export interface MaasMachine {
  systemId: string;
  hostname?: string;
  /** In the words of MaaS: New, Commissioning, Ready, Failed commissioning ... */
  status?: string;
  ipAddresses?: readonly string[];
  architecture?: string;
  cpuCount?: number;
  /** In MiB. */
  memory?: number;
}

export interface Health {
  status: string;
  service?: string;
  dialect: Dialect;
}

export interface DatabaseInfo {
  version?: string;
  path?: string;
  tableCount?: number;
  serverCount?: number;
  /** In bytes. */
  size?: number;
}

/** A firmware image that the service holds. */
export interface FirmwareImage {
  vendor?: string;
  model?: string;
  component?: string;
  version?: string;
  file?: string;
}

/** An update that the shipped dialect has scheduled: it is stored nowhere, and nothing comes of it. */
export interface ScheduledFirmware {
  workflowId: string;
  serverId: string;
  scheduledTime?: string;
  status?: string;
}

/** What events may interrupt a pause for, see `events`. */
export interface WorkflowEvents {
  /** Resolves at the next event about one of these workflows; undefined while there is no connection. */
  wake(workflowIds: ReadonlySet<string>, signal: AbortSignal): Promise<void> | undefined;
}
