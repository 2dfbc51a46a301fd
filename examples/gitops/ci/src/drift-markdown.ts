import { code, count, Page, plain } from "./markdown.ts";
import { secret } from "./preview.ts";

/** What `npx ztp drift --json` prints. Secrets are masked in it. */
export interface DriftJson {
  drift: {
    type: string;
    name: string;
    id: string;
    status: "changed" | "gone";
    properties: { path: string; ours: unknown; theirs: unknown }[];
  }[];
  /** How many resources were looked at. */
  resources: number;
}

/** Drift for an issue: what somebody changed behind our back. */
export function driftMarkdown(stack: string, { drift, resources }: DriftJson): string {
  const page = new Page();
  page.add(`### ${plain(stack)}: ${drift.length > 0 ? `${count(drift.length, "resource")} drifted` : "no drift"}`);
  const rows = drift.map(({ type, name, id, status, properties }) => {
    const resource = `${plain(type.split(":").at(-1) ?? "")} ${plain(name)} ${code(id)}`;
    const changes = properties.map(({ path, ours, theirs }) => `${plain(path)}: ${change(ours, theirs)}`);
    return `| ${resource} | ${status === "gone" ? "**gone**" : changes.join("<br>") || "changed"} |`;
  });
  page.addLines(rows, { head: "| resource | ours → theirs |\n|---|---|\n" });
  page.add(`${count(resources, "resource")} looked at.`);
  if (drift.length > 0) {
    page.add("The next `up` puts it back. If what they did is right, change the inventory instead.");
  }
  return page.toString();
}

function change(ours: unknown, theirs: unknown): string {
  return ours === secret && theirs === secret ? "another secret" : `${value(ours)} → ${value(theirs)}`;
}

function value(json: unknown): string {
  if (json === null) return "nothing";
  return json === secret ? "secret" : code(json);
}
