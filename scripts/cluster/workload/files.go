package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// numberFile is a file that stays open; a number a line.
type numberFile struct {
	what    string
	path    string
	file    *os.File
	written int64
}

func openFile(what, path string) *numberFile {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC|os.O_APPEND, 0o600)
	mustStart(err)
	return &numberFile{what: what, path: path, file: file}
}

func (n *numberFile) see(number uint64) (string, error) {
	length, err := fmt.Fprintln(n.file, number)
	n.written += int64(length)
	if err != nil {
		return "", err
	}
	open, err := n.file.Stat()
	if err != nil {
		return "", err
	}
	named, err := os.Stat(n.path)
	if err != nil {
		return "", err
	}
	if !os.SameFile(open, named) {
		return "", fmt.Errorf("%s is not the file that is open", n.path)
	}
	if open.Size() != n.written {
		return "", fmt.Errorf("%s has %d bytes, and %d were written", n.path, open.Size(), n.written)
	}
	return fmt.Sprintf("%s=%d", n.what, n.written), nil
}

// imageFiles is a folder of the image in which some files are as they were, and some are not.
type imageFiles struct {
	folder string
	wanted map[string]string
}

// The image has kept, changed, deleted and folder/inside there.
func changeFiles(folder string) *imageFiles {
	at := func(name string) string { return filepath.Join(folder, name) }
	kept, err := os.ReadFile(at("kept"))
	mustStart(err)
	mustStart(os.WriteFile(at("changed"), []byte("changed by the program\n"), 0o644))
	mustStart(os.WriteFile(at("added"), []byte("added by the program\n"), 0o644))
	mustStart(os.Remove(at("deleted")))
	mustStart(os.RemoveAll(at("folder")))
	return &imageFiles{folder, map[string]string{
		"kept": string(kept), "changed": "changed by the program\n", "added": "added by the program\n",
		"deleted": "", "folder/inside": "",
	}}
}

func (f *imageFiles) see(uint64) (string, error) {
	for name, wanted := range f.wanted {
		found, err := os.ReadFile(filepath.Join(f.folder, name))
		// A name whose folder is gone is gone as well.
		if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ENOTDIR) {
			return "", err
		}
		if string(found) != wanted {
			return "", fmt.Errorf("%s/%s holds %q, and %q was left there", f.folder, name, found, wanted)
		}
	}
	return "files=ok", nil
}

// stopIfTold ends the program when the file is there, with the exit code that stands in it.
func stopIfTold(path string) {
	text, err := os.ReadFile(path)
	if err != nil {
		return
	}
	code, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		code = 0
	}
	os.Exit(code)
}

func mustStart(err error) {
	if err != nil {
		say("broken", 0, err)
		os.Exit(70)
	}
}
