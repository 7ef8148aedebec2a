// The balance in fastify with @fastify/compress: as documented, and with mistakes that people make.

import { createHash, timingSafeEqual } from "node:crypto";
import bearerAuth from "@fastify/bearer-auth";
import compress from "@fastify/compress";
import Fastify from "fastify";

const KEY = process.env.DEPLOYMENT_KEY;
const mistake = process.env.MISTAKE;

const digest = (text) => createHash("sha256").update(text, "latin1").digest();
const right = digest(KEY);
const entitled = (header = "") => {
  const match = /^Bearer +([^ ]+)$/i.exec(header);
  return match !== null && timingSafeEqual(digest(match[1]), right);
};

const schema = {
  response: {
    200: {
      type: "object",
      properties: {
        drawdownEnabled: { type: "boolean" },
        balance: {
          type: "object",
          properties: { currencyCode: { type: "string" }, amountSubunits: { type: "integer" } },
        },
      },
    },
  },
};

async function conforming(request, reply) {
  if (entitled(request.headers.authorization)) return;
  reply.code(401).header("WWW-Authenticate", "Bearer");
  return reply.send({ name: "AuthenticationError", message: "Invalid or missing API key" });
}

// Leaves the body to the framework.
async function thrown(request) {
  if (!entitled(request.headers.authorization)) {
    throw Object.assign(new Error("Invalid or missing API key"), { statusCode: 401 });
  }
}

// Takes the header to be there, and to have two words.
async function split(request, reply) {
  const key = request.headers.authorization.split(" ")[1].trim();
  if (!timingSafeEqual(digest(key), right)) return conforming({ headers: {} }, reply);
}

const app = Fastify();
await app.register(compress, { threshold: 0 });
if (mistake === "bearer-auth") {
  await app.register(bearerAuth, { keys: new Set([KEY]) });
} else {
  app.addHook("onRequest", { thrown, split }[mistake] ?? conforming);
}
app.get("/api/v1/billing/balance", { schema }, async () => ({
  drawdownEnabled: true,
  balance: { currencyCode: "USD", amountSubunits: 1500 },
}));
await app.listen({ port: Number(process.env.PORT), host: "127.0.0.1" });
