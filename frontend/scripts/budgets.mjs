// Checks how much script a first visit loads: the entry and everything it imports at once, gzipped.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const budgets = { mobile: 120, console: 250 };
const lazyOnly = { mobile: ["leaflet", "MapView", "heic-to"], console: ["echarts", "leaflet"] };

function first(app) {
  const manifest = JSON.parse(readFileSync(new URL(`../dist/${app}/.vite/manifest.json`, import.meta.url), "utf8"));
  const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
  const seen = new Set();
  const walk = (key) => {
    if (seen.has(key)) return;
    seen.add(key);
    for (const next of manifest[key].imports ?? []) walk(next);
  };
  walk(entry);
  // An entry that chooses the language first and then loads the app loads both.
  for (const next of manifest[entry].dynamicImports ?? []) if (next.endsWith("src/start.ts")) walk(next);
  return [...seen].map((key) => manifest[key].file).filter((file) => file.endsWith(".js"));
}

let failed = false;
for (const [app, limit] of Object.entries(budgets)) {
  let bytes = 0;
  for (const file of first(app)) {
    const code = readFileSync(new URL(`../dist/${app}/${file}`, import.meta.url));
    bytes += gzipSync(code, { level: 9 }).length;
    const heavy = lazyOnly[app].find((name) => file.includes(name));
    if (heavy) {
      console.error(`${app}: ${heavy} is loaded at once; import it where it is used`);
      failed = true;
    }
  }
  const kb = (bytes / 1024).toFixed(1);
  console.log(`${app}: entry ${kb} KB gzip of ${limit} KB`);
  if (bytes > limit * 1024) {
    console.error(`${app}: the entry is over its budget`);
    failed = true;
  }
}
process.exit(failed ? 1 : 0);
