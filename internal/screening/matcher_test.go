package screening

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

var bench = []Word{{Text: "傻瓜蛋", List: "辱骂"}, {Text: "sb", List: "辱骂"}, {Text: "加微信", List: "广告"}, {Text: "微信", List: "广告"}, {Text: "骗子", List: "辱骂"}}

// said shows hits as the piece of text and its kind.
func said(text string, hits []Hit) string {
	runes := []rune(text)
	var out []string
	for _, h := range hits {
		out = append(out, string(runes[h.Start:h.Start+h.Length])+"="+h.Kind)
	}
	return strings.Join(out, " | ")
}

func TestFind(t *testing.T) {
	m := New(bench)
	cases := []struct{ name, text, want string }{
		{"nothing", "香港中路路口人行道塌陷，老人容易绊倒。", ""},
		{"a_word", "物业都是傻瓜蛋", "傻瓜蛋=word"},
		{"marks_between", "真是傻 . 瓜*蛋！", "傻 . 瓜*蛋=word"},
		{"not_across_two_sentences", "他有点傻。……另外瓜蛋很贵", ""},
		{"full_width_and_capitals", "这个ＳＢ", "ＳＢ=word"},
		{"traditional", "都是騙子", "騙子=word"},
		{"not_inside_a_longer_word", "usb接口坏了，sbc也坏了", ""},
		{"the_longer_of_two_at_one_place", "请加微信", "加微信=word"},
		{"id_18", "我的身份证11010519491231002X在此", "11010519491231002X=id_number"},
		{"id_18_in_groups", "110105 19491231 002x", "110105 19491231 002x=id_number"},
		{"id_18_wrong_check_digit", "110105194912310021", ""},
		{"id_15", "旧证370202560312001。", "370202560312001=id_number"},
		{"mobile", "打13800000000找我", "13800000000=phone"},
		{"mobile_in_groups", "138-0000-0000", "138-0000-0000=phone"},
		{"mobile_in_single_digits", "1 3 8 0 0 0 0 0 0 0 0", "1 3 8 0 0 0 0 0 0 0 0=phone"},
		{"mobile_with_country", "+86 138 0000 0000", "+86 138 0000 0000=phone"},
		{"mobile_with_country_joined", "008613800000000", "008613800000000=phone"},
		{"mobile_full_width", "１３８００００００００", "１３８００００００００=phone"},
		{"two_mobiles", "13800000000 13900000000", "13800000000=phone | 13900000000=phone"},
		{"no_mobile_in_a_longer_number", "单号913800000000123", ""},
		{"landline", "0532-80000001", "0532-80000001=phone"},
		{"landline_in_brackets", "(0532)80000001", "0532)80000001=phone"},
		{"landline_of_a_big_city", "010 65120000", "010 65120000=phone"},
		{"short_number_after_the_word", "电话：85880000", "85880000=phone"},
		{"short_number_without", "共85880000元", ""},
		{"hotline", "已打12345和119", ""},
		{"our_own_number", "与370202-2026-000123是同一件", ""},
		{"date_and_time", "2026-11-23 08:30 至 2026.11.24", ""},
		{"plate", "鲁B·12A45堵了消防通道", "鲁B·12A45=plate"},
		{"plate_new_energy", "鲁BD12345长期占位", "鲁BD12345=plate"},
		{"plate_small_letters", "鲁b 12345", "鲁b 12345=plate"},
		{"plate_needs_a_digit", "云aabcde", ""},
		{"bank_card", "卡号6222 0200 0000 0000 001", ""},
		{"bank_card_with_sum", "卡号4111 1111 1111 1111", "4111 1111 1111 1111=bank_card"},
		{"email", "写信到 li.si@example.com", "li.si@example.com=email"},
		{"account_after_the_word", "vx：lisi_1980", "lisi_1980=account"},
		{"qq", "QQ 12345678", "12345678=account"},
		{"house_numbers", "8号楼2单元502，3-1-1202", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := said(c.text, m.Find(c.text)); got != c.want {
				t.Fatalf("%q: %q, want %q", c.text, got, c.want)
			}
		})
	}
}

func TestMask(t *testing.T) {
	text := "骗子，打13800000000"
	if got, want := Mask(text, New(bench).Find(text)), "××，打×××××××××××"; got != want {
		t.Fatalf("%q, want %q", got, want)
	}
	if got := Mask("短", []Hit{{Start: -3, Length: 99}, {Start: 7, Length: 1}}); got != "×" {
		t.Fatalf("hits outside the text gave %q", got)
	}
}

