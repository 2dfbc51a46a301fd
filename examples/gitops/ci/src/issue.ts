// Usage: node issue.ts <stack>
import { readFileSync } from "node:fs";
import { type DriftJson, driftMarkdown } from "./drift-markdown.ts";
import { GitHub, logLink } from "./github.ts";

const [stack = ""] = process.argv.slice(2);
const report: DriftJson = JSON.parse(readFileSync(`reports/${stack}.drift.json`, "utf8"));
const github = new GitHub(process.env);
const marker = `<!-- fleet drift ${stack} -->`;
const page = `${driftMarkdown(stack, report)}\nLooked at on ${new Date().toUTCString()}${logLink(process.env)}\n`;
const url =
  report.drift.length > 0
    ? await github.openIssue(marker, `Drift in ${stack}`, page)
    : await github.closeIssue(marker, page);
console.log(url ?? `There is no drift in ${stack}, and no issue about any.`);
