import { z } from "zod";

/** How the Socket.IO events behave; part of the variants of HWAutomation. */
export const socketVariants = {
  sockets: z
    .enum(["all", "polling", "none"])
    .default("all")
    .describe("Socket.IO: WebSocket and polling; polling only, as shipped without an async server; 404"),
  events: z
    .enum(["sent", "silent"])
    .default("sent")
    .describe("Whether anything is told over the sockets that are open"),
  eventAudience: z
    .enum(["everybody", "subscribers"])
    .default("everybody")
    .describe("Profile doc: who is told of a workflow: all that are connected, or those that subscribed to it"),
  completeEvents: z
    .enum(["every", "completed"])
    .default("every")
    .describe("Profile doc: workflow_complete at every end, with its state; or for COMPLETED only"),
  eventDelaySeconds: z.number().min(0).default(0).describe("Events are so many simulated seconds late"),
  eventCopies: z.number().int().min(1).max(10).default(1).describe("How often each event is sent"),
  eventOrder: z
    .enum(["kept", "swapped"])
    .default("kept")
    .describe("swapped: of every two events the second comes first; the last one may wait for ever"),
};
