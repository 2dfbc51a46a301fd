import type { SimReply } from "../../core/http";
import type { ForticareVariants } from "./variants";

/** What an endpoint answers, before it goes into the envelope that every reply has. */
export interface Answer {
  http: number;
  /** 0 is success, -1 refused before processing, -2 against a rule, 2 a batch with failures. */
  status: number;
  message: string;
  error: { errorCode: number; message: string } | null;
  payload: Record<string, unknown>;
  /** Whether something was carried out. */
  applied: boolean;
  /** How many errors it counts against the hour's allowance. */
  errors: number;
  headers?: Record<string, string>;
}

/** A success. */
export function success(payload: Record<string, unknown> = {}, message = "Success"): Answer {
  return { http: 200, status: 0, message, error: null, payload, applied: true, errors: 0 };
}

/** A failure of the whole call, thrown; the endpoint adds its payload keys, without values unless `payload` has some. */
export class CareFailure extends Error {
  constructor(
    readonly http: number,
    readonly status: number,
    /** Error code; null when the reply has no error object. */
    readonly code: number | null,
    /** The message of the envelope. */
    readonly title: string,
    text: string,
    readonly payload: Record<string, unknown> = {},
  ) {
    super(text);
  }

  /** As an answer; `payload` holds the endpoint's keys without values. */
  answer(payload: Record<string, unknown>): Answer {
    const error = this.code === null ? null : { errorCode: this.code, message: this.message };
    const { http, status, title } = this;
    return {
      http,
      status,
      message: title,
      error,
      payload: { ...payload, ...this.payload },
      applied: false,
      errors: 1,
    };
  }
}

/** A request that is refused before it is processed: 101 something is missing, 102 a bad value, 301 no account. */
export function refused(code: 101 | 102 | 301, text: string): CareFailure {
  return new CareFailure(400, -1, code, "Invalid incoming request.", text);
}

/** A request that breaks a rule; `payload` are keys that have a value all the same. */
export function broken(text: string, payload?: Record<string, unknown>): CareFailure {
  return new CareFailure(400, -2, 301, text, text, payload);
}

/** A bad token. */
export function badToken(variants: ForticareVariants): CareFailure {
  return new CareFailure(variants.authFailureHttp, -1, 201, "Invalid incoming request.", "Invalid security token.");
}

/** No token at all. */
export function noToken(variants: ForticareVariants): CareFailure {
  const text = "Please provide token in request.";
  return variants.missingToken === "coded"
    ? new CareFailure(variants.authFailureHttp, -1, 201, "Invalid incoming request.", text)
    : new CareFailure(variants.authFailureHttp, -1, null, text, text);
}

/** Something that the API user may not do or see. */
export function denied(variants: ForticareVariants): CareFailure {
  return new CareFailure(
    variants.permissionFailureHttp,
    -1,
    202,
    "Invalid incoming request.",
    "Access denied. No permission to access the requested action or resource.",
  );
}

/** Puts an answer into the envelope, with the token of the request. */
export function enveloped(answer: Answer, token: string | undefined, variants: ForticareVariants): SimReply {
  const { http, status, message, error, payload, applied, headers } = answer;
  return {
    status: http,
    headers,
    applied,
    json: {
      build: "1.0.0",
      version: "3.0",
      status,
      message: status === 0 && variants.successMessage === "empty" ? "" : message,
      error: variants.errorShape === "string" && error ? error.message : error,
      token: token ?? "",
      ...payload,
    },
  };
}
