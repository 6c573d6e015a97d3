package io.tokenledger.record;

import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Writes entries; the layout is described at {@link RecordCodec}. */
final class EntryEncoder {
  /** What a record can lose, in this order, to stay within {@link RecordCodec#MAX_BYTES}. */
  private static final List<UsageField<String>> LEFT_OUT_FIRST =
      List.of(
          UsageField.RESPONSE_PREVIEW,
          UsageField.REQUEST_PREVIEW,
          UsageField.METADATA_EXTRA,
          UsageField.METADATA,
          UsageField.USAGE_RAW,
          UsageField.ITERATIONS,
          UsageField.SERVER_TOOL_REQUESTS,
          UsageField.BILLABLE);

  /** Bounds of a decimal that Postgres' numeric prints in full without harm. */
  private static final int MAX_DECIMAL_DIGITS = 60;

  private static final int MAX_LIST = 32;

  private final CBORFactory cbor;

  EntryEncoder(CBORFactory cbor) {
    this.cbor = cbor;
  }

  byte[] encode(LedgerEntry entry) {
    LedgerEntry storable =
        entry.body() instanceof UsageRecord record
            ? new LedgerEntry(entry.sourceId(), entry.seq(), storable(record))
            : entry;
    byte[] bytes = write(storable);
    for (UsageField<String> field : LEFT_OUT_FIRST) {
      if (bytes.length <= RecordCodec.MAX_BYTES) {
        return bytes;
      }
      if (storable.body() instanceof UsageRecord record && record.get(field) != null) {
        UsageRecord smaller = note(record.toBuilder().set(field, null), "too_large").build();
        storable = new LedgerEntry(entry.sourceId(), entry.seq(), smaller);
        bytes = write(storable);
      }
    }
    if (bytes.length > RecordCodec.MAX_BYTES) {
      throw new IllegalArgumentException(
          "an entry of " + bytes.length + " bytes; at most " + RecordCodec.MAX_BYTES + " fit");
    }
    return bytes;
  }

  /** The record as it will be read back: every text storable, what cannot be stored left out. */
  private static UsageRecord storable(UsageRecord record) {
    UsageRecord.Builder clean = record.toBuilder();
    for (UsageField<?> field : UsageField.ALL) {
      Object value = record.get(field);
      if (value != null) {
        switch (field.type()) {
          case TEXT -> setText(clean, field, (String) value);
          case JSON -> setJson(clean, field, (String) value);
          case DECIMAL -> {
            if (!isModest((BigDecimal) value)) {
              note(clean.set(field, null), "anomaly");
            }
          }
          case DOUBLE -> {
            if (!Double.isFinite((Double) value)) {
              note(clean.set(field, null), "anomaly");
            }
          }
          default -> {}
        }
      }
    }
    return clean.build();
  }

  @SuppressWarnings("unchecked")
  private static void setText(UsageRecord.Builder clean, UsageField<?> field, String value) {
    clean.set((UsageField<String>) field, StorableText.text(value, field.maxLength()));
  }

  @SuppressWarnings("unchecked")
  private static void setJson(UsageRecord.Builder clean, UsageField<?> field, String value) {
    if (value.length() > field.maxLength()) {
      note(clean.set(field, null), "too_large");
      return;
    }
    String json = StorableText.jsonEscapes(StorableText.text(value, field.maxLength()));
    if (StorableJson.isStorable(json)) {
      clean.set((UsageField<String>) field, json);
    } else {
      note(clean.set(field, null), "anomaly");
    }
  }

  private static boolean isModest(BigDecimal value) {
    return value.precision() <= MAX_DECIMAL_DIGITS
        && Math.abs((long) value.scale()) <= MAX_DECIMAL_DIGITS;
  }

  private static UsageRecord.Builder note(UsageRecord.Builder record, String note) {
    List<String> notes = record.get(UsageField.USAGE_NOTE);
    if (notes != null && notes.contains(note)) {
      return record;
    }
    List<String> more = new ArrayList<>(notes == null ? List.of() : notes);
    more.add(note);
    return record.set(UsageField.USAGE_NOTE, List.copyOf(more));
  }

