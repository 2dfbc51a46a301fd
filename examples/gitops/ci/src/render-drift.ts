// Usage: node render-drift.ts <stack> <what drift --json printed>
import { readFileSync } from "node:fs";
import { driftMarkdown } from "./drift-markdown.ts";

const [stack = "", jsonFile = ""] = process.argv.slice(2);
process.stdout.write(driftMarkdown(stack, JSON.parse(readFileSync(jsonFile, "utf8"))));
