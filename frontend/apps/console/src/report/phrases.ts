/** Reply templates: what people write again and again. The house's own stand first, then this person's. */

const usual: Record<string, string[]> = {
  "reply.content": [
    "您反映的问题我单位已到现场核实并处理完毕，现场已恢复正常。感谢您的监督。",
    "您反映的问题已部分解决，其余部分计划于____前完成，届时再告知您。",
    "经现场核实，情况是____。依据____，现向您说明：____。",
    "您反映的问题目前暂不具备条件解决，原因是____。我们将____，并于____前再次告知您进展。",
  ],
  "verify.findings": ["已到现场查看，情况属实：____。", "已到现场查看，未发现所反映的情况，已电话向反映人了解：____。"],
  "reject.reason": ["属于____职责，不在代表联系群众事项受理范围", "所反映内容缺少地点和具体情况，无法核实", "属于个人之间的民事纠纷，建议通过人民调解或诉讼解决"],
  "return.reason": ["该地段管理养护责任单位为____，不属我单位职责，附责任划分依据"],
  "extend.reason": ["需要____审批，预计____前完成", "连续降雨无法施工，天气好转后立即实施"],
  "ask.question": ["请补充具体位置（附近门牌号或明显标志）", "请补充发生的时间段，最好附一张现场照片"],
  "confirm.reason": ["现场查看，问题仍然存在：____", "反映人表示单位没有联系过本人"],
  "refuse.reason": ["请补充办理后的现场照片", "答复没有回应群众反映的问题，请针对性修改", "请写明完成时间"],
  "supervise.letter": ["____：群众反映的____一事已超过承诺时限____，请于____前办结并书面说明原因和整改措施。"],
};

const key = (person: string, field: string) => `huying.console.phrases.${person}.${field}`;

export function phrases(person: string, field: string): { own: string[]; usual: string[] } {
  let own: string[] = [];
  try {
    own = JSON.parse(localStorage.getItem(key(person, field)) ?? "[]") as string[];
  } catch {
    // What cannot be read is as if there were none.
  }
  return { own, usual: usual[field] ?? [] };
}

/** Keeps a text as this person's own; the newest twenty stay. */
export function keepPhrase(person: string, field: string, text: string): void {
  const { own } = phrases(person, field);
  localStorage.setItem(key(person, field), JSON.stringify([text, ...own.filter((t) => t !== text)].slice(0, 20)));
}
export function dropPhrase(person: string, field: string, text: string): void {
  localStorage.setItem(key(person, field), JSON.stringify(phrases(person, field).own.filter((t) => t !== text)));
}
