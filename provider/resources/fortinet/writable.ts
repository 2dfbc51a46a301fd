/**
 * To be called before every write.
 * @param what as it begins the sentence: `FGT60FTK20000001`, `folder Branches`
 * @throws Error when the configuration forbids writes
 */
export function assertWritable(readOnly: boolean, what: string): void {
  if (readOnly) throw new Error(`${what} was not changed: ztp:fortinet.readOnly is set`);
}
