import { z } from "zod";
import { defineConfig } from "../../core/config";
import { field } from "../../core/shape";
import { clientFields } from "../client-fields";

/** The configuration of the PAN-OS Upgrade Manager: one work directory of one daemon. */
export const panosConfig = defineConfig({
  name: "panos",
  doc:
    "The PAN-OS Upgrade Manager, by the work directory of its daemon, on this machine or mounted. No credentials: those of the " +
    "firewalls are the daemon's, and never read.",
  identity: ["baseDir"],
  fields: {
    baseDir: field(z.string().min(1).optional(), {
      doc:
        "The work directory, which holds queue, status and commands, such as /opt/panos-upgrade. On a share that other machines " +
        "write to the daemon takes jobs, but may notice cancels only when it is started.",
    }),
    fileMode: field(
      z
        .string()
        .regex(/^0?[0-7]{3}$/, "must be octal permissions such as 0640")
        .optional(),
      {
        doc:
          "Permissions of the files that are written, in octal. The daemon must be able to read them. What the daemon writes " +
          "itself is readable by its own user only, so run as that user, or as root. Default: 0640.",
      },
    ),
    gid: field(z.int().min(0).optional(), {
      doc: "The number of the group that the written files get. Default: that of the folder they are in.",
    }),
    pollSeconds: field(z.number().min(1).optional(), {
      doc:
        "The longest time between two looks at the directory while something is waited for, in seconds, at least 1. Changes that " +
        "this machine notices are looked at sooner. Default: 5, as often as the daemon looks itself.",
    }),
    daemonStaleAfterSeconds: field(z.number().positive().optional(), {
      doc: "A daemon that has not written its status for so many seconds does not run. Default: 20; it writes every 5.",
    }),
    commandDelivery: field(z.enum(["link", "stageRename"]).optional(), {
      doc:
        "How a command comes into the daemon's sight: by a hard link, or by a move from the folder above, for file systems " +
        "without hard links. A file that is renamed within its folder is never seen. Default: link, and a move where it fails.",
    }),
    submitWhenDaemonDown: field(z.enum(["queue", "fail"]).optional(), {
      doc:
        "What becomes of a job while the daemon does not run: queue leaves it for when it is started, with a warning; fail " +
        "writes nothing. Default: queue.",
    }),
    readOnly: clientFields.readOnly,
  },
});