// pieces make texts in which hits touch, overlap and come into being by masking.
var pieces = []string{
	"傻", "瓜", "蛋", "sb", "加", "微信", "vx", "电话", "号", "：", " ", "-", ".", "。", "，", "x", "X", "0", "1", "13", "138", "0000", "00000000", "8588", "6222",
	"0532", "+86", "86", "鲁", "b", "D1", "12345", "a@b.cn", "@", "110105", "19491231", "002", "370202-2026-000123", "×", "*", "①", "１", "\u3000", "\xff", "🙂",
}

func TestMaskedTextHasNoHit(t *testing.T) {
	m := New(append(Shipped(), bench...))
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 30).Draw(t, "pieces"), "")
		checkText(t, m, text)
	})
	rapid.Check(t, func(t *rapid.T) { checkText(t, m, rapid.String().Draw(t, "text")) })
}

type failer interface{ Fatalf(string, ...any) }

func checkText(t failer, m *Matcher, text string) {
	hits := m.Find(text)
	n := utf8.RuneCountInString(text)
	for i, h := range hits {
		if h.Start < 0 || h.Length < 1 || h.Start+h.Length > n {
			t.Fatalf("hit %+v lies outside %q", h, text)
		}
		if i > 0 && hits[i-1].Start > h.Start {
			t.Fatalf("hits of %q are out of order", text)
		}
	}
	masked := Mask(text, hits)
	if again := m.Find(masked); len(again) > 0 {
		t.Fatalf("%q became %q, which still has %+v", text, masked, again)
	}
	if utf8.RuneCountInString(masked) != n {
		t.Fatalf("%q became %q: another length", text, masked)
	}
}

// TestWordsAreFoundWhereverTheyStand compares the automaton with a plain search.
func TestWordsAreFoundWhereverTheyStand(t *testing.T) {
	letters := []rune("路面井盖灯")
	word := rapid.StringOfN(rapid.SampledFrom(letters), 1, 4, -1)
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(word, 1, 8).Draw(t, "words")
		text := rapid.StringOfN(rapid.SampledFrom(letters), 0, 40, -1).Draw(t, "text")
		words := make([]Word, len(list))
		marked := make([]bool, utf8.RuneCountInString(text))
		for i, w := range list {
			words[i] = Word{Text: w}
			for at := range []rune(text) {
				if strings.HasPrefix(string([]rune(text)[at:]), w) {
					for k := range utf8.RuneCountInString(w) {
						marked[at+k] = true
					}
				}
			}
		}
		got := []rune(Mask(text, New(words).Find(text)))
		for i, m := range marked {
			if m != (got[i] == maskRune) {
				t.Fatalf("%q in %q gave %q", list, text, string(got))
			}
		}
	})
}

func FuzzFind(f *testing.F) {
	for _, p := range pieces {
		f.Add(p)
	}
	f.Add("电话85880000-13800000000sb鲁B12345")
	m := New(append(Shipped(), bench...))
	f.Fuzz(func(t *testing.T, text string) { checkText(t, m, text) })
}

func TestShippedListIsSound(t *testing.T) {
	seen := map[string]bool{}
	for _, w := range Shipped() {
		key := Key(w.Text)
		if w.List == "" || key == "" || seen[key] || utf8.RuneCountInString(key) < 2 {
			t.Errorf("%+v: no list, twice or too short", w)
		}
		seen[key] = true
	}
	if len(seen) < 20 {
		t.Fatalf("only %d words", len(seen))
	}
	for trad, simp := range traditional {
		if _, chained := traditional[simp]; chained {
			t.Errorf("%c becomes %c, which becomes another", trad, simp)
		}
	}
	for _, plain := range []string{
		"路灯坏了三天，老人晚上出门看不见路。", "我妈的电动车在楼下被锁了。", "去社区办证窗口没人。", "物业说经费不足，请协调。",
		"广场舞噪音太大，晚上九点还在跳。", "3号楼2单元漏水，联系物业多次未果。",
	} {
		if hits := New(Shipped()).Find(plain); len(hits) > 0 {
			t.Errorf("an everyday sentence is stopped: %q", said(plain, hits))
		}
	}
}

func BenchmarkFind(b *testing.B) {
	words := Shipped()
	for i := range 5000 {
		words = append(words, Word{Text: "词" + string(rune(0x4e00+i)) + "语"})
	}
	m := New(words)
	text := strings.Repeat("香港中路路口人行道塌陷，老人容易绊倒，电话13800000000。", 40)
	b.ResetTimer()
	for range b.N {
		m.Find(text)
	}
}
