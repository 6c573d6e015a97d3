package io.tokenledger.agent.decode;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;

/**
 * Finds the fields of a {@link FieldTable} in JSON that arrives in pieces. It can be cut between
 * any two bytes and keeps nothing of the text but the values of its fields: what lies off every
 * path is skipped by counting brackets, eight bytes at a time inside strings.
 *
 * <pre>
 *            +----------------------- , (array) -----------------------+
 *            v                                                         |
 *   VALUE --> string --> IN_STRING --+                                 |
 *     |  +--> number --> IN_SCALAR --+--> AFTER_VALUE -- } or ] (pop) -+--> CLOSED (top level)
 *     |  +--> off the paths: SKIP ---+        |
 *     |  +--> [ --> FIRST_ELEMENT             | , (object)
 *     |  +--> { --> FIRST_MEMBER --> MEMBER <-+
 *     |                                |
 *     +---------- COLON <-- IN_KEY ----+         anything else: BROKEN
 * </pre>
 *
 * The events of a stream after the first start in REPEAT where a {@link RepeatedStart} is known: it
 * leads to MEMBER when the bytes are those of the event before, otherwise back to VALUE. Two fast
 * paths do not show: whole members are read in one go ({@link #members}), and {@code [DONE]} has a
 * state of its own.
 *
 * <p>The scanner is lenient where strictness would only lose counts, and never throws: at the first
 * byte that cannot be JSON it stops, says {@link #broken()}, and keeps what closed before. Nothing
 * is allocated per piece once the kept values have found their room. Not thread-safe.
 */
public final class FieldScanner {
  private static final int VALUE = 0;
  private static final int FIRST_ELEMENT = 1;
  private static final int FIRST_MEMBER = 2;
  private static final int MEMBER = 3;
  private static final int IN_KEY = 4;
  private static final int COLON = 5;
  private static final int IN_STRING = 6;
  private static final int IN_SCALAR = 7;
  private static final int AFTER_VALUE = 8;
  private static final int SKIP = 9;
  private static final int TERMINAL_DATA = 10;
  private static final int CLOSED = 11;
  private static final int BROKEN = 12;
  private static final int REPEAT = 13;

  /** In {@link #touched}: something was counted. */
  private static final long COUNTED = 1L << 62;

  /** No model API nests deeper; beyond it the value counts as broken. */
  private static final int MAX_DEPTH = 1 << 20;

  private final FieldTable table;
  private final FieldSlots slots;

  /** Numbers of nodes of the containers around the current value, outermost first. */
  private final int[] frames;

  /** Bit n: frame n is an array. */
  private long arrays;

  private int depth;
  private int state = VALUE;

  /**
   * The number of the node of the value that is expected or in progress, or {@link PathNode#NONE}.
   * Numbers, since storing a reference in an old object costs a fence under G1.
   */
  private int node;

  private int skipDepth;
  private boolean inSkippedString;
  private boolean escaped;
  private boolean emptySoFar;
  private MemberName key;
  private int terminalMatched;

  private int capture = PathNode.NONE;
  private int captureFrom;
  private boolean captureOverflow;
  private boolean needMet;

  /** What the events of this stream begin with; null until a second event was seen. */
  private RepeatedStart repeated;

  private boolean stream;

  /** Where the value in progress began in the bytes at hand; -1: in an earlier piece. */
  private int valueStart;

  /** Bits of the slots that were set since the value began, or since its repeated start. */
  private long touched;

  private long firstsKept;
  private boolean contentSeen;
  private boolean terminalType;
  private boolean terminal;

  public FieldScanner(FieldTable table) {
    this.table = table;
    slots = new FieldSlots(table);
    frames = new int[table.depth];
    node = table.root.number;
  }

  FieldTable table() {
    return table;
  }

