import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    mock: string;
  }
}

const CURE = "Install common-apis, or name its command: COMMON_APIS=/path/to/.venv/bin/common-apis npm test.";

/** The mock at MOCK, or one that is started here and ends with the tests. */
export default async function start(project: TestProject) {
  if (process.env.MOCK) {
    project.provide("mock", process.env.MOCK);
    return;
  }
  const command = process.env.COMMON_APIS ?? "common-apis"; // `make install` of a checkout puts it into .venv/bin
  const server = spawn(command, ["serve", "--port", "0", "--quiet"], { stdio: ["ignore", "pipe", "inherit"] });
  const ready = await new Promise<string>((resolve, reject) => {
    createInterface(server.stdout).once("line", resolve);
    server.once("error", ({ message }) => reject(new Error(`The mock cannot start: ${message}. ${CURE}`)));
    server.once("exit", (code) => reject(new Error(`The mock ended with ${code} before it was ready.`)));
  });
  project.provide("mock", ready.split(" ")[2]);
  return () => void server.kill();
}
