package io.tokenledger.forwarder.store;

import io.tokenledger.record.UsageField;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * Values in the binary format of {@code COPY} (PostgreSQL manual, "COPY, Binary Format"; the
 * layouts of the types are those of their {@code recv} functions). Every method but {@link
 * #header}, {@link #row} and {@link #trailer} writes one column; null is SQL NULL. Not thread-safe.
 */
final class BinaryCopyEncoder {
  private static final byte[] SIGNATURE = {
    'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0
  };
  private static final long EPOCH_2000_SECONDS = 946_684_800L;
  private static final int TEXT_OID = 25;
  private static final int NEGATIVE = 0x4000;
  private static final int DIGITS_PER_GROUP = 4;
  private static final int GROUP_VALUE = 10_000;
  private static final BigInteger GROUP = BigInteger.valueOf(GROUP_VALUE);
  private static final long[] TENS = {1, 10, 100, 1_000};

  /** With three zeros to fill up its last group such a number still fits in a long. */
  private static final int MAX_PLAIN_DIGITS = 15;

  private static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private byte[] buffer = new byte[96 * 1024];
  private int size;

  byte[] buffer() {
    return buffer;
  }

  int size() {
    return size;
  }

  void clear() {
    size = 0;
  }

  void header() {
    raw(SIGNATURE);
    int32(0);
    int32(0);
  }

  void row(int columns) {
    int16(columns);
  }

  void trailer() {
    int16(-1);
  }

  /** A value of a usage record. */
  @SuppressWarnings("unchecked")
  void value(UsageField.Type type, Object value) {
    if (absent(value)) return;
    switch (type) {
      case UUID -> uuid((UUID) value);
      case INSTANT -> instant((Instant) value);
      case TEXT -> text((String) value);
      case JSON -> json((String) value);
      case LONG -> int8b((Long) value);
      case INT -> int4((Integer) value);
      case DOUBLE -> float8((Double) value);
      case BOOLEAN -> bool((Boolean) value);
      case DECIMAL -> numeric((BigDecimal) value);
      case TEXT_LIST -> textArray((List<String>) value);
    }
  }

  void uuid(UUID value) {
    if (absent(value)) return;
    int32(16);
    int64(value.getMostSignificantBits());
    int64(value.getLeastSignificantBits());
  }

  void instant(Instant value) {
    if (absent(value)) return;
    int32(8);
    int64(
        Math.addExact(
            Math.multiplyExact(value.getEpochSecond() - EPOCH_2000_SECONDS, 1_000_000L),
            value.getNano() / 1_000));
  }

  void text(String value) {
    if (absent(value)) return;
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    int32(bytes.length);
    raw(bytes);
  }

  void json(String value) {
    if (absent(value)) return;
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    int32(bytes.length + 1);
    int8(1); // version of jsonb's binary format
    raw(bytes);
  }

  void int8b(Long value) {
    if (absent(value)) return;
    int32(8);
    int64(value);
  }

  void int4(Integer value) {
    if (absent(value)) return;
    int32(4);
    int32(value);
  }

  void float8(Double value) {
    if (absent(value)) return;
    int32(8);
    int64(Double.doubleToLongBits(value));
  }

  void bool(Boolean value) {
    if (absent(value)) return;
    int32(1);
    int8(value ? 1 : 0);
  }

  void textArray(List<String> values) {
    if (absent(values)) return;
    int start = beginLength();
    int32(values.isEmpty() ? 0 : 1);
    int32(0); // no nulls inside
    int32(TEXT_OID);
    if (!values.isEmpty()) {
      int32(values.size());
      int32(1); // first index
      values.forEach(this::text);
    }
    endLength(start);
  }

  /** Numeric is groups of four decimal digits, base 10,000, with the weight of the first one. */
  void numeric(BigDecimal value) {
    if (absent(value)) return;
    BigDecimal scaled = value.scale() < 0 ? value.setScale(0) : value;
    int scale = scaled.scale();
    if (scaled.precision() <= MAX_PLAIN_DIGITS) {
      plainNumeric(scaled.unscaledValue().longValue(), scale);
      return;
    }
    int fractionGroups = (scale + DIGITS_PER_GROUP - 1) / DIGITS_PER_GROUP;
    BigInteger rest =
        scaled
            .unscaledValue()
            .abs()
            .multiply(BigInteger.TEN.pow(fractionGroups * DIGITS_PER_GROUP - scale));
    short[] groups = new short[rest.bitLength() / 13 + 1];
    int first = groups.length;
    while (rest.signum() != 0) {
      BigInteger[] parts = rest.divideAndRemainder(GROUP);
      groups[--first] = parts[1].shortValue();
      rest = parts[0];
    }
    int count = groups.length - first;
    int start = beginLength();
    int16(count);
    int16(count - fractionGroups - 1); // weight of the first group
    int16(scaled.signum() < 0 ? NEGATIVE : 0);
    int16(scale);
    for (int i = first; i < groups.length; i++) {
      int16(groups[i]);
    }
    endLength(start);
  }

  /** The usual amounts, without an object for each group. */
  private void plainNumeric(long unscaled, int scale) {
    int fractionGroups = (scale + DIGITS_PER_GROUP - 1) / DIGITS_PER_GROUP;
    long rest = Math.abs(unscaled) * TENS[fractionGroups * DIGITS_PER_GROUP - scale];
    int count = 0;
    for (long left = rest; left != 0; left /= GROUP_VALUE) {
      count++;
    }
    int32(8 + 2 * count);
    int16(count);
    int16(count - fractionGroups - 1); // weight of the first group
    int16(unscaled < 0 ? NEGATIVE : 0);
    int16(scale);
    reserve(2 * count);
    for (int at = size + 2 * (count - 1); rest != 0; at -= 2) {
      SHORTS.set(buffer, at, (short) (rest % GROUP_VALUE));
      rest /= GROUP_VALUE;
    }
    size += 2 * count;
  }

  private boolean absent(Object value) {
    if (value == null) {
      int32(-1);
    }
    return value == null;
  }

  private int beginLength() {
    int32(0);
    return size;
  }

  private void endLength(int start) {
    int end = size;
    size = start - 4;
    int32(end - start);
    size = end;
  }

  private void int8(int value) {
    reserve(1);
    buffer[size++] = (byte) value;
  }

  private void int16(int value) {
    reserve(2);
    SHORTS.set(buffer, size, (short) value);
    size += 2;
  }

  private void int32(int value) {
    reserve(4);
    INTS.set(buffer, size, value);
    size += 4;
  }

  private void int64(long value) {
    reserve(8);
    LONGS.set(buffer, size, value);
    size += 8;
  }

  private void raw(byte[] bytes) {
    reserve(bytes.length);
    System.arraycopy(bytes, 0, buffer, size, bytes.length);
    size += bytes.length;
  }

  private void reserve(int bytes) {
    if (size + bytes > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, size + bytes));
    }
  }
}
