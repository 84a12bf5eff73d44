import { isRecord } from "../../base/encoding.js";
import type { Fault, FaultKind, FaultMatch } from "../faults.js";

/** Reads a fault that came as JSON; `undefined` when it is none. */
export function parseFault(value: unknown): Fault | undefined {
  if (!isRecord(value)) return undefined;
  const kind = parseKind(value);
  const match = value.match === undefined ? {} : parseMatch(value.match);
  const { at, times, after } = value;
  if (kind === undefined || match === undefined) return undefined;
  if (at !== undefined && at !== "before-commit" && at !== "after-commit") return undefined;
  if ((times !== undefined && !isCount(times)) || (after !== undefined && !isCount(after))) return undefined;
  return {
    ...kind,
    match,
    ...(at !== undefined && { at }),
    ...(times !== undefined && { times }),
    ...(after !== undefined && { after }),
  };
}

function parseKind(value: Record<string, unknown>): FaultKind | undefined {
  const { kind, status, body, headers, ms, location, seconds } = value;
  switch (kind) {
    case "status":
      if (!isStatus(status) || (body !== undefined && typeof body !== "string")) return undefined;
      if (headers !== undefined && !isTexts(headers)) return undefined;
      return { kind, status, ...(body !== undefined && { body }), ...(headers !== undefined && { headers }) };
    case "delay":
      return isCount(ms) ? { kind, ms } : undefined;
    case "redirect":
      if (typeof location !== "string" || (status !== undefined && !isStatus(status))) return undefined;
      return { kind, location, ...(status !== undefined && { status }) };
    case "retry-after":
      if (typeof seconds !== "number" && typeof seconds !== "string" && seconds !== null) return undefined;
      return { kind, seconds };
    case "html":
    case "garbage":
    case "reset":
    case "hang":
      return { kind };
    default:
      return undefined;
  }
}

function parseMatch(value: unknown): FaultMatch | undefined {
  if (!isTexts(value)) return undefined;
  const { service, ...rest } = value;
  if (service === undefined) return rest;
  if (service !== "accounts" && service !== "api") return undefined;
  return { ...rest, service };
}

function isTexts(value: unknown): value is Record<string, string> {
  return isRecord(value) && Object.values(value).every((member) => typeof member === "string");
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isStatus(value: unknown): value is number {
  return isCount(value) && value >= 200 && value <= 599;
}
