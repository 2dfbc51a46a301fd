import { z } from "zod";
import { field } from "../core/shape";

/** Keys of the configuration that mean the same for every vendor. */
export const clientFields = {
  caFile: field(z.string().optional(), {
    doc: "A PEM file with certificate authorities to trust besides the usual ones.",
  }),
  insecureSkipVerify: field(z.boolean().optional(), {
    doc: "Do not verify TLS certificates. For laboratories only. Default: false.",
  }),
  connectTimeoutSeconds: field(z.number().positive().optional(), { doc: "Seconds to connect. Default: 10." }),
  maxRetryAfterSeconds: field(z.number().positive().optional(), {
    doc: "The longest wait, in seconds, that the vendor may ask for before the call fails. Default: 300.",
  }),
  readOnly: field(z.boolean().optional(), { doc: "Refuse every write. Default: false." }),
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
};
