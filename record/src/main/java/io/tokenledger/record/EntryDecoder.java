package io.tokenledger.record;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Reads entries; the layout is described at {@link RecordCodec}. */
final class EntryDecoder {
  private static final Map<String, UsageField<?>> BY_NAME = new HashMap<>();

  static {
    for (UsageField<?> field : UsageField.ALL) {
      BY_NAME.put(field.columnName(), field);
    }
  }

  private final CBORFactory cbor;
  private final DirectDecoder direct = new DirectDecoder();

  EntryDecoder(CBORFactory cbor) {
    this.cbor = cbor;
  }

  LedgerEntry decode(byte[] bytes, int offset, int length) throws UndecodableRecordException {
    LedgerEntry usual = direct.decode(bytes, offset, length);
    return usual != null ? usual : parse(bytes, offset, length);
  }

  /** As {@link #decode}, whatever its form. */
  LedgerEntry parse(byte[] bytes, int offset, int length) throws UndecodableRecordException {
    try (JsonParser parser = cbor.createParser(bytes, offset, length)) {
      try {
        LedgerEntry entry = new Reading(parser).entry();
        if (parser.nextToken() != null) {
          throw new IOException("something follows the entry");
        }
        return entry;
      } catch (JsonProcessingException e) {
        throw new UndecodableRecordException(e.getOriginalMessage(), at(parser), e);
      } catch (IOException | RuntimeException e) {
        throw new UndecodableRecordException(String.valueOf(e.getMessage()), at(parser), e);
      }
    } catch (IOException e) {
      throw new UndecodableRecordException(String.valueOf(e.getMessage()), 0, e);
    }
  }

  static Instant instant(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L);
  }

  private static long at(JsonParser parser) {
    return Math.max(0, parser.currentLocation().getByteOffset());
  }

  /** One entry while it is read. */
  private static final class Reading {
    private final JsonParser parser;
    private Map<String, Object> others = Map.of(); // an exchange has none
    private UUID sourceId;
    private Long seq;

    Reading(JsonParser parser) {
      this.parser = parser;
    }

    LedgerEntry entry() throws IOException {
      expect(parser.nextToken(), JsonToken.START_OBJECT, "an entry starts with a map");
      expectName("version");
      expect(parser.nextToken(), JsonToken.VALUE_NUMBER_INT, "version is a whole number");
      if (parser.getLongValue() < 1) {
        throw new IOException("version is " + parser.getLongValue());
      }
      expectName("kind");
      expect(parser.nextToken(), JsonToken.VALUE_STRING, "kind is text");
      String kind = parser.getText();
      EntryBody body =
          switch (kind) {
            case "exchange" -> exchange();
            case "gap" -> gap();
            case "agent_report" -> agentReport();
            default -> {
              readOthers();
              yield new UnknownBody(kind, java.util.Collections.unmodifiableMap(others));
            }
          };
      if (sourceId == null || seq == null) {
        throw new IOException((sourceId == null ? "source_id" : "seq") + " is missing");
      }
      return new LedgerEntry(sourceId, seq, body);
    }

    private EntryBody exchange() throws IOException {
      UsageRecord.Builder record = UsageRecord.builder();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        UsageField<?> field = BY_NAME.get(name);
        parser.nextToken();
        if (isHead(name) || parser.currentToken() == JsonToken.VALUE_NULL) {
          continue;
        }
        if (field != null) {
          setValue(record, field);
        } else {
          record.unknown(name, PlainValues.read(parser));
        }
      }
      return record.build();
    }

    private EntryBody gap() throws IOException {
      readOthers();
      return new GapRecord(
          taken("reason", String.class),
          taken("count", Long.class),
          instant(taken("first", Long.class)),
          instant(taken("last", Long.class)));
    }

    private EntryBody agentReport() throws IOException {
      readOthers();
      return new AgentReport(instant(taken("at", Long.class)), taken("report", String.class));
    }

    private void readOthers() throws IOException {
      others = new LinkedHashMap<>();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        parser.nextToken();
        if (!isHead(name)) {
          others.put(name, PlainValues.read(parser));
        }
      }
    }

    /** Takes the value if it belongs to the entry, not to its body. */
    private boolean isHead(String name) throws IOException {
      if (name.equals("source_id")) {
        sourceId = uuid(name);
        return true;
      }
      if (name.equals("seq")) {
        expect(parser.currentToken(), JsonToken.VALUE_NUMBER_INT, "seq is a whole number");
        seq = parser.getLongValue();
        return true;
      }
      return false;
    }

    @SuppressWarnings("unchecked")
    private void setValue(UsageRecord.Builder record, UsageField<?> field) throws IOException {
      String name = field.columnName();
      UsageField<Object> target = (UsageField<Object>) field;
      switch (field.type()) {
        case UUID -> record.set(target, uuid(name));
        case INSTANT -> record.set(target, instant(wholeNumber(name)));
        case TEXT, JSON -> record.set(target, text(name));
        case LONG -> record.set(target, wholeNumber(name));
        case INT -> record.set(target, Math.toIntExact(wholeNumber(name)));
        case DOUBLE -> record.set(target, number(name).doubleValue());
        case BOOLEAN -> record.set(target, truth(name));
        case DECIMAL -> {
          number(name);
          record.set(target, parser.getDecimalValue());
        }
        case TEXT_LIST -> record.set(target, texts(name));
      }
    }

    private String text(String name) throws IOException {
      expect(parser.currentToken(), JsonToken.VALUE_STRING, name + " is text");
      return parser.getText();
    }

    private long wholeNumber(String name) throws IOException {
      expect(parser.currentToken(), JsonToken.VALUE_NUMBER_INT, name + " is a whole number");
      return parser.getLongValue();
    }

    private Number number(String name) throws IOException {
      if (!parser.currentToken().isNumeric()) {
        throw new IOException(name + " is a number, not " + parser.currentToken());
      }
      return parser.getNumberValue();
    }

    private Boolean truth(String name) throws IOException {
      if (!parser.currentToken().isBoolean()) {
        throw new IOException(name + " is true or false, not " + parser.currentToken());
      }
      return parser.currentToken() == JsonToken.VALUE_TRUE;
    }

    private List<String> texts(String name) throws IOException {
      expect(parser.currentToken(), JsonToken.START_ARRAY, name + " is a list");
      List<String> texts = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        texts.add(text(name));
      }
      return List.copyOf(texts);
    }

    private UUID uuid(String name) throws IOException {
      expect(parser.currentToken(), JsonToken.VALUE_EMBEDDED_OBJECT, name + " is 16 bytes");
      byte[] bytes = parser.getBinaryValue();
      if (bytes.length != 16) {
        throw new IOException(name + " has " + bytes.length + " bytes instead of 16");
      }
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      return new UUID(buffer.getLong(), buffer.getLong());
    }

    private <T> T taken(String name, Class<T> type) throws IOException {
      Object value = others.get(name);
      if (!type.isInstance(value)) {
        throw new IOException(name + (value == null ? " is missing" : " has the wrong type"));
      }
      return type.cast(value);
    }

    private void expectName(String name) throws IOException {
      parser.nextToken();
      if (!name.equals(parser.currentName())) {
        throw new IOException(name + " is missing");
      }
    }

    private static void expect(JsonToken found, JsonToken wanted, String what) throws IOException {
      if (found != wanted) {
        throw new IOException(what + ", not " + (found == null ? "the end" : found));
      }
    }
  }
}
