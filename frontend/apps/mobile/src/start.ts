import "@huying/ui/style.css";
import "./style.css";
import { followTheme } from "@huying/ui";
import { createApp } from "vue";
import App from "./App.vue";
import { router } from "./router";
import { session } from "./session";

/** Starts the app; the words of the language must be there. */
export function start(): void {
  followTheme();
  void session.resume();
  window.addEventListener("online", () => void session.resume());
  createApp(App).use(router).mount("#app");
}
