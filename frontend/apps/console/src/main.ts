import { followTheme } from "@huying/ui";
import { createApp } from "vue";
import App from "./App.vue";
import { router } from "./router";
import { start } from "./session/store";
import "./style.css";

followTheme();
// The notice of a demo stands before the app, and is a landmark of its own.
const notice = document.querySelector(".demo-notice");
notice?.setAttribute("role", "complementary");
notice?.setAttribute("aria-label", "演示说明");
await start();
createApp(App).use(router).mount("#app");
