"""The prepared store: a campaign's encoded events, and what was computed from them, in a folder of files.

- `names`: what a cached value is called in a file, whichever process computed it
- `values`: values as JSON that refers to frames, and back
- `frames`: frames in Arrow files, mapped into memory where that is possible
- `folder`: generations of a store, of which readers see one, and the lock of whoever writes
- `shelf`: the values of a store, read when they are asked for
- `contents`: what a store holds, written and opened
"""
