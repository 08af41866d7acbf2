/** Words and shapes of supervision notices. */
import type { Schemas } from "../core/http";

export type Notice = Schemas["SupervisionItem"];
export type NoticeView = Schemas["SupervisionView"];

export const kinds: Record<string, string> = { letter: "督办通知", class: "类案集中督办", topic: "每月一题" };
export const states: [string, string][] = [["", "全部"], ["draft", "待签发"], ["open", "待答复"], ["answered", "待审核"], ["accepted", "已办结"], ["refused", "未签发"]];
export const tones: Record<string, string> = { draft: "wait", open: "wait", answered: "go", accepted: "done", refused: "off" };
export const actions: Record<string, string> = {
  sign: "签发", refuse: "不签发", answer: "逐项答复", "send-back": "退回重答", accept: "认可办结", progress: "报告进展", hearing: "听证会", inspection: "现场检查",
};

/** The mark of a notice that was ever late; it stays when the answer comes. */
export function rungWord(rung: number): string {
  if (rung >= 200) return "超期一倍";
  if (rung >= 150) return "超期过半";
  if (rung >= 100) return "超期";
  return "";
}
