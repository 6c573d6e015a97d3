package io.tokenledger.agent.streamusage;

import io.tokenledger.agent.exchange.Faults;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Takes out of a stream of events what is in it only because the agent asked for usage: the event
 * whose {@code choices} are empty and whose {@code usage} is an object, and, where the provider
 * adds them, members {@code "usage":null}. Everything else passes byte for byte. Only members at
 * the top of an event's data count; the same words in a model's answer are text.
 *
 * <p>Of each event only the beginning waits, until the filter knows what the event is: until {@code
 * choices} turn out not to be empty, or the object ends. So no event waits for a byte that is not
 * its own. The verdict on an event:
 *
 * <pre>
 *   UNDECIDED --- choices not empty, usage null, end of the object, too long ---> KEPT
 *       +-------- choices empty and usage an object -----------------------------> DROPPED
 * </pre>
 *
 * Lines of an event:
 *
 * <pre>
 *   LINE_START -> FIELD -> AFTER_COLON -> MEMBER -> KEY -> COLON -> VALUE -> ... -> AFTER
 *       ^           |          |             ^                                       | |
 *       |           v          v             +------------------ , ------------------+ | }
 *       +------------------ REST_OF_LINE <---------------------------------------------+
 * </pre>
 *
 * <p>Bytes that wait are copied when a piece ends, at most {@value #MAX_HELD}; an event whose
 * beginning is longer passes whole, which is counted. If code of this class fails, everything
 * passes from there on, the waiting bytes first. Not thread-safe.
 */
public final class UsageFilter {
  /** The most bytes of an event that wait. */
  static final int MAX_HELD = 4096;

  private static final int NONE = -1;

  private static final int UNDECIDED = 0;
  private static final int KEPT = 1;
  private static final int DROPPED = 2;

  private static final int LINE_START = 0;
  private static final int FIELD = 1;
  private static final int AFTER_COLON = 2;
  private static final int MEMBER = 3;
  private static final int KEY = 4;
  private static final int KEY_ESCAPE = 5;
  private static final int COLON = 6;
  private static final int VALUE = 7;
  private static final int CHOICES = 8;
  private static final int NULL = 9;
  private static final int AFTER_NULL = 10;
  private static final int AFTER_FIRST_NULL = 11;
  private static final int STRING = 12;
  private static final int SCALAR = 13;
  private static final int NESTED = 14;
  private static final int AFTER = 15;
  private static final int REST_OF_LINE = 16;

  private static final byte[] DATA = {'d', 'a', 't', 'a', ':'};
  private static final byte[] NULL_WORD = {'n', 'u', 'l', 'l'};
  private static final byte[] USAGE_NAME = {'u', 's', 'a', 'g', 'e'};
  private static final byte[] CHOICES_NAME = {'c', 'h', 'o', 'i', 'c', 'e', 's'};

  private final boolean removesNulls;
  private final Faults faults;

  /** Bytes of earlier pieces that wait. */
  private byte[] held;

  private int heldStart;
  private int heldLength;

  /** The piece at hand; what lies before {@code mark} has passed, waits or was dropped. */
  private byte[] input;

  private int mark;
  private OutputStream out;
  private boolean writing;

  /**
   * Offsets in what has not passed yet (held bytes, then the piece from {@code mark} on): of the
   * first byte that waits, and of the comma (or the quote) where the current member begins.
   */
  private int hold = NONE;

  private int member = NONE;

  private int state = LINE_START;
  private int verdict = UNDECIDED;

  /** Until the next empty line everything passes unseen: no event as expected. */
  private boolean passing;

  private boolean afterCr;
  private boolean droppedCr;
  private int matched;
  private boolean first;
  private boolean usageKey;
  private boolean choicesKey;
  private int keyLength;
  private boolean choicesEmpty;
  private boolean usageObject;
  private int depth;
  private boolean inString;
  private boolean escaped;

  private volatile boolean broken;
  private boolean inDroppedLine;
  private volatile boolean tooLong;

  /**
   * @param removesNulls whether the provider adds {@code "usage":null} to every other event
   * @param faults gets our own errors
   */
  UsageFilter(boolean removesNulls, Faults faults) {
    this.removesNulls = removesNulls;
    this.faults = faults;
  }

  /**
   * The next piece of the body: writes to {@code out} what passes of it and of the bytes that
   * waited. The buffer is not kept and not changed.
   *
   * @throws IOException when {@code out} throws it
   */
  public void feed(byte[] buffer, int from, int to, OutputStream out) throws IOException {
    if (broken) {
      pass(buffer, from, to, out);
      return;
    }
    input = buffer;
    mark = from;
    this.out = out;
    try {
      scan(from, to);
      settle(to);
    } catch (IOException | RuntimeException | Error failure) {
      broken = true;
      if (writing) {
        throw failure;
      }
      faults.caught(failure);
      giveUp(to);
    } finally {
      input = null;
      this.out = null;
    }
  }

  /**
   * The body ends here: what waited passes.
   *
   * @throws IOException when {@code out} throws it
   */
  public void end(OutputStream out) throws IOException {
    int length = heldLength;
    heldLength = 0;
    if (length > 0) {
      out.write(held, heldStart, length);
    }
  }

  /** How many bytes wait. */
  public int held() {
    return heldLength;
  }

  /** Whether something passed unseen that should have been looked at. */
  boolean incomplete() {
    return tooLong || broken;
  }

  /**
   * From here on everything passes; of an event that was dropped in part, what follows its line.
   */
  private void giveUp(int to) throws IOException {
    inDroppedLine = verdict == DROPPED && hold == NONE && state == REST_OF_LINE;
    if (inDroppedLine) {
      pass(input, mark, to, out);
    } else {
      emit(heldLength + to - mark);
    }
  }

  private void pass(byte[] buffer, int from, int to, OutputStream out) throws IOException {
    int at = from;
    while (inDroppedLine && at < to) {
      inDroppedLine = buffer[at] != '\n' && buffer[at] != '\r';
      at += inDroppedLine ? 1 : 0;
    }
    if (at < to) {
      out.write(buffer, at, to - at);
    }
  }

  private void scan(int from, int to) throws IOException {
    int i = from;
    while (i < to) {
      int end = to;
      if (hold != NONE && verdict != DROPPED) {
        end = Math.min(to, mark + MAX_HELD + hold - heldLength);
        if (i >= end) {
          tooLong = true;
          passUntilEmptyLine();
          state = REST_OF_LINE;
          end = to;
        }
      }
      i = step(i, end);
    }
  }

  /** Handles the byte at {@code i} and, in text, those after it; gives the index of the next. */
  private int step(int i, int to) throws IOException {
    byte c = input[i];
    if (state == LINE_START) {
      return lineStart(i, c);
    }
    if (c == '\n' || c == '\r') {
      return lineEnd(i, c);
    }
    switch (state) {
      case FIELD -> {
        return field(i, c);
      }
      case AFTER_COLON -> afterColon(c);
      case MEMBER -> member(i, c);
      case KEY -> key(c);
      case KEY_ESCAPE -> state = KEY;
      case COLON -> {
        if (c == ':') {
          state = VALUE;
        } else if (!isSpace(c)) {
          malformed();
        }
      }
      case VALUE -> value(c);
      case CHOICES -> {
        return choices(i, c);
      }
      case NULL -> {
        return nullWord(i, c);
      }
      case AFTER_NULL -> {
        return afterNull(i, c);
      }
      case AFTER_FIRST_NULL -> {
        return afterFirstNull(i, c);
      }
      case STRING -> {
        return string(i, to);
      }
      case SCALAR -> {
        if (c == ',' || c == '}' || isSpace(c)) {
          state = AFTER;
          return i;
        }
      }
      case NESTED -> {
        return nested(i, to);
      }
      case AFTER -> after(i, c);
      default -> {
        return restOfLine(i, to);
      }
    }
    return i + 1;
  }

  private int lineStart(int i, byte c) throws IOException {
    if (c == '\n' && afterCr) {
      afterCr = false;
      if (droppedCr) {
        drop(i + 1);
      }
      return i + 1;
    }
    afterCr = c == '\r';
    if (c == '\n' || c == '\r') {
      droppedCr = verdict == DROPPED;
      if (droppedCr) {
        drop(i + 1);
      }
      hold = NONE;
      verdict = UNDECIDED;
      passing = false;
      return i + 1;
    }
    if (passing || c == ':') {
      state = REST_OF_LINE;
    } else if (c == 'd') {
      if (verdict == DROPPED) {
        drop(i);
      }
      // Data after data that was closed is a new event, for servers without empty lines.
      verdict = UNDECIDED;
      if (hold == NONE) {
        hold = unsettled(i);
      }
      matched = 0;
      state = FIELD;
    } else if (c == 'e' || c == 'i' || c == 'r') {
      if (verdict == UNDECIDED && hold == NONE) {
        hold = unsettled(i);
      }
      state = REST_OF_LINE;
    } else {
      malformed();
    }
    return i;
  }

  /** A line ends at {@code i}; in the middle of an object its value goes on in the next line. */
  private int lineEnd(int i, byte c) {
    if (state != REST_OF_LINE) {
      passUntilEmptyLine();
    }
    afterCr = c == '\r';
    droppedCr = verdict == DROPPED;
    state = LINE_START;
    return i + 1;
  }

  private int field(int i, byte c) {
    if (c != DATA[matched]) {
      malformed();
      return i;
    }
    if (++matched == DATA.length) {
      state = AFTER_COLON;
    }
    return i + 1;
  }

  private void afterColon(byte c) {
    if (c == '{') {
      first = true;
      choicesEmpty = false;
      usageObject = false;
      member = NONE;
      state = MEMBER;
    } else if (!isSpace(c)) {
      keep();
      state = REST_OF_LINE;
    }
  }

  private void member(int i, byte c) {
    if (c == '"') {
      if (first) {
        begin(i);
      }
      keyLength = 0;
      usageKey = true;
      choicesKey = true;
      state = KEY;
    } else if (c == '}' && first) {
      closed();
    } else if (!isSpace(c)) {
      malformed();
    }
  }

  /** A member begins at {@code i}, where it would be cut off. */
  private void begin(int i) {
    member = unsettled(i);
    if (verdict == KEPT && removesNulls) {
      hold = member;
    }
  }

  private void key(byte c) {
    if (c == '"') {
      usageKey &= keyLength == USAGE_NAME.length;
      choicesKey &= keyLength == CHOICES_NAME.length;
      state = COLON;
    } else {
      usageKey &= keyLength < USAGE_NAME.length && c == USAGE_NAME[keyLength];
      choicesKey &= keyLength < CHOICES_NAME.length && c == CHOICES_NAME[keyLength];
      keyLength++;
      if (c == '\\') {
        state = KEY_ESCAPE;
      }
    }
    if (!usageKey) {
      release();
    }
  }

  private void value(byte c) {
    if (isSpace(c)) {
      return;
    }
    if (usageKey && c == 'n') {
      matched = 1;
      state = NULL;
      return;
    }
    release();
    if (c == '"') {
      escaped = false;
      state = STRING;
    } else if (choicesKey && c == '[') {
      state = CHOICES;
    } else if (c == '{' || c == '[') {
      nest();
      usageObject |= usageKey && c == '{';
      decide();
    } else if (c == ',' || c == '}' || c == ':' || c == ']') {
      malformed();
    } else {
      state = SCALAR;
    }
  }

  private int choices(int i, byte c) {
    if (c == ']') {
      choicesEmpty = true;
      state = AFTER;
      decide();
    } else if (!isSpace(c)) {
      keep();
      nest();
      return i;
    }
    return i + 1;
  }

  private void nest() {
    depth = 1;
    inString = false;
    escaped = false;
    state = NESTED;
  }

  private int nullWord(int i, byte c) {
    if (c != NULL_WORD[matched]) {
      malformed();
      return i;
    }
    if (++matched == NULL_WORD.length) {
      state = AFTER_NULL;
    }
    return i + 1;
  }

  private int afterNull(int i, byte c) throws IOException {
    if (c != ',' && c != '}' && !isSpace(c)) {
      malformed();
      return i;
    }
    // An event that says null reports nothing, so it is not the one that was asked for.
    verdict = KEPT;
    hold = NONE;
    state = AFTER;
    if (removesNulls) {
      emit(member);
      drop(i);
      if (first) {
        state = AFTER_FIRST_NULL;
      }
    }
    return i;
  }

  /** Between the first member, which was dropped, and the one that is the first now. */
  private int afterFirstNull(int i, byte c) throws IOException {
    if (c == '"') {
      state = MEMBER;
    } else if (c == '}') {
      state = AFTER;
    } else if (c == ',' || isSpace(c)) {
      drop(i + 1);
      return i + 1;
    } else {
      malformed();
    }
    return i;
  }

  private int string(int from, int to) {
    int i = from;
    while (i < to) {
      byte c = input[i];
      if (escaped) {
        escaped = false;
      } else if (c == '"') {
        state = AFTER;
        return i + 1;
      } else if (c == '\\') {
        escaped = true;
      }
      if (c == '\n' || c == '\r') {
        return i;
      }
      i++;
    }
    return i;
  }

  private int nested(int from, int to) {
    int i = from;
    while (i < to) {
      byte c = input[i];
      if (c == '\n' || c == '\r') {
        return i;
      }
      i++;
      if (inString) {
        if (escaped) {
          escaped = false;
        } else if (c == '"') {
          inString = false;
        } else if (c == '\\') {
          escaped = true;
        }
      } else if (c == '"') {
        inString = true;
      } else if (c == '{' || c == '[') {
        depth++;
      } else if ((c == '}' || c == ']') && --depth == 0) {
        state = AFTER;
        return i;
      }
    }
    return i;
  }

  private void after(int i, byte c) {
    if (c == ',') {
      first = false;
      begin(i);
      state = MEMBER;
    } else if (c == '}') {
      closed();
    } else if (!isSpace(c)) {
      malformed();
    }
  }

  private int restOfLine(int from, int to) {
    int i = from;
    while (i < to && input[i] != '\n' && input[i] != '\r') {
      i++;
    }
    return i;
  }

  /** The object is complete. */
  private void closed() {
    if (verdict == UNDECIDED) {
      keep();
    }
    state = REST_OF_LINE;
  }

  private void decide() {
    if (verdict == UNDECIDED && choicesEmpty && usageObject) {
      verdict = DROPPED;
      state = REST_OF_LINE;
    }
  }

  private void keep() {
    verdict = KEPT;
    hold = NONE;
  }

  /** A member of an event that is kept is not one to remove. */
  private void release() {
    if (verdict == KEPT) {
      hold = NONE;
    }
  }

  private void malformed() {
    passUntilEmptyLine();
    state = REST_OF_LINE;
  }

  private void passUntilEmptyLine() {
    if (verdict != DROPPED) {
      keep();
      passing = true;
    }
  }

  private int unsettled(int i) {
    return heldLength + i - mark;
  }

  /** The piece ends: what need not wait passes, the rest is copied. */
  private void settle(int to) throws IOException {
    if (verdict == DROPPED) {
      drop(to);
      return;
    }
    emit(hold == NONE ? unsettled(to) : hold);
    int rest = to - mark;
    if (rest > 0) {
      makeRoom(rest);
      System.arraycopy(input, mark, held, heldStart + heldLength, rest);
      heldLength += rest;
      mark = to;
    }
  }

  private void makeRoom(int bytes) {
    int needed = heldLength + bytes;
    if (held == null || needed > held.length) {
      byte[] larger = new byte[Math.max(512, Integer.highestOneBit(needed - 1) << 1)];
      if (heldLength > 0) {
        System.arraycopy(held, heldStart, larger, 0, heldLength);
      }
      held = larger;
    } else if (heldStart > 0) {
      System.arraycopy(held, heldStart, held, 0, heldLength);
    }
    heldStart = 0;
  }

  /** So many bytes of what has not passed yet pass now. */
  private void emit(int count) throws IOException {
    int ofHeld = Math.min(count, heldLength);
    int ofInput = count - ofHeld;
    int heldAt = heldStart;
    int inputAt = mark;
    forget(count);
    writing = true;
    if (ofHeld > 0) {
      out.write(held, heldAt, ofHeld);
    }
    if (ofInput > 0) {
      out.write(input, inputAt, ofInput);
    }
    writing = false;
  }

  /**
   * What has not passed yet up to {@code to} never will; where an event is dropped, what stood
   * before it passes.
   */
  private void drop(int to) throws IOException {
    if (hold != NONE && hold > 0) {
      emit(hold);
    }
    hold = NONE;
    forget(unsettled(to));
  }

  private void forget(int count) {
    int ofHeld = Math.min(count, heldLength);
    heldStart += ofHeld;
    heldLength -= ofHeld;
    mark += count - ofHeld;
    hold = hold == NONE ? NONE : hold - count;
    member = member == NONE ? NONE : member - count;
  }

  private static boolean isSpace(byte c) {
    return c == ' ' || c == '\t';
  }
}
