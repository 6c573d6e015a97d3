package io.tokenledger.record;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/** Records with any value that a codec must carry, the same for the same seed. */
final class RandomRecords {
  private final Random random;

  RandomRecords(long seed) {
    this.random = new Random(seed);
  }

  LedgerEntry entry() {
    return new LedgerEntry(uuid(), random.nextLong() >>> 1, body());
  }

  private EntryBody body() {
    return switch (random.nextInt(6)) {
      case 0 -> new GapRecord(storableText(20), 1 + random.nextInt(100), instant(), instant());
      case 1 -> new AgentReport(instant(), "{\"exchanges\":" + random.nextInt() + "}");
      case 2 -> new UnknownBody("kind" + random.nextInt(9), plainMap(2));
      default -> usage();
    };
  }

  UsageRecord usage() {
    UsageRecord.Builder record = UsageRecord.builder();
    for (UsageField<?> field : UsageField.ALL) {
      if (random.nextInt(3) > 0) {
        set(record, field);
      }
    }
    plainMap(2).forEach(record::unknown);
    return record.build();
  }

  @SuppressWarnings("unchecked")
  private void set(UsageRecord.Builder record, UsageField<?> field) {
    Object value =
        switch (field.type()) {
          case UUID -> uuid();
          case INSTANT -> instant();
          case TEXT -> storableText(field.maxLength());
          case JSON -> "{\"n\":" + random.nextLong() + ",\"t\":[true,null,\"x\"]}";
          case LONG -> random.nextLong();
          case INT -> random.nextInt();
          case DOUBLE -> random.nextDouble() * 1e6;
          case BOOLEAN -> random.nextBoolean();
          case DECIMAL -> decimal();
          case TEXT_LIST -> List.of("not_reported", storableText(40));
        };
    record.set((UsageField<Object>) field, value);
  }

  private Map<String, Object> plainMap(int depth) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      map.put("later_" + random.nextInt(1000), plain(depth));
    }
    return map;
  }

  private Object plain(int depth) {
    return switch (random.nextInt(depth > 0 ? 8 : 6)) {
      case 0 -> random.nextLong();
      case 1 -> random.nextDouble();
      case 2 -> random.nextBoolean();
      case 3 -> storableText(50);
      case 4 -> decimal();
      case 5 -> ByteBuffer.wrap(new byte[] {1, 2, (byte) random.nextInt()}).asReadOnlyBuffer();
      case 6 -> List.of(plain(depth - 1), plain(depth - 1));
      default -> plainMap(depth - 1);
    };
  }

  private BigDecimal decimal() {
    return new BigDecimal(new BigInteger(1 + random.nextInt(90), random), random.nextInt(25));
  }

  private String storableText(int maxLength) {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(Math.min(maxLength, 60));
    while (text.length() < length - 1) {
      int code = random.nextInt(4) == 0 ? random.nextInt(0x110000) : 32 + random.nextInt(90);
      if (code != 0 && (code < 0xD800 || code > 0xDFFF)) {
        text.appendCodePoint(code);
      }
    }
    return text.toString();
  }

  private Instant instant() {
    return Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000) * 1000L);
  }

  private UUID uuid() {
    return new UUID(random.nextLong(), random.nextLong());
  }
}
