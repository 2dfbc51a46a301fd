import type { Metadata } from "@grpc/grpc-js";
import { failureCode, failureText } from "./failures";

const mark = "\u0000pulumi-ztp";
let listening = false;

/**
 * An error that the engine's dynamic provider hands on without printing its stack: it prints `error: stack` of what
 * check, diff, read and delete throw, so the text of ours is a mark, and lines that begin with it are dropped.
 */
export function quietError(error: unknown, metadata?: (error: unknown) => Metadata | undefined): Error {
  if (!listening) {
    listening = true;
    const print = console.error;
    console.error = (...args: unknown[]) => {
      if (typeof args[0] !== "string" || !args[0].startsWith(mark)) print(...args);
    };
  }
  const text = failureText(error);
  return Object.assign(new Error(text), {
    stack: "",
    toString: () => mark,
    code: failureCode(error),
    details: text,
    metadata: metadata?.(error),
  });
}
