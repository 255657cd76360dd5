"""Teaches an encoder which headlines are about one event: makes src/text/encoder/adapter.bin.

    pip install jax optax
    python tools/teach_encoder.py DIR --encoder e5-small-q4.bin --out src/text/encoder/adapter.bin

DIR holds labelled streams as `intelrift train clustering` reads them. The weights of the file stay as they are; beside each matrix
of the upper layers a narrow one is learnt (LoRA, Hu et al. 2021), so that headlines about one event point the same way and those about
others of the same days do not (supervised contrastive learning, Khosla et al. 2020).
`--halves` learns from the first half of each stream's events to begin, for `intelrift train clustering --halves --adapter FILE`. Ten minutes
on two cores.
"""

import argparse
import hashlib
import json
import struct
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import optax

BLOCK, BLOCK_BYTES = 32, 18
# the layers below are left as they are: what they make of a headline is worked out once
FIRST = 6
RANK = 8
# titles at once, at most so many of one event, and how far apart the events of most batches begin: near ones are the hard ones
BATCH, OF_ONE, NEAR = 80, 4, 60
STEPS, RATE, TEMPERATURE = 160, 3e-4, 0.03
# what is learnt counts twice, so that numbers of 16 bits are not too small for it
SCALE = 2.0
# so much of it is kept: a model between the one that was and the one that fits its lessons tells other events apart as well (robust fine-tuning,
# Wortsman et al. 2022), and those of its lessons less surely, from which decisions learn how far to trust it
KEPT = 0.5
# pieces of a title, as there are seldom more; the last one is its end
LONGEST = 40
PURPOSE = "query: "
# the event of what only fills a batch up
NOTHING = -1
SQUARE = ("q", "k", "v", "ao")


