package io.tokenledger.agent.decode;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The headers of one message of an AWS event stream, each {@code name length 1 | name | type 1 |
 * value}, and what stands around the payload for the scanner. Also gathers the prelude, which comes
 * before them. Holds at most {@link #MAX_BYTES}; not thread-safe.
 */
final class AwsMessageHeaders {
  /** Providers send about 75 bytes; the format allows 128 KiB, which nobody has a use for. */
  static final int MAX_BYTES = 4096;

  /** Closes what {@link #envelope} opened: its first {@link #depth} bytes. */
  static final byte[] CLOSING = bytes("}}}");

  static final byte[] NO_PAYLOAD = bytes("{}");

  private static final int FIRST_BYTES = 128;

  /** Length of the value by type, from 0; -1: two bytes say it. */
  private static final int[] VALUE_LENGTHS = {0, 0, 1, 2, 4, 8, -1, -1, 8, 16};

  private static final byte STRING = 7;

  private static final byte[] MESSAGE_TYPE = bytes(":message-type");
  private static final byte[] EVENT_TYPE = bytes(":event-type");
  private static final byte[] EXCEPTION_TYPE = bytes(":exception-type");
  private static final byte[] ERROR_CODE = bytes(":error-code");
  private static final byte[] ERROR_MESSAGE = bytes(":error-message");

  private static final byte[] EVENT = bytes("event");
  private static final byte[] CHUNK = bytes("chunk");

  private static final byte[] OBJECT = bytes("{\"");
  private static final byte[] MEMBER = bytes("\":");
  private static final byte[] EXCEPTION = bytes("{\"exception\":{\"type\":\"");
  private static final byte[] BODY = bytes("\",\"body\":");
  private static final byte[] MESSAGE = bytes("{\"message\":\"");
  private static final byte[] DETAILS = bytes("\",\"details\":");

  private byte[] bytes = new byte[FIRST_BYTES];
  private int length;

  private boolean event;
  private boolean chunk;
  private int typeStart;
  private int typeLength;
  private int messageStart;
  private int messageLength;

  private byte[] envelope = new byte[FIRST_BYTES];
  private int envelopeLength;
  private int depth;

  /** Forgets everything and makes room. */
  void begin(int room) {
    length = 0;
    if (room > bytes.length) {
      bytes = new byte[room];
    }
  }

  void append(byte[] buffer, int from, int count) {
    System.arraycopy(buffer, from, bytes, length, count);
    length += count;
  }

  byte[] bytes() {
    return bytes;
  }

  /** The four bytes at an index. */
  int number(int at) {
    return bytes[at] << 24
        | (bytes[at + 1] & 0xff) << 16
        | (bytes[at + 2] & 0xff) << 8
        | bytes[at + 3] & 0xff;
  }

  /** Reads the headers that were appended; a header that is none ends the reading. */
  void read(int end) {
    event = true;
    chunk = false;
    typeLength = 0;
    messageLength = 0;
    int at = 0;
    while (at < end) {
      int name = at + 1;
      int nameEnd = name + (bytes[at] & 0xff);
      if (nameEnd >= end || bytes[nameEnd] < 0 || bytes[nameEnd] >= VALUE_LENGTHS.length) {
        break;
      }
      byte type = bytes[nameEnd];
      int value = nameEnd + 1;
      int valueLength = VALUE_LENGTHS[type];
      if (valueLength < 0) {
        value += 2;
        valueLength = value > end ? end : (bytes[value - 2] & 0xff) << 8 | bytes[value - 1] & 0xff;
      }
      if (value + valueLength > end) {
        break;
      }
      if (type == STRING) {
        header(name, nameEnd, value, valueLength);
      }
      at = value + valueLength;
    }
    chunk = event && is(CHUNK, typeStart, typeStart + typeLength);
    wrap();
  }

  /** True when the payload holds the model's own JSON in {@code bytes}. */
  boolean isChunk() {
    return chunk;
  }

  /** True when this is an event of one of these types. */
  boolean namesOneOf(byte[][] types) {
    for (byte[] type : types) {
      if (event && typeLength > 0 && is(type, typeStart, typeStart + typeLength)) {
        return true;
      }
    }
    return false;
  }

  /** What stands before the payload, {@link #envelopeLength} bytes. */
  byte[] envelope() {
    return envelope;
  }

  int envelopeLength() {
    return envelopeLength;
  }

  /** How many objects are open before the payload. */
  int depth() {
    return depth;
  }

  private void header(int name, int nameEnd, int value, int valueLength) {
    if (is(EVENT_TYPE, name, nameEnd)
        || is(EXCEPTION_TYPE, name, nameEnd)
        || is(ERROR_CODE, name, nameEnd)) {
      typeStart = value;
      typeLength = valueLength;
    } else if (is(ERROR_MESSAGE, name, nameEnd)) {
      messageStart = value;
      messageLength = valueLength;
    } else if (is(MESSAGE_TYPE, name, nameEnd)) {
      event = is(EVENT, value, value + valueLength);
    }
  }

  private void wrap() {
    envelopeLength = 0;
    if (event) {
      depth = 1;
      put(OBJECT);
      putText(typeStart, typeLength);
      put(MEMBER);
      return;
    }
    depth = 2;
    put(EXCEPTION);
    putText(typeStart, typeLength);
    put(BODY);
    if (messageLength > 0) {
      depth = 3;
      put(MESSAGE);
      putText(messageStart, messageLength);
      put(DETAILS);
    }
  }

  private void put(byte[] text) {
    reserve(text.length);
    System.arraycopy(text, 0, envelope, envelopeLength, text.length);
    envelopeLength += text.length;
  }

  /** A name needs no escapes; what would need one is replaced, so that it cannot end the string. */
  private void putText(int from, int count) {
    reserve(count);
    for (int i = from; i < from + count; i++) {
      byte c = bytes[i];
      boolean plain = c < 0 || c >= ' ' && c != '"' && c != '\\';
      envelope[envelopeLength++] = plain ? c : (byte) '?';
    }
  }

  private void reserve(int more) {
    if (envelopeLength + more > envelope.length) {
      envelope = Arrays.copyOf(envelope, 2 * envelope.length + more);
    }
  }

  private boolean is(byte[] text, int from, int to) {
    return Arrays.equals(text, 0, text.length, bytes, from, to);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
