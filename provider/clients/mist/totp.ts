import { createHmac } from "node:crypto";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** The secret of an `otpauth:` URL, or the text itself, as bytes; undefined if it is not base32. */
function secretOf(text: string): Buffer | undefined {
  const parameter = /^otpauth:/i.test(text) ? new URL(text).searchParams.get("secret") : text;
  const letters = (parameter ?? "").replace(/[\s=-]/g, "").toUpperCase();
  if (letters === "" || [...letters].some((letter) => !alphabet.includes(letter))) return undefined;
  const bits = [...letters].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, "0")).join("");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

/** Whether a text can be the secret of an authenticator: base32, or an `otpauth:` URL. */
export function isTotpSecret(text: string): boolean {
  return (secretOf(text)?.length ?? 0) > 0;
}

/** What an authenticator with this secret shows at a time (milliseconds since the epoch): RFC 6238, six digits, 30 s. */
export function totp(secret: string, time: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(time / 30_000)));
  const hash = createHmac("sha1", secretOf(secret) ?? Buffer.alloc(0))
    .update(counter)
    .digest();
  const offset = (hash.at(-1) ?? 0) & 0xf;
  const number = (hash.readUInt32BE(offset) & 0x7fffffff) % 1_000_000;
  return String(number).padStart(6, "0");
}
