package io.tokenledger.agent.decode;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;

/** Writes AWS event streams as the format's specification has them. */
public final class AwsMessages {
  private static final int AROUND = 16;
  private static final int STRING = 7;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** An event as Converse sends it. */
  public AwsMessages event(String type, String payload) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(":event-type", type);
    headers.put(":content-type", "application/json");
    headers.put(":message-type", "event");
    return message(headers, payload);
  }

  /** A piece of what a model invoked directly said. */
  public AwsMessages chunk(String json) {
    byte[] plain = json.getBytes(StandardCharsets.UTF_8);
    String base64 = Base64.getEncoder().encodeToString(plain);
    return event("chunk", "{\"bytes\":\"" + base64 + "\",\"p\":\"abcdefghijkl\"}");
  }

  public AwsMessages exception(String type, String payload) {
    return message(Map.of(":exception-type", type, ":message-type", "exception"), payload);
  }

  public AwsMessages message(Map<String, String> headers, String payload) {
    try {
      byte[] message = message(headers(headers), payload.getBytes(StandardCharsets.UTF_8));
      bytes.write(message);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  public byte[] bytes() {
    return bytes.toByteArray();
  }

  private static byte[] headers(Map<String, String> headers) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    for (Map.Entry<String, String> header : headers.entrySet()) {
      byte[] name = header.getKey().getBytes(StandardCharsets.UTF_8);
      byte[] value = header.getValue().getBytes(StandardCharsets.UTF_8);
      out.writeByte(name.length);
      out.write(name);
      out.writeByte(STRING);
      out.writeShort(value.length);
      out.write(value);
    }
    return bytes.toByteArray();
  }

  private static byte[] message(byte[] headers, byte[] payload) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(AROUND + headers.length + payload.length);
    out.writeInt(headers.length);
    out.writeInt(crc(bytes));
    out.write(headers);
    out.write(payload);
    out.writeInt(crc(bytes));
    return bytes.toByteArray();
  }

  private static int crc(ByteArrayOutputStream bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes.toByteArray());
    return (int) crc.getValue();
  }
}
