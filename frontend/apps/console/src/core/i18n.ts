/** Chinese is the text itself; English words stand beside it for those who read none. */
import { ref } from "vue";

const english: Record<string, string> = {
  工作台: "Desk", 跳到正文: "Skip to content", 菜单: "Menu", 主菜单: "Main menu", 快捷键: "Keyboard shortcuts", 消息: "Notices", 外观: "Appearance", 随系统: "System",
  浅色: "Light", 深色: "Dark", 大字: "Large type", 我的账号: "My account", 退出登录: "Sign out", 未连接: "offline", "正在重新连接，列表要手动刷新": "Reconnecting; refresh lists by hand",
  在哪个区市工作: "District to work in", 工作列表: "Worklist", 等我办理: "Waiting for me", 等我签批: "To sign", 等待回访: "To call back", 已超时限: "Overdue",
  退单待裁定: "Returns in dispute", 督办中: "Supervised", 暂停计时: "Paused", 全部: "All", 红牌: "Red or worse", 刷新: "Refresh", 搜索: "Search", 导出: "Export", 状态: "State", 类别: "Category",
  区划: "Division", 编号: "Number", 标题: "Title", 时限: "Due", 负责: "Owner", 提交: "Filed", 更多: "More", 重试: "Try again", "没有内容": "Nothing here", "正在加载…": "Loading…",
  保存: "Save", 取消: "Cancel", 关闭: "Close", 删除: "Delete", 修改: "Edit", 新增: "Add", 确定: "OK", 理由: "Reason",
};

export const lang = ref(localStorage.getItem("huying.lang") === "en" ? "en" : "zh-CN");

export function setLang(to: string): void {
  lang.value = to;
  localStorage.setItem("huying.lang", to);
  document.documentElement.lang = to;
}

/** The words in the language chosen; Chinese where English has none yet. */
export const t = (words: string): string => (lang.value === "en" ? (english[words] ?? words) : words);
