import { createRouter, createWebHistory, type RouteRecordRaw } from "vue-router";
import { oversightRoutes } from "./oversight/routes";
import { deskMay, session } from "./session/store";
import Home from "./shell/Home.vue";

const page = (path: string, title: string, component: RouteRecordRaw["component"], needs?: string[]): RouteRecordRaw =>
  ({ path, component, meta: { title, needs } }) as RouteRecordRaw;

const routes: RouteRecordRaw[] = [
  page("/", "工作台", Home),
  page("/work", "工作列表", () => import("./work/WorkList.vue"), ["report.list"]),
  page("/reports/:id", "事项", () => import("./report/ReportPage.vue"), ["report.read"]),
  page("/reports/:id/print", "卷宗", () => import("./report/PrintPage.vue"), ["report.read"]),
  page("/new", "代群众登记", () => import("./report/NewReport.vue"), ["desk.submit"]),
  page("/screen", "文字审核", () => import("./screen/ScreenQueue.vue"), ["screen-item.list"]),
  page("/screen-words", "敏感词", () => import("./screen/ScreenWords.vue"), ["screen-word.list"]),
  page("/crowd", "集中反映", () => import("./oversee/CrowdAlerts.vue"), ["crowd-alert.list"]),
  page("/classes", "类案建议", () => import("./oversee/ClassProposals.vue"), ["class-proposal.list"]),
  page("/transfers", "跨区移交", () => import("./oversee/Transfers.vue"), ["transfer.list"]),
  page("/sender-blocks", "暂停在线提交", () => import("./oversee/Blocks.vue"), ["sender-block.list"]),
  page("/supervise", "市人大督办函", () => import("./oversee/CityLetter.vue"), ["supervision.create"]),
  page("/supervision", "督办通知", () => import("./oversee/SupervisionList.vue"), ["supervision-notice.list"]),
  page("/supervision/write", "拟写督办通知", () => import("./oversee/SupervisionWrite.vue"), ["supervision-notice.draft", "supervision-notice.issue"]),
  page("/supervision/:id", "督办通知", () => import("./oversee/SupervisionPage.vue"), ["supervision-notice.list"]),
  ...oversightRoutes,
  page("/dispatch-rules", "派单目录", () => import("./office/DispatchRules.vue"), ["dispatch-rule.list"]),
  page("/texts", "常用语", () => import("./office/Texts.vue"), ["text-template.list"]),
  page("/units", "承办单位", () => import("./office/Units.vue"), ["unit.list"]),
  page("/deputies", "人大代表", () => import("./office/Deputies.vue"), ["deputy.list"]),
  page("/stations", "联络站", () => import("./office/Stations.vue"), ["station.list"]),
  page("/congresses", "换届", () => import("./office/Congresses.vue"), ["congress.list"]),
  page("/recusals", "回避登记", () => import("./office/Recusals.vue"), ["recusal.list"]),
  page("/people", "人员与授权", () => import("./admin/People.vue"), ["grant.list"]),
  page("/import", "批量导入", () => import("./admin/Imports.vue"), ["staff.import", "unit.import", "deputy.import", "dispatch-rule.import"]),
  page("/settings", "区市设置", () => import("./admin/Settings.vue"), ["tenant.settings"]),
  page("/sms", "短信", () => import("./admin/Sms.vue"), ["sms.list"]),
  page("/retention", "保留期限", () => import("./admin/Retention.vue"), ["retention.list"]),
  page("/audit", "审计", () => import("./audit/AuditPage.vue"), ["audit.list"]),
  page("/notices", "消息", () => import("./me/Notices.vue")),
  page("/me", "我的账号", () => import("./me/Account.vue")),
  page("/:rest(.*)*", "没有这个页面", () => import("./shell/Missing.vue")),
];

export const router = createRouter({
  history: createWebHistory("/console/"),
  routes,
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
});

router.beforeEach((to) => {
  const needs = to.meta.needs as string[] | undefined;
  if (session.me && needs && !needs.some(deskMay)) return { path: "/denied", replace: true };
});

router.afterEach((to, from) => {
  document.title = `${(to.meta.title as string) ?? "工作台"} · 呼应`;
  if (from.matched.length > 0 && to.path !== from.path) requestAnimationFrame(() => document.getElementById("main")?.focus({ preventScroll: true }));
});
