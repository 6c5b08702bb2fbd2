import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    mock: string;
  }
}

/** The mock at MOCK, or one that is started here and ends with the tests. */
export default async function start(project: TestProject) {
  if (process.env.MOCK) {
    project.provide("mock", process.env.MOCK);
    return;
  }
  const server = spawn("common-apis", ["serve", "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
  const ready = await new Promise<string>((resolve, reject) => {
    createInterface(server.stdout).once("line", resolve);
    server.once("error", ({ message }) => reject(new Error(`The mock cannot start: ${message}. Is it installed?`)));
    server.once("exit", (code) => reject(new Error(`The mock ended with ${code} before it was ready.`)));
  });
  project.provide("mock", ready.split(" ")[2]);
  return () => void server.kill();
}
