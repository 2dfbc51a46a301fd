import { environmentName } from "../../provider/core/config";
import { packageName } from "../../provider/hosts/tokens";
import type { Registry } from "../../provider/registry";

const begin = "<!-- configuration, written by `npm run generate` -->";
const end = "<!-- end of configuration -->";

/** The README with its table of configuration keys as the registry has them. */
export function withConfigurationTable(readme: string, { config }: Registry): string {
  const rows = config.flatMap(({ name, fields }) =>
    Object.entries(fields).map(([key, { doc, secret }]) => {
      const mark = secret ? " (secret)" : "";
      return `| \`${packageName}:${name}.${key}\`${mark} | \`${environmentName(name, key)}\` | ${doc} |`;
    }),
  );
  const table = ["| key | environment | meaning |", "|---|---|---|", ...rows].join("\n");
  const [before, rest] = readme.split(begin);
  const after = rest?.split(end)[1];
  if (after === undefined) throw new Error(`README.md lacks the lines "${begin}" and "${end}"`);
  return `${before}${begin}\n\n${table}\n\n${end}${after}`;
}