  /** Forgets the value in progress and expects a new top-level value; kept values stay. */
  public void next() {
    state = VALUE;
    depth = 0;
    node = (contentSeen ? table.rootAfterContent : table.root).number;
    escaped = false;
    inSkippedString = false;
    capture = PathNode.NONE;
    terminalType = false;
    stream = true;
    if (repeated != null) {
      expectRepeated();
    }
    touched = 0;
  }

  private void expectRepeated() {
    if ((touched & repeated.slots()) != 0) {
      // A later member of the last event set a slot anew: equal bytes would not mean equal slots.
      repeated.forget();
    }
    if (repeated.known()) {
      repeated.begin();
      state = REPEAT;
    }
  }

  /**
   * Scans on.
   *
   * @return the index of the first byte that was not consumed: {@code to}, or the byte after the
   *     one that closed the top-level value
   */
  public int scan(byte[] buffer, int from, int to) {
    captureFrom = from;
    valueStart = -1;
    int i = from;
    while (i < to) {
      switch (state) {
        case VALUE, FIRST_ELEMENT -> i = value(buffer, i, to);
        case MEMBER, FIRST_MEMBER -> i = members(buffer, i, to);
        case IN_KEY -> i = inKey(buffer, i, to);
        case COLON -> i = colon(buffer, i);
        case IN_STRING -> i = inString(buffer, i, to);
        case IN_SCALAR -> i = inScalar(buffer, i, to);
        case AFTER_VALUE -> i = afterValue(buffer, i);
        case SKIP -> i = skip(buffer, i, to);
        case TERMINAL_DATA -> i = terminalData(buffer, i);
        case REPEAT -> i = repeat(buffer, i, to);
        case CLOSED -> {
          return i;
        }
        default -> {
          return to;
        }
      }
    }
    if (capture != PathNode.NONE) {
      keepPart(buffer, to);
    }
    return to;
  }

  /** Scans on in what is left of a buffer; its position and limit stay as they are. */
  public void scan(ByteBuffer buffer) {
    if (buffer.hasArray()) {
      int from = buffer.arrayOffset() + buffer.position();
      scan(buffer.array(), from, from + buffer.remaining());
      return;
    }
    byte[] chunk = Chunks.take();
    for (int at = buffer.position(); at < buffer.limit(); at += chunk.length) {
      int length = Math.min(chunk.length, buffer.limit() - at);
      buffer.get(at, chunk, 0, length);
      scan(chunk, 0, length);
    }
    Chunks.give(chunk);
  }

  /** True when the top-level value closed. */
  public boolean closed() {
    return state == CLOSED;
  }

  /** True when the current value cannot be JSON. */
  public boolean broken() {
    return state == BROKEN;
  }

  /** True when nothing of the current value was seen yet. */
  public boolean untouched() {
    return state == VALUE && depth == 0 || state == REPEAT && repeated.matched() == 0;
  }

  /**
   * Takes back what the current value set: its slots hold nothing then, since what they held before
   * is gone.
   */
  void takeBack() {
    slots.forget(touched | (repeated == null ? 0 : repeated.slots()));
    terminal = false;
  }

  /** True once a terminal event closed. */
  public boolean terminal() {
    return terminal;
  }

  /** True once a content field had a value. */
  public boolean contentSeen() {
    return contentSeen;
  }

  /** True when the current value began like the one before and was compared with it. */
  boolean comparedWhole() {
    return repeated != null && repeated.known() && repeated.complete();
  }

  /** The raw JSON that was kept for a field, or null. */
  public String value(String name) {
    return slots.value(name);
  }

  /** True when the last value of a field passed its bound. */
  public boolean tooLarge(String name) {
    return slots.tooLarge(name);
  }

  /** The counts of a tallied field by distinct string; empty when there were none. */
  public Map<String, Long> tally(String name) {
    return slots.tally(name);
  }

  private int repeat(byte[] buffer, int from, int to) {
    int i = repeated.compare(buffer, from, to);
    if (repeated.complete()) {
      repeated.hit();
      frames[0] = node;
      arrays = 0;
      depth = 1;
      state = MEMBER;
      terminalType = repeated.terminalType();
    } else if (i < to) {
      state = VALUE;
      scan(repeated.bytes(), 0, repeated.matched());
      repeated.missed();
      captureFrom = i;
      valueStart = -1;
    }
    return i;
  }

