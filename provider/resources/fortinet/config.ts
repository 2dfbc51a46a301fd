import { z } from "zod";
import { defineConfig } from "../../core/config";
import { field } from "../../core/shape";
import { clientFields } from "../client-fields";

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
    forticareClientId: field(z.string().optional(), {
      doc: "The OAuth client id of FortiCare. Default: assetmanagement.",
    }),
    accountId: field(z.int().positive().optional(), {
      doc:
        "The number of the FortiCloud account of every FortiCare resource and function that names none. Default: the " +
        "account of the API user, whose scope must then be local.",
    }),
    scope: field(z.enum(["local", "organization"]).optional(), {
      doc:
        "The scope of the API user. With organization FortiCare wants an accountId in every call, so one that is missing " +
        "is told before anything is sent. Default: local.",
    }),
    readOnly: clientFields.readOnly,
    caFile: clientFields.caFile,
    insecureSkipVerify: clientFields.insecureSkipVerify,
    maxRetries: field(z.int().min(0).max(10).optional(), {
      doc: "How often a call that is safe to repeat is repeated after a failure, 0 to 10. Default: 3; to FortiCare 2.",
    }),
    connectTimeoutSeconds: clientFields.connectTimeoutSeconds,
    requestTimeoutSeconds: field(z.number().positive().optional(), {
      doc: "Seconds for one call. Default: 60; for a write to FortiCare 300, since an answer that is missed is costly.",
    }),
    maxRetryAfterSeconds: clientFields.maxRetryAfterSeconds,
    rateLimitPerHour: field(z.int().positive().optional(), {
      doc: "Calls to FortiZTP in any 60 minutes. Default: 2000, the vendor's limit.",
    }),
    maxConcurrency: field(z.int().positive().optional(), {
      doc: "Calls at once. Default: 8; to FortiCare 4.",
    }),
    forticareRateLimitPerMinute: field(z.int().positive().optional(), {
      doc: "Calls to FortiCare in any minute. Default: 90; the vendor's limit is 100.",
    }),
    forticareRateLimitPerHour: field(z.int().positive().optional(), {
      doc: "Calls to FortiCare in any 60 minutes. Default: 900; the vendor's limit is 1000.",
    }),
    forticareErrorsPerHour: field(z.int().positive().optional(), {
      doc:
        "Failed calls and units in any 60 minutes after which nothing more is sent to FortiCare; reading ends one error " +
        "earlier. Default: 8; the vendor's limit is 10.",
    }),
    scriptUploadMode: field(z.enum(["auto", "multipart", "text", "json"]).optional(), {
      doc: "The form in which script content is sent. Default: auto, whichever FortiZTP takes and keeps.",
    }),
    auditLogPath: clientFields.auditLogPath,
    userAgentSuffix: clientFields.userAgentSuffix,
    pollSeconds: field(z.number().positive().optional(), {
      doc: "Seconds between looks at a device that the provider waits for. Default: 10.",
    }),
  },
});
