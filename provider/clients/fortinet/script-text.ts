/** Content as it is compared: line ends are LF, and none at the end. */
export function normalizeScriptContent(content: string): string {
  return content.replaceAll("\r\n", "\n").replace(/\n+$/, "");
}

/** True if two scripts are the same but for the form of their line ends and blank lines at the end. */
export function sameScriptContent(one: string, other: string): boolean {
  return normalizeScriptContent(one) === normalizeScriptContent(other);
}