  /** Remembers the members of an event up to {@code to}, a member at its top. */
  private void learnStart(byte[] buffer, int to) {
    int length = to - valueStart;
    if (valueStart < 0
        || length < RepeatedStart.MIN_BYTES
        || length > RepeatedStart.MAX_BYTES
        || capture != PathNode.NONE
        || (touched & COUNTED) != 0) {
      return;
    }
    if (repeated == null) {
      repeated = new RepeatedStart();
    }
    if (repeated.wanted()) {
      repeated.learn(buffer, valueStart, to, touched & ~Long.MIN_VALUE, terminalType);
      touched = 0;
    }
  }

  private int value(byte[] buffer, int from, int to) {
    int i = from;
    byte c = buffer[i];
    while (c <= ' ' && c >= 0) {
      if (++i == to) {
        return i;
      }
      c = buffer[i];
    }
    PathNode at = table.node(node);
    if (state == FIRST_ELEMENT) {
      if (c == ']') {
        return close(buffer, i);
      }
      contentSeen |= table.node(frames[depth - 1]).seen;
    }
    if (depth == 0) {
      valueStart = i;
      if (table.terminalData != null && c == table.terminalData[0]) {
        state = TERMINAL_DATA;
        terminalMatched = 1;
        return terminalEnd(i + 1);
      }
    }
    if (at != null && c != 'n' && (at.captureMask & ~firstsKept) != 0) {
      capture = at.number;
      captureFrom = i;
      captureOverflow = false;
      needMet = !at.needs;
      slots.begin();
    }
    return switch (c) {
      case '"' -> {
        state = IN_STRING;
        emptySoFar = true;
        yield i + 1;
      }
      case '{' -> object(at, i + 1);
      case '[' -> array(at, i + 1);
      default -> scalar(at, c, i);
    };
  }

  private int object(PathNode at, int i) {
    if (at == null) {
      return startSkip(i);
    }
    contentSeen |= at.seen;
    if (!at.hasMembers()) {
      return startSkip(i);
    }
    frames[depth] = at.number;
    arrays &= ~(1L << depth++);
    state = FIRST_MEMBER;
    return i;
  }

  private int array(PathNode at, int i) {
    if (at == null || !at.hasElements() && !at.seen) {
      return startSkip(i);
    }
    frames[depth] = at.number;
    arrays |= 1L << depth++;
    node = numberOf(at.first);
    state = FIRST_ELEMENT;
    return i;
  }

  private int startSkip(int i) {
    state = SKIP;
    skipDepth = 1;
    return i;
  }

  private int scalar(PathNode at, byte c, int i) {
    if (!startsScalar(c)) {
      return fail(i);
    }
    if (at != null) {
      contentSeen |= at.seen && c != 'n';
      needMet |= at.needed && c < 'a';
    }
    state = IN_SCALAR;
    return i + 1;
  }

