import { splitList } from "./lists";

/** The members of an entry, as `FortiManagerWrite` has them. */
export function fortiManagerMembers(manager: { sn: string; ip: string }): {
  serialNumbers: string[];
  addresses: string[];
} {
  return { serialNumbers: splitList(manager.sn), addresses: splitList(manager.ip) };
}

/**
 * Why serials and addresses cannot make up one entry, each a sentence; empty if they can. Position pairs them: there
 * must be as many addresses as serials, except that two serials may share one address.
 */
export function fortiManagerProblems(serialNumbers: readonly string[], addresses: readonly string[]): string[] {
  const problems = [...listProblems("serialNumbers", serialNumbers), ...listProblems("addresses", addresses)];
  const shared = serialNumbers.length === 2 && addresses.length === 1;
  if (problems.length === 0 && serialNumbers.length !== addresses.length && !shared) {
    problems.push(
      `serialNumbers has ${count(serialNumbers)} and addresses ${count(addresses)}: give one address for each serial, in the same order, or one for two serials that share it`,
    );
  }
  return problems;
}

function listProblems(name: string, list: readonly string[]): string[] {
  if (list.length === 0) return [`${name} is empty`];
  return list.flatMap((item, index) => {
    if (item.trim() === "") return [`${name}[${index}] is empty`];
    return item.includes(",") ? [`${name}[${index}] holds a comma: make "${item}" separate items`] : [];
  });
}

function count(list: readonly string[]): string {
  return list.length === 1 ? "1 item" : `${list.length} items`;
}
