import { fileURLToPath } from "node:url";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";
import { VitePWA } from "vite-plugin-pwa";

const server = process.env.HUYING_SERVER ?? "http://127.0.0.1:8080";

export default defineConfig({
  base: "/m/",
  plugins: [
    vue(),
    VitePWA({
      registerType: "prompt",
      injectRegister: false,
      manifest: false,
      workbox: {
        globPatterns: ["**/*.{js,css,html,png,svg}"],
        // The reader of iPhone pictures is large; only a phone that has such a picture fetches it, and keeps it then.
        globIgnores: ["**/heic-to-*.js"],
        runtimeCaching: [{ urlPattern: /\/m\/assets\/heic-to-/, handler: "CacheFirst", options: { cacheName: "heic", expiration: { maxEntries: 1 } } }],
        navigateFallback: "/m/index.html",
        // What the server answers itself is never answered by the shell.
        navigateFallbackDenylist: [/^\/api\//, /\/manifest\.webmanifest$/],
        cleanupOutdatedCaches: true,
      },
    }),
  ],
  build: {
    outDir: fileURLToPath(new URL("../../dist/mobile", import.meta.url)),
    emptyOutDir: true,
    manifest: true,
    target: "es2020",
    // A data: address for a script or a style would need a weaker policy.
    assetsInlineLimit: 0,
  },
  server: { proxy: { "/api": server, "/huying-": server, "/t": server } },
});
