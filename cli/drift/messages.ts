import { type Diagnostic, nameOf } from "./report";

/** What went wrong, each thing once, with the resources that it concerns; undefined when nobody says anything. */
export function failureText(diagnostics: readonly Diagnostic[]): string | undefined {
  const errors = messagesOf(diagnostics, "error");
  // That the preview failed is clear, and says something only when nothing else does.
  const reasons = errors.filter((message) => !/^\w+ (failed|canceled)$/.test(message));
  return (reasons.length > 0 ? reasons : errors).join("\n") || undefined;
}

/** The messages of one severity, each once, with the names of the resources that it concerns. */
export function messagesOf(diagnostics: readonly Diagnostic[], severity: "error" | "warning"): string[] {
  const names = new Map<string, string[]>();
  for (const { urn, message } of diagnostics.filter((diagnostic) => diagnostic.severity === severity)) {
    const text = readable(message);
    names.set(text, [...(names.get(text) ?? []), ...(urn ? [nameOf(urn)] : [])]);
  }
  return [...names].map(([text, concerned]) => `${listed(concerned)}${text}`);
}

/** Without what the engine puts before a provider's message, and without a stack trace. */
function readable(message: string): string {
  const lines = message.trim().split("\n");
  const kept = lines.filter((line) => !/^\s+at .*[\w/>)]:\d+|^\s+at .*\(.*\)$/.test(line));
  return kept.join("\n").replace(/^(Preview|Refresh(ing)?) failed: /i, "");
}

function listed(names: string[]): string {
  if (names.length === 0) return "";
  const shown = [...new Set(names)].sort();
  const more = shown.length - 3;
  return more > 0 ? `${shown.slice(0, 3).join(", ")} and ${more} more: ` : `${shown.join(", ")}: `;
}
