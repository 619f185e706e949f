package main

import (
	"bufio"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// startChild starts this program again to count, and gives its pid and the numbers that come through the pipe.
// It forks by the system call: package os would hold a pidfd, one more thing that CRIU must know.
func startChild(asked options) (child int, numbers func() uint64) {
	ends := make([]int, 2)
	mustStart(syscall.Pipe2(ends, syscall.O_CLOEXEC))
	child, err := syscall.ForkExec("/proc/self/exe", []string{os.Args[0], "--child", "--tick", asked.tick.String()}, &syscall.ProcAttr{
		Env:   []string{},
		Files: []uintptr{0, uintptr(ends[1]), 2},
	})
	mustStart(err)
	mustStart(syscall.Close(ends[1]))
	lines := bufio.NewReader(readEnd(ends[0]))
	return child, func() uint64 {
		line, err := lines.ReadString('\n')
		mustStart(err)
		number, err := strconv.ParseUint(strings.TrimSpace(line), 10, 64)
		mustStart(err)
		return number
	}
}

func countIntoPipe(asked options) {
	numbers := everyTick(asked.tick)
	for {
		say(numbers())
	}
}

// readEnd reads a pipe in blocking calls.
type readEnd int

func (fd readEnd) Read(into []byte) (int, error) {
	for {
		length, err := syscall.Read(int(fd), into)
		if err == syscall.EINTR {
			continue
		}
		if length == 0 && err == nil {
			return 0, os.ErrClosed
		}
		return max(length, 0), err
	}
}
