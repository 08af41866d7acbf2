package deputy

import (
	"strconv"
	"strings"

	"huying/internal/platform/sheet"
)

var levels = map[string]string{
	"全国": "national", "省": "provincial", "市": "city", "区(市)": "district", "区": "district", "县": "district", "镇": "town", "乡镇": "town",
}

// columns of the table of deputies: one line is one mandate, so a deputy with two mandates stands
// on two lines with the same phone.
func columns() []sheet.Column {
	return []sheet.Column{
		{Key: "name", Title: "姓名", Required: true, Max: 30, Example: "王小民"},
		{Key: "phone", Title: "手机号", Required: true, Max: 20, Example: "13800000000", Note: "登录用；同一人任两级代表时写两行，手机号相同", Check: phone},
		{Key: "home_division", Title: "居住地区划代码", Required: true, Max: 15, Example: "370202001001", Note: "6、9 或 12 位", Check: digits},
		{Key: "level", Title: "人大层级", Required: true, Example: "区", Note: "全国、省、市、区、镇", Check: sheet.OneOf(levels)},
		{Key: "term", Title: "届次", Required: true, Max: 6, Example: "19", Note: "第几届，写数字", Check: term},
		{Key: "constituency", Title: "选区区划代码", Max: 800, Example: "370202001", Note: "选区覆盖的区划，多个用空格隔开；不填则为整个区市", Check: codes},
		{Key: "electing_unit", Title: "选举单位", Max: 120, Example: "第三选区"},
		{Key: "gender", Title: "性别", Example: "女", Check: sheet.OneOf(map[string]string{"男": "男", "女": "女"})},
		{Key: "profession", Title: "职业", Max: 60, Example: "律师"},
		{Key: "employer", Title: "工作单位", Max: 120, Example: "某律师事务所", Note: "用于回避，不公开"},
		{Key: "introduction", Title: "简介", Max: 1000, Example: "多年从事法律服务"},
	}
}

// phone keeps digits only; whether it is a number is judged by the register of people too.
func phone(cell string) (string, string) {
	n := strings.NewReplacer(" ", "", "-", "", "+86", "").Replace(cell)
	if len(n) != 11 || n[0] != '1' || strings.Trim(n, "0123456789") != "" {
		return "", "不是 11 位手机号"
	}
	return n, ""
}

func digits(cell string) (string, string) {
	if strings.Trim(cell, "0123456789") != "" {
		return "", "只能填数字"
	}
	return cell, ""
}

func codes(cell string) (string, string) {
	list := strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune(" ,;，；、\n\t", r) })
	for _, code := range list {
		if _, problem := digits(code); problem != "" {
			return "", "区划代码只能是数字，多个用空格隔开"
		}
	}
	return strings.Join(list, " "), ""
}

func term(cell string) (string, string) {
	n, err := strconv.Atoi(strings.Trim(cell, "第届"))
	if err != nil || n < 1 || n > 99 {
		return "", "写第几届的数字，例如 19"
	}
	return strconv.Itoa(n), ""
}
