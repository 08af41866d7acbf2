package unit

import (
	"regexp"
	"slices"
	"strings"

	"huying/internal/platform/authz"
	"huying/internal/platform/sheet"
)

var codeForm = regexp.MustCompile(`^[A-Za-z0-9._-]{1,40}$`)

func code(cell string) (string, string) {
	if !codeForm.MatchString(cell) {
		return "", "只能用字母、数字和 . _ -，最多 40 位"
	}
	return cell, ""
}

func digits(cell string) (string, string) {
	if strings.Trim(cell, "0123456789") != "" {
		return "", "只能填数字"
	}
	return cell, ""
}

func phoneOf(cell string) (string, string) {
	if strings.Trim(cell, "0123456789 -") != "" || len(cell) > 20 {
		return "", "电话只能填数字、空格和 -"
	}
	return cell, ""
}

func mobile(cell string) (string, string) {
	n := strings.NewReplacer(" ", "", "-", "").Replace(cell)
	if len(n) != 11 || n[0] != '1' || strings.Trim(n, "0123456789") != "" {
		return "", "不是 11 位手机号"
	}
	return n, ""
}

// unitColumns of the table of handling units.
func unitColumns() []sheet.Column {
	return []sheet.Column{
		{Key: "code", Title: "单位编码", Required: true, Max: 40, Example: "cgj", Note: "本区市内唯一，再次导入时以此对应", Check: code},
		{Key: "name", Title: "单位名称", Required: true, Max: 60, Example: "某区综合行政执法局"},
		{Key: "kind", Title: "类型", Example: "行政", Note: "行政、企业、垂管、功能区、村居；不填为行政", Check: sheet.OneOf(map[string]string{
			"行政": "administrative", "企业": "enterprise", "垂管": "vertical", "功能区": "zone", "村居": "village",
		})},
		{Key: "level", Title: "层级", Example: "区级", Note: "市级、区级、街镇、社区；不填为区级", Check: sheet.OneOf(map[string]string{
			"市级": "city", "区级": "district", "街镇": "subdistrict", "社区": "community",
		})},
		{Key: "division_code", Title: "区划代码", Required: true, Max: 15, Example: "370202", Check: digits},
		{Key: "parent_code", Title: "上级单位编码", Max: 40, Note: "科室填所属单位的编码", Check: code},
		{Key: "head_name", Title: "负责人", Max: 30, Example: "李某某"},
		{Key: "phone", Title: "办公电话", Max: 20, Example: "0532-88880000", Check: phoneOf},
		{Key: "active", Title: "是否启用", Example: "是", Note: "是、否；不填为是", Check: sheet.OneOf(map[string]string{"是": "true", "否": "false"})},
	}
}

// staffColumns of the table of accounts: one line is one role, so somebody with two roles stands on
// two lines with the same user name.
func staffColumns(roles []authz.Role) []sheet.Column {
	words := map[string]string{}
	for _, role := range roles {
		if slices.Contains(role.GrantedBy, "tenant_admin") && role.Needs != "deputy" {
			words[role.Title] = role.Name
		}
	}
	return []sheet.Column{
		{Key: "username", Title: "用户名", Required: true, Max: 40, Example: "370202.zhangsan", Note: "以本区市或街道代码开头，例如 370202.zhangsan", Check: code},
		{Key: "name", Title: "姓名", Required: true, Max: 30, Example: "张三"},
		{Key: "phone", Title: "手机号", Max: 20, Note: "可不填；已在系统中使用的号码不能填", Check: mobile},
		{Key: "role", Title: "角色", Required: true, Max: 40, Example: "承办单位经办人", Note: "同一人有两个角色时写两行", Check: sheet.OneOf(words)},
		{Key: "division_code", Title: "授权区划代码", Required: true, Max: 15, Example: "370202", Check: digits},
		{Key: "unit_code", Title: "承办单位编码", Max: 40, Example: "cgj", Note: "经办人和负责人必填", Check: code},
		{Key: "station", Title: "联络站名称", Max: 60, Note: "联络站站长必填"},
	}
}
