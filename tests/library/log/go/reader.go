// A reader of our logs that others wrote: golang.org/x/mod/sumdb/note opens the checkpoint,
// golang.org/x/mod/sumdb/tlog checks every tile and proves every entry. Ours are only the lines
// that map a tile to its path (C2SP tlog-tiles) and cut a bundle into entries.
//
//	reader FOLDER VERIFIER-KEY
//
// prints one line of JSON, or says what is wrong and exits with 1.
package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

type folder string

func (f folder) Height() int { return height }

// ReadTiles returns the hashes of each tile; a partial tile that was dropped lives on in the full one.
func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, tile := range tiles {
		data, err := f.readTile(tile)
		if err != nil {
			return nil, err
		}
		if len(data) < tile.W*tlog.HashSize {
			return nil, fmt.Errorf("%s is too short", tile.Path())
		}
		found = append(found, data[:tile.W*tlog.HashSize])
	}
	return found, nil
}

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

func (f folder) readTile(tile tlog.Tile) ([]byte, error) {
	data, err := os.ReadFile(f.path(tile))
	if os.IsNotExist(err) && tile.W < 1<<height {
		tile.W = 1 << height
		return os.ReadFile(f.path(tile))
	}
	return data, err
}

// tlog names a tile tile/<height>/<level>/<n>; tlog-tiles leaves the height out and says "entries".
func (f folder) path(tile tlog.Tile) string {
	path := strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", height))
	path = strings.Replace(path, "data/", "entries/", 1)
	return filepath.Join(string(f), "tile", path)
}

func (f folder) entries(size int64) ([][]byte, error) {
	var all [][]byte
	for start := int64(0); start < size; start += 1 << height {
		width := size - start
		if width > 1<<height {
			width = 1 << height
		}
		data, err := f.readTile(tlog.Tile{H: height, L: -1, N: start >> height, W: int(width)})
		if err != nil {
			return nil, err
		}
		for ; width > 0; width-- {
			if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
				return nil, fmt.Errorf("the bundle at %d is too short", start)
			}
			end := 2 + int(binary.BigEndian.Uint16(data))
			all, data = append(all, data[2:end]), data[end:]
		}
	}
	return all, nil
}

func read(f folder, key string) (map[string]interface{}, error) {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return nil, err
	}
	raw, err := os.ReadFile(filepath.Join(string(f), "checkpoint"))
	if err != nil {
		return nil, err
	}
	opened, err := note.Open(raw, note.VerifierList(verifier))
	if err != nil {
		return nil, err
	}
	var size int64
	lines := strings.Split(opened.Text, "\n")
	if _, err := fmt.Sscan(lines[1], &size); err != nil {
		return nil, err
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return nil, err
	}
	tree := tlog.Tree{N: size, Hash: root}
	hashes := tlog.TileHashReader(tree, f)
	entries, err := f.entries(size)
	if err != nil {
		return nil, err
	}
	for index, entry := range entries {
		proof, err := tlog.ProveRecord(size, int64(index), hashes)
		if err != nil {
			return nil, err
		}
		if err := tlog.CheckRecord(proof, size, root, int64(index), tlog.RecordHash(entry)); err != nil {
			return nil, fmt.Errorf("entry %d: %v", index, err)
		}
	}
	digest := tlog.RecordHash(bytes.Join(entries, []byte("\n")))
	return map[string]interface{}{
		"origin": lines[0], "size": size, "proved": len(entries), "entries": digest.String(),
	}, nil
}

func main() {
	found, err := read(folder(os.Args[1]), os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	json.NewEncoder(os.Stdout).Encode(found)
}
