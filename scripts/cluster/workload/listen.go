package main

import (
	"context"
	"fmt"
	"net"
	"sync/atomic"
)

// listener answers every connection with the number of the last tick.
type listener struct {
	number atomic.Uint64
	socket net.Listener
}

// listen opens a plain TCP socket: from Go 1.24 on the default is MPTCP, which CRIU 4.2 refuses ("Unsupported proto 262").
func listen(address string) *listener {
	var config net.ListenConfig
	config.SetMultipathTCP(false)
	socket, err := config.Listen(context.Background(), "tcp4", address)
	mustStart(err)
	made := &listener{socket: socket}
	go made.answer()
	return made
}

func (l *listener) see(number uint64) (string, error) {
	l.number.Store(number)
	return fmt.Sprintf("listen=%s", l.socket.Addr()), nil
}

func (l *listener) answer() {
	for {
		connection, err := l.socket.Accept()
		if err != nil {
			continue
		}
		fmt.Fprintln(connection, l.number.Load())
		connection.Close()
	}
}
