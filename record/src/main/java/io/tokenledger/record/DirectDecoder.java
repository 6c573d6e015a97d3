package io.tokenledger.record;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigDecimal;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * Reads exchanges in the very form that {@link EntryEncoder} gives them: known fields alone, in the
 * order of their table, each value in the form of its type. Whatever is otherwise it leaves to the
 * parser of {@link EntryDecoder}, which knows all of CBOR; where both read an entry, they read the
 * same. It is here for its speed alone: parsing took half of the time of the forwarder's reading
 * thread, and this takes less than half of that. Numbers of forms are those of RFC 8949, section 3.
 * Thread-safe.
 */
final class DirectDecoder {
  private static final int UNSIGNED = 0;
  private static final int NEGATIVE = 1;
  private static final int BYTES = 2;
  private static final int TEXT = 3;
  private static final int ARRAY = 4;

  private static final int MAP_WITHOUT_LENGTH = 0xbf;
  private static final int END = 0xff;
  private static final int DECIMAL_FRACTION = 0xc4;
  private static final int FALSE = 0xf4;
  private static final int TRUE = 0xf5;
  private static final int DOUBLE = 0xfb;

  private static final int MAX_EXPONENT = 1_000;
  private static final char NOT_UTF_8 = '\ufffd';

  private static final byte[] VERSION = ascii("version");
  private static final byte[] KIND = ascii("kind");
  private static final byte[] EXCHANGE = ascii("exchange");
  private static final byte[] SOURCE_ID = ascii("source_id");
  private static final byte[] SEQ = ascii("seq");
  private static final byte[][] NAMES =
      UsageField.ALL.stream().map(field -> ascii(field.columnName())).toArray(byte[][]::new);
  private static final UsageField.Type[] TYPES =
      UsageField.ALL.stream().map(UsageField::type).toArray(UsageField.Type[]::new);

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final KnownTexts texts = new KnownTexts();

  /** Thrown where the form is another; caught here. */
  private static final class OtherFormException extends RuntimeException {
    private static final long serialVersionUID = 1;
    static final OtherFormException INSTANCE = new OtherFormException();

    private OtherFormException() {
      super(null, null, false, false);
    }
  }

  /** The entry in these bytes; null where its form is another one, or it is none. */
  LedgerEntry decode(byte[] bytes, int offset, int length) {
    try {
      return new Reading(texts, bytes, offset, offset + length).entry();
    } catch (OtherFormException other) {
      return null;
    }
  }

  private static byte[] ascii(String name) {
    return name.getBytes(StandardCharsets.US_ASCII);
  }

  /** One entry while it is read. */
  private static final class Reading {
    private final KnownTexts texts;
    private final byte[] bytes;
    private final int end;
    private int at;

    Reading(KnownTexts texts, byte[] bytes, int at, int end) {
      this.texts = texts;
      this.bytes = bytes;
      this.at = at;
      this.end = end;
    }

    LedgerEntry entry() {
      require(next() == MAP_WITHOUT_LENGTH);
      word(VERSION);
      require(argument(UNSIGNED) >= 1);
      word(KIND);
      word(EXCHANGE);
      word(SOURCE_ID);
      UUID sourceId = uuid();
      word(SEQ);
      long seq = wholeNumber();
      UsageRecord record = UsageRecord.of(values());
      require(at == end);
      return new LedgerEntry(sourceId, seq, record);
    }

    private Object[] values() {
      Object[] values = new Object[NAMES.length];
      int field = 0;
      while (!isEnd()) {
        int length = length(TEXT);
        while (!isName(NAMES[field], length)) {
          field++;
          require(field < NAMES.length);
        }
        at += length;
        values[field] = value(TYPES[field]);
        field++;
        require(field < NAMES.length || isNext(END));
      }
      return values;
    }

    private Object value(UsageField.Type type) {
      return switch (type) {
        case UUID -> uuid();
        case INSTANT -> EntryDecoder.instant(wholeNumber());
        case TEXT, JSON -> text();
        case LONG -> wholeNumber();
        case INT -> smallNumber();
        case DOUBLE -> number();
        case BOOLEAN -> truth();
        case DECIMAL -> decimal();
        case TEXT_LIST -> list();
      };
    }

    private UUID uuid() {
      require(length(BYTES) == 16);
      UUID id = new UUID((long) LONGS.get(bytes, at), (long) LONGS.get(bytes, at + 8));
      at += 16;
      return id;
    }

    private String text() {
      int length = length(TEXT);
      String text = texts.text(bytes, at, length);
      require(text.indexOf(NOT_UTF_8) < 0);
      at += length;
      return text;
    }

    private List<String> list() {
      int size = length(ARRAY);
      List<String> list = new ArrayList<>(size);
      for (int i = 0; i < size; i++) {
        list.add(text());
      }
      return List.copyOf(list);
    }

    private Boolean truth() {
      int form = next();
      require(form == TRUE || form == FALSE);
      return form == TRUE;
    }

    private Double number() {
      require(next() == DOUBLE);
      return Double.longBitsToDouble(fixed(8));
    }

    private BigDecimal decimal() {
      require(next() == DECIMAL_FRACTION);
      require(length(ARRAY) == 2);
      long exponent = wholeNumber();
      require(Math.abs(exponent) <= MAX_EXPONENT);
      return BigDecimal.valueOf(wholeNumber(), (int) -exponent);
    }

    private Integer smallNumber() {
      long number = wholeNumber();
      require(number == (int) number);
      return (int) number;
    }

    private Long wholeNumber() {
      require(at < end);
      return (bytes[at] & 0xff) >> 5 == NEGATIVE ? -1 - argument(NEGATIVE) : argument(UNSIGNED);
    }

    /** Of text, bytes or a list; as much is there at least. */
    private int length(int major) {
      long length = argument(major);
      require(length <= end - at);
      return (int) length;
    }

    private long argument(int major) {
      int form = next();
      require(form >> 5 == major);
      int argument = form & 0x1f;
      if (argument < 24) {
        return argument;
      }
      require(argument <= 27);
      long value = fixed(1 << argument - 24);
      require(value >= 0);
      return value;
    }

    private long fixed(int size) {
      require(size <= end - at);
      long value = 0;
      for (int i = 0; i < size; i++) {
        value = value << 8 | bytes[at++] & 0xff;
      }
      return value;
    }

    private void word(byte[] word) {
      require(isName(word, length(TEXT)));
      at += word.length;
    }

    private boolean isName(byte[] name, int length) {
      return name.length == length && Arrays.equals(name, 0, length, bytes, at, at + length);
    }

    private boolean isEnd() {
      boolean ends = isNext(END);
      at += ends ? 1 : 0;
      return ends;
    }

    private boolean isNext(int form) {
      require(at < end);
      return (bytes[at] & 0xff) == form;
    }

    private int next() {
      require(at < end);
      return bytes[at++] & 0xff;
    }

    private static void require(boolean isOfThisForm) {
      if (!isOfThisForm) {
        throw OtherFormException.INSTANCE;
      }
    }
  }
}
