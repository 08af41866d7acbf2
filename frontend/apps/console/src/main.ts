import { followTheme } from "@huying/ui";
import { createApp } from "vue";
import App from "./App.vue";
import { router } from "./router";
import { start } from "./session/store";
import "./style.css";

followTheme();
await start();
createApp(App).use(router).mount("#app");
