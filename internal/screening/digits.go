package screening

import "bytes"

// idWeights and idCheck are those of GB 11643-1999.
var idWeights = [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}

const idCheck = "10x98765432"

// isID18 checks province, date of birth and check digit of a citizen's number.
func isID18(d []byte) bool {
	sum := 0
	for i, w := range idWeights {
		if d[i] == 'x' {
			return false
		}
		sum += int(d[i]-'0') * w
	}
	year := number(d[6:10])
	return idCheck[sum%11] == d[17] && isProvince(d) && year >= 1880 && year <= 2100 && isDay(number(d[10:12]), number(d[12:14]))
}

// isID15 checks province and date of birth of a number of the first generation.
func isID15(d []byte) bool {
	return isProvince(d) && isDay(number(d[8:10]), number(d[10:12]))
}

func isProvince(d []byte) bool {
	p := number(d[:2])
	return p >= 11 && p <= 65 || p == 71 || p == 81 || p == 82 || p == 83
}

func isDay(month, day int) bool { return month >= 1 && month <= 12 && day >= 1 && day <= 31 }

// number reads digits; −1 when one of them is none.
func number(d []byte) int {
	n := 0
	for _, c := range d {
		if c < '0' || c > '9' {
			return -1
		}
		n = 10*n + int(c-'0')
	}
	return n
}

// isMobile takes a mobile number with or without the country's prefix.
func isMobile(d []byte) bool {
	for _, prefix := range []string{"0086", "86"} {
		if rest, ok := bytes.CutPrefix(d, []byte(prefix)); ok && len(rest) == 11 {
			d = rest
			break
		}
	}
	return len(d) == 11 && d[0] == '1' && d[1] >= '3' && number(d) >= 0
}

// isLandline takes an area code and a number: three digits and eight, or four
// and seven or eight.
func isLandline(d []byte) bool {
	if number(d) < 0 || d[0] != '0' || d[1] < '1' {
		return false
	}
	area := 4
	if d[1] <= '2' {
		area = 3
	}
	local := d[min(area, len(d)):]
	return (len(local) == 8 || len(local) == 7 && area == 4) && local[0] >= '2'
}

// isCard checks a bank card: an issuer's first digit and Luhn's sum (ISO/IEC 7812-1).
func isCard(d []byte) bool {
	if number(d[:1]) < 3 || number(d[:1]) > 6 || bytes.ContainsRune(d, 'x') {
		return false
	}
	sum := 0
	for i := range d {
		n := int(d[len(d)-1-i] - '0')
		if i%2 == 1 {
			if n *= 2; n > 9 {
				n -= 9
			}
		}
		sum += n
	}
	return sum%10 == 0
}
