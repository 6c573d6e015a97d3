package io.tokenledger.agent.decode;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The values that one scan kept, in one array of bytes:
 *
 * <pre>
 *   0                      committed            committed + pending
 *   | values of the slots  | value in progress  | free
 * </pre>
 *
 * A value in progress replaces its slot only by a commit; until then the slot keeps the older one.
 * A slot has some room to grow, so that a report that is repeated on every event is copied in
 * place. Not thread-safe.
 */
final class FieldSlots {
  private static final int START = 0;
  private static final int LENGTH = 1;
  private static final int ROOM = 2;
  private static final int WIDTH = 3;

  /** A counter may gain a few digits. */
  private static final int SPARE = 8;

  private static final byte[] NO_BYTES = {};

  private final FieldTable table;

  /** For each slot where its value starts, how long it is (0: none) and how long it may become. */
  private final int[] places;

  private byte[] bytes = NO_BYTES;
  private int committed;
  private int pending;
  private long tooLarge;
  private Tally[] tallies;
  private Sums sums;

  FieldSlots(FieldTable table) {
    this.table = table;
    places = new int[table.slots() * WIDTH];
  }

  /** Starts a value; what was pending is dropped. */
  void begin() {
    pending = 0;
  }

  int pending() {
    return pending;
  }

  /** Adds a part of the value in progress. The caller keeps it within its bound. */
  void append(byte[] buffer, int start, int length) {
    reserve(committed + pending + length);
    System.arraycopy(buffer, start, bytes, committed + pending, length);
    pending += length;
  }

  /** The array that holds the value in progress, from {@link #pendingStart}. */
  byte[] bytes() {
    return bytes;
  }

  int pendingStart() {
    return committed;
  }

  /**
   * Replaces a slot's value.
   *
   * @param buffer where the value is: the caller's bytes, or {@link #bytes} for the one in progress
   */
  void commit(int slot, byte[] buffer, int start, int length) {
    int place = slot * WIDTH;
    int room = places[place + ROOM];
    if (room >= length) {
      System.arraycopy(buffer, start, bytes, places[place + START], length);
    } else {
      // A value that grows gets twice its length, so that what it leaves behind stays in bounds.
      room = room == 0 ? length + SPARE : length * 2;
      boolean inPlace = buffer == bytes && start == committed;
      reserve(committed + room);
      if (!inPlace) {
        System.arraycopy(buffer, start, bytes, committed, length);
      }
      places[place + START] = committed;
      places[place + ROOM] = room;
      committed += room;
    }
    places[place + LENGTH] = length;
    tooLarge &= ~(1L << slot);
  }

  /** Empties the slots of these bits. */
  void forget(long mask) {
    for (int slot = 0; slot < table.slots(); slot++) {
      if ((mask & 1L << slot) != 0) {
        places[slot * WIDTH + LENGTH] = 0;
      }
    }
    tooLarge &= ~mask;
  }

  void commitTooLarge(int slot) {
    tooLarge |= 1L << slot;
  }

  void count(int slot, byte[] buffer, int start, int length) {
    if (tallies == null) {
      tallies = new Tally[table.slots()];
    }
    if (tallies[slot] == null) {
      tallies[slot] = new Tally();
    }
    tallies[slot].count(buffer, start, length);
  }

  /** Adds the number in these bytes to the sum of a slot; no bytes are no number. */
  void add(int slot, byte[] buffer, int start, int length) {
    if (sums == null) {
      sums = new Sums(table.slots());
    }
    sums.add(slot, buffer, start, length);
  }

  /** Appends an element to the list of a slot; a list beyond its bound is given up as a whole. */
  void addElement(int slot, byte[] buffer, int start, int length, int maxBytes) {
    int place = slot * WIDTH;
    int before = places[place + LENGTH] == 0 ? 0 : places[place + LENGTH] + 1;
    if ((tooLarge & 1L << slot) != 0 || before + length > maxBytes) {
      commitTooLarge(slot);
      places[place + LENGTH] = 0;
      return;
    }
    boolean own = buffer == bytes;
    if (places[place + ROOM] < before + length) {
      int room = Math.max(SPARE, (before + length) * 2);
      int moved = committed + (own ? pending : 0);
      reserve(moved + room);
      System.arraycopy(bytes, places[place + START], bytes, moved, places[place + LENGTH]);
      places[place + START] = moved;
      places[place + ROOM] = room;
      committed = moved + room;
    }
    int end = places[place + START] + before;
    if (before > 0) {
      bytes[end - 1] = ',';
    }
    System.arraycopy(own ? bytes : buffer, start, bytes, end, length);
    places[place + LENGTH] = before + length;
  }

  /** The raw JSON of a field, or null. */
  String value(String name) {
    int slot = table.slot(name);
    if (slot < 0) {
      return null;
    }
    int place = slot * WIDTH;
    if (places[place + LENGTH] == 0) {
      return sums == null ? null : sums.text(slot);
    }
    String text =
        new String(bytes, places[place + START], places[place + LENGTH], StandardCharsets.UTF_8);
    return (table.lists & 1L << slot) == 0 ? text : '[' + text + ']';
  }

  boolean tooLarge(String name) {
    int slot = table.slot(name);
    return slot >= 0 && (tooLarge & 1L << slot) != 0;
  }

  /** Counts by string as it is written, without its quotes; empty when nothing was counted. */
  Map<String, Long> tally(String name) {
    int slot = table.slot(name);
    return slot < 0 || tallies == null || tallies[slot] == null ? Map.of() : tallies[slot].counts();
  }

  private void reserve(int length) {
    if (length > bytes.length) {
      int size = Math.max(table.firstBytes, bytes.length);
      while (size < length) {
        size += size >> 1;
      }
      bytes = Arrays.copyOf(bytes, size);
    }
  }

  /** How often each of a few strings occurred. */
  private static final class Tally {
    private static final int MAX_VALUES = 32;

    private byte[][] values = new byte[2][];
    private long[] counts = new long[2];
    private int size;

    void count(byte[] buffer, int start, int length) {
      for (int i = 0; i < size; i++) {
        if (Arrays.equals(values[i], 0, values[i].length, buffer, start, start + length)) {
          counts[i]++;
          return;
        }
      }
      if (size == MAX_VALUES) {
        return;
      }
      if (size == values.length) {
        values = Arrays.copyOf(values, size * 2);
        counts = Arrays.copyOf(counts, size * 2);
      }
      values[size] = Arrays.copyOfRange(buffer, start, start + length);
      counts[size++] = 1;
    }

    Map<String, Long> counts() {
      Map<String, Long> result = new LinkedHashMap<>();
      for (int i = 0; i < size; i++) {
        result.put(new String(values[i], StandardCharsets.UTF_8), counts[i]);
      }
      return result;
    }
  }
}