  private byte[] write(LedgerEntry entry) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
    try (CBORGenerator out = cbor.createGenerator(bytes)) {
      out.writeStartObject();
      out.writeNumberField("version", RecordCodec.VERSION);
      EntryBody body = entry.body();
      if (body instanceof UsageRecord record) {
        writeHead(out, "exchange", entry);
        writeExchange(out, record);
      } else if (body instanceof GapRecord gap) {
        writeHead(out, "gap", entry);
        out.writeStringField("reason", StorableText.text(gap.reason(), UsageField.MAX_TEXT));
        out.writeNumberField("count", gap.count());
        out.writeNumberField("first", micros(gap.first()));
        out.writeNumberField("last", micros(gap.last()));
      } else if (body instanceof AgentReport report) {
        writeHead(out, "agent_report", entry);
        out.writeNumberField("at", micros(report.at()));
        out.writeStringField("report", storableReport(report.json()));
      } else if (body instanceof UnknownBody unknown) {
        writeHead(out, unknown.kind(), entry);
        writeUnknown(out, unknown.fields());
      }
      out.writeEndObject();
    } catch (IOException e) {
      throw new IllegalArgumentException("the entry cannot be written: " + e.getMessage(), e);
    }
    return bytes.toByteArray();
  }

  private static void writeHead(CBORGenerator out, String kind, LedgerEntry entry)
      throws IOException {
    out.writeStringField("kind", kind);
    out.writeFieldName("source_id");
    writeUuid(out, entry.sourceId());
    out.writeNumberField("seq", entry.seq());
  }

  private static void writeExchange(CBORGenerator out, UsageRecord record) throws IOException {
    for (UsageField<?> field : UsageField.ALL) {
      Object value = record.get(field);
      if (value != null) {
        out.writeFieldName(field.columnName());
        switch (field.type()) {
          case UUID -> writeUuid(out, (UUID) value);
          case INSTANT -> out.writeNumber(micros((Instant) value));
          case TEXT, JSON -> out.writeString((String) value);
          case LONG -> out.writeNumber((Long) value);
          case INT -> out.writeNumber((Integer) value);
          case DOUBLE -> out.writeNumber((Double) value);
          case BOOLEAN -> out.writeBoolean((Boolean) value);
          case DECIMAL -> out.writeNumber((BigDecimal) value);
          case TEXT_LIST -> writeTexts(out, (List<?>) value);
        }
      }
    }
    writeUnknown(out, record.unknown());
  }

  private static void writeTexts(CBORGenerator out, List<?> texts) throws IOException {
    int size = Math.min(texts.size(), MAX_LIST);
    out.writeStartArray(texts, size);
    for (Object text : texts.subList(0, size)) {
      out.writeString(StorableText.text((String) text, UsageField.MAX_TEXT));
    }
    out.writeEndArray();
  }

  private static void writeUnknown(CBORGenerator out, Map<String, Object> fields)
      throws IOException {
    for (Map.Entry<String, Object> field : fields.entrySet()) {
      out.writeFieldName(field.getKey());
      PlainValues.write(out, field.getValue());
    }
  }

  private static void writeUuid(CBORGenerator out, UUID id) throws IOException {
    out.writeBinary(
        ByteBuffer.allocate(16)
            .putLong(id.getMostSignificantBits())
            .putLong(id.getLeastSignificantBits())
            .array());
  }

  private static long micros(Instant instant) {
    try {
      return Math.addExact(
          Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1_000);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("a time out of range: " + instant, e);
    }
  }

  private static String storableReport(String json) {
    String clean = StorableText.jsonEscapes(StorableText.text(json, AgentReport.MAX_JSON));
    return StorableJson.isStorable(clean) ? clean : "{\"note\":\"too_large\"}";
  }
}
