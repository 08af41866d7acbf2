import { followTheme } from "@huying/ui";
import { createApp } from "vue";
import App from "./App.vue";
import { loadWords, t } from "./core/i18n";
import { router } from "./router";
import { start } from "./session/store";
import "./style.css";

followTheme();
// The notice of a demo stands before the app, and is a landmark of its own.
const notice = document.querySelector(".demo-notice");
notice?.setAttribute("role", "complementary");
notice?.setAttribute("aria-label", "演示说明");
await Promise.all([loadWords(), start()]);
const app = createApp(App).use(router);
app.config.globalProperties.$t = t;
app.mount("#app");
