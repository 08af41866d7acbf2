import { createRouter, createWebHistory } from "vue-router";

export const router = createRouter({
  history: createWebHistory("/m/"),
  routes: [{ path: "/:path(.*)*", component: () => import("./home/ChooseTenant.vue") }],
});
