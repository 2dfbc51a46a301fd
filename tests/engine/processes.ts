import { execFileSync } from "node:child_process";

export interface Process {
  pid: number;
  parent: number;
  command: string;
}

/** The processes that a process has started, and those that they have. */
export function descendants(of: number): Process[] {
  const listing = execFileSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" });
  const all = listing.split("\n").flatMap((line): Process[] => {
    const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid && parent && command ? [{ pid: Number(pid), parent: Number(parent), command }] : [];
  });
  const below = (parent: number): Process[] =>
    all.filter((child) => child.parent === parent).flatMap((child) => [child, ...below(child.pid)]);
  return below(of);
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The language host and its program are not ours to end, but a test that kills the CLI has started them. */
export function end(processes: readonly Process[]): void {
  for (const { pid } of processes) if (isAlive(pid)) process.kill(pid, "SIGKILL");
}
