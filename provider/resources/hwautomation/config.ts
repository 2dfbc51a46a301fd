import { z } from "zod";
import { type ConfigValues, defineConfig, environmentName } from "../../core/config";
import { field } from "../../core/shape";
import { clientFields } from "../client-fields";

const secret = { secret: true } as const;

/** The configuration of HWAutomation: one service. */
export const hwautomationConfig = defineConfig({
  name: "hwautomation",
  doc:
    "HWAutomation, which provisions servers through MaaS, by the address of its service. Its credentials are optional, as they " +
    "are for the service: what is shipped asks for none.",
  identity: ["baseUrl"],
  fields: {
    baseUrl: field(z.string().min(1).optional(), {
      doc: "The address of the service, such as http://provisioning.example.com:5000. The /api in front of its paths is added.",
    }),
    profile: field(z.enum(["auto", "doc", "shipped"]).optional(), {
      doc:
        "Which API it has: doc is the one of its reference, shipped what the application serves, which is less and behaves " +
        "otherwise. auto finds out by a call or two, once a run. Default: auto.",
    }),
    username: field(z.string().min(1).optional(), { doc: "The user, where the service asks for one. Default: none." }),
    password: field(z.string().min(1).optional(), { ...secret, doc: "The user's password." }),
    token: field(z.string().min(1).optional(), {
      ...secret,
      doc: "An API key, in place of username and password, for a service or a gateway that takes one.",
    }),
    readOnly: clientFields.readOnly,
    caFile: clientFields.caFile,
    insecureSkipVerify: clientFields.insecureSkipVerify,
    maxRetries: field(z.int().min(0).max(10).optional(), {
      doc: "How often a call that is safe to repeat is repeated after a failure, 0 to 10. A start never is. Default: 3.",
    }),
    connectTimeoutSeconds: clientFields.connectTimeoutSeconds,
    requestTimeoutSeconds: field(z.number().positive().optional(), { doc: "Seconds for one call. Default: 60." }),
    maxRetryAfterSeconds: clientFields.maxRetryAfterSeconds,
    pollSeconds: field(z.number().positive().optional(), {
      doc:
        "Seconds between two looks at what is waited for; it grows to four times as long while nothing changes, or while the " +
        "service tells of changes by itself. Default: 5.",
    }),
    useWebSocket: field(z.boolean().optional(), {
      doc: "Have the service tell of changes by itself (Socket.IO): they are seen sooner, and nothing depends on it. Default: false.",
    }),
    maxConcurrency: field(z.int().positive().optional(), { doc: "Calls at once. Default: 8." }),
    auditLogPath: clientFields.auditLogPath,
    userAgentSuffix: clientFields.userAgentSuffix,
  },
});

/** Sentences about a configuration that cannot work, and what to set. */
export function configProblems({ baseUrl, username, password, token }: ConfigValues): string[] {
  const problems: string[] = [];
  if (baseUrl === undefined) problems.push(`ztp:hwautomation.baseUrl is missing: ${howToSet("baseUrl")}`);
  else if (!isHttpUrl(baseUrl as string))
    problems.push("ztp:hwautomation.baseUrl must be a URL such as http://provisioning.example.com:5000");
  if (token !== undefined && (username ?? password) !== undefined)
    problems.push("ztp:hwautomation has both a token and a username or password; remove one of the two");
  else if ((username === undefined) !== (password === undefined)) {
    const missing = username === undefined ? "username" : "password";
    problems.push(
      `ztp:hwautomation.${missing} is missing, though the other half of the login is set: ${howToSet(missing)}`,
    );
  }
  return problems;
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function howToSet(key: string): string {
  const flag = hwautomationConfig.fields[key]?.secret ? " --secret" : "";
  return (
    `run \`pulumi config set${flag} --path ztp:hwautomation.${key}\` or set the environment variable ` +
    environmentName("hwautomation", key)
  );
}
