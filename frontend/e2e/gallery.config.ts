import { defineConfig } from "vitest/config";

// Pictures are taken by a command of their own; looking at pages is not checking them.
export default defineConfig({
  test: { root: new URL(".", import.meta.url).pathname, include: ["gallery*.ts"], exclude: ["gallery.config.ts"], fileParallelism: false, environment: "node", testTimeout: 300_000, hookTimeout: 60_000 },
});