  /**
   * Members that stand whole in this piece, without a change of state for each: most of an event's
   * bytes. Whatever is cut or odd is left to {@link #member} and the other states.
   */
  private int members(byte[] buffer, int from, int to) {
    PathNode frame = table.node(frames[depth - 1]);
    int i = from;
    while (i < to && buffer[i] == '"') {
      int name = i + 1;
      int end = Words.quoteOrBackslash(buffer, name, to);
      if (end + 2 >= to || buffer[end] != '"' || buffer[end + 1] != ':') {
        break;
      }
      PathNode at = frame.member(buffer, name, end - name);
      int start = end + 2;
      byte c = buffer[start];
      if (c == ' ' && start + 1 < to) {
        c = buffer[++start];
      }
      if (c == '{' || c == '[' || c <= ' ') {
        if (depth == 1 && stream && c > ' ') {
          learnStart(buffer, i);
        }
        int inner = nested(at, buffer, start, to);
        if (inner == start) {
          node = numberOf(at);
          state = VALUE;
          return start;
        }
        if (state == SKIP) {
          end = skip(buffer, inner, to);
          if (state == SKIP) {
            return end;
          }
        } else {
          frame = table.node(frames[depth - 1]);
          i = inner;
          continue;
        }
      } else {
        end = c == '"' ? stringEnd(buffer, start + 1, to) : scalarEnd(buffer, start, to);
        if (end >= to || c != '"' && !startsScalar(c)) {
          break;
        }
        if (at != null && c != 'n') {
          keepWhole(at, buffer, c, start, end);
        }
      }
      state = AFTER_VALUE;
      while (end < to && buffer[end] == closing()) {
        end = close(buffer, end);
        if (depth == 0) {
          return end;
        }
        frame = table.node(frames[depth - 1]);
      }
      if (end == to || buffer[end] != ',' || isArray()) {
        return end;
      }
      i = end + 1;
      if (i < to && buffer[i] == ' ') {
        i++;
      }
      state = MEMBER;
    }
    return member(buffer, i, to);
  }

  /**
   * Enters a container that is followed, or an object that is the first element of one, or starts
   * to skip one that is not.
   *
   * @return the index behind its bracket, or {@code start} when this is not the place to do so
   */
  private int nested(PathNode at, byte[] buffer, int start, int to) {
    if (buffer[start] <= ' ') {
      return start;
    }
    if (at == null) {
      node = PathNode.NONE;
      return startSkip(start + 1);
    }
    if ((at.captureMask & ~firstsKept) != 0) {
      return start;
    }
    if (buffer[start] == '{') {
      if (!at.hasMembers()) {
        return start;
      }
      return object(at, start + 1);
    }
    PathNode first = at.first;
    if (first == null
        || first.captureMask != 0
        || !first.hasMembers()
        || start + 1 == to
        || buffer[start + 1] != '{') {
      return start;
    }
    array(at, start + 1);
    contentSeen |= at.seen;
    return object(first, start + 2);
  }

  private boolean isArray() {
    return (arrays & 1L << depth - 1) != 0;
  }

  private byte closing() {
    return (byte) (isArray() ? ']' : '}');
  }

  private void keepWhole(PathNode at, byte[] buffer, byte c, int start, int end) {
    boolean string = c == '"';
    contentSeen |= at.seen && (!string || end > start + 2);
    needMet |= at.needed && !string && c < 'a';
    if ((at.captureMask & ~firstsKept) != 0 && !at.needs) {
      captureOverflow = end - start > at.maxBytes;
      boolean needMetAround = needMet;
      needMet = true;
      commit(at, buffer, start, end - start);
      needMet = needMetAround;
    }
  }

  private static boolean startsScalar(byte c) {
    return c >= '0' && c <= '9' || c == '-' || c == 't' || c == 'f' || c == 'n';
  }

  /** The index of the byte after a scalar, or {@code to} where that is not in this piece. */
  private static int scalarEnd(byte[] buffer, int from, int to) {
    int i = from;
    while (i < to && buffer[i] != ',' && buffer[i] != '}' && buffer[i] != ']') {
      byte c = buffer[i];
      if (c <= ' ' || c == '"' || c == '{' || c == '[' || c == ':') {
        return to;
      }
      i++;
    }
    return i;
  }

  private int member(byte[] buffer, int from, int to) {
    int i = from;
    if (i == to) {
      return i;
    }
    byte c = buffer[i];
    while (c <= ' ' && c >= 0) {
      if (++i == to) {
        return i;
      }
      c = buffer[i];
    }
    if (c != '"') {
      return c == '}' && state == FIRST_MEMBER ? close(buffer, i) : fail(i);
    }
    int start = i + 1;
    int end = Words.quoteOrBackslash(buffer, start, to);
    if (end == to || buffer[end] == '\\') {
      if (key == null) {
        key = new MemberName();
      }
      key.begin();
      state = IN_KEY;
      return start;
    }
    node = numberOf(table.node(frames[depth - 1]).member(buffer, start, end - start));
    if (++end < to && buffer[end] == ':') {
      state = VALUE;
      return end + 1;
    }
    state = COLON;
    return end;
  }

