// Command counter is the program that the test bed freezes and wakes: it counts, and shows at each number that its
// memory, its files and its child are still what they were. It prints lines of words:
//
//	start <name> <id> <pid> <time> [child=<pid>]	once; the id is random, so two of them are two starts
//	tick <number> <sum> [<key>=<value> ...]	from 1 on, each one more than the last
//	broken <number> <why>	something is not what it was; the program ends with exit code 70
//
// The sum stands for all of the memory, and of each 16 MiB it has been read anew within as many ticks as there are 16 MiB:
// so long must one look on after a restore. memory.go says how it is computed. Keys are layer and volume (bytes in the
// open file), files (ok) and listen (the address).
//
// From Go 1.25 on, a program in a container keeps two files of its cgroup open, to follow its CPU limit. This one keeps
// open what it is asked to, and nothing else.
//
//go:debug containermaxprocs=0
//go:debug updatemaxprocs=0
package main

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	runtime.GOMAXPROCS(1)
	asked := readOptions(os.Args[1:])
	switch {
	case asked.pause:
		pause()
	case asked.end >= 0:
		mustStart(os.WriteFile(asked.stop, []byte(strconv.Itoa(asked.end)), 0o600))
	case asked.child:
		countIntoPipe(asked)
	default:
		count(asked)
	}
}

// pause holds a pod's namespaces until it is told to end.
func pause() {
	told := make(chan os.Signal, 1)
	signal.Notify(told, syscall.SIGTERM, syscall.SIGINT)
	say("paused")
	<-told
}

// A witness is something beside the memory that must outlive the checkpoint. It is told each number, and answers with
// what it saw, as a field of the line, or with why it is not what it was.
type witness interface {
	see(number uint64) (field string, broken error)
}

func count(asked options) {
	memory := fill(asked.memory, asked.seed)
	witnesses, numbers, fields := begin(asked)
	say("start", asked.name, startID(), os.Getpid(), time.Now().UTC().Format(time.RFC3339Nano), fields)
	for {
		number := numbers()
		say("tick", number, fmt.Sprintf("%08x", memory.sum(number)), ask(witnesses, number))
		stopIfTold(asked.stop)
	}
}

// begin starts what was asked for. numbers gives the next number when its time has come.
func begin(asked options) (witnesses []witness, numbers func() uint64, fields string) {
	numbers = everyTick(asked.tick)
	if asked.pipe {
		child, fromPipe := startChild(asked)
		numbers, fields = fromPipe, fmt.Sprintf("child=%d", child)
	}
	if asked.layer != "" {
		witnesses = append(witnesses, openFile("layer", asked.layer))
	}
	if asked.volume != "" {
		witnesses = append(witnesses, openFile("volume", asked.volume))
	}
	if asked.files != "" {
		witnesses = append(witnesses, changeFiles(asked.files))
	}
	if asked.listen != "" {
		witnesses = append(witnesses, listen(asked.listen))
	}
	return witnesses, numbers, fields
}

func everyTick(tick time.Duration) func() uint64 {
	number := uint64(0)
	return func() uint64 {
		if number > 0 {
			sleep(tick)
		}
		number++
		return number
	}
}

func ask(witnesses []witness, number uint64) string {
	var fields []string
	for _, one := range witnesses {
		field, broken := one.see(number)
		if broken != nil {
			say("broken", number, broken)
			os.Exit(70)
		}
		fields = append(fields, field)
	}
	return strings.Join(fields, " ")
}

// sleep asks the kernel for a span of time. Go's own timers wait for a reading of the monotonic clock, which may be days
// away on another machine.
func sleep(span time.Duration) {
	left := syscall.NsecToTimespec(span.Nanoseconds())
	for syscall.Nanosleep(&left, &left) == syscall.EINTR {
	}
}

func startID() string {
	id := make([]byte, 8)
	rand.Read(id)
	return hex.EncodeToString(id)
}

// say prints one line of words; empty ones are left out.
func say(words ...any) {
	fmt.Fprintln(os.Stdout, strings.Join(strings.Fields(fmt.Sprintln(words...)), " "))
}
