package screening

import (
	"strings"
	"unicode"
)

// traditional are the common traditional characters and what they are written
// as here; a rarer one is simply another character.
var traditional = pairs(
	"們们個个這这時时來来國国說说話话嗎吗會会樣样後后點点麼么還还對对過过沒没見见長长東东車车門门問问間间開开關关買买賣卖" +
		"錢钱從从給给讓让請请誰谁歡欢愛爱為为無无與与於于當当應应該该總总經经動动勞劳務务區区廠厂產产業业電电號号碼码報报" +
		"導导員员辦办處处書书記记幹干黨党團团組组織织選选舉举議议罵骂豬猪雜杂種种賤贱貨货滾滚傻傻殺杀媽妈爺爷孫孙廢废" +
		"腦脑殘残蠢蠢貸贷款款優优惠惠價价廣广告告聯联繫系繳缴費费證证發发票票賭赌博博網网戲戏獎奖領领軟软體体貼贴鋪铺" +
		"師师學学醫医藥药療疗麗丽歲岁歷历龍龙風风飛飞馬马鳥鸟魚鱼麵面髮发頭头臉脸腳脚壞坏騙骗惡恶臭臭陰阴陽阳隊队際际",
)

func pairs(text string) map[rune]rune {
	out := map[rune]rune{}
	runes := []rune(text)
	for i := 0; i+1 < len(runes); i += 2 {
		if runes[i] != runes[i+1] {
			out[runes[i]] = runes[i+1]
		}
	}
	return out
}

// normal is the form in which characters are compared: half-width, small
// letters, simplified.
func normal(r rune) rune {
	switch {
	case r == '\u3000':
		r = ' '
	case r >= '！' && r <= '～':
		r -= '！' - '!'
	case r >= '①' && r <= '⑨':
		r = r - '①' + '1'
	}
	if s, known := traditional[r]; known {
		return s
	}
	return unicode.ToLower(r)
}

// normalised is a text character by character in its normal form, so that
// places in it are places in the text.
func normalised(text string) []rune {
	out := []rune(text)
	for i, r := range out {
		out[i] = normal(r)
	}
	return out
}

// significant says whether a character counts when words are compared; the
// others may be slipped in between.
func significant(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || r == maskRune
}

// plain says whether a character belongs to words that are written with blanks
// between them.
func plain(r rune) bool { return r < 0x250 && (unicode.IsLetter(r) || unicode.IsDigit(r)) }

// Key is the form in which two spellings of one word are equal, e.g. "ＡＢ Ｃ"
// and "abc". A text without any letter or digit has an empty key.
func Key(word string) string {
	var b strings.Builder
	for _, r := range normalised(word) {
		if significant(r) && r != maskRune {
			b.WriteRune(r)
		}
	}
	return b.String()
}