class Rest:
    """What of a file is not read yet, little-endian."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, length):
        self.at += length
        return self.data[self.at - length : self.at]

    def one(self, kind):
        return struct.unpack("<" + kind, self.take(struct.calcsize(kind)))[0]

    def many(self, kind, count):
        return np.frombuffer(self.take(4 * count), "<" + kind)


class Encoder:
    """The file that src/text/encoder/file.rs reads, with its weights written out."""

    def __init__(self, path):
        data = Path(path).read_bytes()
        self.mark = hashlib.sha256(data).digest()[:8]
        rest = Rest(data)
        if rest.take(4) != b"E5S1":
            raise SystemExit(f"{path} is no encoder: such a file begins with E5S1")
        rest.one("I")
        self.width, layers, self.heads, self.inner, pieces, positions, _, self.epsilon, _ = struct.unpack("<7IfI", rest.take(36))
        self.read_pieces(rest)
        self.where = {}
        for _ in range(rest.one("I")):
            name = rest.take(rest.one("H")).decode()
            rest.take(5)
            self.where[name] = (rest.one("Q"), rest.one("Q"))
        self.data = data
        self.words = self.packed("emb.word", pieces, self.width)
        self.positions = self.floats("emb.pos").reshape(positions, self.width)
        self.kind, self.norm = self.floats("emb.type")[: self.width], (self.floats("emb.ln.w"), self.floats("emb.ln.b"))
        self.layers = [self.layer(number) for number in range(layers)]

    def read_pieces(self, rest):
        count = rest.one("I")
        self.begin, self.end, _, self.unknown = struct.unpack("<4I", rest.take(16))
        length = rest.one("Q")
        offsets, scores, text = rest.many("u4", count + 1), rest.many("f4", count), rest.take(length)
        pieces = [text[offsets[at] : offsets[at + 1]].decode("utf-8", "replace") for at in range(count)]
        self.pieces = {piece: (number, float(scores[number])) for number, piece in enumerate(pieces) if piece}
        self.longest, self.unlikely = max(map(len, self.pieces)), min(0.0, float(scores.min())) - 10.0
        count, length = rest.one("I"), rest.one("I")
        inner, self.replaced = Rest(rest.take(length)), {}
        for _ in range(count):
            character = chr(inner.one("I"))
            self.replaced[character] = "".join(chr(inner.one("I")) for _ in range(inner.one("B")))

    def layer(self, number):
        sizes = self.matrices()
        layer = {name: self.packed(f"l{number}.{name}.w", out, into).T.copy() for name, (into, out) in sizes.items()}
        layer |= {name + ".b": self.floats(f"l{number}.{name}.b") for name in sizes}
        return layer | {name: (self.floats(f"l{number}.{name}.w"), self.floats(f"l{number}.{name}.b")) for name in ("aln", "oln")}

    def matrices(self):
        """What goes into each matrix of a layer and what comes out, in the order of the adapter's file."""
        square = {name: (self.width, self.width) for name in SQUARE}
        return square | {"fi": (self.width, self.inner), "fo": (self.inner, self.width)}

    def floats(self, name):
        at, length = self.where[name]
        return np.frombuffer(self.data[at : at + length], "<f4")

    def packed(self, name, rows, columns):
        at, _ = self.where[name]
        count = rows * columns // BLOCK
        blocks = np.frombuffer(self.data[at : at + count * BLOCK_BYTES], np.uint8).reshape(count, BLOCK_BYTES)
        scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
        numbers = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], 1).astype(np.float32) - 8
        return (numbers * scale).reshape(rows, columns)

    def cut(self, title):
        """The numbers of a title's likeliest pieces (see src/text/encoder/pieces.rs)."""
        text = "\u2581"
        for character in "".join(self.replaced.get(c, c) for c in PURPOSE + title):
            if character != " ":
                text += character
            elif not text.endswith("\u2581"):
                text += "\u2581"
        best = [(0.0, 0, 0)] + [(-np.inf, 0, 0)] * len(text)
        for at in range(len(text)):
            score = best[at][0]
            for end in range(at + 1, min(len(text), at + self.longest) + 1):
                number, more = self.pieces.get(text[at:end], (self.unknown, self.unlikely if end == at + 1 else -np.inf))
                if score + more > best[end][0]:
                    best[end] = (score + more, number, at)
        numbers, end = [], len(text)
        while end > 0:
            numbers.append(best[end][1])
            end = best[end][2]
        return [self.begin] + numbers[::-1][: LONGEST - 2] + [self.end]

    def embedded(self, numbers):
        tokens = self.words[numbers] + self.positions[: numbers.shape[1]] + self.kind
        return normal(tokens, self.norm, self.epsilon)

    def through(self, layer, change, tokens, mask):
        """One layer of the transformer (see src/text/encoder/layers.rs), with what is learnt beside its matrices."""

        def linear(name, tokens):
            out = tokens @ layer[name] + layer[name + ".b"]
            return out + SCALE * (tokens @ change[name][0] @ change[name][1]) if change else out

        count, length, width = tokens.shape
        split = lambda numbers: numbers.reshape(count, length, self.heads, -1).transpose(0, 2, 1, 3)
        query, key, value = (split(linear(name, tokens)) for name in "qkv")
        likeness = query @ key.transpose(0, 1, 3, 2) / np.sqrt(width // self.heads) - 1e9 * (1 - mask)[:, None, None, :]
        attended = (jax.nn.softmax(likeness) @ value).transpose(0, 2, 1, 3).reshape(count, length, width)
        tokens = normal(tokens + linear("ao", attended), layer["aln"], self.epsilon)
        inner = jax.nn.gelu(linear("fi", tokens), approximate=False)
        return normal(tokens + linear("fo", inner), layer["oln"], self.epsilon)

    def directions(self, changes, tokens, mask):
        for layer, change in zip(self.layers[FIRST:], changes):
            tokens = self.through(layer, change, tokens, mask)
        mean = (tokens * mask[..., None]).sum(1)
        return mean / jnp.linalg.norm(mean, axis=1, keepdims=True)


def normal(tokens, norm, epsilon):
    tokens = tokens - tokens.mean(-1, keepdims=True)
    return tokens / jnp.sqrt((tokens**2).mean(-1, keepdims=True) + epsilon) * norm[0] + norm[1]


def padded(rows, shape=()):
    """Rows of different lengths as one array and its mask; lengths in eights, so that few programs are compiled."""
    length = -(-max(map(len, rows)) // 8) * 8
    out, mask = np.zeros((len(rows), length, *shape), np.float32 if shape else np.int32), np.zeros((len(rows), length), np.float32)
    for at, row in enumerate(rows):
        out[at, : len(row)], mask[at, : len(row)] = row, 1
    return out, mask


def is_labelled(path):
    first = json.loads(path.read_text().partition("\n")[0])
    return "cluster" in first and "title" in first


class Stream:
    """A labelled stream: its events in the order in which they begin, each as the numbers of its articles."""

    def __init__(self, path, halves):
        articles = [json.loads(line) for line in path.read_text().splitlines() if line.strip()]
        self.titles = [article["title"] for article in articles]
        events = {}
        for number, article in enumerate(articles):
            events.setdefault(article["cluster"], []).append(number)
        self.events = list(events.values())
        if halves:
            self.events = self.events[: len(self.events) // 2]
        self.several = [at for at, event in enumerate(self.events) if len(event) > 1]
        self.below = []

    def batch(self, rng):
        """Articles of an event and of others around it, and the event of each."""
        center = self.several[rng.integers(len(self.several))]
        span = NEAR if rng.random() < 0.7 else len(self.events)
        around = np.arange(max(0, center - span), min(len(self.events), center + span))
        weights = np.sqrt([min(len(self.events[at]), 8) for at in around])
        order = rng.choice(around, size=len(around), replace=False, p=weights / weights.sum())
        articles, of = [], []
        for at in [center, *(at for at in order if at != center)]:
            event = self.events[at]
            chosen = rng.choice(event, size=min(len(event), OF_ONE, BATCH - len(articles)), replace=False)
            articles += map(int, chosen)
            of += [at] * len(chosen)
        return articles, of


def below(encoder, streams):
    """What the layers that stay make of each title."""
    layers = encoder.layers[:FIRST]

    @jax.jit
    def run(tokens, mask):
        for layer in layers:
            tokens = encoder.through(layer, None, tokens, mask)
        return tokens

    for stream in streams:
        cut = [encoder.cut(title) for title in stream.titles]
        stream.below = [None] * len(cut)
        order = sorted(range(len(cut)), key=lambda at: len(cut[at]))
        for first in range(0, len(order), 64):
            some = order[first : first + 64]
            numbers, mask = padded([cut[at] for at in some] + [cut[some[-1]]] * (64 - len(some)))
            for at, tokens in zip(some, np.asarray(run(encoder.embedded(numbers), mask), np.float16)):
                stream.below[at] = tokens[: len(cut[at])]


def teach(encoder, streams, seed):
    rng = np.random.default_rng(seed)
    layers = len(encoder.layers) - FIRST
    down = lambda into: jnp.array(rng.normal(size=(into, RANK)) / np.sqrt(into), jnp.float32)
    change = lambda: {name: (down(into), jnp.zeros((RANK, out))) for name, (into, out) in encoder.matrices().items()}
    changes = [change() for _ in range(layers)]
    # a stream is taught as often as the root of its events with several articles says, so that a large one does not decide alone
    weights = np.sqrt([len(stream.several) for stream in streams])
    rate = optax.warmup_cosine_decay_schedule(0.0, RATE, STEPS // 10, STEPS)
    optimizer = optax.adam(rate)
    state = optimizer.init(changes)

    def loss(changes, tokens, mask, of):
        directions = encoder.directions(changes, tokens, mask)
        likeness = directions @ directions.T / TEMPERATURE
        real = (of[:, None] != NOTHING) & (of[None] != NOTHING)
        same = (of[:, None] == of[None]) & ~jnp.eye(len(of), dtype=bool) & real
        others = jnp.where((of[:, None] != of[None]) & real, likeness, -1e9)
        # each one of the same event against all of others
        each = jnp.logaddexp(likeness, jax.scipy.special.logsumexp(others, axis=1, keepdims=True)) - likeness
        mean = jnp.where(same, each, 0).sum(1) / jnp.maximum(same.sum(1), 1)
        return mean.sum() / jnp.maximum(same.any(1).sum(), 1)

    @jax.jit
    def step(changes, state, *batch):
        value, gradients = jax.value_and_grad(loss)(changes, *batch)
        updates, state = optimizer.update(gradients, state)
        return optax.apply_updates(changes, updates), state, value

    losses = []
    for number in range(1, STEPS + 1):
        stream = streams[rng.choice(len(streams), p=weights / weights.sum())]
        articles, of = stream.batch(rng)
        missing = BATCH - len(articles)
        tokens, mask = padded([stream.below[at] for at in articles + articles[:1] * missing], (encoder.width,))
        changes, state, value = step(changes, state, tokens, mask, jnp.array(of + [NOTHING] * missing))
        losses.append(float(value))
        if number % 20 == 0:
            print(f"step {number} of {STEPS}: loss {np.mean(losses[-20:]):.3f}", flush=True)
    return changes


def file_of(encoder, changes):
    out = b"E5A1" + encoder.mark + struct.pack("<5I", FIRST, len(changes), RANK, encoder.width, encoder.inner)
    for change in changes:
        for name in encoder.matrices():
            down, up = map(np.asarray, change[name])
            out += down.astype("<f2").tobytes() + (SCALE * KEPT * up).astype("<f2").tobytes()
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("streams", type=Path, metavar="DIR")
    parser.add_argument("--encoder", required=True)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--halves", action="store_true", help="learn from the first half of each stream's events")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    encoder = Encoder(given.encoder)
    streams = [Stream(path, given.halves) for path in sorted(given.streams.glob("*.jsonl")) if is_labelled(path)]
    streams = [stream for stream in streams if stream.several]
    if not streams:
        raise SystemExit(f"{given.streams} holds no .jsonl file of labelled articles")
    below(encoder, streams)
    given.out.write_bytes(file_of(encoder, teach(encoder, streams, given.seed)))
    print(f"written to {given.out}")


if __name__ == "__main__":
    main()
