// Usage: node render-preview.ts <stack> <exit code> <what preview --json printed> <what it said on stderr>
import { readFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import { type PreviewJson, readPreview } from "./preview.ts";
import { failureMarkdown, previewMarkdown } from "./preview-markdown.ts";

const [stack = "", code = "", jsonFile = "", errorFile = ""] = process.argv.slice(2);
const said = stripVTControlCharacters(readFileSync(errorFile, "utf8")).trim();
const json = parse(readFileSync(jsonFile, "utf8"));
const preview = json && readPreview(json);
// Only the exit code can tell that what was printed is all.
const complete = preview && (code === "0" || preview.errors.length > 0);
process.stdout.write(complete ? previewMarkdown(stack, preview) : failureMarkdown(stack, said));

function parse(text: string): PreviewJson | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
