import { say } from "@huying/i18n";
import { createRouter, createWebHistory, type RouteRecordRaw } from "vue-router";
import { lastTenant, tenant } from "./session";

declare module "vue-router" {
  interface RouteMeta {
    title?: string;
    /** The page is for signed-in people; the reason is shown above the sign-in form. */
    signIn?: string;
  }
}

const inTenant: RouteRecordRaw[] = [
  { path: "", name: "home", component: () => import("./home/HomePage.vue") },
  { path: "report", name: "report", component: () => import("./report/FormPage.vue"), meta: { title: say("随手拍") } },
  { path: "mine", name: "mine", component: () => import("./report/MinePage.vue"), meta: { title: say("我的反映") } },
  { path: "r/:id", name: "one", component: () => import("./report/OnePage.vue"), meta: { title: say("办理进展") } },
  { path: "near", name: "near", component: () => import("./report/NearPage.vue"), meta: { title: say("邻居的反映") } },
  { path: "p/:id", name: "public", component: () => import("./report/PublicPage.vue"), meta: { title: say("公开的反映") } },
  { path: "track", name: "track", component: () => import("./report/TrackPage.vue"), meta: { title: say("查进展") } },
  { path: "notices", name: "notices", component: () => import("./notify/NoticesPage.vue"), meta: { title: say("消息"), signIn: say("登录后查看您的消息。") } },
  { path: "deputies", name: "deputies", component: () => import("./deputy/FindPage.vue"), meta: { title: say("找代表、找联络站") } },
  { path: "work", name: "work", component: () => import("./deputy/WorkPage.vue"), meta: { title: say("代表工作"), signIn: say("请用代表账号登录。") } },
  { path: "work/leave", name: "leave", component: () => import("./deputy/LeavePage.vue"), meta: { title: say("请假和会期"), signIn: say("请用代表账号登录。") } },
  { path: "me", name: "me", component: () => import("./identity/MePage.vue"), meta: { title: say("我的") } },
  { path: "me/data", name: "data", component: () => import("./rights/DataPage.vue"), meta: { title: say("我的信息"), signIn: say("登录后管理您的信息。") } },
  { path: "me/notices", name: "preferences", component: () => import("./notify/PreferencesPage.vue"), meta: { title: say("提醒设置"), signIn: say("登录后修改提醒设置。") } },
  { path: "me/sessions", name: "sessions", component: () => import("./identity/SessionsPage.vue"), meta: { title: say("已登录的设备"), signIn: say("登录后查看。") } },
];

export const router = createRouter({
  history: createWebHistory("/m/"),
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  routes: [
    { path: "/", name: "choose", component: () => import("./home/ChoosePage.vue") },
    { path: "/:tenant(\\d{6})", component: () => import("./shell/TenantShell.vue"), children: inTenant },
    { path: "/:path(.*)*", component: () => import("./shell/LostPage.vue") },
  ],
});

router.beforeEach((to) => {
  const code = typeof to.params.tenant === "string" ? to.params.tenant : undefined;
  if (code) tenant.value = code;
  // Only the very start goes on to the tenant of the last visit; a person who went back wants to choose.
  if (to.name === "choose" && !router.currentRoute.value.matched.length && to.query.choose === undefined) {
    const last = lastTenant();
    if (last) return { name: "home", params: { tenant: last } };
  }
  return true;
});

router.afterEach((to) => {
  document.title = to.meta.title ? say("{0} · 呼应", [to.meta.title]) : say("呼应");
});
