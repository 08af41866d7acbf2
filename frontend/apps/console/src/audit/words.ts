/** Actions of the audit log in plain words; one without words here is shown as it is. */
export const actionWords: Record<string, string> = {
  "session.start": "登录", "session.end": "退出", "session.revoke": "让设备退出", "session.refused": "登录被拒", "session.locked": "账号锁定", "session.reuse": "凭证被重复使用",
  "person.reveal": "查看姓名电话", "photo.original": "查看原始照片", "report.bundle": "导出证据包", "evidence.bundle": "导出证据包", "report.export": "导出事项列表", "city.read": "跨区市查看", "audit.read": "查阅审计",
  "audit.export": "导出审计报表", "grant.create": "授予角色", "grant.revoke": "收回角色", "account.reset": "重置密码", "password.change": "修改密码", "totp.enable": "启用动态口令", "totp.disable": "停用动态口令",
  "tenant.configure": "修改区市设置", "report.reveal": "查看姓名电话", "photo.redact": "遮挡照片", "congress.close": "确认届满", "deputy.create": "登记代表", "deputy.update": "修改代表资料", "deputy.import": "导入代表",
  "dispatch-rule.save": "增改派单目录", "dispatch-rule.change": "修改派单目录", "dispatch-rule.delete": "删除派单目录", "dispatch-rule.import": "导入派单目录", "unit.create": "登记单位", "unit.update": "修改单位",
  "unit.import": "导入单位", "staff.import": "导入工作人员", "station.create": "登记联络站", "station.update": "修改联络站", "screen-word.save": "增改敏感词", "screen-word.delete": "删去敏感词", "screen-word.import": "导入敏感词",
  "recusal.create": "登记回避", "recusal.end": "撤销回避", "supervision.create": "市人大督办函", "retention.run": "到期清理", "operator.command": "命令行操作", "crowd-alert.raise": "集中反映提醒", "place.import": "导入地点",
};
export const flagWords: Record<string, string> = { many: "明显多于他人", burst: "短时间集中", strange: "有未经手的事项", night: "夜间查看" };
