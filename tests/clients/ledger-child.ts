import { createInterface } from "node:readline";
import type { BudgetLedger, BudgetWindow } from "../../provider/clients/http/budget";
import { RedisLedger } from "../../provider/clients/http/redis-ledger";
import { SqliteLedger } from "../../provider/clients/http/sqlite-ledger";

/**
 * A process that takes all that it can get as fast as it can, once it is told to, and prints how much that was.
 * Arguments: what to open, as JSON, and the windows.
 */
async function main([place = "", windows = "[]"]: string[]): Promise<void> {
  const { file, url, key } = JSON.parse(place) as { file: string; url?: string; key: string };
  const ledger: BudgetLedger = url ? new RedisLedger({ url, key }) : new SqliteLedger({ file, key });
  const limits = JSON.parse(windows) as BudgetWindow[];
  await ledger.usage(limits);
  console.log("ready");
  for await (const _ of createInterface({ input: process.stdin })) break;
  process.stdin.destroy();
  let taken = 0;
  while (!(await ledger.tryTake(limits))) taken++;
  console.log(taken);
}

void main(process.argv.slice(2));