  private int inKey(byte[] buffer, int from, int to) {
    int i = key.read(buffer, from, to);
    if (key.complete()) {
      node = numberOf(key.in(table.node(frames[depth - 1])));
      state = COLON;
    }
    return i;
  }

  private int colon(byte[] buffer, int i) {
    byte c = buffer[i];
    if (c == ':') {
      state = VALUE;
    } else if (c > ' ' || c < 0) {
      return fail(i);
    }
    return i + 1;
  }

  private int inString(byte[] buffer, int from, int to) {
    int i = from;
    if (escaped) {
      escaped = false;
      emptySoFar = false;
      if (++i == to) {
        return i;
      }
    }
    int end = stringEnd(buffer, i, to);
    emptySoFar &= end == i + 1 && !escaped && buffer[i] == '"';
    if (end > to) {
      escaped = end == to + 2;
      return to;
    }
    PathNode at = table.node(node);
    if (at != null) {
      contentSeen |= at.seen && !emptySoFar;
    }
    return ended(buffer, end);
  }

  /**
   * The index after the closing quote; {@code to + 1} when the string goes on, {@code to + 2} when
   * the last byte is a backslash.
   */
  private static int stringEnd(byte[] buffer, int from, int to) {
    int i = from;
    while (i < to) {
      i = Words.quoteOrBackslash(buffer, i, to);
      if (i == to) {
        break;
      }
      if (buffer[i] == '"') {
        return i + 1;
      }
      i += 2;
      if (i > to) {
        return to + 2;
      }
    }
    return to + 1;
  }

  private int inScalar(byte[] buffer, int from, int to) {
    int i = from;
    while (i < to) {
      byte c = buffer[i];
      if (c == ',' || c == '}' || c == ']' || c <= ' ' && c >= 0) {
        return ended(buffer, i);
      }
      if (c == '"' || c == '{' || c == '[' || c == ':' || c < 0) {
        return fail(i);
      }
      i++;
    }
    return i;
  }

  private int afterValue(byte[] buffer, int i) {
    byte c = buffer[i];
    boolean array = isArray();
    if (c == ',') {
      node = array ? elementAfterFirst() : PathNode.NONE;
      state = array ? VALUE : MEMBER;
      return i + 1;
    }
    if (c == (array ? ']' : '}')) {
      return close(buffer, i);
    }
    return c <= ' ' && c >= 0 ? i + 1 : fail(i);
  }

  private int elementAfterFirst() {
    return numberOf(table.node(frames[depth - 1]).rest);
  }

  private static int numberOf(PathNode at) {
    return at == null ? PathNode.NONE : at.number;
  }

  /** A container that was followed closes at {@code i}. */
  private int close(byte[] buffer, int i) {
    node = frames[--depth];
    return ended(buffer, i + 1);
  }

  /** The current value ended before {@code end}. */
  private int ended(byte[] buffer, int end) {
    if (capture != PathNode.NONE && capture == node) {
      keep(buffer, end);
    }
    if (depth == 0) {
      state = CLOSED;
      terminal |= terminalType;
    } else {
      state = AFTER_VALUE;
    }
    return end;
  }

  private int skip(byte[] buffer, int from, int to) {
    int i = from;
    if (inSkippedString) {
      if (escaped) {
        escaped = false;
        i++;
      }
      int end = stringEnd(buffer, i, to);
      if (end > to) {
        escaped = end == to + 2;
        return to;
      }
      inSkippedString = false;
      i = end;
    }
    int open = skipDepth;
    while (i < to) {
      byte c = buffer[i++];
      if (c == '"') {
        i = stringEnd(buffer, i, to);
        if (i > to) {
          inSkippedString = true;
          escaped = i == to + 2;
          break;
        }
      } else if (c == '{' || c == '[') {
        open++;
      } else if (c == '}' || c == ']') {
        if (--open == 0) {
          return ended(buffer, i);
        }
      } else if (c == ',') {
        i = Words.pastNumbers(buffer, i, to);
      }
    }
    skipDepth = open;
    return open > MAX_DEPTH ? fail(to) : to;
  }

