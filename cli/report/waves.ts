/** A resource of a dependency graph. */
export interface Node {
  urn: string;
  /** The URNs of what it is made after. */
  needs: readonly string[];
  /** Whether it exists only when work has ended well: what depends on it belongs to a later wave. */
  gate: boolean;
}

/** The dependencies of a stack. What is not in it is nothing to wait for. */
export class Graph {
  private readonly nodes: ReadonlyMap<string, Node>;
  private readonly waves = new Map<string, number>();

  constructor(nodes: readonly Node[]) {
    this.nodes = new Map(nodes.map((node) => [node.urn, node]));
  }

  /** In which wave something may run at the earliest; the first is 1. */
  wave(urn: string): number {
    const known = this.waves.get(urn);
    if (known !== undefined) return known;
    // Where a state goes round in circles nothing is waited for twice.
    this.waves.set(urn, 1);
    const wave = Math.max(1, ...this.needsOf(urn).map((need) => this.wave(need.urn) + (need.gate ? 1 : 0)));
    this.waves.set(urn, wave);
    return wave;
  }

  /** The gates that something waits for, without those behind them. */
  gates(urn: string): string[] {
    const seen = new Set<string>();
    const found: string[] = [];
    const open = [...this.needsOf(urn)];
    for (let node = open.shift(); node; node = open.shift()) {
      if (seen.has(node.urn)) continue;
      seen.add(node.urn);
      if (node.gate) found.push(node.urn);
      else open.push(...this.needsOf(node.urn));
    }
    return found;
  }

  private needsOf(urn: string): Node[] {
    const needs = this.nodes.get(urn)?.needs ?? [];
    return [...new Set(needs)].flatMap((need) => this.nodes.get(need) ?? []);
  }
}
