package io.tokenledger.agent.streamusage;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * Reads a request body, in pieces, and finds where {@code "stream_options":{"include_usage":true}}
 * has to go so that its stream reports usage. Only structure counts: the same words in a message
 * are text.
 *
 * <pre>
 *   START -> MEMBER -> KEY -> COLON -> VALUE -+-> STRING, SCALAR, NESTED -> AFTER -> CLOSED
 *              ^                              |                               |
 *              |                              +-> { of stream_options (level 2)
 *              +------------------------- , --------------------------------- +
 * </pre>
 *
 * <p>Whatever it does not know in and out leaves the body as it is ({@code UNCHANGED}): no JSON
 * object, the same member twice, escapes in a name, other options than the known ones. It is an
 * output stream because that is what clients write bodies to; it never throws and keeps nothing of
 * the body. Not thread-safe.
 */
public final class OptionScanner extends OutputStream {
  private static final int START = 0;
  private static final int MEMBER = 1;
  private static final int KEY = 2;
  private static final int COLON = 3;
  private static final int VALUE = 4;
  private static final int STRING = 5;
  private static final int SCALAR = 6;
  private static final int NESTED = 7;
  private static final int AFTER = 8;
  private static final int CLOSED = 9;
  private static final int UNCHANGED = 10;

  private static final String STREAM = "stream";
  private static final String OPTIONS = "stream_options";
  private static final String USAGE = "include_usage";

  /** The one other option there is; the rest could change what a stream looks like. */
  private static final String OBFUSCATION = "include_obfuscation";

  private static final byte[] WHOLE_MEMBER = ascii("\"stream_options\":{\"include_usage\":true},");
  private static final byte[] WHOLE_VALUE = ascii("{\"include_usage\":true}");
  private static final byte[] ONLY_OPTION = ascii("\"include_usage\":true");
  private static final byte[] FIRST_OPTION = ascii("\"include_usage\":true,");
  private static final byte[] TRUE = ascii("true");
  private static final byte[] TRUE_FOR_FALSE = ascii("true ");

  private final int maxBytes;
  private final CRC32 crc = new CRC32();
  private final byte[] word = new byte[20];
  private int wordLength;

  private int state = START;
  private int level;
  private int depth;
  private boolean inString;
  private boolean escaped;
  private boolean empty;
  private String key;
  private long position;
  private int crcFrom;

  private boolean streams;
  private boolean streamSeen;
  private boolean optionsSeen;
  private boolean usageSeen;
  private boolean asks;

  /** Where the edit goes as far as is known; the best place wins. */
  private long offset;

  private long prefixCrc;
  private int removed;
  private byte[] inserted;
  private boolean optionsEmpty;

  /**
   * @param maxBytes a longer body is left as it is
   */
  public OptionScanner(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** The next piece of the body. */
  @Override
  public void write(byte[] buffer, int from, int length) {
    if (state == UNCHANGED) {
      return;
    }
    if (position + length > maxBytes) {
      state = UNCHANGED;
      return;
    }
    int to = from + length;
    crcFrom = from;
    for (int i = from; i < to && state != UNCHANGED; i++) {
      step(buffer, i, buffer[i], position + (i - from));
    }
    crc.update(buffer, crcFrom, to - crcFrom);
    position += length;
  }

  @Override
  public void write(int value) {
    write(new byte[] {(byte) value}, 0, 1);
  }

  /** No more of the body is looked at: it stays as it is. */
  public void giveUp() {
    state = UNCHANGED;
  }

  /** False once the body is known to stay as it is. */
  public boolean open() {
    return state != UNCHANGED;
  }

  /** The edit, once the whole body was written here; null: it stays as it is. */
  public BodyEdit edit() {
    if (state != CLOSED || !streams || asks) {
      return null;
    }
    if (optionsSeen && !usageSeen && inserted == null) {
      inserted = optionsEmpty ? ONLY_OPTION : FIRST_OPTION;
    } else if (!optionsSeen) {
      inserted = WHOLE_MEMBER;
    }
    return new BodyEdit(position, offset, removed, inserted, prefixCrc);
  }

  private void step(byte[] buffer, int i, byte c, long at) {
    switch (state) {
      case STRING -> string(c);
      case NESTED -> nested(c);
      case KEY -> key(c);
      case SCALAR -> scalar(buffer, i, c, at);
      default -> {
        if (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
          return;
        }
        switch (state) {
          case START -> start(buffer, i, c, at);
          case MEMBER -> member(c);
          case COLON -> state = c == ':' ? VALUE : UNCHANGED;
          case VALUE -> value(buffer, i, c, at);
          case AFTER -> after(c);
          default -> state = UNCHANGED;
        }
      }
    }
  }

  private void start(byte[] buffer, int i, byte c, long at) {
    if (c != '{') {
      state = UNCHANGED;
      return;
    }
    level = 1;
    state = MEMBER;
    empty = true;
    place(buffer, i + 1, at + 1);
  }

  private void member(byte c) {
    if (c == '"') {
      wordLength = 0;
      empty = false;
      state = KEY;
    } else if (c == '}' && empty) {
      objectEnd();
    } else {
      state = UNCHANGED;
    }
  }

  private void key(byte c) {
    if (c == '"') {
      key = name();
      state = COLON;
    } else if (c == '\\') {
      state = UNCHANGED;
    } else {
      collect(c);
    }
  }

  private String name() {
    if (level == 2) {
      return is(USAGE) ? USAGE : is(OBFUSCATION) ? OBFUSCATION : null;
    }
    return is(STREAM) ? STREAM : is(OPTIONS) ? OPTIONS : null;
  }

  private void value(byte[] buffer, int i, byte c, long at) {
    boolean container = c == '{' || c == '[';
    boolean scalar = c != '"' && !container;
    if (level == 2) {
      // A string or a container is no switch; an unknown option may do anything.
      if (key == null || !scalar || key.equals(USAGE) && usageSeen) {
        state = UNCHANGED;
        return;
      }
    } else if (OPTIONS.equals(key)) {
      if (optionsSeen) {
        state = UNCHANGED;
        return;
      }
      optionsSeen = true;
      if (c == '{') {
        level = 2;
        state = MEMBER;
        empty = true;
        place(buffer, i + 1, at + 1);
        return;
      }
    }
    if (!scalar) {
      inString = false;
      escaped = false;
      depth = container ? 1 : 0;
      state = container ? NESTED : STRING;
      if (STREAM.equals(key) || OPTIONS.equals(key)) {
        state = UNCHANGED;
      }
      return;
    }
    wordLength = 0;
    state = SCALAR;
    if (USAGE.equals(key) || OPTIONS.equals(key)) {
      place(buffer, i, at);
    }
    scalar(buffer, i, c, at);
  }

  private void scalar(byte[] buffer, int i, byte c, long at) {
    boolean end = c == ',' || c == '}' || c == ' ' || c == '\n' || c == '\r' || c == '\t';
    if (!end) {
      if (c == '"' || c == '{' || c == '[' || c == ']' || c == ':' || c < 0) {
        state = UNCHANGED;
      } else {
        collect(c);
      }
      return;
    }
    if (wordLength == 0) {
      state = UNCHANGED;
      return;
    }
    known();
    if (state != UNCHANGED) {
      state = AFTER;
      step(buffer, i, c, at);
    }
  }

  /** A scalar of a member that matters is complete. */
  private void known() {
    if (key == null) {
      return;
    }
    switch (key) {
      case STREAM -> {
        if (streamSeen || !is("true")) {
          state = UNCHANGED;
        }
        streamSeen = true;
        streams = true;
      }
      case OPTIONS -> {
        if (is("null")) {
          removed = 4;
          inserted = WHOLE_VALUE;
        } else {
          state = UNCHANGED;
        }
      }
      case USAGE -> {
        usageSeen = true;
        if (is("true")) {
          asks = true;
        } else if (is("false") || is("null")) {
          removed = wordLength;
          inserted = is("null") ? TRUE : TRUE_FOR_FALSE;
        } else {
          state = UNCHANGED;
        }
      }
      default -> {}
    }
  }

  private void string(byte c) {
    if (escaped) {
      escaped = false;
    } else if (c == '\\') {
      escaped = true;
    } else if (c == '"') {
      state = AFTER;
    }
  }

  private void nested(byte c) {
    if (inString) {
      if (escaped) {
        escaped = false;
      } else if (c == '\\') {
        escaped = true;
      } else if (c == '"') {
        inString = false;
      }
    } else if (c == '"') {
      inString = true;
    } else if (c == '{' || c == '[') {
      depth++;
    } else if ((c == '}' || c == ']') && --depth == 0) {
      state = AFTER;
    }
  }

  private void after(byte c) {
    if (c == ',') {
      state = MEMBER;
    } else if (c == '}') {
      objectEnd();
    } else {
      state = UNCHANGED;
    }
  }

  private void objectEnd() {
    if (level == 2) {
      optionsEmpty = empty;
      empty = false;
      level = 1;
      state = AFTER;
    } else {
      state = CLOSED;
    }
  }

  /** As far as is known the edit goes here. */
  private void place(byte[] buffer, int i, long at) {
    crc.update(buffer, crcFrom, i - crcFrom);
    crcFrom = i;
    offset = at;
    prefixCrc = crc.getValue();
    removed = 0;
    inserted = null;
  }

  private void collect(byte c) {
    if (wordLength < word.length) {
      word[wordLength] = c;
    }
    wordLength++;
  }

  private boolean is(String text) {
    if (wordLength != text.length()) {
      return false;
    }
    for (int i = 0; i < wordLength; i++) {
      if (word[i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
