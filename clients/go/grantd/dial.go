// SPDX-License-Identifier: Apache-2.0
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors

package grantd

import (
	"context"
	"fmt"
	"net"
	"time"
)

// How long an address has the field for itself before the next one is tried beside it.
const addressHeadStart = 250 * time.Millisecond

// DialTCP connects to the address, `HOST:PORT`, over TCP, before ctx is done. All addresses of the host are tried in turn, the
// families alternating: each a quarter of a second after the one before, or at once where that has failed. The first that connects
// is taken. A Dialer of your own may begin with it.
func DialTCP(ctx context.Context, address string) (net.Conn, error) {
	return (&addressDialer{
		lookup: net.DefaultResolver.LookupIPAddr,
		dial: func(ctx context.Context, address string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "tcp", address)
		},
	}).connect(ctx, address)
}

// Connects to the first of a host's addresses that answers, in the manner of RFC 8305. net.Dialer alone shares the time out among
// the addresses of a family, two seconds at least to each, so that a third one is hardly reached.
type addressDialer struct {
	lookup func(ctx context.Context, host string) ([]net.IPAddr, error)
	// Connects to one numeric address.
	dial func(ctx context.Context, address string) (net.Conn, error)
}

type dialed struct {
	socket net.Conn
	err    error
}

func (d *addressDialer) connect(ctx context.Context, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	found, err := d.lookup(ctx, host)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%s has no address", host)
	}
	waiting := alternateFamilies(found)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	results := make(chan dialed, len(waiting))
	underWay := 0
	start := func() {
		next := net.JoinHostPort(waiting[0].String(), port)
		waiting = waiting[1:]
		underWay++
		go func() {
			socket, err := d.dial(ctx, next)
			results <- dialed{socket, err}
		}()
	}
	start()
	headStart := time.NewTimer(addressHeadStart)
	defer headStart.Stop()
	for {
		select {
		case <-headStart.C:
			if len(waiting) == 0 {
				continue
			}
			start()
			headStart.Reset(addressHeadStart)
		case result := <-results:
			underWay--
			if result.err == nil {
				go closeLate(results, underWay)
				return result.socket, nil
			}
			if len(waiting) > 0 && ctx.Err() == nil {
				start()
				if !headStart.Stop() {
					select {
					case <-headStart.C:
					default:
					}
				}
				headStart.Reset(addressHeadStart)
			} else if underWay == 0 {
				return nil, result.err
			}
		}
	}
}

// Closes what connects although another address was taken.
func closeLate(results <-chan dialed, number int) {
	for ; number > 0; number-- {
		if late := <-results; late.err == nil {
			late.socket.Close()
		}
	}
}

// The addresses in their order, but the other family's next one after each as long as there are both.
func alternateFamilies(addresses []net.IPAddr) []net.IPAddr {
	isFirst := func(address net.IPAddr) bool { return (address.IP.To4() == nil) == (addresses[0].IP.To4() == nil) }
	var first, second, ordered []net.IPAddr
	for _, address := range addresses {
		if isFirst(address) {
			first = append(first, address)
		} else {
			second = append(second, address)
		}
	}
	for len(first) > 0 && len(second) > 0 {
		ordered = append(ordered, first[0], second[0])
		first, second = first[1:], second[1:]
	}
	return append(append(ordered, first...), second...)
}
