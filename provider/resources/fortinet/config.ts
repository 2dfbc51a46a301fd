import { z } from "zod";
import { defineConfig } from "../../core/config";
import { field } from "../../core/shape";

/** The configuration of all Fortinet services: one FortiCloud API user, one account. */
export const fortinetConfig = defineConfig({
  name: "fortinet",
  doc: "FortiCloud: an IAM API user of type Local, whose permission profile includes the services that the program uses.",
  identity: ["fortiztpUrl", "forticareUrl"],
  fields: {
    apiId: field(z.string().optional(), { doc: "The API user's id, from the credential file of the IAM portal." }),
    password: field(z.string().optional(), {
      secret: true,
      doc: "The API user's password. Downloading the credential file again makes a new one.",
    }),
    oauthToken: field(z.string().optional(), {
      secret: true,
      doc: "An access token obtained elsewhere, instead of apiId and password. It cannot be renewed when it expires.",
    }),
    authUrl: field(z.string().optional(), {
      doc: "The whole OAuth token endpoint. Default: https://customerapiauth.fortinet.com/api/v1/oauth/token/.",
    }),
    fortiztpUrl: field(z.string().optional(), {
      doc: "The FortiZTP API without version. Default: https://fortiztp.forticloud.com/public/api.",
    }),
    forticareUrl: field(z.string().optional(), {
      doc: "The FortiCare registration API. Default: https://support.fortinet.com/ES/api/registration/v3.",
    }),
    clientId: field(z.string().optional(), { doc: "The OAuth client id of FortiZTP. Default: fortiztp." }),
    readOnly: field(z.boolean().optional(), { doc: "Refuse every write. Default: false." }),
    caFile: field(z.string().optional(), {
      doc: "A PEM file with certificate authorities to trust besides the usual ones.",
    }),
    insecureSkipVerify: field(z.boolean().optional(), {
      doc: "Do not verify TLS certificates. For laboratories only. Default: false.",
    }),
    maxRetries: field(z.int().min(0).max(10).optional(), {
      doc: "How often a call that is safe to repeat is repeated after a failure, 0 to 10. Default: 3.",
    }),
    connectTimeoutSeconds: field(z.number().positive().optional(), { doc: "Seconds to connect. Default: 10." }),
    requestTimeoutSeconds: field(z.number().positive().optional(), { doc: "Seconds for one call. Default: 60." }),
    maxRetryAfterSeconds: field(z.number().positive().optional(), {
      doc: "The longest wait, in seconds, that the vendor may ask for before the call fails. Default: 300.",
    }),
    rateLimitPerHour: field(z.int().positive().optional(), {
      doc: "Calls to FortiZTP in any 60 minutes. Default: 2000, the vendor's limit.",
    }),
    maxConcurrency: field(z.int().positive().optional(), { doc: "Calls to FortiZTP at once. Default: 8." }),
    scriptUploadMode: field(z.enum(["auto", "multipart", "text", "json"]).optional(), {
      doc: "The form in which script content is sent. Default: auto, whichever FortiZTP takes and keeps.",
    }),
    auditLogPath: field(z.string().optional(), {
      doc:
        "A file to which every attempt of every write is appended as a line of JSON (time, what, on which path, outcome, " +
        "duration), without bodies and secrets; stderr works too. Default: none.",
    }),
    userAgentSuffix: field(
      z
        .string()
        .regex(/^[\x20-\x7e]*$/, "must be printable ASCII")
        .optional(),
      {
        doc: "A text that follows the provider's name in the User-Agent of its calls. Default: none.",
      },
    ),
    pollSeconds: field(z.number().positive().optional(), {
      doc: "Seconds between looks at a device that the provider waits for. Default: 10.",
    }),
  },
});
