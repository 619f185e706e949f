package main

import (
	"crypto/sha3"
	"encoding/binary"
	"fmt"
	"hash/crc32"
)

const mebibyte = 1 << 20

// partSize is what one tick sums up; the last part may be shorter.
const partSize = 16 * mebibyte

// area is memory that must stay as it was filled.
type area struct {
	parts [][]byte
	// sums holds the CRC-32 of each part, big endian, as of the last tick that read the part.
	sums []byte
}

// fill makes an area: part k is the output of SHAKE128 for "<seed>/<k>".
func fill(mebibytes int, seed string) *area {
	made := &area{}
	for left := mebibytes * mebibyte; left > 0; left -= partSize {
		part := make([]byte, min(left, partSize))
		stream := sha3.NewSHAKE128()
		fmt.Fprintf(stream, "%s/%d", seed, len(made.parts))
		stream.Read(part)
		made.parts = append(made.parts, part)
		made.sums = binary.BigEndian.AppendUint32(made.sums, crc32.ChecksumIEEE(part))
	}
	return made
}

// sum reads part number of the area anew, counted round, and gives the CRC-32 of all parts' CRC-32s.
func (a *area) sum(number uint64) uint32 {
	if len(a.parts) > 0 {
		at := number % uint64(len(a.parts))
		binary.BigEndian.PutUint32(a.sums[4*at:], crc32.ChecksumIEEE(a.parts[at]))
	}
	return crc32.ChecksumIEEE(a.sums)
}
