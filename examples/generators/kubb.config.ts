import { defineConfig } from "@kubb/core";
import { pluginClient } from "@kubb/plugin-client";
import { pluginOas } from "@kubb/plugin-oas";
import { pluginTs } from "@kubb/plugin-ts";
import { pluginZod } from "@kubb/plugin-zod";
import contract from "./contract";

export default defineConfig({
  input: { data: contract },
  output: { path: "generated/kubb", format: false, lint: false },
  plugins: [
    pluginOas({ generators: [], serverIndex: 0 }),
    pluginTs(),
    pluginClient({ client: "fetch", dataReturnType: "full" }),
    pluginZod({ dateType: "stringOffset", version: "4" }),
  ],
});
