/** The boards' pages, for the desk's list of routes. */
import type { RouteRecordRaw } from "vue-router";

export const oversightRoutes: RouteRecordRaw[] = [
  { path: "/board", component: () => import("./BoardPage.vue"), meta: { title: "监督看板", needs: ["oversight.board"] } },
  { path: "/board/wall", component: () => import("./WallPage.vue"), meta: { title: "大屏", needs: ["oversight.board"] } },
  { path: "/board/units", component: () => import("./UnitsPage.vue"), meta: { title: "单位对照和红黄榜", needs: ["oversight.board"] } },
  { path: "/board/bulletin", component: () => import("./BulletinPage.vue"), meta: { title: "月度通报", needs: ["oversight.board"] } },
  { path: "/board/questions", component: () => import("./QuestionsPage.vue"), meta: { title: "逐件核查", needs: ["oversight.detail"] } },
];
