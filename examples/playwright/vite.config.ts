import { defineConfig } from "vite";

const mock = process.env.MOCK ?? "http://127.0.0.1:4010";

export default defineConfig({ server: { proxy: { "/v1": mock, "/_mock": mock } } });
