/** The first of many names, and how many there are besides: `a, b, c and 7 others`. */
export function someOf(names: readonly string[], most = 3): string {
  const shown = names.slice(0, most);
  const others = names.length - shown.length;
  return others > 0 ? `${shown.join(", ")} and ${others === 1 ? "1 other" : `${others} others`}` : shown.join(", ");
}

/** `1 device`, `12 devices` */
export function count(amount: number, singular: string, plural = `${singular}s`): string {
  return `${amount} ${amount === 1 ? singular : plural}`;
}
