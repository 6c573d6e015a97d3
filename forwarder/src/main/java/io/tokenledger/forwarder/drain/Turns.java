package io.tokenledger.forwarder.drain;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * In which order sources are read: those that were read to their end before, then those with a
 * backlog, each in the order they came; and of the backlogs one at the start of each round. So who
 * keeps up does not wait for who does not, and nobody waits for ever, whatever the others bring.
 * Not thread-safe.
 */
final class Turns {
  private final Set<SourceReader> inLine = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Deque<SourceReader> keepingUp = new ArrayDeque<>();
  private final Deque<SourceReader> behind = new ArrayDeque<>();

  /** Puts those that are not in line yet before all that have a backlog. */
  void lineUp(Collection<SourceReader> readers) {
    for (SourceReader reader : readers) {
      if (inLine.add(reader)) {
        keepingUp.add(reader);
      }
    }
  }

  /** Who begins a round; it leaves the line. Null when the line is empty. */
  SourceReader first() {
    return leave(behind.isEmpty() ? keepingUp : behind);
  }

  /** Whose turn it is then; it leaves the line. Null when the line is empty. */
  SourceReader next() {
    return leave(keepingUp.isEmpty() ? behind : keepingUp);
  }

  /** It has more: to the end of the line. */
  void again(SourceReader reader) {
    if (inLine.add(reader)) {
      behind.add(reader);
    }
  }

  boolean has(SourceReader reader) {
    return inLine.contains(reader);
  }

  int size() {
    return keepingUp.size() + behind.size();
  }

  /** Those in line, in its order. */
  List<SourceReader> waiting() {
    List<SourceReader> waiting = new ArrayList<>(keepingUp);
    waiting.addAll(behind);
    return waiting;
  }

  void clear() {
    keepingUp.clear();
    behind.clear();
    inLine.clear();
  }

  private SourceReader leave(Deque<SourceReader> line) {
    SourceReader reader = line.poll();
    inLine.remove(reader);
    return reader;
  }
}
