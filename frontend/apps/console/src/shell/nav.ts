/** What stands in the menu: a page is there for whoever holds its permission. */

export interface Entry {
  to: string;
  title: string;
  en: string;
  icon: string;
  /** Any of these permissions opens the page. */
  needs: string[];
}

export interface Group {
  title: string;
  en: string;
  entries: Entry[];
}

export const groups: Group[] = [
  {
    title: "办事", en: "Work",
    entries: [
      { to: "/work", title: "工作列表", en: "Worklist", icon: "▤", needs: ["report.list"] },
      { to: "/new", title: "代群众登记", en: "File for a visitor", icon: "＋", needs: ["desk.submit"] },
      { to: "/screen", title: "文字审核", en: "Screening", icon: "◪", needs: ["screen-item.list"] },
      { to: "/crowd", title: "集中反映", en: "Crowd alerts", icon: "◉", needs: ["crowd-alert.list"] },
      { to: "/classes", title: "类案建议", en: "Issue classes", icon: "❏", needs: ["class-proposal.list"] },
      { to: "/transfers", title: "跨区移交", en: "Transfers", icon: "⇄", needs: ["transfer.list"] },
      { to: "/sender-blocks", title: "暂停在线提交", en: "Suspended senders", icon: "⊖", needs: ["sender-block.list"] },
      { to: "/supervise", title: "市人大督办函", en: "City letters", icon: "✉", needs: ["supervision.create"] },
    ],
  },
  {
    title: "监督", en: "Oversight",
    entries: [
      { to: "/supervision", title: "督办通知", en: "Supervision notices", icon: "✎", needs: ["supervision-notice.list"] },
      { to: "/board", title: "监督看板", en: "Boards", icon: "▥", needs: ["oversight.board"] },
    ],
  },
  {
    title: "基础资料", en: "Registers",
    entries: [
      { to: "/dispatch-rules", title: "派单目录", en: "Dispatch catalogue", icon: "☷", needs: ["dispatch-rule.list"] },
      { to: "/texts", title: "常用语", en: "Ready texts", icon: "❝", needs: ["text-template.list"] },
      { to: "/units", title: "承办单位", en: "Units", icon: "▦", needs: ["unit.list"] },
      { to: "/deputies", title: "人大代表", en: "Deputies", icon: "♟", needs: ["deputy.update", "deputy.held"] },
      { to: "/stations", title: "联络站", en: "Stations", icon: "⌂", needs: ["station.update"] },
      { to: "/congresses", title: "换届", en: "Congresses", icon: "↻", needs: ["congress.list"] },
      { to: "/recusals", title: "回避登记", en: "Recusals", icon: "⊘", needs: ["recusal.list"] },
    ],
  },
  {
    title: "管理", en: "Administration",
    entries: [
      { to: "/people", title: "人员与授权", en: "People and grants", icon: "☺", needs: ["grant.list"] },
      { to: "/import", title: "批量导入", en: "Imports", icon: "⇪", needs: ["staff.import", "unit.import", "deputy.import", "dispatch-rule.import"] },
      { to: "/screen-words", title: "敏感词", en: "Screen words", icon: "¶", needs: ["screen-word.list"] },
      { to: "/settings", title: "区市设置", en: "Settings", icon: "⚙", needs: ["tenant.settings"] },
      { to: "/sms", title: "短信", en: "Text messages", icon: "✆", needs: ["sms.list"] },
      { to: "/retention", title: "保留期限", en: "Retention", icon: "◷", needs: ["retention.list"] },
      { to: "/audit", title: "审计", en: "Audit", icon: "⌕", needs: ["audit.list"] },
    ],
  },
];

/** The menu of somebody with these permissions. An auditor's one grant list reads along. */
export function menu(may: (permission: string) => boolean): Group[] {
  return groups
    .map((g) => ({ ...g, entries: g.entries.filter((e) => e.needs.some(may)) }))
    .filter((g) => g.entries.length > 0);
}

/** Where somebody lands: the first page of their own menu. */
export function home(may: (permission: string) => boolean, staff: boolean): string {
  const first = menu(may).flatMap((g) => g.entries);
  if (staff) return first[0]?.to ?? "/me";
  return first.find((e) => e.to !== "/work")?.to ?? "/me";
}
