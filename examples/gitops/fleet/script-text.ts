const placeholder = /\$\{(\w+)\}/g;

/** The names of all `${name}` in a script, each once. */
export function placeholdersOf(text: string): string[] {
  return [...new Set([...text.matchAll(placeholder)].map(([, name = ""]) => name))];
}

/** The script with the values in place of the names. */
export function fillIn(text: string, values: { [name: string]: string }): string {
  return text.replaceAll(placeholder, (_, name: string) => values[name] ?? "");
}
