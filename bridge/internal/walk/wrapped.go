package walk

import (
	"errors"

	"gobridge/bridge/internal/status"
)

// maxWrapped is how many errors one may wrap in all, each counted as often as it is reached.
const maxWrapped = 1 << 20

// CheckWrapped tells what is wrong with a walk over all that an error wraps.
func CheckWrapped(named error) error {
	left := maxWrapped
	var look func(err error, depth int) error
	look = func(err error, depth int) error {
		for ; err != nil; depth++ {
			if left--; left < 0 {
				return status.Errorf(status.Limit, "it wraps more than %d errors", maxWrapped)
			}
			if depth > MaxNesting {
				return status.Errorf(status.TooDeep, "it wraps errors more than %d levels deep, or itself", MaxNesting)
			}
			joined, isJoined := err.(interface{ Unwrap() []error })
			if !isJoined {
				err = errors.Unwrap(err)
				continue
			}
			for _, inner := range joined.Unwrap() {
				if err := look(inner, depth+1); err != nil {
					return err
				}
			}
			return nil
		}
		return nil
	}
	return look(named, 1)
}
