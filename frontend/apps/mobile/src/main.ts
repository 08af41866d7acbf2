import "@huying/ui/style.css";
import { followTheme } from "@huying/ui";
import { createPinia } from "pinia";
import { createApp } from "vue";
import App from "./App.vue";
import { router } from "./router";

followTheme();
createApp(App).use(createPinia()).use(router).mount("#app");
