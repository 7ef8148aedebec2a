// express with tsoa's routes, as tsoa's "Getting started" and "Error handling" show.

import cluster from "node:cluster";
import { randomBytes } from "node:crypto";
import express, { type NextFunction, type Request, type Response } from "express";
import { ValidateError } from "tsoa";
import { AuthenticationError } from "./authentication.js";
import { RegisterRoutes } from "./build/routes.js";
import { mistake } from "./mistake.js";

const app = express();
app.use(express.json());

// Makes what the client says of itself in X-Forwarded-For its address.
if (mistake === "addresses") app.set("trust proxy", true);

if (mistake === "bigint") {
  app.use((request: Request, _response: Response, next: NextFunction) => {
    BigInt(String(request.query.limit ?? 20));
    next();
  });
}

if (mistake === "crash") {
  // What is thrown in a callback reaches no handler: the process ends.
  app.use((request: Request, response: Response, next: NextFunction) => {
    randomBytes(8, (_error, id) => {
      const host = request.get("X-Forwarded-Host") ?? request.get("Host");
      response.locals.address = new URL(request.originalUrl, `http://${host}`);
      response.locals.id = id.toString("hex");
      next();
    });
  });
}

RegisterRoutes(app);

if (mistake !== "no-handler") {
  app.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (error instanceof AuthenticationError) {
      const { name, message } = error;
      response.status(401).set("WWW-Authenticate", "Bearer");
      if (mistake === "spread") response.json({ ...error, name, message });
      else if (mistake === "stringify") response.json(error);
      else response.json({ name, message });
    } else if (error instanceof ValidateError) {
      const { name, fields } = error;
      response.status(422).json({ name, message: "Validation Failed", status: 422, fields });
    } else {
      next(error);
    }
  });
}

if (mistake === "crash" && cluster.isPrimary) {
  for (let worker = 0; worker < 4; worker++) cluster.fork();
  cluster.on("exit", () => cluster.fork());
} else {
  app.listen(Number(process.env.PORT), "127.0.0.1");
}
