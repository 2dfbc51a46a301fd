import type { MaasMachine } from "../../clients/hwautomation/types";

/** Where a machine stands for a commissioning: it may begin, is under way, is done, or must not begin. */
export interface Standing {
  kind: "commissionable" | "underWay" | "ready" | "inUse";
  /** In the words of MaaS. */
  status: string;
}

const kinds: { readonly [kind in Exclude<Standing["kind"], "inUse">]: ReadonlySet<string> } = {
  commissionable: new Set(["new", "broken", "failed commissioning", "failed testing"]),
  underWay: new Set(["commissioning", "testing"]),
  ready: new Set(["ready", "commissioned"]),
};

/** What is none of these is somebody's: deployed, allocated, releasing, or in a state that MaaS has of late. */
export function standingOf({ status = "of no known status" }: MaasMachine): Standing {
  const text = status.trim().toLowerCase().replaceAll("_", " ");
  for (const kind of ["commissionable", "underWay", "ready"] as const)
    if (kinds[kind].has(text)) return { kind, status };
  return { kind: "inUse", status };
}
