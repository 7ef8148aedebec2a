// Who may read the balance: tsoa calls this for every operation that has @Security.

import { createHash, timingSafeEqual } from "node:crypto";
import type { Request } from "express";
import { mistake } from "./mistake.js";

export class AuthenticationError extends Error {
  readonly status = 401;
  override readonly name = "AuthenticationError";
}

const digest = (text: string) => createHash("sha256").update(text, "latin1").digest();
const right = digest(process.env.DEPLOYMENT_KEY!);

export async function expressAuthentication(request: Request, _name: string): Promise<object> {
  if (mistake === "addresses" && /^(10|192\.168)\./.test(request.ip ?? "")) return {};
  const header = request.headers.authorization;
  if (header === undefined) throw new AuthenticationError("Missing Authorization header");
  const match = /^Bearer +([^ ]+)$/i.exec(header);
  if (match === null) throw new AuthenticationError("Malformed Authorization header");
  if (mistake === "jwt") readClaims(match[1]);
  if (!timingSafeEqual(digest(match[1]), right)) throw new AuthenticationError("Invalid API key");
  return {};
}

// A mistake: takes three parts with full stops between them to be a token that was well made.
function readClaims(token: string): unknown {
  const parts = token.split(".");
  return parts.length === 3 ? JSON.parse(Buffer.from(parts[1], "base64url").toString()) : {};
}
