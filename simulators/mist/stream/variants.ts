import { z } from "zod";

/** How the WebSocket stream behaves; part of the variants of Mist. */
export const streamVariants = {
  socketHandshake: z
    .enum(["accepted", "throttled", "refused"])
    .default("accepted")
    .describe("Handshake of a caller who is known: accepted; 429; 403"),
  socketCounts: z
    .enum(["counted", "free"])
    .default("counted")
    .describe("Whether a handshake counts as a call of the hour"),
  socketConnections: z
    .number()
    .int()
    .min(0)
    .nullable()
    .default(null)
    .describe("Connections of one org token or one user at a time, 429 beyond; null: any number"),
  socketChannels: z.number().int().min(0).default(2_000).describe("Channels of one connection, refused beyond"),
  socketAckSeconds: z
    .number()
    .min(0)
    .nullable()
    .default(0)
    .describe("A subscription is acknowledged so many simulated seconds later; null: never"),
  socketUnsubscribe: z
    .enum(["silent", "acknowledged", "ignored"])
    .default("silent")
    .describe("Unsubscribing: works without an answer; with channel_unsubscribed; is not understood"),
  socketData: z.enum(["sent", "silent"]).default("sent").describe("Whether data follows a subscription"),
  socketEncoding: z
    .enum(["text", "object"])
    .default("text")
    .describe("data of a message about devices: JSON as a string, or an object"),
  socketFrames: z.enum(["text", "binary"]).default("text").describe("Frames: text, or binary ones that end with a NUL"),
  socketStats: z
    .enum(["partial", "legacy"])
    .default("partial")
    .describe("Stats of a device: those that change with an upgrade; status upgrading, upgrading and progress"),
  socketPongs: z.enum(["sent", "missing"]).default("sent").describe("Whether a ping is answered"),
  socketLifeSeconds: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe("A connection is closed after so many simulated seconds; null: never"),
};
