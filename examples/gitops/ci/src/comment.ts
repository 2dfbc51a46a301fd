// Usage: node comment.ts <stack> <pull request> <commit>
import { existsSync, readFileSync } from "node:fs";
import { GitHub, logLink } from "./github.ts";

const [stack = "", pullRequest = "", commit = ""] = process.argv.slice(2);
const report = `reports/${stack}.preview.md`;
const page = existsSync(report) ? readFileSync(report, "utf8") : `### ${stack}: the preview did not run\n`;
const url = await new GitHub(process.env).comment(
  Number(pullRequest),
  `<!-- fleet preview ${stack} -->`,
  `${page}\nPreview of ${commit}${logLink(process.env)}\n`,
);
console.log(url);
