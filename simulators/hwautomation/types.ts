/** Which of the two services it is: that of the reference, or the application as it is shipped. */
export type Profile = "doc" | "shipped";

export type WorkflowState = "PENDING" | "RUNNING" | "COMPLETED" | "FAILED" | "CANCELLED";

export const effectKinds = ["commission", "biosApply", "firmwareFlash", "ipmiConfigure"] as const;

/** What is done to hardware. */
export type EffectKind = (typeof effectKinds)[number];

/** Something that was really done to a server. */
export interface Effect {
  kind: EffectKind;
  /** The server that was asked for. */
  serverId: string;
  /** The machine of MaaS that it was done to, which the shipped application picks by itself; null when there is none. */
  systemId: string | null;
  /** The workflow that did it; null for a call that does it by itself. */
  workflowId: string | null;
  /** Simulated time, in milliseconds since the epoch. */
  at: number;
  /** Such as the component and its new version, or the address. */
  detail: string | null;
}

/** Firmware of one component. */
export interface FirmwareComponent {
  current: string;
  available: string;
  /** Whether the available version mends a security problem. Default false. */
  security?: boolean;
}

/** A row of the service's database, and the hardware behind it. */
export interface Server {
  serverId: string;
  deviceType: string | null;
  vendor: string | null;
  model: string | null;
  ipmiIp: string | null;
  gateway: string | null;
  status: string;
  rackLocation: string | null;
  notes: string | null;
  /** Versions that were written through the API; null: those of the hardware are shown. */
  biosVersion: string | null;
  bmcVersion: string | null;
  /** By component, such as bios and bmc; empty while the hardware is unknown. */
  firmware: Record<string, FirmwareComponent>;
  /** What the BIOS is set to. */
  biosSettings: Record<string, string>;
  createdAt: number;
  updatedAt: number;
}

/** A server to start with: what is left out is unknown to the service. */
export type ServerSeed = { serverId: string } & Partial<Omit<Server, "createdAt" | "updatedAt">>;

/** A machine of MaaS. */
export interface Machine {
  systemId: string;
  hostname: string;
  /** In the words of MaaS: New, Commissioning, Ready, Failed commissioning, ... */
  status: string;
  ipAddresses: string[];
  architecture: string;
  cpuCount: number;
  /** In MiB. */
  memory: number;
  /** What its next commissioning comes to. */
  commissioning: "ready" | "fails" | "hangs";
}

export type MachineSeed = { systemId: string } & Partial<Machine>;

/** What goes wrong with one server. Steps count from 1. */
export interface ServerScript {
  /** Its workflows fail at the end of this step, whatever it has done to the server by then. */
  failAtStep?: number | null;
  /** Why. Default: a text that names the step. */
  failure?: string | null;
  /** Its workflows stay in this step until the script says otherwise. */
  hangAtStep?: number | null;
  /** Seconds for each step, instead of the usual ones. */
  stepSeconds?: number | null;
  /** A cancel is accepted, and the workflow goes on to its usual end. */
  cancelIgnored?: boolean;
  /** A cancel is accepted, and the workflow is completed as soon as the running step has ended. */
  finishAfterCancel?: boolean;
  /** No workflow starts for it, for this reason. */
  refuse?: string | null;
  /** BIOS settings that cannot be applied, with the reason of each. */
  biosFailures?: Record<string, string>;
}
