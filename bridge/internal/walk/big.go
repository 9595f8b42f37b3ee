package walk

import (
	"math/big"
	"reflect"
	"unsafe"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/status"
)

// Numbers of math/big take up to the square of their length to read or to print, so what takes long is refused before.

// MaxBigText is how many bytes of text a number of math/big is made of: a tenth of a second.
const MaxBigText = 1 << 18

// IsBig tells whether a type is a number of math/big or a pointer to one.
func IsBig(t reflect.Type) bool {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t == bigInt || t == bigFloat || t == bigRat
}

var (
	bigInt   = reflect.TypeOf(big.Int{})
	bigFloat = reflect.TypeOf(big.Float{})
	bigRat   = reflect.TypeOf(big.Rat{})
)

// bigWork is what it takes to print a value, in what a walk spends; 0 where it is no number of math/big.
func bigWork(held any) float64 {
	square := func(bits int, by float64) float64 { return float64(bits) * float64(bits) / by }
	const fast, slow = 1 << 15, 1 << 7 // a float's digits come one by one
	switch n := held.(type) {
	case *big.Int:
		return square(n.BitLen(), fast)
	case *big.Rat:
		return square(n.Num().BitLen()+n.Denom().BitLen(), fast)
	case *big.Float:
		exponent := n.MantExp(nil)
		return square(max(exponent, -exponent)+int(n.MinPrec()), slow)
	}
	return 0
}

// CheckBig tells whether a value would take too long to print.
func CheckBig(held any) error {
	if bigWork(held) > MaxWalk {
		return status.Errorf(status.Limit, "the %T is so long that it would take too much time", held)
	}
	return nil
}

// TooBig refuses a text that would make too long a number of math/big.
func TooBig(argument string) error {
	return status.Errorf(status.Limit, "%s: a number of math/big is made of at most %d bytes", argument, MaxBigText)
}

// Own returns a value of its own for a pointer to a number of math/big: what its methods go over no call of C's can change,
// so no thread needs to wait while they do.
func Own(f *frame.Frame, held any) any {
	switch n := held.(type) {
	case *big.Int:
		return own(f, n)
	case *big.Rat:
		return own(f, n)
	case *big.Float:
		return own(f, n)
	}
	return held
}

func own[T any](f *frame.Frame, p *T) *T {
	if p == nil {
		return nil
	}
	f.LockStripe(frame.StripeOf(unsafe.Pointer(p)))
	defer f.UnlockStripe()
	copied := *p
	return &copied
}

// LeadsToBig tells whether a type's values may hold numbers of math/big.
func LeadsToBig(t reflect.Type, seen map[reflect.Type]bool) bool {
	if seen[t] {
		return false
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Struct:
		for i := 0; i < t.NumField(); i++ {
			if LeadsToBig(t.Field(i).Type, seen) {
				return true
			}
		}
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		return LeadsToBig(t.Elem(), seen)
	}
	return IsBig(t)
}

// LongestNumber is how many bytes the longest number in a text may have.
func LongestNumber(text []byte) (longest int) {
	run := 0
	for _, c := range text {
		switch {
		case c >= '0' && c <= '9', c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '.', c == '+', c == '-', c == '_', c == '/':
			run++
			longest = max(longest, run)
		default:
			run = 0
		}
	}
	return longest
}