  private int terminalData(byte[] buffer, int i) {
    byte c = buffer[i];
    if (c == table.terminalData[terminalMatched]) {
      terminalMatched++;
      return terminalEnd(i + 1);
    }
    // The literal of every provider so far starts like an array; an array may start here as well.
    return terminalMatched == 1 && table.terminalData[0] == '['
        ? array(table.node(node), i)
        : fail(i);
  }

  private int terminalEnd(int i) {
    if (terminalMatched == table.terminalData.length) {
      terminal = true;
      state = CLOSED;
    }
    return i;
  }

  private int fail(int i) {
    state = BROKEN;
    capture = PathNode.NONE;
    return i;
  }

  private void keepPart(byte[] buffer, int to) {
    int length = to - captureFrom;
    captureOverflow |= slots.pending() + length > table.node(capture).maxBytes;
    if (!captureOverflow) {
      slots.append(buffer, captureFrom, length);
    }
    captureFrom = to;
  }

  private void keep(byte[] buffer, int end) {
    PathNode at = table.node(capture);
    if (slots.pending() == 0 && !captureOverflow) {
      int length = end - captureFrom;
      captureOverflow = length > at.maxBytes;
      commit(at, buffer, captureFrom, length);
    } else {
      keepPart(buffer, end);
      commit(at, slots.bytes(), slots.pendingStart(), slots.pending());
    }
    capture = PathNode.NONE;
    slots.begin();
  }

  private void commit(PathNode at, byte[] buffer, int start, int length) {
    if (!needMet || !captureOverflow && saysNothing(buffer, start, length)) {
      return;
    }
    touched |= at.captureMask;
    for (PathNode.Field field : at.fields) {
      boolean tooLarge = captureOverflow || length > field.maxBytes();
      switch (field.capture()) {
        case TALLY -> {
          touched |= COUNTED;
          if (!tooLarge && buffer[start] == '"') {
            slots.count(field.slot(), buffer, start + 1, length - 2);
          }
        }
        case SUM -> {
          touched |= COUNTED;
          slots.add(field.slot(), buffer, start, tooLarge ? 0 : length);
        }
        case EACH -> {
          touched |= COUNTED;
          slots.addElement(field.slot(), buffer, start, length, field.maxBytes());
        }
        case FIRST -> {
          if ((firstsKept & 1L << field.slot()) == 0) {
            firstsKept |= tooLarge ? 0 : 1L << field.slot();
            keep(field.slot(), tooLarge, buffer, start, length);
          }
        }
        default -> {
          if (field.slot() != PathNode.Field.TERMINAL) {
            keep(field.slot(), tooLarge, buffer, start, length);
          } else if (!tooLarge) {
            int quote = buffer[start] == '"' ? 1 : 0;
            terminalType = isTerminalType(buffer, start + quote, start + length - quote);
          }
        }
      }
    }
  }

  private void keep(int slot, boolean tooLarge, byte[] buffer, int start, int length) {
    if (tooLarge) {
      slots.commitTooLarge(slot);
    } else {
      slots.commit(slot, buffer, start, length);
    }
  }

  /** {@code null} and the empty string say as little as a member that is not there. */
  private static boolean saysNothing(byte[] buffer, int start, int length) {
    return buffer[start] == 'n' || length == 2 && buffer[start] == '"';
  }

  private boolean isTerminalType(byte[] buffer, int start, int end) {
    for (byte[] type : table.terminalTypes) {
      if (start < end && Arrays.equals(type, 0, type.length, buffer, start, end)) {
        return true;
      }
    }
    return false;
  }
}
