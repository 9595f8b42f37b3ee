package library

import (
	"debug/elf"
	"errors"
	"fmt"
	"io/fs"
)

// Describe reads the description of a library that Build made.
func Describe(file string) (string, error) {
	f, err := elf.Open(file)
	if err != nil {
		if path := (*fs.PathError)(nil); errors.As(err, &path) {
			return "", err
		}
		return "", fmt.Errorf("%s is no shared library", file) // or a part of one
	}
	defer f.Close()
	section := f.Section(".gobridge.description")
	if section == nil {
		return "", fmt.Errorf("%s is no library that gobridge build made", file)
	}
	text, err := section.Data()
	if err != nil {
		return "", fmt.Errorf("%s is not whole: %w", file, err)
	}
	return string(text), nil
}
