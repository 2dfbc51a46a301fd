import type { Json, JsonMap } from "../../provider/core/values";
import { isMap, textIn } from "./devices";

/** What was measured on a device before and after. */
export interface Validation {
  device: string;
  passed: boolean | undefined;
  differences: { what: string; difference: string; withinMargin: boolean | undefined }[];
}

/** A part of a job, where the vendor tells them. */
export interface StepReport {
  name: string;
  status: string;
  progress?: number;
  error?: string;
}

/** The comparisons that a completion holds: items with a verdict, and of each measured thing a difference. */
export function validationOf(outputs: JsonMap): Validation[] {
  return Object.values(outputs).flatMap((value) =>
    items(value).flatMap((item): Validation[] => {
      const device = textIn(item, ["serial", "mac", "serverId"]);
      if (device === undefined || !isMap(item.comparison)) return [];
      const passed = typeof item.validationPassed === "boolean" ? item.validationPassed : undefined;
      return [{ device, passed, differences: Object.entries(item.comparison).flatMap(differenceOf) }];
    }),
  );
}

function differenceOf([key, compared]: [string, Json]): Validation["differences"] {
  if (!isMap(compared) || typeof compared.difference !== "number") return [];
  const { difference, percentage, withinMargin } = compared;
  const share = typeof percentage === "number" ? ` (${signed(percentage)} %)` : "";
  // tcpSessions -> tcp sessions
  const what = key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return [
    {
      what,
      difference: `${signed(difference)}${share}`,
      withinMargin: typeof withinMargin === "boolean" ? withinMargin : undefined,
    },
  ];
}

function signed(value: number): string {
  return value > 0 ? `+${value}` : String(value);
}

/** The steps of a job: items that have a name and a status. */
export function stepsOf(outputs: JsonMap): StepReport[] {
  return Object.values(outputs).flatMap((value) =>
    items(value).flatMap((item): StepReport[] => {
      const [name, status] = [textIn(item, ["name"]), textIn(item, ["status"])];
      const isDevice = textIn(item, ["serial", "mac", "serverId", "systemId"]) !== undefined;
      if (name === undefined || status === undefined || isDevice) return [];
      const progress = typeof item.progress === "number" ? item.progress : undefined;
      return [{ name, status, progress, error: textIn(item, ["error"]) }];
    }),
  );
}

function items(value: Json | undefined): JsonMap[] {
  return Array.isArray(value) ? value.filter(isMap) : [];
}
