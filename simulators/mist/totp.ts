import { createHmac } from "node:crypto";
import type { User } from "./types";

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const stepMs = 30_000;

/** Whether a login of this user needs a second factor. */
export function needsSecondFactor({ twoFactor, totpSecret }: User): boolean {
  return twoFactor !== null || totpSecret !== null;
}

/** Whether a code is good now: the fixed one, or the authenticator's (RFC 6238: 6 digits, 30 seconds), one step early or late too. */
export function passes({ twoFactor, totpSecret }: User, code: unknown, now: number): boolean {
  if (typeof code !== "string") return false;
  if (twoFactor !== null && code === twoFactor) return true;
  return totpSecret !== null && [-1, 0, 1].some((late) => code === codeAt(totpSecret, now + late * stepMs));
}

/** The code of a base32 secret at a time, in milliseconds since the epoch. */
function codeAt(secret: string, time: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.max(0, Math.floor(time / stepMs))));
  const digest = createHmac("sha1", decoded(secret)).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 15;
  return String((digest.readUInt32BE(offset) & 0x7f_ff_ff_ff) % 1_000_000).padStart(6, "0");
}

function decoded(secret: string): Buffer {
  const digits = [...secret.toUpperCase()].filter((letter) => letters.includes(letter));
  const bits = digits.map((letter) => letters.indexOf(letter).toString(2).padStart(5, "0")).join("");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
