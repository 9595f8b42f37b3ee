package library

import (
	"debug/elf"
	"errors"
	"fmt"
)

// Describe reads the description of a library that Build made.
func Describe(file string) (string, error) {
	f, err := elf.Open(file)
	if err != nil {
		if format := (*elf.FormatError)(nil); errors.As(err, &format) {
			return "", fmt.Errorf("%s is no shared library", file)
		}
		return "", err
	}
	defer f.Close()
	section := f.Section(".gobridge.description")
	if section == nil {
		return "", fmt.Errorf("%s is no library that gobridge build made", file)
	}
	text, err := section.Data()
	return string(text), err
}
