package main

import (
	"flag"
	"os"
	"strings"
	"time"
)

// options is what the program is asked to do.
type options struct {
	name   string
	tick   time.Duration
	memory int
	seed   string
	layer  string
	volume string
	files  string
	listen string
	stop   string
	end    int
	pipe   bool
	pause  bool
	child  bool
}

// readOptions takes flags; one that is not given is taken from the variable COUNTER_<FLAG>.
func readOptions(args []string) options {
	var asked options
	flags := flag.NewFlagSet("counter", flag.ExitOnError)
	flags.StringVar(&asked.name, "name", "counter", "who it says it is")
	flags.DurationVar(&asked.tick, "tick", 100*time.Millisecond, "time between two numbers")
	flags.IntVar(&asked.memory, "memory", 1, "MiB of memory that it fills and sums up")
	flags.StringVar(&asked.seed, "seed", "1", "what it fills the memory from")
	flags.StringVar(&asked.layer, "layer", "", "a file of its own layer to keep open and append the numbers to")
	flags.StringVar(&asked.volume, "volume", "", "the same of a file on a volume")
	flags.StringVar(&asked.files, "files", "", "a folder of its image in which it changes and deletes files")
	flags.StringVar(&asked.listen, "listen", "", "a TCP address, such as :8080, where it answers with the number")
	flags.StringVar(&asked.stop, "stop", "/tmp/stop", "a file that makes it end, with the exit code that stands in it")
	flags.IntVar(&asked.end, "end", -1, "write this exit code into the file that makes a running one end, and end itself")
	flags.BoolVar(&asked.pipe, "pipe", false, "let a child count and send the numbers through a pipe")
	flags.BoolVar(&asked.pause, "pause", false, "do nothing until SIGTERM")
	flags.BoolVar(&asked.child, "child", false, "be that child: write the numbers to standard output")
	flags.VisitAll(func(one *flag.Flag) {
		if value, there := os.LookupEnv("COUNTER_" + strings.ToUpper(one.Name)); there {
			if err := flags.Set(one.Name, value); err != nil {
				say("broken", 0, err)
				os.Exit(64)
			}
		}
	})
	flags.Parse(args)
	return asked
}
